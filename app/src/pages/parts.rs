//! The parts that the application is fetched in: the sign-in pages at once, the frame and the pages of each system when the
//! first of them is opened. (A part for each page was tried: the decision on splitting has the figures.)

use leptos::lazy;
use leptos::prelude::{AnyView, IntoAny as _};
use leptos_router::ChooseView;

use super::{operator, portal, ums};
use crate::layout;

/// Declares a part: the function that is fetched with everything it calls, and its pages, each of which is what a route shows.
/// (One type for all routes of a part: `leptos_router::Lazy` wants one for each, and each costs a kilobyte in the first part.)
macro_rules! part {
    ($(#[$doc:meta])* $part:ident, $preload:ident, $pages:ident: $($name:ident => $page:path,)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub enum $pages { $($name),* }

        #[lazy]
        fn $part(page: $pages) -> AnyView {
            match page { $($pages::$name => $page().into_any()),* }
        }

        impl ChooseView for $pages {
            async fn choose(self) -> AnyView {
                $part(self).await
            }
            async fn preload(&self) {
                #[cfg(target_arch = "wasm32")]
                $preload().await;
            }
        }
    };
}

part! {
    /// The Customer Portal.
    portal_part, __preload_portal_part, PortalPages:
    Frame => layout::PortalFrame,
    Home => portal::HomePage,
    Activate => portal::ActivatePage,
    Account => portal::AccountPage,
    EditAccount => portal::EditAccountPage,
    MyAccount => portal::MyAccountPage,
    ChangePassword => portal::ChangePasswordPage,
    SecondFactor => portal::SecondFactorPage,
    RemoveSecondFactor => portal::RemoveSecondFactorPage,
    RecoveryCodes => portal::RecoveryCodesPage,
    UserAdministration => portal::UserAdministrationPage,
    InviteUser => portal::InviteUserPage,
    InviteUsers => portal::InviteUsersPage,
    AddRole => portal::AddRolePage,
    RemoveRole => portal::RemoveRolePage,
    DeactivateUser => portal::DeactivateUserPage,
    ResetSecondFactor => portal::ResetSecondFactorPage,
    People => portal::PeoplePage,
    PeopleSelected => portal::PeopleSelectedPage,
    PeopleSelectedDone => portal::PeopleSelectedDonePage,
    Activity => portal::ActivityPage,
    Roles => portal::RolesPage,
    SamlIdps => portal::SamlIdpsPage,
    NewSamlIdp => portal::NewSamlIdpPage,
    SamlIdp => portal::SamlIdpPage,
    OsIdps => portal::OsIdpsPage,
    NewOsIdp => portal::NewOsIdpPage,
    OsIdp => portal::OsIdpPage,
    OsIdpSecret => portal::OsIdpSecretPage,
    OsIdpDomains => portal::OsIdpDomainsPage,
    RenameOsIdp => portal::RenameOsIdpPage,
    DeleteOsIdp => portal::DeleteOsIdpPage,
    TestOsIdp => portal::TestOsIdpPage,
    Routing => portal::RoutingPage,
    NewRouting => portal::NewRoutingPage,
    RoutingRecord => portal::RoutingRecordPage,
    RoutingAct => portal::RoutingActPage,
    RoutingResolve => portal::RoutingResolvePage,
    Expiry => portal::ExpiryPage,
    Domains => portal::DomainsPage,
    NewDomains => portal::NewDomainsPage,
    Domain => portal::DomainPage,
    UmsInstances => portal::UmsInstancesPage,
    NewUmsInstance => portal::NewUmsInstancePage,
    UmsInstance => portal::UmsInstancePage,
    Cases => portal::CasesPage,
    NewCase => portal::NewCasePage,
    Case => portal::CasePage,
}

part! {
    /// What is opened before a sign-in, and seldom.
    visitor_part, __preload_visitor_part, VisitorPages:
    Register => portal::RegisterPage,
    RegisterSent => portal::RegisterSentPage,
    ConfirmRegistration => portal::ConfirmRegistrationPage,
    Terms => portal::TermsPage,
    Privacy => portal::PrivacyPage,
    FirstPassword => portal::FirstPasswordPage,
    Invitation => portal::InvitationPage,
    EnterCode => portal::EnterCodePage,
    LoginCompany => portal::LoginCompanyPage,
    LoginRefused => portal::LoginRefusedPage,
    ForgotPassword => portal::ForgotPasswordPage,
    ForgotPasswordSent => portal::ForgotPasswordSentPage,
    ResetPassword => portal::ResetPasswordPage,
    ResetPasswordDone => portal::ResetPasswordDonePage,
}

part! {
    /// The UMS Web App.
    ums_part, __preload_ums_part, UmsPages:
    Frame => layout::UmsFrame,
    Devices => ums::DevicesPage,
    Device => ums::DevicePage,
    RebootDevices => ums::RebootDevicesPage,
    Network => ums::NetworkPage,
}

part! {
    /// The pages of those who run the portal, with their sign-in.
    operator_part, __preload_operator_part, OperatorPages:
    SignIn => operator::SignInPage,
    Frame => layout::OperatorFrame,
    Registrations => operator::RegistrationsPage,
    Registration => operator::RegistrationPage,
    Accounts => operator::AccountsPage,
    Account => operator::AccountPage,
    AccountUsers => operator::AccountUsersPage,
    AccountActivity => operator::AccountActivityPage,
    Cases => operator::CasesPage,
    Case => operator::CasePage,
}
