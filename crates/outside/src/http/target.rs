//! From the text of an address to a host that may be called.

use std::net::IpAddr;

use url::{Host, Url};

use super::policy::{Mode, Policy};
use super::{HttpError, Refusal};

/// Longest address, in bytes.
pub(super) const URL_LIMIT: usize = 8 * 1024;

/// Ports of other protocols: the "bad ports" of the Fetch standard, and the usual ports of databases, directories,
/// remote desktops and queues. A web request to them could be read as a command.
const FOREIGN_PORTS: &[u16] = &[
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 88, 95, 101, 102, 103,
    104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 138, 139, 143, 161, 179, 389, 427, 445, 465, 512,
    513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 873, 989, 990, 993, 995, 1080,
    1433, 1521, 1719, 1720, 1723, 2049, 2375, 2379, 2380, 3128, 3268, 3269, 3306, 3389, 3659, 4045, 4190,
    4222, 5060, 5061, 5432, 5672, 5900, 5984, 6000, 6379, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6679,
    6697, 9042, 9092, 9200, 9300, 10080, 10250, 11211, 27017,
];

/// An address that may be called as far as its text tells.
#[derive(Debug)]
pub(super) struct Target {
    pub url: Url,
    /// Host and port: the unit of the limit on calls in flight.
    pub place: String,
    pub mode: Mode,
}

impl Target {
    /// Parses and checks the text. A host that is an IP address, in any notation, is judged here, since it is
    /// never looked up; a name is judged by the resolver, by the addresses that will be dialled.
    pub fn parse(text: &str, policy: &Policy) -> Result<Self, HttpError> {
        if text.len() > URL_LIMIT {
            return Err(HttpError::BadUrl);
        }
        let mut url = Url::parse(text).map_err(|_| HttpError::BadUrl)?;
        url.set_fragment(None);
        let refused = |reason| Err(HttpError::Refused { reason });
        let plain = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return refused(Refusal::Scheme),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refused(Refusal::Userinfo);
        }
        if plain && policy.plain_http.is_empty() {
            return refused(Refusal::PlainHttp);
        }
        let port = url
            .port_or_known_default()
            .filter(|port| *port != 0)
            .ok_or(HttpError::BadUrl)?;
        let mode = Mode {
            plain,
            foreign_port: FOREIGN_PORTS.contains(&port),
        };
        let address = match url.host().ok_or(HttpError::BadUrl)? {
            Host::Domain(_) => None,
            Host::Ipv4(v4) => Some(v4.into()),
            Host::Ipv6(v6) => Some(v6.into()),
        };
        if let Some(address) = address {
            policy
                .admit(address, mode)
                .map_err(|reason| HttpError::Refused { reason })?;
        }
        let place = format!("{}:{port}", url.host_str().unwrap_or_default());
        Ok(Self { url, place, mode })
    }
}

/// The address that `host` is, if it is one and may be dialled, and how the addresses behind a name are to be judged.
pub(crate) fn place_to_dial(
    host: &str,
    port: u16,
    policy: &Policy,
) -> Result<(Option<IpAddr>, Mode), HttpError> {
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    let target = Target::parse(&format!("https://{host}:{port}/"), policy)?;
    // Anything else would say another host than the one that is asked about.
    if target.url.path() != "/" || target.url.query().is_some() {
        return Err(HttpError::BadUrl);
    }
    let address = match target.url.host() {
        Some(Host::Ipv4(v4)) => Some(v4.into()),
        Some(Host::Ipv6(v6)) => Some(v6.into()),
        Some(Host::Domain(_)) | None => None,
    };
    Ok((address, target.mode))
}
