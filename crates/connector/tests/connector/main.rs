//! The device connector over real TLS on loopback, spoken to by curl, openssl and a WebSocket library.

mod bounds;
mod est;
mod refused;
mod server;
mod socket;
mod tools;
