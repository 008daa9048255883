//! The pages of those who run the portal.

mod account;
mod account_activity;
mod account_users;
mod accounts;
mod case;
mod cases;
mod registration;
mod registrations;
mod sign_in;

pub use account::AccountPage;
pub use account_activity::AccountActivityPage;
pub use account_users::AccountUsersPage;
pub use accounts::AccountsPage;
pub use case::CasePage;
pub use cases::CasesPage;
pub use registration::RegistrationPage;
pub use registrations::RegistrationsPage;
pub use sign_in::SignInPage;
