//! The company: its registration, its account, its activity, and IGEL OS Onboarding as a whole.

use super::{LIST, row};
use crate::matrix::Sample::{Form, Nothing};
use crate::matrix::Who::{Anybody, Holder};
use crate::matrix::{Row, Sample};

pub const ROWS: &[Row] = &[
    row(
        "POST",
        "/api/app/api/portal/activation/activation",
        Holder("portal.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/registrations/register",
        Anybody,
        REGISTRATION,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/registrations/registration_link",
        Anybody,
        Form(&[("token", REGISTRATION_TOKEN)]),
        200,
    ),
    row(
        "POST",
        CONFIRM_REGISTRATION,
        Anybody,
        Form(&[("token", REGISTRATION_TOKEN)]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/registrations/legal_text",
        Anybody,
        Form(&[("text", "terms"), ("language", "en")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/account/account",
        Holder("account.view"),
        Nothing,
        200,
    ),
    row("POST", EDIT_ACCOUNT, Holder("account.edit"), ACCOUNT_EDIT, 200),
    row(
        "POST",
        "/api/app/api/portal/activity/activities",
        Holder("activity.view"),
        LIST,
        200,
    ),
    row("GET", "/export/activity", Holder("activity.view"), Nothing, 200),
    row("POST", ACTIVATE, Holder("onboarding.activate"), Nothing, 200),
    row(
        "POST",
        "/api/app/api/portal/checklist/checklist",
        Holder("portal.signed_in"),
        Nothing,
        200,
    ),
];

/// The row that needs a registration that waits for its confirmation, and the token of its link.
pub const CONFIRM_REGISTRATION: &str = "/api/app/api/portal/registrations/confirm_registration";

pub const REGISTRATION_TOKEN: &str = "the-registration-of-the-matrix";

/// The row that needs the account to be as it was.
pub const EDIT_ACCOUNT: &str = "/api/app/api/portal/account/edit_account";

/// The row that needs IGEL OS Onboarding not to be active yet.
pub const ACTIVATE: &str = "/api/app/api/portal/activation/activate_onboarding";

const REGISTRATION: Sample = Form(&[
    ("draft[company]", "Northwind {n}"),
    ("draft[address]", "Road 1"),
    ("draft[city]", "Berlin"),
    ("draft[post_code]", "10115"),
    ("draft[country]", "DE"),
    ("draft[state]", "Berlin"),
    ("draft[industry]", "it"),
    ("draft[email]", "eva{n}@northwind.example"),
    ("draft[first_name]", "Eva"),
    ("draft[last_name]", "Lund"),
    ("draft[phone]", "+49 30 12345"),
    ("draft[language]", "de"),
    ("draft[privacy]", "true"),
]);

const ACCOUNT_EDIT: Sample = Form(&[
    ("draft[version]", "1"),
    ("draft[company]", "{company}"),
    ("draft[address]", "Road 1"),
    ("draft[city]", "Berlin"),
    ("draft[post_code]", "10115"),
    ("draft[country]", "DE"),
    ("draft[state]", "Berlin"),
    ("draft[industry]", "it"),
    ("draft[phone]", "+49 30 12345"),
]);
