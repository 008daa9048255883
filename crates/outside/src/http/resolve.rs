//! Name look-up with the address filter inside: what was checked is what is dialled, so a name that changes its
//! answer between check and use (DNS rebinding) gains nothing.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::Refusal;
use super::policy::{Mode, Policy};

/// Where the client asks for the addresses of a name.
pub trait NameLookup: Send + Sync {
    /// All addresses of the name.
    fn lookup(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The operating system's look-up, which honours the hosts file and split DNS.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemNames;

impl NameLookup for SystemNames {
    fn lookup(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        async move {
            // Loopback by definition (RFC 6761, 6.3); not every system knows the forms with a dot.
            let last = name.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
            if last.eq_ignore_ascii_case("localhost") {
                return Ok(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
            }
            Ok(tokio::net::lookup_host((name, 0))
                .await?
                .map(|found| found.ip())
                .collect())
        }
        .boxed()
    }
}

/// Why a name gives no address to dial.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResolveError {
    #[error("no address")]
    NotFound(#[source] Option<io::Error>),
    #[error(transparent)]
    Refused(Refusal),
}

/// The resolver of one client: drops every address that the policy does not admit.
pub(super) struct GuardedResolver {
    pub names: Arc<dyn NameLookup>,
    pub policy: Arc<Policy>,
    pub mode: Mode,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let found = self.names.lookup(name.as_str().to_owned());
        let (policy, mode) = (Arc::clone(&self.policy), self.mode);
        async move {
            let found = found.await.map_err(|error| ResolveError::NotFound(Some(error)))?;
            Ok(admitted(&found, &policy, mode)?)
        }
        .boxed()
    }
}

fn admitted(found: &[IpAddr], policy: &Policy, mode: Mode) -> Result<Addrs, ResolveError> {
    let mut refusal = None;
    let mut admitted = Vec::new();
    for address in found {
        match policy.admit(*address, mode) {
            // Port 0 is replaced by the port of the address that is called.
            Ok(()) => admitted.push(SocketAddr::new(*address, 0)),
            Err(reason) => refusal = refusal.or(Some(reason)),
        }
    }
    match (admitted.is_empty(), refusal) {
        (false, _) => Ok(Box::new(admitted.into_iter())),
        (true, Some(reason)) => Err(ResolveError::Refused(reason)),
        (true, None) => Err(ResolveError::NotFound(None)),
    }
}
