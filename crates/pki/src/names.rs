//! The names a server certificate is made for.

use std::collections::BTreeSet;
use std::net::IpAddr;

use rustls_pki_types::DnsName;

use crate::key::PkiError;

/// DNS names (lower case) and IP addresses of a server, without order and repetition: two equal sets need no new certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerNames {
    dns: BTreeSet<String>,
    ip: BTreeSet<IpAddr>,
}

impl ServerNames {
    /// Sorts texts into names and addresses. Fails on the first text that is neither.
    pub fn new<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> Result<Self, PkiError> {
        let mut names = Self::default();
        for text in texts {
            names.add(text.as_ref())?;
        }
        Ok(names)
    }

    /// Adds one name or address; an IPv6 address may stand in brackets.
    pub fn add(&mut self, text: &str) -> Result<(), PkiError> {
        let text = text.trim();
        let bare = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(text);
        if let Ok(address) = bare.parse() {
            self.ip.insert(address);
        } else if DnsName::try_from(text).is_ok() {
            self.insert_dns(text);
        } else {
            return Err(PkiError::BadName(text.chars().take(255).collect()));
        }
        Ok(())
    }

    pub(crate) fn insert_dns(&mut self, name: &str) {
        self.dns.insert(name.to_ascii_lowercase());
    }

    pub(crate) fn insert_ip(&mut self, address: IpAddr) {
        self.ip.insert(address);
    }

    /// The DNS names in order.
    pub fn dns(&self) -> impl Iterator<Item = &str> {
        self.dns.iter().map(String::as_str)
    }

    /// The addresses in order.
    pub fn ip(&self) -> impl Iterator<Item = IpAddr> {
        self.ip.iter().copied()
    }

    /// Whether there is no name at all.
    pub fn is_empty(&self) -> bool {
        self.dns.is_empty() && self.ip.is_empty()
    }

    /// Whether a certificate with these names is good for the host: also by a `*` for its first label (RFC 6125, 6.4.3).
    pub fn covers(&self, host: &str) -> bool {
        let wild = || {
            let (_, rest) = host.split_once('.')?;
            let rest = rest.to_ascii_lowercase();
            (rest.contains('.') && host.parse::<IpAddr>().is_err())
                .then(|| self.dns.contains(&format!("*.{rest}")))
        };
        self.contains(host) || wild().unwrap_or(false)
    }

    /// Whether a host, as a device dials it, is among them (exactly; wildcards are the verifier's business).
    pub fn contains(&self, host: &str) -> bool {
        match host.parse() {
            Ok(address) => self.ip.contains(&address),
            Err(_) => self.dns.contains(&host.to_ascii_lowercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_case_and_repetition_do_not_make_a_difference() {
        let one = ServerNames::new(["UMS.contoso.example", "127.0.0.1", "::1", "localhost"]).unwrap();
        let other = ServerNames::new([
            "localhost",
            "[::1]",
            "ums.contoso.example",
            "127.0.0.1",
            "LOCALHOST",
        ])
        .unwrap();
        assert_eq!(one, other);
        assert_ne!(one, ServerNames::new(["localhost"]).unwrap());
        assert!(
            one.contains("Ums.Contoso.Example") && one.contains("127.0.0.1") && !one.contains("10.0.0.1")
        );
        let mut wild = ServerNames::default();
        wild.insert_dns("*.Contoso.example");
        assert!(wild.covers("UMS.contoso.example") && one.covers("ums.contoso.example"));
        for other in [
            "contoso.example",
            "a.b.contoso.example",
            "ums.contoso.test",
            "10.0.0.1",
        ] {
            assert!(!wild.covers(other), "{other}");
        }
        for wrong in ["", "https://ums.contoso.example", "ums contoso", "a:b"] {
            assert!(ServerNames::new([wrong]).is_err(), "{wrong}");
        }
    }
}
