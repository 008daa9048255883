use leptos::prelude::*;

use crate::{Glyph, Icon, words::words};

/// The bar above a list: search, filters, actions.
#[component]
pub fn Tools(children: Children) -> impl IntoView {
    view! { <div class="tools">{children()}</div> }
}

/// Pushes what follows to the far end of a bar.
#[component]
pub fn Spacer() -> impl IntoView {
    view! { <span class="spacer"></span> }
}

/// Search by a GET form, so that the result has an address.
#[component]
pub fn SearchBox(
    #[prop(into)] id: String,
    #[prop(into)] action: String,
    #[prop(default = "q")] name: &'static str,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    /// The rest of the list's address (sort, filters), kept while searching.
    #[prop(optional)]
    keep: Vec<(String, String)>,
) -> impl IntoView {
    let keep = keep
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view();
    view! {
        <form class="search" method="get" action=action role="search">
            <label class="visually-hidden" for=id.clone()>
                {label}
            </label>
            <Icon glyph=Glyph::Search/>
            <input class="search__input" id=id type="search" name=name value=value placeholder=label autocomplete="off"/>
            {keep}
            <button class="button button--quiet button--small" type="submit">
                {words().search}
            </button>
        </form>
    }
}

/// A filter in force; `remove` is the address of the list without it.
#[component]
pub fn Chip(
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] value: Option<Signal<String>>,
    #[prop(optional, into)] remove: Option<String>,
) -> impl IntoView {
    let remove = remove.map(|href| {
        view! {
            <a class="chip__remove" href=href>
                <span class="visually-hidden">{words().remove} " " {label}</span>
                <Icon glyph=Glyph::Cross/>
            </a>
        }
    });
    view! { <span class="chip">{label} {value.map(|value| view! { ": " <b>{value}</b> })} {remove}</span> }
}
