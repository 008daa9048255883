//! Mutual TLS of the devices: version 1.3, one configuration for each device, so that each has its own certificate and its own
//! tickets, and with what was agreed looked at.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::aws_lc_rs::{self, kx_group};
use rustls::sign::SingleCertAndKey;
use rustls::{ClientConfig, HandshakeKind, NamedGroup, RootCertStore, version};
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::identities::{Identities, Identity};
use crate::failure::{Failure, Outcome};
use crate::http::dial;
use crate::peers::{Handshake, Visit};

/// Tickets that a device keeps.
const TICKETS: usize = 2;

/// The key exchange that devices offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Groups {
    /// X25519 alone, which every peer knows.
    X25519,
    /// What a device of ours offers first: X25519 and ML-KEM together.
    Default,
}

/// The devices of a run, ready to connect.
pub struct Fleet {
    configurations: Vec<Arc<ClientConfig>>,
    agreed: Mutex<Vec<(NamedGroup, bool)>>,
}

impl Fleet {
    /// Devices without tickets. They trust our server's authorities, and `others` for its peers.
    pub fn new<'a>(
        identities: &Identities,
        others: impl IntoIterator<Item = &'a CertificateDer<'static>>,
        groups: Groups,
    ) -> Outcome<Self> {
        let mut provider = aws_lc_rs::default_provider();
        provider.kx_groups = match groups {
            Groups::X25519 => vec![kx_group::X25519],
            Groups::Default => vec![kx_group::X25519MLKEM768, kx_group::X25519],
        };
        let provider = Arc::new(provider);
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(identities.authorities.iter().map(|one| one.der().clone()));
        roots.add_parsable_certificates(others.into_iter().cloned());
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build()?;
        let configured = |identity: &Identity| {
            let mut config = ClientConfig::builder_with_provider(Arc::clone(&provider))
                .with_protocol_versions(&[&version::TLS13])?
                .with_webpki_verifier(Arc::clone(&verifier))
                .with_client_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(&identity.certified))));
            config.resumption = Resumption::in_memory_sessions(TICKETS);
            config.alpn_protocols = vec![b"http/1.1".to_vec()];
            Ok(Arc::new(config))
        };
        Ok(Self {
            configurations: identities
                .devices
                .iter()
                .map(configured)
                .collect::<Outcome<_>>()?,
            agreed: Mutex::default(),
        })
    }

    /// A TLS connection of a device, with the handshake that was asked for.
    pub async fn open(&self, to: SocketAddr, visit: Visit) -> Outcome<TlsStream<TcpStream>> {
        let config = self.configurations.get(visit.device);
        let config = config.ok_or_else(|| Failure::new(format!("there is no device {}", visit.device)))?;
        let name = ServerName::try_from("localhost")?;
        let stream = dial(to, Some(visit.from)).await?;
        let stream = TlsConnector::from(Arc::clone(config))
            .connect(name, stream)
            .await?;
        let shaken = &stream.get_ref().1;
        let kind = shaken.handshake_kind();
        let twice = kind == Some(HandshakeKind::FullWithHelloRetryRequest);
        let as_wanted = match visit.handshake {
            Handshake::Full => twice || kind == Some(HandshakeKind::Full),
            Handshake::Resumed => kind == Some(HandshakeKind::Resumed),
        };
        if !as_wanted {
            return Err(Failure::new(format!(
                "device {}: a handshake of kind {kind:?} instead of {:?}",
                visit.device, visit.handshake
            )));
        }
        if let Some(group) = shaken.negotiated_key_exchange_group() {
            self.note(group.name(), twice);
        }
        Ok(stream)
    }

    /// Remembers what was agreed on, and whether the device had to say hello twice for it.
    fn note(&self, group: NamedGroup, twice: bool) {
        let mut agreed = self.agreed.lock().unwrap_or_else(PoisonError::into_inner);
        if !agreed.contains(&(group, twice)) {
            agreed.push((group, twice));
        }
    }

    /// Names of the key exchanges that were agreed on so far.
    pub fn agreed(&self) -> String {
        let agreed = self.agreed.lock().unwrap_or_else(PoisonError::into_inner);
        let names = agreed.iter().map(|(group, twice)| {
            let retry = if *twice { " after a second hello" } else { "" };
            format!("{group:?}{retry}")
        });
        names.collect::<Vec<_>>().join(", ")
    }
}
