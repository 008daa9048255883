//! The UMS Web App.

use super::{LIST, LIST_CHOICE, PREFERENCE, row};
use crate::matrix::Object::Device;
use crate::matrix::Sample::{About, Form, Nothing};
use crate::matrix::Who::{Anybody, Holder};
use crate::matrix::{Row, Sample};

pub const ROWS: &[Row] = &[
    row(
        "POST",
        "/wums-app/api/app/api/ums/session/sign_in",
        Anybody,
        UMS_SIGN_IN,
        200,
    ),
    row(
        "POST",
        "/wums-app/api/app/api/ums/session/sign_out",
        Holder("ums.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/wums-app/api/app/api/ums/session/me",
        Holder("ums.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/wums-app/api/app/api/ums/devices/devices",
        Holder("device.view"),
        LIST,
        200,
    ),
    row(
        "POST",
        "/wums-app/api/app/api/ums/devices/device",
        Holder("device.view"),
        About(Device),
        200,
    ),
    row(
        "POST",
        "/wums-app/api/app/api/ums/devices/reboot_device",
        Holder("device.command"),
        About(Device),
        200,
    ),
    row(
        "POST",
        "/wums-app/api/app/api/ums/devices/reboot_devices",
        Holder("device.command"),
        Form(&[("search", "")]),
        200,
    ),
    row(
        "GET",
        "/wums-app/export/devices",
        Holder("device.view"),
        Nothing,
        200,
    ),
    row(
        "GET",
        "/wums-app/device-events",
        Holder("device.view"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/wums-app/api/app/api/ums/network/network",
        Holder("network.view"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/wums-app/api/app/api/ums/network/check_registration",
        Holder("registration.check"),
        Nothing,
        200,
    ),
    row("GET", "/wums-app/chain", Holder("network.view"), Nothing, 200),
    row("GET", "/wums-app/ums-id", Holder("ums_id.export"), Nothing, 200),
    row("POST", "/wums-app/preferences", Anybody, PREFERENCE, 303),
    row(
        "POST",
        "/wums-app/lists",
        Holder("ums.choose_lists"),
        LIST_CHOICE,
        303,
    ),
    row(
        "POST",
        "/wums-app/api/app/api/ums/lists/list_choices",
        Holder("ums.choose_lists"),
        Nothing,
        200,
    ),
];

const UMS_SIGN_IN: Sample = Form(&[
    ("draft[user]", "root"),
    ("draft[password]", "rye bread at seven"),
    ("draft[next]", ""),
]);
