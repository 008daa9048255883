//! Endpoints of the Customer Portal, under `/api`.

pub mod activation;
pub mod invitations;
pub mod my_account;
pub mod os_idps;
pub mod passwords;
pub mod routing;
pub mod session;
pub mod ums_instances;
pub mod users;
