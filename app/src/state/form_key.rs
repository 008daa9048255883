//! The key of a form: whatever is sent under it is done once.

use leptos::prelude::*;

/// What makes new ones, in the context of a request.
#[derive(Clone)]
pub struct FormKeys(pub fn() -> String);

/// The name of its field.
pub const FORM_KEY: &str = "once";

/// A key for a form that is shown: made by the server with its page, or by the browser.
pub fn new_form_key() -> String {
    SharedValue::new(|| use_context::<FormKeys>().map_or_else(by_browser, |FormKeys(new)| new())).into_inner()
}

/// Only this person's own forms are told apart by it, so chance is enough and secrecy is not needed.
fn by_browser() -> String {
    let part = || js_sys::Math::random().to_bits();
    format!("{:016x}{:016x}", part(), part())
}
