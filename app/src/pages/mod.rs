//! The pages: a folder per system, a file per page. No page holds server code.

pub mod kit;
mod operator;
mod parts;
pub mod portal;
pub mod ums;

pub use parts::{OperatorPages, PortalPages, UmsPages, VisitorPages};
