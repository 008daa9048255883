//! The Onboarding Service (OBS): turns "my company e-mail" into "this UMS, this certificate chain, this one-time token", after a
//! sign-in at the company's identity provider. It stands on its own web origin, whose root is the redirect URI that companies
//! register at their providers.
//!
//! A *run* is one device's way through it (`onboardings`); a *sign-in* is the person's way to the identity provider and back
//! (`sign_ins`, and `test_sign_ins` for an administrator's try); the *hand-over* announces the run to the UMS of the routing record (`hand_over`); the *token* is what the device
//! redeems there (`tokens`). The steps are those of the onboarding design; providers and records come from `portal`.

mod api;
mod assertion;
mod at_provider;
mod failure;
mod hand_over;
pub mod last;
pub mod limits;
mod onboardings;
mod providers;
mod registration;
pub mod route_doctor;
mod router;
pub mod running;
mod settings;
mod sign_ins;
mod test_sign_ins;
mod tokens;
mod underway;
mod web;
mod work;

pub use failure::Failure;
pub use providers::Providers;
pub use router::{ROUTES, router};
pub use settings::Settings;
pub use underway::{PATIENCE, Underway};
pub use work::{jobs, purge, route_checks, start};
