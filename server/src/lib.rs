//! Thin: configuration in, a running process out. What the product does stands in the use-case crates.

pub mod cli;
pub mod config;
mod guard;
mod layers;
mod listen;
mod logs;
mod metrics;
pub mod router;
pub mod routes;
pub mod startup;
