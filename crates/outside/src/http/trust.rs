//! From a [`Trust`] to a TLS configuration.

use std::sync::{Arc, OnceLock};

use rustls::client::Resumption;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;

use super::{HttpError, Policy, Trust};

/// The TLS side of a client that trusts only what it is told. Host names are always checked; resumption is off,
/// since a resumed session skips the check of the certificate.
///
/// [`HttpError::TlsChain`] where nothing is left to trust: no certificate can pass then.
pub(super) fn tls(trust: &Trust, policy: &Policy) -> Result<ClientConfig, HttpError> {
    let mut roots = RootCertStore::empty();
    match trust {
        Trust::System => add(&mut roots, system_roots()),
        Trust::SystemPlus => {
            add(&mut roots, system_roots());
            add(&mut roots, &policy.extra_roots);
        }
        Trust::Only(only) => add(&mut roots, only),
    }
    if roots.is_empty() {
        return Err(HttpError::TlsChain);
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| HttpError::TlsOther)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// A certificate that cannot serve as a root is left out: it then vouches for nobody.
fn add(roots: &mut RootCertStore, certificates: &[CertificateDer<'static>]) {
    let (_, unusable) = roots.add_parsable_certificates(certificates.iter().cloned());
    if unusable > 0 {
        tracing::debug!(
            unusable,
            "certificates that cannot serve as a trust root are left out"
        );
    }
}

/// The operating system's roots, read once.
fn system_roots() -> &'static [CertificateDer<'static>] {
    static ROOTS: OnceLock<Vec<CertificateDer<'static>>> = OnceLock::new();
    ROOTS.get_or_init(|| {
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::warn!(%error, "a part of the system's trust store cannot be read");
        }
        if found.certs.is_empty() {
            tracing::warn!("the system has no trust store; calls to public servers will fail");
        }
        found.certs
    })
}
