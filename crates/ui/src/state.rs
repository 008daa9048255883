use leptos::prelude::*;

use crate::Tone;

/// A state as a word with a mark whose shape differs by tone: disc, diamond, square.
#[component]
pub fn StateMark(
    #[prop(optional, into)] tone: Signal<Tone>,
    #[prop(into)] text: Signal<String>,
) -> impl IntoView {
    view! { <span class=move || tone.get().class("state")>{text}</span> }
}
