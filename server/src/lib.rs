//! Thin: configuration in, a running process out. What the product does stands in the use-case crates.

mod bound;
pub mod cli;
pub mod config;
mod descriptors;
mod devices;
mod guard;
mod layers;
mod listen;
mod logs;
mod metrics;
pub mod router;
pub mod routes;
mod running;
mod sides;
pub mod startup;
mod test_mail;
