//! The rows, by hand, a file per area: a new endpoint without one fails the test, and so does a row without its endpoint.

mod cases;
mod company;
mod domains;
mod machines;
mod my_account;
mod operators;
mod os_idps;
mod people;
mod records;
mod saml;
mod second_factor;
mod sign_in;
mod ums_instances;
mod web_app;

pub use company::{ACTIVATE, CONFIRM_REGISTRATION, EDIT_ACCOUNT, REGISTRATION_TOKEN};
pub use machines::{CONNECTOR, ONBOARDING};
pub use my_account::END_SESSION;
pub use operators::ROWS as OPERATOR;
pub use saml::{COMPANY_SIGN_IN, REMOVE_SAML_CERTIFICATE};
pub use sign_in::{RESET_PASSWORD, RESET_TOKEN};
pub use web_app::ROWS as WEB_APP;

use super::Sample::{self, Form};
use super::{Row, Who};

/// The Customer Portal.
pub fn portal() -> Vec<Row> {
    [
        sign_in::ROWS,
        second_factor::ROWS,
        my_account::ROWS,
        people::ROWS,
        company::ROWS,
        saml::ROWS,
        os_idps::ROWS,
        records::ROWS,
        ums_instances::ROWS,
        domains::ROWS,
        cases::ROWS,
    ]
    .concat()
}

/// The query of a list: everything.
const LIST: Sample = Form(&[("query[search]", "")]);
/// Saves a view.
const LIST_CHOICE: Sample = Form(&[
    ("list", "people"),
    ("act", "save"),
    ("name", "All"),
    ("back", "/"),
]);
/// Another language.
const PREFERENCE: Sample = Form(&[("lang", "de"), ("back", "/login")]);

const fn row(method: &'static str, path: &'static str, who: Who, sample: Sample, done: u16) -> Row {
    Row {
        method,
        path,
        who,
        sample,
        done,
    }
}
