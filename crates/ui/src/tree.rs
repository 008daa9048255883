use leptos::prelude::*;

use crate::words::words;

/// A tree of places. Its children are `TreeBranch`es and `TreeLeaf`s.
#[component]
pub fn Tree(#[prop(into)] label: Signal<String>, children: Children) -> impl IntoView {
    view! {
        <nav class="tree" aria-label=label>
            <ul>{children()}</ul>
        </nav>
    }
}

/// A place with places inside. The name leads to it, the mark before it opens and closes it without script.
#[component]
pub fn TreeBranch(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] href: Signal<String>,
    #[prop(optional, into)] count: Option<Signal<String>>,
    #[prop(optional, into)] current: Signal<bool>,
    #[prop(optional)] open: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <li>
            <TreeName label href count current/>
            <details open=open>
                <summary>
                    <span class="visually-hidden">{words().toggle} " " {label}</span>
                </summary>
                <ul>{children()}</ul>
            </details>
        </li>
    }
}

/// A place with nothing inside.
#[component]
pub fn TreeLeaf(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] href: Signal<String>,
    #[prop(optional, into)] count: Option<Signal<String>>,
    #[prop(optional, into)] current: Signal<bool>,
) -> impl IntoView {
    view! {
        <li>
            <TreeName label href count current/>
        </li>
    }
}

#[component]
fn TreeName(
    label: Signal<String>,
    href: Signal<String>,
    #[prop(optional_no_strip)] count: Option<Signal<String>>,
    current: Signal<bool>,
) -> impl IntoView {
    view! {
        <a class="leaf" href=href aria-current=move || current.get().then_some("true")>
            <span class="leaf__name">{label}</span>
            {count.map(|count| view! { <span class="n num">{count}</span> })}
        </a>
    }
}
