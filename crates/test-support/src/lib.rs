//! For tests only: both databases, the application in process, and a fake outside world.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot be set up fails loudly"
)]

pub mod canary;
pub mod db;
pub mod outside;
pub mod postgres;
pub mod race;
pub mod rounds;
pub mod saml;
pub mod services;
