//! Endpoints of the Customer Portal, under `/api`.

pub mod activation;
pub mod os_idps;
pub mod routing;
pub mod session;
pub mod ums_instances;
