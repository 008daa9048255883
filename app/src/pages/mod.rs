//! The pages: a folder per system, a file per page. No page holds server code.

pub mod kit;
pub mod portal;
pub mod ums;
