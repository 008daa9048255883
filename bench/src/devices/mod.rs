//! The generator: many devices in one task each, with a certificate of their own, against any server that devices connect to.

pub mod board;
pub mod channel;
pub mod crowd;
pub mod grounds;
pub mod identities;
pub mod rounds;
pub mod tls;
