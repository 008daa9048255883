//! Endpoints of the UMS Web App, under `/wums-app/api`.

pub mod devices;
pub mod lists;
pub mod network;
pub mod session;
