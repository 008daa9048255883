//! The component kit with every part in every state: a page of development builds (feature `kit`), which costs a release nothing.
//! It is not fetched as a part of its own, because its callbacks have types that no other page has.

#[cfg(feature = "kit")]
#[leptos::component]
pub fn KitPage() -> impl leptos::IntoView {
    use leptos::prelude::*;
    view! {
        <leptos_meta::Title text="Kit"/>
        <main class="main" id="main"><ui::showcase::Showcase/></main>
    }
}

/// The server does not answer this address in a release; in the browser it is a page that does not exist.
#[cfg(not(feature = "kit"))]
pub use crate::routes::NotFound as KitPage;
