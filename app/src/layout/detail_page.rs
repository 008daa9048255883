use std::str::FromStr;

use leptos::children::ViewFnOnce;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use ui::{Crumb, PageHead};

/// The page of one object: where it belongs, its name, its acts, and beside each other what is known of it.
#[component]
pub fn DetailPage(
    /// What the object is called.
    name: String,
    /// The list that it belongs to: name and address.
    list: (&'static str, &'static str),
    /// What can be done with it.
    #[prop(optional, into)]
    acts: Option<ViewFnOnce>,
    /// Above everything: what was said about the last act.
    #[prop(optional, into)]
    notice: Option<ViewFnOnce>,
    /// Two columns.
    children: Children,
) -> impl IntoView {
    let crumbs = vec![
        Crumb {
            label: list.0.to_owned(),
            href: Some(list.1.to_owned()),
        },
        Crumb {
            label: name.clone(),
            href: None,
        },
    ];
    let acts = move || acts.map(ViewFnOnce::run);
    view! {
        <Title text=name.clone()/>
        <PageHead title=name crumbs actions=acts/>
        {notice.map(ViewFnOnce::run)}
        <div class="two">{children()}</div>
    }
}

/// The id in the address of a detail page, if it is one.
pub fn id_of_page<T: FromStr + PartialEq + Send + Sync + 'static>() -> Memo<Option<T>> {
    let params = use_params_map();
    Memo::new(move |_| {
        let id = params.with(|params| params.get("id"));
        id.and_then(|id| id.parse().ok())
    })
}
