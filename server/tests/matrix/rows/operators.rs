//! The operators' pages.

use super::{LIST, LIST_CHOICE, row};
use crate::matrix::Object::{Account, AnyCase, AnyCaseFile, Registration};
use crate::matrix::Sample::{About, Form, FormAbout, MultipartAbout, Nothing};
use crate::matrix::Who::{Anybody, Holder};
use crate::matrix::{Row, Sample};

pub const ROWS: &[Row] = &[
    row(
        "POST",
        "/operator/api/app/api/operator/session/sign_in",
        Anybody,
        OPERATOR_SIGN_IN,
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/session/sign_out",
        Holder("operator.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/operator/lists",
        Holder("operator.choose_lists"),
        LIST_CHOICE,
        303,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/lists/list_choices",
        Holder("operator.choose_lists"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/session/me",
        Holder("operator.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/cases/company_cases",
        Holder("cases.view"),
        LIST,
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/cases/company_case",
        Holder("cases.view"),
        About(AnyCase),
        200,
    ),
    row(
        "POST",
        "/operator/forms/case-answer",
        Holder("cases.answer"),
        MultipartAbout(
            AnyCase,
            &[("id", "{id}"), ("text", "An answer"), ("state", "waiting")],
        ),
        303,
    ),
    row(
        "GET",
        "/operator/downloads/case-file",
        Holder("cases.view"),
        About(AnyCaseFile),
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/registrations/registrations",
        Holder("registration.view"),
        LIST,
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/registrations/registration",
        Holder("registration.view"),
        About(Registration),
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/registrations/approve_registration",
        Holder("registration.decide"),
        FormAbout(
            Registration,
            &[("draft[id]", "{id}"), ("draft[name]", "Northwind {n}")],
        ),
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/registrations/refuse_registration",
        Holder("registration.decide"),
        FormAbout(
            Registration,
            &[("draft[id]", "{id}"), ("draft[reason]", "Not known.")],
        ),
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/accounts/accounts",
        Holder("accounts.view"),
        LIST,
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/accounts/account_details",
        Holder("accounts.view"),
        About(Account),
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/accounts/account_users",
        Holder("accounts.view"),
        FormAbout(Account, &[("id", "{id}"), ("query[search]", "")]),
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/accounts/account_activity",
        Holder("accounts.view"),
        FormAbout(Account, &[("id", "{id}"), ("query[search]", "")]),
        200,
    ),
];

const OPERATOR_SIGN_IN: Sample = Form(&[
    ("draft[user]", "operator@vendor.example"),
    ("draft[password]", "rye bread at seven"),
    ("draft[next]", ""),
]);
