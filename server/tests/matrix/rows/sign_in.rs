//! Signing in, and passwords.

use super::row;
use crate::matrix::Sample::{Form, Nothing};
use crate::matrix::Who::{Anybody, Holder, Newcomer};
use crate::matrix::{Row, Sample};

pub const ROWS: &[Row] = &[
    row(
        "POST",
        "/api/app/api/portal/session/sign_in",
        Anybody,
        SIGN_IN,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/session/sign_out",
        Holder("portal.session"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/session/me",
        Holder("portal.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/passwords/forgot_password",
        Anybody,
        FORGOTTEN,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/passwords/reset_link",
        Anybody,
        Form(&[("token", RESET_TOKEN)]),
        200,
    ),
    row("POST", RESET_PASSWORD, Anybody, RESET, 200),
    row(
        "POST",
        "/api/app/api/portal/first_password/first_password",
        Newcomer,
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/first_password/set_first_password",
        Newcomer,
        Form(&[("draft[password]", "a loaf for every day")]),
        200,
    ),
];

/// The row that needs a link that was not used yet, and the token of that link.
pub const RESET_PASSWORD: &str = "/api/app/api/portal/passwords/reset_password";

pub const RESET_TOKEN: &str = "the-token-of-the-matrix";

const SIGN_IN: Sample = Form(&[
    ("draft[user]", "admin@contoso.example"),
    ("draft[password]", "rye bread at seven"),
    ("draft[next]", ""),
]);

const FORGOTTEN: Sample = Form(&[
    ("draft[user]", "user{n}@contoso.example"),
    ("draft[email]", "user{n}@contoso.example"),
]);

// The same password again, so that whoever signs in after it still can.
const RESET: Sample = Form(&[
    ("draft[token]", RESET_TOKEN),
    ("draft[password]", "rye bread at seven"),
]);
