//! The second factor.

use super::row;
use crate::matrix::Object::User;
use crate::matrix::Sample::{About, Form, Nothing};
use crate::matrix::Who::{Anybody, Holder};
use crate::matrix::{Row, Sample};

pub const ROWS: &[Row] = &[
    // Their codes are of no app, so whoever may gets as far as a refusal.
    row(
        "POST",
        "/api/app/api/portal/second_factor/sign_in_step",
        Anybody,
        Nothing,
        409,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/enter_code",
        Anybody,
        CODE,
        409,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/offer_second_factor",
        Holder("portal.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/offered_second_factor",
        Holder("portal.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/confirm_second_factor",
        Holder("portal.signed_in"),
        CODE,
        422,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/remove_second_factor",
        Holder("portal.signed_in"),
        CODE,
        409,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/recovery_codes",
        Holder("portal.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/renew_recovery_codes",
        Holder("portal.signed_in"),
        CODE,
        409,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/reset_second_factor",
        Holder("user.change_roles"),
        About(User),
        409,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/second_factor_requirement",
        Holder("user.view"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/require_second_factor",
        Holder("second_factor.require"),
        Form(&[("draft[roles][]", "app-portal-user")]),
        200,
    ),
];

/// A code that is none.
const CODE: Sample = Form(&[("draft[code]", "000000")]);
