use leptos::prelude::*;

use crate::words::words;

/// Foot of a list: "Rows x - y of n", what stands beside it, and the ways back and on. No link where there is no page.
#[component]
pub fn Pager(
    #[prop(into)] summary: Signal<String>,
    #[prop(optional, into)] previous: Signal<Option<String>>,
    #[prop(optional, into)] next: Signal<Option<String>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let way = |href: Signal<Option<String>>, rel: &'static str, word: &'static str| {
        view! {
            <a
                class="button button--quiet button--small"
                href=href
                rel=rel
                role="link"
                aria-disabled=move || href.get().is_none().then_some("true")
            >
                {word}
            </a>
        }
    };
    view! {
        <div class="foot">
            <span class="num">{summary}</span>
            <span class="spacer"></span>
            {children.map(|children| children())}
            {way(previous, "prev", words().previous)}
            {way(next, "next", words().next)}
        </div>
    }
}
