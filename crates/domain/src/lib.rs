//! What is true in COSMOS, whoever asks: types that cannot be wrong, drafts and their checks, permissions and roles, and the
//! vocabulary of faults. Pure: no async, no database, no wire; the same code runs in the browser and on the server.

pub mod account;
pub mod activation;
pub mod administrator;
pub mod chain;
pub mod device;
pub mod domain_name;
pub mod draft;
pub mod email;
pub mod fault;
pub mod first_auth_key;
pub mod hostname;
pub mod id;
pub mod invitation;
pub mod language;
pub mod mac;
pub mod my_account;
pub mod network;
pub mod onboarding;
pub mod os_idp;
pub mod page;
pub mod password;
pub mod people;
pub mod permission;
pub mod role;
pub mod routing;
pub mod sign_in;
pub mod ums_instance;
pub mod unit_id;
pub mod user;

pub use domain_name::DomainName;
pub use email::EmailAddress;
pub use fault::{Conflict, Fault, FieldFault, Invalid, Reason};
pub use hostname::{Hostname, Port};
pub use id::Id;
pub use language::Language;
pub use mac::MacAddress;
pub use permission::{Cloud, Company, Grants, Permission, Side};
pub use role::Role;
pub use unit_id::UnitId;
