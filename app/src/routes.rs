//! The whole route table. What is fetched when stands in `pages/parts.rs`.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};
use ui::{ButtonLink, ErrorPage};

use crate::pages::kit::KitPage;
use crate::pages::{OperatorPages, PortalPages, UmsPages, VisitorPages, portal, ums};
use crate::paths;
use crate::texts::{Frame, texts};

#[component]
pub fn AppRoutes() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/login") view=portal::SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/register") view=VisitorPages::Register ssr=SsrMode::Async/>
                <Route path=path!("/register/sent") view=VisitorPages::RegisterSent ssr=SsrMode::Async/>
                <Route path=path!("/register/confirm") view=VisitorPages::ConfirmRegistration ssr=SsrMode::Async/>
                <Route path=path!("/terms") view=VisitorPages::Terms ssr=SsrMode::Async/>
                <Route path=path!("/privacy") view=VisitorPages::Privacy ssr=SsrMode::Async/>
                <Route path=path!("/first-password") view=VisitorPages::FirstPassword ssr=SsrMode::Async/>
                <Route path=path!("/invitation") view=VisitorPages::Invitation ssr=SsrMode::Async/>
                <Route path=path!("/login/company") view=VisitorPages::LoginCompany ssr=SsrMode::Async/>
                <Route path=path!("/login/refused") view=VisitorPages::LoginRefused ssr=SsrMode::Async/>
                <Route path=path!("/login/code") view=VisitorPages::EnterCode ssr=SsrMode::Async/>
                <Route path=path!("/forgot-password") view=VisitorPages::ForgotPassword ssr=SsrMode::Async/>
                <Route path=path!("/forgot-password/sent") view=VisitorPages::ForgotPasswordSent ssr=SsrMode::Async/>
                <Route path=path!("/reset-password") view=VisitorPages::ResetPassword ssr=SsrMode::Async/>
                <Route path=path!("/reset-password/done") view=VisitorPages::ResetPasswordDone ssr=SsrMode::Async/>
                <Route path=path!("/webapp/login") view=ums::SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/kit") view=KitPage ssr=SsrMode::Async/>
                <Route path=path!("/operator/login") view=OperatorPages::SignIn ssr=SsrMode::Async/>
                <ParentRoute path=path!("/operator") view=OperatorPages::Frame ssr=SsrMode::Async>
                    <Route path=path!("") view=OperatorPages::Registrations ssr=SsrMode::Async/>
                    <Route path=path!("/registrations") view=OperatorPages::Registrations ssr=SsrMode::Async/>
                    <Route path=path!("/registrations/:id") view=OperatorPages::Registration ssr=SsrMode::Async/>
                    <Route path=path!("/accounts") view=OperatorPages::Accounts ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id") view=OperatorPages::Account ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id/users") view=OperatorPages::AccountUsers ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id/activity") view=OperatorPages::AccountActivity ssr=SsrMode::Async/>
                    <Route path=path!("/cases") view=OperatorPages::Cases ssr=SsrMode::Async/>
                    <Route path=path!("/cases/:id") view=OperatorPages::Case ssr=SsrMode::Async/>
                </ParentRoute>
                <ParentRoute path=path!("/webapp") view=UmsPages::Frame ssr=SsrMode::Async>
                    <Route path=path!("") view=UmsPages::Devices ssr=SsrMode::Async/>
                    <Route path=path!("/devices") view=UmsPages::Devices ssr=SsrMode::Async/>
                    <Route path=path!("/devices/reboot") view=UmsPages::RebootDevices ssr=SsrMode::Async/>
                    <Route path=path!("/devices/:id") view=UmsPages::Device ssr=SsrMode::Async/>
                    <Route path=path!("/network") view=UmsPages::Network ssr=SsrMode::Async/>
                </ParentRoute>
                <ParentRoute path=path!("/") view=PortalPages::Frame ssr=SsrMode::Async>
                    <Route path=path!("") view=PortalPages::Home ssr=SsrMode::Async/>
                    <Route path=path!("/account") view=PortalPages::Account ssr=SsrMode::Async/>
                    <Route path=path!("/account/edit") view=PortalPages::EditAccount ssr=SsrMode::Async/>
                    <Route path=path!("/my-account") view=PortalPages::MyAccount ssr=SsrMode::Async/>
                    <Route path=path!("/my-account/password") view=PortalPages::ChangePassword ssr=SsrMode::Async/>
                    <Route path=path!("/my-account/second-factor") view=PortalPages::SecondFactor ssr=SsrMode::Async/>
                    <Route path=path!("/my-account/second-factor/off") view=PortalPages::RemoveSecondFactor ssr=SsrMode::Async/>
                    <Route path=path!("/my-account/recovery-codes") view=PortalPages::RecoveryCodes ssr=SsrMode::Async/>
                    <Route path=path!("/activate") view=PortalPages::Activate ssr=SsrMode::Async/>
                    <Route path=path!("/services/onboarding") view=PortalPages::Routing ssr=SsrMode::Async/>
                    <Route path=path!("/services/onboarding/new") view=PortalPages::NewRouting ssr=SsrMode::Async/>
                    <Route path=path!("/services/onboarding/resolve") view=PortalPages::RoutingResolve ssr=SsrMode::Async/>
                    <Route path=path!("/services/onboarding/:id") view=PortalPages::RoutingRecord ssr=SsrMode::Async/>
                    <Route path=path!("/services/onboarding/:id/:act") view=PortalPages::RoutingAct ssr=SsrMode::Async/>
                    <Route path=path!("/services/expiry") view=PortalPages::Expiry ssr=SsrMode::Async/>
                    <Route path=path!("/services/domains") view=PortalPages::Domains ssr=SsrMode::Async/>
                    <Route path=path!("/services/domains/new") view=PortalPages::NewDomains ssr=SsrMode::Async/>
                    <Route path=path!("/services/domains/:id") view=PortalPages::Domain ssr=SsrMode::Async/>
                    <Route path=path!("/services/ums") view=PortalPages::UmsInstances ssr=SsrMode::Async/>
                    <Route path=path!("/services/ums/new") view=PortalPages::NewUmsInstance ssr=SsrMode::Async/>
                    <Route path=path!("/services/ums/:id") view=PortalPages::UmsInstance ssr=SsrMode::Async/>
                    <Route path=path!("/support/cases") view=PortalPages::Cases ssr=SsrMode::Async/>
                    <Route path=path!("/support/cases/new") view=PortalPages::NewCase ssr=SsrMode::Async/>
                    <Route path=path!("/support/cases/:id") view=PortalPages::Case ssr=SsrMode::Async/>
                    <Route path=path!("/users/administration") view=PortalPages::UserAdministration ssr=SsrMode::Async/>
                    <Route path=path!("/users/administration/invite") view=PortalPages::InviteUser ssr=SsrMode::Async/>
                    <Route path=path!("/users/administration/invite-list") view=PortalPages::InviteUsers ssr=SsrMode::Async/>
                    <Route path=path!("/users/administration/add-role") view=PortalPages::AddRole ssr=SsrMode::Async/>
                    <Route path=path!("/users/administration/remove-role") view=PortalPages::RemoveRole ssr=SsrMode::Async/>
                    <Route path=path!("/users/administration/deactivate") view=PortalPages::DeactivateUser ssr=SsrMode::Async/>
                    <Route path=path!("/users/administration/reset-second-factor") view=PortalPages::ResetSecondFactor ssr=SsrMode::Async/>
                    <Route path=path!("/users/overview") view=PortalPages::People ssr=SsrMode::Async/>
                    <Route path=path!("/users/overview/selected") view=PortalPages::PeopleSelected ssr=SsrMode::Async/>
                    <Route path=path!("/users/overview/selected/done") view=PortalPages::PeopleSelectedDone ssr=SsrMode::Async/>
                    <Route path=path!("/activity") view=PortalPages::Activity ssr=SsrMode::Async/>
                    <Route path=path!("/users/roles") view=PortalPages::Roles ssr=SsrMode::Async/>
                    <Route path=path!("/users/bring-your-idp") view=PortalPages::SamlIdps ssr=SsrMode::Async/>
                    <Route path=path!("/users/bring-your-idp/new") view=PortalPages::NewSamlIdp ssr=SsrMode::Async/>
                    <Route path=path!("/users/bring-your-idp/:id") view=PortalPages::SamlIdp ssr=SsrMode::Async/>
                    <Route path=path!("/users/idps") view=PortalPages::OsIdps ssr=SsrMode::Async/>
                    <Route path=path!("/users/idps/new") view=PortalPages::NewOsIdp ssr=SsrMode::Async/>
                    <Route path=path!("/users/idps/secret") view=PortalPages::OsIdpSecret ssr=SsrMode::Async/>
                    <Route path=path!("/users/idps/domains") view=PortalPages::OsIdpDomains ssr=SsrMode::Async/>
                    <Route path=path!("/users/idps/rename") view=PortalPages::RenameOsIdp ssr=SsrMode::Async/>
                    <Route path=path!("/users/idps/delete") view=PortalPages::DeleteOsIdp ssr=SsrMode::Async/>
                    <Route path=path!("/users/idps/test") view=PortalPages::TestOsIdp ssr=SsrMode::Async/>
                    <Route path=path!("/users/idps/:id") view=PortalPages::OsIdp ssr=SsrMode::Async/>
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
