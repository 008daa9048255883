//! Endpoints of the Customer Portal, under `/api`.

pub mod account;
pub mod activation;
pub mod activity;
pub mod cases;
pub mod checklist;
pub mod domains;
pub mod expiry;
pub mod first_password;
pub mod invitations;
pub mod lists;
pub mod my_account;
pub mod os_idps;
pub mod passwords;
pub mod registrations;
pub mod routing;
pub mod saml_idps;
pub mod second_factor;
pub mod session;
pub mod ums_instances;
pub mod users;
