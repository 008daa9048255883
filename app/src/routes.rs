//! The whole route table. What is fetched when stands in `pages/parts.rs`.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{Lazy, SsrMode, path};
use ui::{ButtonLink, ErrorPage};

use crate::pages::kit::KitPage;
use crate::pages::{portal, portal_routes, ums, ums_routes, visitor_routes};
use crate::paths;
use crate::texts::{Frame, texts};

#[component]
pub fn AppRoutes() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/login") view=portal::SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/invitation") view={Lazy::<visitor_routes::Invitation>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/forgot-password") view={Lazy::<visitor_routes::ForgotPassword>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/forgot-password/sent") view={Lazy::<visitor_routes::ForgotPasswordSent>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/reset-password") view={Lazy::<visitor_routes::ResetPassword>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/reset-password/done") view={Lazy::<visitor_routes::ResetPasswordDone>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/webapp/login") view=ums::SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/kit") view=KitPage ssr=SsrMode::Async/>
                <ParentRoute path=path!("/webapp") view={Lazy::<ums_routes::Frame>::new()} ssr=SsrMode::Async>
                    <Route path=path!("") view={Lazy::<ums_routes::Devices>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/devices") view={Lazy::<ums_routes::Devices>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/devices/reboot") view={Lazy::<ums_routes::RebootDevices>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/devices/:id") view={Lazy::<ums_routes::Device>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/network") view={Lazy::<ums_routes::Network>::new()} ssr=SsrMode::Async/>
                </ParentRoute>
                <ParentRoute path=path!("/") view={Lazy::<portal_routes::Frame>::new()} ssr=SsrMode::Async>
                    <Route path=path!("") view={Lazy::<portal_routes::Home>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/my-account") view={Lazy::<portal_routes::MyAccount>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/my-account/password") view={Lazy::<portal_routes::ChangePassword>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/activate") view={Lazy::<portal_routes::Activate>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/services/onboarding") view={Lazy::<portal_routes::Routing>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/services/onboarding/new") view={Lazy::<portal_routes::NewRouting>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/services/onboarding/:id") view={Lazy::<portal_routes::RoutingRecord>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/services/ums") view={Lazy::<portal_routes::UmsInstances>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/services/ums/new") view={Lazy::<portal_routes::NewUmsInstance>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/users/administration") view={Lazy::<portal_routes::UserAdministration>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/users/administration/invite") view={Lazy::<portal_routes::InviteUser>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/users/administration/invite-list") view={Lazy::<portal_routes::InviteUsers>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/users/administration/add-role") view={Lazy::<portal_routes::AddRole>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/users/administration/remove-role") view={Lazy::<portal_routes::RemoveRole>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/users/administration/deactivate") view={Lazy::<portal_routes::DeactivateUser>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/users/overview") view={Lazy::<portal_routes::People>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/users/roles") view={Lazy::<portal_routes::Roles>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/users/idps") view={Lazy::<portal_routes::OsIdps>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/users/idps/new") view={Lazy::<portal_routes::NewOsIdp>::new()} ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

#[component]
pub fn NotFound() -> impl IntoView {
    let t = texts::<Frame>();
    view! {
        <Title text=t.not_found/>
        <main class="main" id="main">
            <ErrorPage code="404" title=t.not_found text=t.not_found_text>
                <ButtonLink href=paths::HOME>{t.to_start}</ButtonLink>
            </ErrorPage>
        </main>
    }
}
