//! Under which names and addresses this machine may be dialled. Read from Linux's own tables: the standard library does not
//! list addresses, and a crate for it would bring foreign code with `unsafe`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use pki::{PkiError, ServerNames};

use crate::Settings;

/// Every name that the web certificate has to bear (ruling 26).
pub(super) fn wanted(settings: &Settings) -> Result<ServerNames, PkiError> {
    let mut names = ServerNames::new(["localhost", "127.0.0.1", "::1"])?;
    for name in settings.public_host.iter().chain(&settings.extra_names) {
        names.add(name)?;
    }
    if let Some(host) = host_name() {
        // A host name with an underscore or a space is a fact of the machine, not of the configuration: passed over.
        let _ = names.add(&host);
    }
    for address in addresses() {
        names.add(&address.to_string())?;
    }
    Ok(names)
}

/// Whether nothing but this machine itself could reach the UMS.
pub(crate) fn only_loopback(settings: &Settings) -> bool {
    settings.public_host.is_none() && !addresses().iter().any(|address| !address.is_loopback())
}

/// The name of this machine.
pub(crate) fn host_name() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// Its addresses, without link-local ones.
fn addresses() -> Vec<IpAddr> {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let v4 = of_fib_trie(&read("/proc/net/fib_trie"))
        .into_iter()
        .map(IpAddr::V4);
    let v6 = of_if_inet6(&read("/proc/net/if_inet6"))
        .into_iter()
        .map(IpAddr::V6);
    v4.chain(v6).collect()
}

/// An address stands on the line above `/32 host LOCAL`.
fn of_fib_trie(table: &str) -> Vec<Ipv4Addr> {
    let lines = table.lines().map(str::trim);
    let pairs = lines
        .clone()
        .zip(lines.skip(1))
        .filter(|(_, below)| *below == "/32 host LOCAL");
    let found = pairs.filter_map(|(line, _)| line.strip_prefix("|-- ")?.parse::<Ipv4Addr>().ok());
    let mut found: Vec<_> = found
        .filter(|address| !address.is_link_local() && !address.is_unspecified())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The first word of a line is the address in 32 hex digits.
fn of_if_inet6(table: &str) -> Vec<Ipv6Addr> {
    let words = table.lines().filter_map(|line| line.split_whitespace().next());
    let found = words
        .filter_map(|word| u128::from_str_radix(word, 16).ok())
        .map(Ipv6Addr::from);
    found
        .filter(|address| !address.is_unicast_link_local() && !address.is_unspecified())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_link_local_ones_are_not() {
        let trie = "Main:\n     |-- 127.0.0.1\n        /32 host LOCAL\n     |-- 192.0.2.0\n        /24 link UNICAST\n     |-- 192.0.2.2\n        /32 host LOCAL\n     |-- 169.254.1.1\n        /32 host LOCAL\nLocal:\n     |-- 192.0.2.2\n        /32 host LOCAL\n";
        assert_eq!(
            of_fib_trie(trie),
            [Ipv4Addr::LOCALHOST, Ipv4Addr::new(192, 0, 2, 2)]
        );
        let inet6 = "fe8000000000000000fc00fffe000001 04 40 20 80     eth0\nfd000000000000000000000000000002 04 40 00 82     eth0\n";
        assert_eq!(of_if_inet6(inet6), ["fd00::2".parse::<Ipv6Addr>().unwrap()]);
    }

    #[test]
    fn a_configured_name_that_is_none_is_refused() {
        let settings = |name: &str| Settings {
            extra_names: vec![name.to_owned()],
            ..Settings::default()
        };
        assert!(
            wanted(&settings("ums.contoso.example"))
                .unwrap()
                .contains("ums.contoso.example")
        );
        assert!(wanted(&settings("https://ums.contoso.example")).is_err());
    }
}
