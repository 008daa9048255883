//! The whole route table. Every page is a part of its own that is fetched when it is first opened.

use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{Lazy, SsrMode, path};
use ui::{ButtonLink, ErrorPage};

use crate::layout::{PortalFrame, UmsFrame};
use crate::pages::kit::KitPage;
use crate::pages::{portal, ums};
use crate::paths;
use crate::texts::{Frame, texts};

#[component]
pub fn AppRoutes() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/login") view={Lazy::<portal::SignInPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/webapp/login") view={Lazy::<ums::SignInPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/kit") view=KitPage ssr=SsrMode::Async/>
                <ParentRoute path=path!("/webapp") view=UmsFrame ssr=SsrMode::Async>
                    <Route path=path!("") view={Lazy::<ums::DevicesPage>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/devices") view={Lazy::<ums::DevicesPage>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/devices/:id") view={Lazy::<ums::DevicePage>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/network") view={Lazy::<ums::NetworkPage>::new()} ssr=SsrMode::Async/>
                </ParentRoute>
                <ParentRoute path=path!("/") view=PortalFrame ssr=SsrMode::Async>
                    <Route path=path!("") view={Lazy::<portal::HomePage>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/activate") view={Lazy::<portal::ActivatePage>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/services/onboarding") view={Lazy::<portal::RoutingPage>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/services/onboarding/new") view={Lazy::<portal::NewRoutingPage>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/services/onboarding/:id") view={Lazy::<portal::RoutingRecordPage>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/services/ums") view={Lazy::<portal::UmsInstancesPage>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/services/ums/new") view={Lazy::<portal::NewUmsInstancePage>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/users/idps") view={Lazy::<portal::OsIdpsPage>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/users/idps/new") view={Lazy::<portal::NewOsIdpPage>::new()} ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

#[component]
pub fn NotFound() -> impl IntoView {
    let t = texts::<Frame>();
    view! {
        <main class="main" id="main">
            <ErrorPage code="404" title=t.not_found text=t.not_found_text>
                <ButtonLink href=paths::HOME>{t.to_start}</ButtonLink>
            </ErrorPage>
        </main>
    }
}
