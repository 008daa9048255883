use leptos::prelude::*;

use crate::words::words;

/// A small sign that something goes on, beside words that say what.
#[component]
pub fn Spinner() -> impl IntoView {
    view! { <span class="spinner" aria-hidden="true"></span> }
}

/// The shape of what is still being fetched. Says "Loading" to screen readers once.
#[component]
pub fn Skeleton(
    /// How many lines it stands for.
    #[prop(default = 3)]
    rows: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">{words().loading}</span>
            {(0..rows).map(|_| view! { <span class="skeleton__row"></span> }).collect_view()}
        </div>
    }
}

/// How far a long work is, with the count in words.
#[component]
pub fn Progress(
    #[prop(into)] done: Signal<u64>,
    #[prop(into)] of: Signal<u64>,
    /// E.g. "412 of 1,284 devices".
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="progress">
            <progress
                max=move || of.get().max(1).to_string()
                value=move || done.get().to_string()
                aria-label=label
            ></progress>
            <span class="num">{label}</span>
        </div>
    }
}
