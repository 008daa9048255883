//! The reference device: joins a UMS by e-mail or with a first-authentication key, and stays connected to it. A program of its
//! own: it shares no folder and no configuration with the server, and knows of it only what passes over the network.

pub mod agent;
pub mod channel;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod dial;
pub mod enrol;
pub mod entropy;
pub mod est;
pub mod failure;
pub mod first_look;
pub mod fleet;
pub mod http_client;
pub mod onboard;
pub mod report;
pub mod state;
pub mod stop;
pub mod trust;

pub use failure::{Failure, Result};
