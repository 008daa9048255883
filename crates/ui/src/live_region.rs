use leptos::prelude::*;

use crate::jump::jump;

/// Reads `text` out whenever it changes: the name of a new page, the number of results. Stands once in the page.
#[component]
pub fn LiveRegion(#[prop(into)] text: Signal<String>) -> impl IntoView {
    view! {
        <p class="visually-hidden" role="status" aria-live="polite" aria-atomic="true">
            {text}
        </p>
    }
}

/// First stop of the keyboard: jumps over the navigation to the element `target`.
#[component]
pub fn SkipLink(
    #[prop(into)] label: Signal<String>,
    #[prop(default = "main")] target: &'static str,
) -> impl IntoView {
    view! {
        <a class="skip" href=format!("#{target}") on:click=jump(target.to_owned())>
            {label}
        </a>
    }
}
