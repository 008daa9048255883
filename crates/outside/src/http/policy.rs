//! Which addresses may be called.

use std::net::IpAddr;

use rustls_pki_types::CertificateDer;

use super::Refusal;
use crate::ranges::{IpRange, is_public};

/// The part of the configuration that opens what is closed by default (`[outbound]`, ruling 5).
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Ranges that may be called although they are not public.
    pub allow: Vec<IpRange>,
    /// Ranges that may be called without TLS. They may be called with TLS as well.
    pub plain_http: Vec<IpRange>,
    /// Roots that [`super::Trust::SystemPlus`] adds to those of the operating system, as DER.
    pub extra_roots: Vec<CertificateDer<'static>>,
}

/// What about a call decides which addresses it may go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Mode {
    /// Without TLS.
    pub plain: bool,
    /// The port is known to belong to another protocol.
    pub foreign_port: bool,
}

impl Policy {
    /// Whether a connection to the address may be opened.
    pub(crate) fn admit(&self, address: IpAddr, mode: Mode) -> Result<(), Refusal> {
        let within = |ranges: &[IpRange]| ranges.iter().any(|range| range.contains(address));
        let named = within(&self.allow) || within(&self.plain_http);
        if !named && !is_public(address) {
            return Err(Refusal::PrivateAddress);
        }
        if mode.plain && !within(&self.plain_http) {
            return Err(Refusal::PlainHttp);
        }
        if mode.foreign_port && !named {
            return Err(Refusal::Port);
        }
        Ok(())
    }
}
