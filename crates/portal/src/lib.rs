//! The Customer Portal: what its users and its operators can do. Each aggregate is a folder: `mod.rs` holds the use cases,
//! `rows.rs` the statements. A statement on a tenant's data takes the account from the caller's proof; those that do not end in
//! `_unscoped`.

pub mod accounts;
pub mod activation;
pub mod activity;
pub mod cases;
mod certificate_file;
pub mod chain_assistant;
pub mod checklist;
pub mod domains;
pub mod expiry;
pub mod federated;
pub mod first_password;
pub mod invitations;
pub mod mails;
pub mod my_account;
mod names;
pub mod operators;
pub mod os_idps;
pub mod passwords;
mod proofs;
pub mod registrations;
pub mod resolver;
pub mod route;
pub mod routing;
pub mod saml_idps;
pub mod second_factor;
mod settings;
pub mod sign_in;
pub mod ums_instances;
pub mod users;
mod work;

pub use certificate_file::certificate_text;
pub use settings::Settings;
pub use users::Users;
pub use work::{jobs, start};
