//! Where the keyboard is: it does not get lost with the element that had it.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

/// Gives the focus to the element `id`, once what has changed is on the page.
pub(crate) fn focus_soon(id: String) {
    request_animation_frame(move || focus(&id));
}

/// The same, if nothing has the focus then.
pub(crate) fn focus_if_lost(id: &'static str) {
    request_animation_frame(move || {
        let body = |element: &web_sys::Element| element.tag_name() == "BODY";
        if document().active_element().as_ref().is_none_or(body) {
            focus(id);
        }
    });
}

fn focus(id: &str) {
    let found = document().get_element_by_id(id);
    if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // It fails only if the element is gone again, and then there is nothing to focus.
        let _ = element.focus();
    }
}
