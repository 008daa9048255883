//! The TLS of the UMS port: version 1.3 alone, a client certificate wished for but not required, the server's certificate
//! exchanged while running.

use std::fmt;
use std::sync::Arc;

use access::{Clock, Error, Result, Services};
use domain::Company;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::UnixTime;
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::time_provider::TimeProvider;
use rustls::{RootCertStore, ServerConfig, version};
use tokio::sync::watch;
use ums::certificates::{self, Certificates};

/// The configuration for [`crate::listener::serve`]. The certificates must be there ([`certificates::start`]).
///
/// Sessions are resumed by stateless tickets, one per handshake: kept in memory, 100,000 devices would not fit
/// (performance anchors, part 5). A resumed session skips the verifier, so `identity` checks each connection again.
pub fn server_config(services: &Services<Company>) -> Result<Arc<ServerConfig>> {
    let provider = pki::tls_provider();
    let mut roots = RootCertStore::empty();
    let held = certificates::current(services)?;
    roots
        .add(held.est().certificate().der().clone())
        .map_err(Error::internal)?;
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let verifier = verifier
        .allow_unauthenticated()
        .build()
        .map_err(Error::internal)?;
    let time = Arc::new(OurTime(services.clock().clone()));
    let mut config = ServerConfig::builder_with_details(provider, time)
        .with_protocol_versions(&[&version::TLS13])
        .map_err(Error::internal)?
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(Arc::new(InUse(certificates::watch(services)?)));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.ticketer = aws_lc_rs::Ticketer::new().map_err(Error::internal)?;
    config.send_tls13_tickets = 1;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    Ok(Arc::new(config))
}

/// The web certificate in use at the moment of the handshake.
#[derive(Debug)]
struct InUse(watch::Receiver<Option<Certificates>>);

impl ResolvesServerCert for InUse {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.borrow().as_ref().map(Certificates::server_key)
    }
}

/// Certificates are judged by the clock that everything else goes by.
struct OurTime(Clock);

impl TimeProvider for OurTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now().unix_timestamp()).ok()?;
        Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(
            seconds,
        )))
    }
}

impl fmt::Debug for OurTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OurTime")
    }
}
