use leptos::prelude::*;
use ui::{Mark, SkipLink};

use super::preferences::PreferenceForms;
use crate::paths;
use crate::texts::{Frame, Registration, SignIn, texts};

/// A page that is open to everybody and needs more room than the sign-in pages have.
#[component]
pub fn OpenPage(children: Children) -> impl IntoView {
    let (frame, t) = (texts::<Frame>(), texts::<Registration>());
    view! {
        <SkipLink label=frame.skip/>
        <div class="open">
            <header class="open__head">
                <a class="open__brand" href=paths::LOGIN><Mark/>"COSMOS"</a>
                <a href=paths::LOGIN>{texts::<SignIn>().title}</a>
            </header>
            <main class="open__main" id="main" tabindex="-1">{children()}</main>
            <footer class="open__foot">
                <a href=paths::TERMS>{t.terms}</a>
                <a href=paths::PRIVACY>{t.privacy_policy}</a>
                <PreferenceForms/>
            </footer>
        </div>
    }
}
