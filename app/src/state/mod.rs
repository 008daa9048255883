//! The only contexts of the application.

pub mod breakdown;
pub mod form_key;
pub mod kept_form;
pub mod live;
pub mod preferences;
pub mod session;
pub mod told;
