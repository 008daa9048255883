use leptos::prelude::*;

/// Our own mark: a body and the path around it.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
            <circle cx="12" cy="12" r="4"></circle>
            <ellipse cx="12" cy="12" rx="10.5" ry="4.2" transform="rotate(-28 12 12)"></ellipse>
            <circle class="mark__moon" cx="20.2" cy="6.3" r="1.7"></circle>
        </svg>
    }
}
