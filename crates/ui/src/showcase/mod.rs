//! Every part in every state on one page, for the application's development-only route and for looking at a change.

mod fields;
mod lists;
mod parts;

use leptos::prelude::*;

use crate::{Crumb, PageHead};

/// The page. Stands inside the frame's main part, or alone.
#[component]
pub fn Showcase() -> impl IntoView {
    view! {
        <div class="showcase">
            <PageHead
                title="The parts we build with"
                lead="Every part in every state. Look at it light and dark, wide and narrow, with the keyboard, without script, and printed."
                crumbs=vec![Crumb::link("Development", "/"), Crumb::here("Showcase")]
            />
            <parts::Parts/>
            <fields::Fields/>
            <lists::Lists/>
        </div>
    }
}
