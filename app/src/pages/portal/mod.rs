//! The Customer Portal.

mod activate;
mod home;
mod new_os_idp;
mod new_routing;
mod new_ums_instance;
mod os_idps;
mod routing;
mod routing_record;
mod sign_in;
mod ums_instances;

pub use activate::ActivatePage;
pub use home::HomePage;
pub use new_os_idp::NewOsIdpPage;
pub use new_routing::NewRoutingPage;
pub use new_ums_instance::NewUmsInstancePage;
pub use os_idps::OsIdpsPage;
pub use routing::RoutingPage;
pub use routing_record::RoutingRecordPage;
pub use sign_in::SignInPage;
pub use ums_instances::UmsInstancesPage;
