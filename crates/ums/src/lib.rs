//! What one company's UMS does: its certificates, its administrators, its devices and how they join, what they are told.
//!
//! Pages call with a proof of permission, the device connector with a device's identity, the command line directly. Startup
//! gives the services what they need with [`equip`], makes or loads the certificates with [`certificates::start`], and runs
//! [`background::run`] until the process stops.

pub mod administrators;
pub mod background;
pub mod bus;
pub mod certificates;
pub mod commands;
pub mod devices;
pub mod enrolment;
pub mod first_auth_keys;
mod jobs;
mod live;
pub mod network;
pub mod onboarding;
pub mod presence;
pub mod reconnect;
mod registration;
mod settings;
pub mod sign_in;
pub mod status;
mod together;

pub use administrators::Administrators;
pub use jobs::{jobs, start_jobs};
pub use live::{Live, equip};
pub use reconnect::ReconnectRate;
pub use settings::Settings;
