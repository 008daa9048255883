//! Endpoints of the operators' pages, under `/operator/api`.

pub mod accounts;
pub mod registrations;
pub mod session;
