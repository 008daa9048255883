use leptos::prelude::*;
use ui::Mark;

use super::preferences::PreferenceForms;

/// The page before a sign-in: the product on one half, one form on the other.
#[component]
pub fn Gate(
    tagline: &'static str,
    more: &'static str,
    /// Where those go who have no account yet: name and address.
    #[prop(optional)]
    newcomers: Option<(&'static str, &'static str)>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="gate">
            <header class="sky">
                <div class="sky__brand"><Mark/>"COSMOS"</div>
                <div>
                    <p class="sky__lead">{tagline}</p>
                    <p class="sky__text">{more}</p>
                </div>
                <span class="sky__foot"></span>
            </header>
            <main id="main">
                {newcomers.map(|(name, href)| view! { <a class="gate__corner" href=href>{name}</a> })}
                {children()}
                <PreferenceForms/>
            </main>
        </div>
    }
}
