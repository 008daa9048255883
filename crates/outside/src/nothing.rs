//! What stands in where a part of the outside is missing: it says so, instead of pretending.

use std::net::IpAddr;

use futures::future::BoxFuture;

use crate::{Dns, DnsError, Mail, MailError, Mailer, Mx};

/// A machine without name servers.
pub(crate) struct NoDns;

impl Dns for NoDns {
    fn txt(&self, _: &str) -> BoxFuture<'_, Result<Vec<String>, DnsError>> {
        Box::pin(async { Err(DnsError::Failed) })
    }
    fn mx(&self, _: &str) -> BoxFuture<'_, Result<Vec<Mx>, DnsError>> {
        Box::pin(async { Err(DnsError::Failed) })
    }
    fn addresses(&self, _: &str) -> BoxFuture<'_, Result<Vec<IpAddr>, DnsError>> {
        Box::pin(async { Err(DnsError::Failed) })
    }
}

/// No mail server is configured.
pub(crate) struct NoMail;

impl Mailer for NoMail {
    fn send(&self, _: Mail) -> BoxFuture<'_, Result<(), MailError>> {
        Box::pin(async { Err(MailError::Unreachable) })
    }
}
