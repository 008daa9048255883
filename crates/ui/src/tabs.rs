use leptos::prelude::*;

/// One tab: a place with its own address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    pub href: String,
    pub label: String,
    pub count: Option<String>,
}

impl Tab {
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            href: href.into(),
            label: label.into(),
            count: None,
        }
    }
}

/// Tabs as links, so that each has an address and works without script. `current` is the `href` of the present one.
#[component]
pub fn Tabs(
    #[prop(into)] label: Signal<String>,
    items: Vec<Tab>,
    #[prop(into)] current: Signal<String>,
) -> impl IntoView {
    let tab = move |Tab { href, label, count }: Tab| {
        let own = href.clone();
        view! {
            <a href=href aria-current=move || (current.get() == own).then_some("page")>
                {label}
                {count.map(|count| view! { <span class="count num">{count}</span> })}
            </a>
        }
    };
    view! {
        <nav class="tabs" aria-label=label>
            {items.into_iter().map(tab).collect_view()}
        </nav>
    }
}
