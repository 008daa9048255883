//! Addresses that lead into a network that a customer has no business in, and a listener there that counts who comes (SEC-23).

use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Ways to write an address inside: loopback, private and special networks, by every notation that some reader understands, and
/// names that stand for it.
pub const INWARD: [&str; 44] = [
    "127.0.0.1",
    "127.1",
    "127.0.0.1.",
    "127.0.0.2",
    "127.255.255.254",
    "2130706433",
    "017700000001",
    "0x7f.1",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "0",
    "0.0.0.0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "deep.localhost",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "%31%32%37.0.0.1",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::]",
    "[2001::1]",
    "[fe80::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "168.63.129.16",
    "198.18.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "255.255.255.255",
];

/// A port on loopback, IPv4 and IPv6, at which nobody should ever be. Whoever comes is counted and hung up on.
pub struct Canary {
    pub port: u16,
    visits: Arc<AtomicUsize>,
}

impl Canary {
    pub fn open() -> Self {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = first.local_addr().expect("an address").port();
        // Not every machine has IPv6.
        let second = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).ok();
        let visits = Arc::new(AtomicUsize::new(0));
        for listener in std::iter::once(first).chain(second) {
            let visits = Arc::clone(&visits);
            // Until the end of the process: a visitor must not have to wait for the test.
            std::thread::spawn(move || {
                for visitor in listener.incoming() {
                    visits.fetch_add(1, Ordering::SeqCst);
                    drop(visitor);
                }
            });
        }
        Self { port, visits }
    }

    /// How many have come since the last time.
    pub fn visits(&self) -> usize {
        self.visits.swap(0, Ordering::SeqCst)
    }
}
