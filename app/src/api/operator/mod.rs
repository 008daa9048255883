//! Endpoints of the operators' pages, under `/operator/api`.

pub mod accounts;
pub mod cases;
pub mod lists;
pub mod registrations;
pub mod session;
