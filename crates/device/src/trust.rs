//! Whom a connection trusts, and with which certificate the device shows itself.

use std::path::Path;
use std::sync::Arc;

use pki::{Certificate, CertificateChain, PrivateKey};
use protocol::DeviceError;
use rustls::client::Resumption;
use rustls::{ClientConfig, RootCertStore};
use time::OffsetDateTime;

use crate::failure::{Failure, Result};

/// Sessions that a device remembers to resume. It talks to one server; the library's own number is 256.
const SESSIONS: usize = 2;

/// The certificates that a device trusts for its UMS, and no others.
#[derive(Clone, Debug)]
pub struct Trust {
    pem: String,
    roots: Arc<RootCertStore>,
}

impl Trust {
    /// Exactly the authorities of a chain (34 if there is none to use).
    pub fn chain(pem: &str, now: OffsetDateTime) -> Result<Self> {
        let chain = CertificateChain::parse(pem, now).map_err(|problem| {
            Failure::new(
                DeviceError::TrustChainNotLoaded,
                format!("the chain cannot be used: {problem:?}"),
            )
        })?;
        Self::of(&chain.authorities().collect::<Vec<_>>(), now)
    }

    /// Exactly one authority.
    pub fn only(authority: &Certificate, now: OffsetDateTime) -> Result<Self> {
        Self::of(&[authority], now)
    }

    fn of(authorities: &[&Certificate], now: OffsetDateTime) -> Result<Self> {
        let pem: String = authorities.iter().map(|authority| authority.pem()).collect();
        let roots = pki::trust_store(authorities.iter().copied(), now);
        if roots.is_empty() {
            return Err(Failure::new(
                DeviceError::TrustChainNotLoaded,
                "the chain has no authority that is valid now",
            ));
        }
        Ok(Self {
            pem,
            roots: Arc::new(roots),
        })
    }

    /// The authorities as PEM text, to be kept.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// TLS without a certificate of one's own.
    pub fn anonymous(&self) -> Result<Arc<ClientConfig>> {
        Ok(finished(
            modern()?
                .with_root_certificates(Arc::clone(&self.roots))
                .with_no_client_auth(),
        ))
    }

    /// TLS with the device's certificate.
    pub fn with_certificate(&self, certificate: &Certificate, key: &PrivateKey) -> Result<Arc<ClientConfig>> {
        let config = modern()?
            .with_root_certificates(Arc::clone(&self.roots))
            .with_client_auth_cert(vec![certificate.der().clone()], key.to_rustls())
            .map_err(|error| Failure::new(DeviceError::NoTlsContext, error))?;
        Ok(finished(config))
    }
}

/// TLS for the Onboarding Service, which stands in the open: the system's authorities and those of `extra`, a PEM file.
pub fn public(extra: Option<&Path>) -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    let system = rustls_native_certs::load_native_certs();
    let (of_system, _) = roots.add_parsable_certificates(system.certs);
    if let Some(path) = extra {
        let unusable = |why: &dyn std::fmt::Display| {
            Failure::new(
                DeviceError::TrustChainNotLoaded,
                format!("{}: {why}", path.display()),
            )
        };
        let file = std::fs::read(path).map_err(|error| unusable(&error))?;
        let chain = CertificateChain::parse(file, crate::clock::now())
            .map_err(|problem| unusable(&format!("{problem:?}")))?;
        roots.add_parsable_certificates(chain.authorities().map(|authority| authority.der().clone()));
    } else if of_system == 0 {
        let errors: Vec<String> = system.errors.iter().map(ToString::to_string).collect();
        return Err(Failure::new(
            DeviceError::TrustStoreNotLoaded,
            format!("no certificates found. {}", errors.join("; ")),
        ));
    }
    // TLS 1.2 too: what stands before a cloud service is not ours to choose.
    let config = ClientConfig::builder_with_provider(pki::tls_provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::new(DeviceError::NoTlsContext, error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(finished(config))
}

type Builder = rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>;

/// TLS 1.3 alone, as the UMS port speaks it.
pub(crate) fn modern() -> Result<Builder> {
    ClientConfig::builder_with_provider(pki::tls_provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|error| Failure::new(DeviceError::NoTlsContext, error))
}

pub(crate) fn finished(mut config: ClientConfig) -> Arc<ClientConfig> {
    config.resumption = Resumption::in_memory_sessions(SESSIONS);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Arc::new(config)
}
