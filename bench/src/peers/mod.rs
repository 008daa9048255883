//! Servers that devices connect to: ours and its peers, all alike to the benchmarks.

pub mod broker;
pub mod certificates;
pub mod meshcentral;
pub mod mosquitto;
pub mod nats;
pub mod nginx;
pub mod node_ws;
pub mod ours;

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};

use crate::failure::{Failure, Outcome};
use crate::http::loopback;
use crate::machine::process::Process;

/// A running server. It ends when it is dropped.
pub trait Server: Send + Sync + 'static {
    type Held: Held;

    /// As it stands in the findings.
    fn name(&self) -> &'static str;

    /// The process whose time and memory count.
    fn process(&self) -> Process;

    /// Connects a device until the server has accepted it, which is checked.
    fn connect(&self, visit: Visit) -> impl Future<Output = Outcome<Self::Held>> + Send;
}

/// The connection of a device that the server has accepted.
pub trait Held: Send + 'static {
    /// Answers whatever the server wants, until the connection ends; then why. Dropping it ends the connection.
    fn hold(self) -> impl Future<Output = Failure> + Send;
}

/// One connection of one device.
#[derive(Clone, Copy, Debug)]
pub struct Visit {
    /// Which device, from 0. Each has a certificate of its own.
    pub device: usize,
    /// Where it comes from.
    pub from: IpAddr,
    pub handshake: Handshake,
}

/// What kind of handshake has to happen; another one is a failure. Servers without client certificates need not look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handshake {
    Full,
    /// With the ticket of the device's last connection.
    Resumed,
}

/// Source addresses that the devices of a benchmark share: no address has many of them, as it would be in life.
const ADDRESSES: usize = 250;

impl Visit {
    pub fn new(device: usize, handshake: Handshake) -> Self {
        let from = loopback(u16::try_from(device % ADDRESSES).unwrap_or_default());
        Self {
            device,
            from,
            handshake,
        }
    }
}

/// A port that nobody has at this moment, for servers that cannot be asked for any.
pub fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_spread_over_addresses_and_keep_theirs() {
        let from = |device| Visit::new(device, Handshake::Full).from.to_string();
        assert_eq!(from(0), "127.0.0.2");
        assert_eq!(from(249), "127.0.0.251");
        assert_eq!(from(250), from(0));
    }
}
