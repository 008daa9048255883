use leptos::{children::ViewFnOnce, prelude::*};

use crate::{Announcer, Crumb, Crumbs, focus::focus_if_lost};

/// The head of a page: where one is, its title, one sentence, and its actions.
#[component]
pub fn PageHead(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] lead: Option<Signal<String>>,
    #[prop(optional)] crumbs: Vec<Crumb>,
    #[prop(optional, into)] actions: Option<ViewFnOnce>,
) -> impl IntoView {
    if let Some(announcer) = use_context::<Announcer>() {
        Effect::new(move |_| {
            // Another page, opened by a link or button that went with the one before. The first page is entered from the top.
            if announcer.say(title.get()) {
                focus_if_lost("page-title");
            }
        });
    }
    let crumbs = (!crumbs.is_empty()).then(|| view! { <Crumbs items=crumbs/> });
    view! {
        <div class="head">
            <div>
                {crumbs} <h1 id="page-title" tabindex="-1">
                    {title}
                </h1>
                {lead.map(|lead| view! { <p>{lead}</p> })}
            </div>
            {actions.map(|actions| view! { <div class="acts">{actions.run()}</div> })}
        </div>
    }
}
