//! The device connector over real TLS on loopback, spoken to by curl, openssl and a WebSocket library.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails loudly"
)]

mod bounds;
mod certificates;
mod commands;
mod device;
mod est;
mod memory;
mod refused;
mod runtimes;
mod server;
mod socket;
mod tools;
