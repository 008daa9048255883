//! What devices and the UMS speak to: no cookie means anything there.

use super::row;
use crate::matrix::Row;
use crate::matrix::Sample::{Nothing, Own};
use crate::matrix::Who::{Anybody, Device as DeviceOnly, Proof};

/// The device connector.
pub const CONNECTOR: &[Row] = &[
    row(
        "GET",
        "/device-connector/device/.well-known/est/cacerts",
        Anybody,
        Nothing,
        200,
    ),
    row(
        "GET",
        "/device-connector/device/.well-known/est/csrattrs",
        Anybody,
        Nothing,
        200,
    ),
    row(
        "POST",
        "/device-connector/device/.well-known/est/simpleenroll",
        Proof(401),
        Own,
        200,
    ),
    row(
        "POST",
        "/device-connector/device/.well-known/est/simplereenroll",
        DeviceOnly,
        Own,
        200,
    ),
    row("GET", "/device-connector/device/ws-connect", DeviceOnly, Own, 101),
    row("GET", "/device-connector/onboarding", Anybody, Nothing, 200),
    row("POST", "/device-connector/onboarding", Proof(403), Own, 201),
    row("GET", "/ums/check-status", Anybody, Nothing, 200),
    row("GET", "/info", Anybody, Nothing, 200),
];

/// The Onboarding Service. A run's secret, link or cookie opens that run.
pub const ONBOARDING: &[Row] = &[
    row("GET", "/", Anybody, Nothing, 200),
    row("GET", "/result", Proof(400), Own, 200),
    row("GET", "/sign-in/{token}", Proof(404), Own, 200),
    row("POST", "/sign-in/{token}", Proof(404), Own, 200),
    row("GET", "/test/{token}", Proof(404), Own, 200),
    row("POST", "/test/{token}", Proof(404), Own, 200),
    row("GET", "/auth/{email}", Anybody, Own, 200),
    row("POST", "/auth/{email}", Anybody, Own, 200),
    row("GET", "/obs-{hash}.css", Anybody, Own, 200),
    row("POST", "/api/v1/onboardings", Anybody, Own, 201),
    row("GET", "/api/v1/onboardings/{id}", Proof(401), Own, 200),
    row("POST", "/api/v1/tokens/validate", Proof(401), Own, 200),
    row("POST", "/api/v1/ums-registration", Proof(401), Own, 200),
];
