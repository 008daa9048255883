//! The only contexts of the application.

pub mod breakdown;
pub mod columns;
pub mod kept_form;
pub mod live;
pub mod preferences;
pub mod session;
