use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};

/// The component kit with every part in every state; in development builds only.
pub struct KitPage;

#[lazy_route]
impl LazyRoute for KitPage {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let KitPage = this;
        view! {
            <Title text="Kit"/>
            <main class="main" id="main"><ui::showcase::Showcase/></main>
        }
        .into_any()
    }
}
