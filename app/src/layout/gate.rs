use leptos::prelude::*;
use ui::Mark;

use super::preferences::PreferenceForms;

/// The page before a sign-in: the product on one half, one form on the other.
#[component]
pub fn Gate(tagline: &'static str, more: &'static str, children: Children) -> impl IntoView {
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
                {children()}
                <PreferenceForms/>
            </main>
        </div>
    }
}
