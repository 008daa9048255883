//! What everybody sets for themselves.

use super::{LIST_CHOICE, PREFERENCE, row};
use crate::matrix::Sample::{Form, Nothing};
use crate::matrix::Who::{Anybody, Holder};
use crate::matrix::{Row, Sample};

pub const ROWS: &[Row] = &[
    row(
        "POST",
        "/api/app/api/portal/my_account/my_account",
        Holder("portal.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/my_account/set_language",
        Holder("portal.signed_in"),
        Form(&[("draft[language]", "de")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/my_account/change_password",
        Holder("portal.signed_in"),
        CHANGE_PASSWORD,
        200,
    ),
    row(
        "POST",
        END_SESSION,
        Holder("portal.signed_in"),
        Form(&[("key", SESSION_KEY)]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/my_account/end_other_sessions",
        Holder("portal.signed_in"),
        Nothing,
        200,
    ),
    row("POST", "/preferences", Anybody, PREFERENCE, 303),
    row("POST", "/lists", Holder("portal.choose_lists"), LIST_CHOICE, 303),
    row(
        "POST",
        "/api/app/api/portal/lists/list_choices",
        Holder("portal.choose_lists"),
        Nothing,
        200,
    ),
];

/// The row that needs a further session of the caller, and the key of that session.
pub const END_SESSION: &str = "/api/app/api/portal/my_account/end_session";

const SESSION_KEY: &str = "5555555555555555555555555555555555555555555555555555555555555555";

const CHANGE_PASSWORD: Sample = Form(&[
    ("draft[old_password]", "rye bread at seven"),
    ("draft[password]", "rye bread at seven"),
]);
