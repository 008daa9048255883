//! The user interface of COSMOS: Customer Portal and UMS Web App in one Leptos application, compiled twice (`ssr` for the
//! server, `hydrate` for the browser).

#![recursion_limit = "256"]
#![expect(
    clippy::needless_pass_by_value,
    reason = "components own their props, and views what they show"
)]

pub mod api;
mod components;
pub mod error;
mod layout;
pub mod lists;
mod pages;
pub mod paths;
mod routes;
pub mod state;
mod texts;

pub use texts::{names_event, reason_in_english};

/// Whether this build has the page of the component kit.
pub const HAS_KIT: bool = cfg!(feature = "kit");

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::location::RequestUrl;

use crate::routes::AppRoutes;
use crate::state::preferences::{Preferences, provide_preferences, remember_zone};

/// The HTML document around the application.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let preferences = Preferences::of_request();
    view! {
        <!DOCTYPE html>
        <html
            lang=preferences.lang.key()
            data-theme=preferences.theme.key()
            data-zone=preferences.zone_minutes.to_string()
            data-now=preferences.now.to_string()
        >
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <HashedStylesheet options=options.clone() id="style"/>
                <AutoReload options=options.clone()/>
                <Scripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Brings the application to the page. The pages before a sign-in work without it and are read by people who wait: there it is
/// fetched at the first touch, while they type, from a template that costs nothing until then.
#[component]
fn Scripts(options: LeptosOptions) -> impl IntoView {
    const AT_FIRST_TOUCH: &str = "(() => {\
        const touches = ['focusin', 'pointerdown'];\
        const begin = () => {\
            touches.forEach(touch => removeEventListener(touch, begin));\
            document.head.append(document.getElementById('application').content.cloneNode(true));\
        };\
        touches.forEach(touch => addEventListener(touch, begin));\
    })()";
    let path = use_context::<RequestUrl>().and_then(|url| url.parse().ok());
    if path.is_some_and(|url| paths::is_public(url.path())) {
        view! {
            <template id="application"><HydrationScripts options/></template>
            <script nonce=use_nonce()>{AT_FIRST_TOUCH}</script>
        }
        .into_any()
    } else {
        view! { <HydrationScripts options/> }.into_any()
    }
}

/// Providers and router, nothing else.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_preferences();
    texts::provide_kit_words();
    ui::provide_toasts();
    state::live::provide_listening();
    state::told::provide_hearing();
    // One callback of each kind that the library makes has to be made here: the tool that splits the application cannot move
    // the type of a callback into a part that is fetched later.
    Effect::new(|_| {
        remember_zone();
        queue_microtask(mark_ready);
    });
    view! {
        <Title formatter=|title: String| if title.is_empty() { "COSMOS".to_owned() } else { format!("{title} · COSMOS") }/>
        <AppRoutes/>
    }
}

/// Says to style sheets and to tests that script is in charge of the page from now on.
fn mark_ready() {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-ready", "");
    }
}
