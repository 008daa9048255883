use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::Reason;
use crate::domain_name::is_label;

/// Longest host name, in bytes (portal design, "Rules").
pub const HOSTNAME_MAX: u32 = 255;

/// A fully qualified domain name or an IP address. Stored as typed, compared without case.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hostname(String);

impl Hostname {
    /// Parses a name or address alone: no scheme, path, port or user.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let text = text.trim();
        if text.contains("://") {
            return Err(Reason::HostnameHasScheme);
        }
        if text.contains(['/', '?', '#', '@']) {
            return Err(Reason::HostnameHasPath);
        }
        if text.len() > HOSTNAME_MAX as usize {
            return Err(Reason::TooLong { max: HOSTNAME_MAX });
        }
        let bare = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(text);
        if bare.parse::<IpAddr>().is_ok() {
            return Ok(Self(bare.to_owned()));
        }
        if text.contains(':') {
            return Err(Reason::HostnameHasPath);
        }
        let numeric = text
            .rsplit('.')
            .next()
            .is_some_and(|last| last.chars().all(|c| c.is_ascii_digit()));
        if numeric || !text.split('.').all(|label| label.is_ascii() && is_label(label)) {
            return Err(Reason::NotAHostname);
        }
        Ok(Self(text.to_owned()))
    }

    /// As it was typed, an IPv6 address without its brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address, if it is one.
    pub fn ip(&self) -> Option<IpAddr> {
        self.0.parse().ok()
    }

    /// As it stands in a URL: an IPv6 address in brackets.
    pub fn in_url(&self) -> String {
        if self.0.contains(':') {
            format!("[{}]", self.0)
        } else {
            self.0.clone()
        }
    }
}

impl PartialEq for Hostname {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}
impl Eq for Hostname {}

impl fmt::Display for Hostname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Hostname {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|_| "not a host name".to_owned())
    }
}

impl From<Hostname> for String {
    fn from(host: Hostname) -> Self {
        host.0
    }
}

/// A TCP port, 1 to 65535.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Port(std::num::NonZeroU16);

impl Port {
    pub fn parse(text: &str) -> Result<Self, Reason> {
        text.trim()
            .parse::<std::num::NonZeroU16>()
            .map(Self)
            .map_err(|_| Reason::NotAPort)
    }

    pub fn get(self) -> u16 {
        self.0.get()
    }
}

impl TryFrom<u16> for Port {
    type Error = String;
    fn try_from(number: u16) -> Result<Self, String> {
        std::num::NonZeroU16::new(number)
            .map(Self)
            .ok_or_else(|| "port 0".to_owned())
    }
}

impl From<Port> for u16 {
    fn from(port: Port) -> Self {
        port.get()
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_hosts() {
        for good in [
            "ums.contoso.example",
            "UMS01",
            "10.0.0.7",
            "::1",
            "[2001:db8::7]",
            "localhost",
        ] {
            assert!(Hostname::parse(good).is_ok(), "{good}");
        }
        assert_eq!(
            Hostname::parse("UMS.Contoso.Example").unwrap(),
            Hostname::parse("ums.contoso.example").unwrap()
        );
        assert_eq!(Hostname::parse("2001:db8::7").unwrap().in_url(), "[2001:db8::7]");
    }

    #[test]
    fn the_reason_says_what_is_too_much() {
        assert_eq!(
            Hostname::parse("https://ums.contoso.example"),
            Err(Reason::HostnameHasScheme)
        );
        assert_eq!(
            Hostname::parse("ums.contoso.example/webapp"),
            Err(Reason::HostnameHasPath)
        );
        assert_eq!(
            Hostname::parse("ums.contoso.example:8443"),
            Err(Reason::HostnameHasPath)
        );
        assert_eq!(Hostname::parse("ums contoso"), Err(Reason::NotAHostname));
        assert_eq!(Hostname::parse("999.1.1.1"), Err(Reason::NotAHostname));
        let of = |n: usize| "a.".repeat(n / 2) + if n % 2 == 1 { "a" } else { "" };
        assert!(Hostname::parse(&of(255)).is_ok());
        assert_eq!(Hostname::parse(&of(257)), Err(Reason::TooLong { max: 255 }));
    }

    #[test]
    fn ports_are_1_to_65535() {
        assert_eq!(Port::parse("1").unwrap().get(), 1);
        assert_eq!(Port::parse(" 65535 ").unwrap().get(), 65535);
        for bad in ["0", "65536", "70000", "-1", "8443a", "84.43"] {
            assert_eq!(Port::parse(bad), Err(Reason::NotAPort), "{bad}");
        }
    }
}
