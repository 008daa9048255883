use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

/// What a click on a link to the element `id` of this page does once script runs: the focus goes there, as the browser itself
/// does it; the router would only scroll. A field that shows itself as rows is entered at its first button.
pub(crate) fn jump(id: String) -> impl Fn(ev::MouseEvent) + 'static {
    move |event| {
        let document = document();
        let Some(target) = document.get_element_by_id(&id) else {
            return;
        };
        let target = if target.has_attribute("hidden") {
            let button = target
                .closest(".field")
                .ok()
                .flatten()
                .and_then(|field| field.query_selector("button").ok().flatten());
            button.unwrap_or(target)
        } else {
            target
        };
        if let Ok(target) = target.dyn_into::<web_sys::HtmlElement>() {
            event.prevent_default();
            target.scroll_into_view();
            // It fails only if the element is gone, and then there is nothing to focus.
            let _ = target.focus();
        }
    }
}
