//! The parts that the application is fetched in: the sign-in pages at once, the frame and the pages of each system when the
//! first of them is opened. (A part for each page was tried: the decision on splitting has the figures.)

use leptos::lazy;
use leptos::prelude::{AnyView, IntoAny as _};
use leptos_router::LazyRoute;

use super::{portal, ums};
use crate::layout;

/// Declares a part: the function that is fetched with everything it calls, and a route for each of its pages.
macro_rules! part {
    ($(#[$doc:meta])* $part:ident, $preload:ident, $which:ident, $routes:ident: $($route:ident => $page:path,)*) => {
        #[derive(Clone, Copy)]
        enum $which { $($route),* }

        $(#[$doc])*
        #[lazy]
        fn $part(which: $which) -> AnyView {
            match which { $($which::$route => $page().into_any()),* }
        }

        pub mod $routes {
            use super::*;

            $(
                pub struct $route;

                impl LazyRoute for $route {
                    fn data() -> Self {
                        Self
                    }
                    async fn view(_: Self) -> AnyView {
                        $part($which::$route).await
                    }
                    async fn preload() {
                        #[cfg(target_arch = "wasm32")]
                        $preload().await;
                    }
                }
            )*
        }
    };
}

part! {
    /// The Customer Portal.
    portal_part, __preload_portal_part, PortalPages, portal_routes:
    Frame => layout::PortalFrame,
    Home => portal::HomePage,
    Activate => portal::ActivatePage,
    MyAccount => portal::MyAccountPage,
    ChangePassword => portal::ChangePasswordPage,
    UserAdministration => portal::UserAdministrationPage,
    InviteUser => portal::InviteUserPage,
    InviteUsers => portal::InviteUsersPage,
    AddRole => portal::AddRolePage,
    RemoveRole => portal::RemoveRolePage,
    DeactivateUser => portal::DeactivateUserPage,
    People => portal::PeoplePage,
    Roles => portal::RolesPage,
    OsIdps => portal::OsIdpsPage,
    NewOsIdp => portal::NewOsIdpPage,
    Routing => portal::RoutingPage,
    NewRouting => portal::NewRoutingPage,
    RoutingRecord => portal::RoutingRecordPage,
    UmsInstances => portal::UmsInstancesPage,
    NewUmsInstance => portal::NewUmsInstancePage,
}

part! {
    /// What is opened before a sign-in, and seldom.
    visitor_part, __preload_visitor_part, VisitorPages, visitor_routes:
    Invitation => portal::InvitationPage,
    ForgotPassword => portal::ForgotPasswordPage,
    ForgotPasswordSent => portal::ForgotPasswordSentPage,
    ResetPassword => portal::ResetPasswordPage,
    ResetPasswordDone => portal::ResetPasswordDonePage,
}

part! {
    /// The UMS Web App.
    ums_part, __preload_ums_part, UmsPages, ums_routes:
    Frame => layout::UmsFrame,
    Devices => ums::DevicesPage,
    Device => ums::DevicePage,
    RebootDevices => ums::RebootDevicesPage,
    Network => ums::NetworkPage,
}
