use leptos::prelude::*;

/// Facts about one thing as a description list; `Fact`s are its children.
#[component]
pub fn Facts(children: Children) -> impl IntoView {
    view! { <dl class="facts">{children()}</dl> }
}

/// One fact: its name, and its value as children.
#[component]
pub fn Fact(#[prop(into)] label: Signal<String>, children: Children) -> impl IntoView {
    view! {
        <div class="facts__row">
            <dt>{label}</dt>
            <dd>{children()}</dd>
        </div>
    }
}
