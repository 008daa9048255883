//! Ranges of addresses, and which addresses are public.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A range of IP addresses in CIDR notation, such as `10.0.0.0/8`, `fd00::/8` or a single `127.0.0.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IpRange {
    network: IpAddr,
    prefix: u8,
}

/// The text is no range of addresses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no range of addresses; write it like 10.0.0.0/8 or fd00::/8")]
pub struct BadRange(String);

impl IpRange {
    /// Whether the address lies in the range. An IPv4-mapped IPv6 address counts as its IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        masked(address.to_canonical(), self.prefix) == Some(self.network)
    }
}

/// The address with all bits past the prefix cleared; nothing where the prefix is too long for the family.
fn masked(address: IpAddr, prefix: u8) -> Option<IpAddr> {
    match address {
        IpAddr::V4(v4) => {
            let kept = u32::MAX
                .checked_shl(32u32.checked_sub(prefix.into())?)
                .unwrap_or(0);
            Some(Ipv4Addr::from_bits(v4.to_bits() & kept).into())
        }
        IpAddr::V6(v6) => {
            let kept = u128::MAX
                .checked_shl(128u32.checked_sub(prefix.into())?)
                .unwrap_or(0);
            Some(Ipv6Addr::from_bits(v6.to_bits() & kept).into())
        }
    }
}

impl FromStr for IpRange {
    type Err = BadRange;

    /// Bits past the prefix must be zero: `10.1.2.3/8` is more likely a slip than a wish.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadRange(text.chars().take(64).collect());
        let (network, prefix) = match text.split_once('/') {
            Some((network, prefix)) => (network, Some(prefix.parse().map_err(|_| bad())?)),
            None => (text, None),
        };
        let network: IpAddr = network.parse().map_err(|_| bad())?;
        let prefix = prefix.unwrap_or(if network.is_ipv4() { 32 } else { 128 });
        if masked(network, prefix) != Some(network) || network.to_canonical() != network {
            return Err(bad());
        }
        Ok(Self { network, prefix })
    }
}

impl fmt::Display for IpRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.prefix)
    }
}

impl Serialize for IpRange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for IpRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// Whether the address belongs to the public internet: what the IANA registries of special-purpose addresses do
/// not reserve. Addresses that carry an IPv4 address (mapped, NAT64) are judged by it; 6to4 and Teredo, which
/// tunnel to an address of the sender's choice, are never public.
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let reserved = match (a, b, c) {
        // this network, private, loopback, multicast, reserved and broadcast
        (0 | 10 | 127 | 224..=255, _, _)
        // carrier-grade NAT; link-local, which holds cloud metadata services
        | (100, 64..=127, _) | (169, 254, _)
        // private
        | (172, 16..=31, _) | (192, 168, _)
        // protocol assignments, documentation, the retired 6to4 relay, benchmarks
        | (192, 0, 0 | 2) | (192, 88, 99) | (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) => true,
        // a cloud provider's internal host agent that answers on an address of the public space
        _ => address == Ipv4Addr::new(168, 63, 129, 16),
    };
    !reserved
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // NAT64, RFC 6052: reaches the IPv4 address in the last 32 bits
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            is_public_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
        }
        // Teredo, ORCHID and other protocol assignments; documentation; 6to4
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x2002, ..] => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // only 2000::/3 is global unicast
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// First and last address of every reserved block, and the neighbours that are public.
    #[test]
    fn reserved_blocks_are_not_public_and_their_neighbours_are() {
        for text in [
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.0",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.0.0",
            "169.254.169.254",
            "172.16.0.0",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.0",
            "192.168.255.255",
            "198.18.0.0",
            "198.19.255.255",
            "198.51.100.9",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:1ff::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:808:808::1",
            "3fff::1",
            "3fff:fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
            "5f00::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text} is reserved");
        }
        for text in [
            "1.0.0.0",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "203.0.112.255",
            "223.255.255.255",
            "8.8.8.8",
            "168.63.129.17",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2001:200::1",
            "2001:db7::1",
            "2003::1",
            "2606:4700::1111",
            "3ffe::1",
            "3fff:1000::1",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text} is public");
        }
    }

    #[test]
    fn a_range_holds_its_first_and_last_address_and_not_the_next() {
        let range: IpRange = "10.1.0.0/16".parse().unwrap();
        for (text, inside) in [
            ("10.1.0.0", true),
            ("10.1.255.255", true),
            ("::ffff:10.1.2.3", true),
            ("10.0.255.255", false),
            ("10.2.0.0", false),
            ("fd00::1", false),
        ] {
            assert_eq!(range.contains(text.parse().unwrap()), inside, "{text}");
        }
        let all: IpRange = "::/0".parse().unwrap();
        assert!(all.contains("fd00::1".parse().unwrap()));
        assert!(!all.contains("10.0.0.1".parse().unwrap()));
        let one: IpRange = "::1".parse().unwrap();
        assert!(one.contains("::1".parse().unwrap()) && !one.contains("::2".parse().unwrap()));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.1.0.0/8",
            "host",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "::ffff:10.0.0.0/104",
        ] {
            assert!(text.parse::<IpRange>().is_err(), "{text}");
        }
        for text in ["10.0.0.0/8", "127.0.0.1/32", "::1/128", "0.0.0.0/0"] {
            assert_eq!(text.parse::<IpRange>().unwrap().to_string(), text);
        }
    }
}
