use leptos::prelude::*;

use crate::words::words;

/// One step of the way to the present page. The last one usually has no link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    pub label: String,
    pub href: Option<String>,
}

impl Crumb {
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: Some(href.into()),
        }
    }

    pub fn here(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: None,
        }
    }
}

/// The way to the present page.
#[component]
pub fn Crumbs(items: Vec<Crumb>) -> impl IntoView {
    let step = |Crumb { label, href }: Crumb| match href {
        Some(href) => view! { <li><a href=href>{label}</a></li> }.into_any(),
        None => view! { <li><span>{label}</span></li> }.into_any(),
    };
    view! {
        <nav class="crumbs" aria-label=words().breadcrumbs>
            <ol>{items.into_iter().map(step).collect_view()}</ol>
        </nav>
    }
}
