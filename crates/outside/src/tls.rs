//! What a host presents in a TLS handshake, for people to compare. The handshake trusts nothing and is broken off as soon as the
//! host has shown its certificates: nothing of ours is sent over it, and nothing follows from it.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme, SupportedProtocolVersion};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_rustls::TlsConnector;

use crate::http::{HttpError, NameLookup, Policy, Refusal, SystemNames, place_to_dial};

/// Longest look, from the name to the certificates.
pub const LOOK_TIME: Duration = Duration::from_secs(8);
/// Looks under way; more wait.
const LOOKS: usize = 64;
/// Most certificates that are kept of what a host presents.
pub const PRESENTED_MAX: usize = 10;
/// Addresses of a name that are tried.
const ADDRESSES: usize = 4;

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsVersion {
    Tls12,
    Tls13,
}

/// What a host has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// The address that answered.
    pub address: IpAddr,
    /// The highest version of TLS that it speaks with us.
    pub version: TlsVersion,
    /// Its own certificate first; at most [`PRESENTED_MAX`].
    pub certificates: Vec<CertificateDer<'static>>,
}

/// A way to look at hosts. Object safe, so that use cases hold `Arc<dyn Tls>`.
pub trait Tls: Send + Sync {
    /// Has `host` (a name, or an address without brackets) present its certificates at `port`. The address rules are those of
    /// calls.
    fn look<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, Result<Presented, HttpError>>;
}

/// [`Tls`] over the network, under the same policy as calls.
pub struct GuardedTls {
    policy: Policy,
    names: Arc<dyn NameLookup>,
    slots: Semaphore,
}

impl GuardedTls {
    /// Looks under this policy, with the operating system's names.
    pub fn new(policy: Policy) -> Self {
        Self::with_names(policy, Arc::new(SystemNames))
    }

    /// Looks under this policy with its own source of names.
    pub fn with_names(policy: Policy, names: Arc<dyn NameLookup>) -> Self {
        Self {
            policy,
            names,
            slots: Semaphore::new(LOOKS),
        }
    }

    async fn present(&self, host: &str, port: u16) -> Result<Presented, HttpError> {
        let _slot = self.slots.acquire().await.map_err(|_| HttpError::Timeout)?;
        let addresses = self.addresses(host, port).await?;
        let name = ServerName::try_from(host.to_owned()).map_err(|_| HttpError::BadUrl)?;
        let mut last = HttpError::Tcp;
        for address in addresses.into_iter().take(ADDRESSES) {
            match shake(address, port, name.clone(), &rustls::version::TLS13).await {
                Ok(certificates) => return Ok(presented(address, TlsVersion::Tls13, certificates)),
                Err(HttpError::TlsOther) => {
                    // Nothing in common: is it the version?
                    match shake(address, port, name.clone(), &rustls::version::TLS12).await {
                        Ok(certificates) => {
                            return Ok(presented(address, TlsVersion::Tls12, certificates));
                        }
                        Err(error) => last = error,
                    }
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// The addresses that may be dialled.
    async fn addresses(&self, host: &str, port: u16) -> Result<Vec<IpAddr>, HttpError> {
        let (given, mode) = place_to_dial(host, port, &self.policy)?;
        let found = match given {
            Some(address) => vec![address],
            None => self
                .names
                .lookup(host.to_owned())
                .await
                .map_err(|_| HttpError::Dns)?,
        };
        let mut refusal: Option<Refusal> = None;
        let mut admitted = Vec::new();
        for address in found {
            match self.policy.admit(address, mode) {
                Ok(()) => admitted.push(address),
                Err(reason) => refusal = refusal.or(Some(reason)),
            }
        }
        match (admitted.is_empty(), refusal) {
            (false, _) => Ok(admitted),
            (true, Some(reason)) => Err(HttpError::Refused { reason }),
            (true, None) => Err(HttpError::Dns),
        }
    }
}

impl Tls for GuardedTls {
    fn look<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, Result<Presented, HttpError>> {
        async move {
            tokio::time::timeout(LOOK_TIME, self.present(host, port))
                .await
                .map_err(|_| HttpError::Timeout)?
        }
        .boxed()
    }
}

fn presented(
    address: IpAddr,
    version: TlsVersion,
    mut certificates: Vec<CertificateDer<'static>>,
) -> Presented {
    certificates.truncate(PRESENTED_MAX);
    Presented {
        address,
        version,
        certificates,
    }
}

async fn shake(
    address: IpAddr,
    port: u16,
    name: ServerName<'static>,
    version: &'static SupportedProtocolVersion,
) -> Result<Vec<CertificateDer<'static>>, HttpError> {
    let stream = TcpStream::connect(SocketAddr::new(address, port))
        .await
        .map_err(|_| HttpError::Tcp)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let eye = Arc::new(Eye {
        provider: Arc::clone(&provider),
        seen: Mutex::default(),
    });
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .map_err(|_| HttpError::TlsOther)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&eye) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    let ended = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    let seen = std::mem::take(&mut *eye.seen.lock().unwrap_or_else(PoisonError::into_inner));
    if !seen.is_empty() {
        return Ok(seen);
    }
    match ended {
        // A server cannot get through without showing a certificate.
        Ok(_) => Err(HttpError::TlsOther),
        Err(error) => Err(trouble(&error)),
    }
}

fn trouble(error: &std::io::Error) -> HttpError {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        // Hung up in the middle: what speaks no TLS often does.
        None | Some(rustls::Error::InvalidMessage(_)) => HttpError::NotTls,
        Some(_) => HttpError::TlsOther,
    }
}

/// Sees the certificates, and breaks off.
#[derive(Debug)]
struct Eye {
    provider: Arc<CryptoProvider>,
    seen: Mutex<Vec<CertificateDer<'static>>>,
}

impl ServerCertVerifier for Eye {
    fn verify_server_cert(
        &self,
        end: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        *seen = std::iter::once(end)
            .chain(intermediates)
            .map(|one| one.clone().into_owned())
            .collect();
        Err(rustls::Error::General("seen, and trusted in nothing".to_owned()))
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General("nothing is trusted".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General("nothing is trusted".to_owned()))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;
    use tokio::net::TcpListener;

    use super::*;

    fn policy() -> Policy {
        Policy {
            allow: vec!["127.0.0.0/8".parse().unwrap()],
            ..Policy::default()
        }
    }

    /// A server with a certificate of its own, that speaks this version.
    async fn server(version: &'static SupportedProtocolVersion) -> (u16, CertificateDer<'static>) {
        let made = rcgen::generate_simple_self_signed(["ums.contoso.example".to_owned()]).unwrap();
        let certificate = made.cert.der().clone();
        let key = rustls_pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        #[expect(clippy::disallowed_methods, reason = "a server of this test alone")]
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // The other side breaks off.
                assert!(acceptor.accept(stream).await.is_err());
            }
        });
        (port, certificate)
    }

    #[tokio::test]
    async fn a_host_shows_its_certificates_and_its_version_and_gets_nothing() {
        let tls = GuardedTls::new(policy());
        for (spoken, version) in [
            (&rustls::version::TLS13, TlsVersion::Tls13),
            (&rustls::version::TLS12, TlsVersion::Tls12),
        ] {
            let (port, certificate) = server(spoken).await;
            let seen = tls.look("127.0.0.1", port).await.unwrap();
            assert_eq!((seen.version, seen.certificates), (version, vec![certificate]));
            assert_eq!(seen.address, IpAddr::from([127, 0, 0, 1]));
        }
    }

    #[tokio::test]
    async fn what_is_no_tls_and_what_is_closed_is_told_apart() {
        let tls = GuardedTls::new(policy());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let plain = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream
                .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                .await
                .unwrap();
            stream.shutdown().await.unwrap();
        };
        let (seen, ()) = futures::join!(tls.look("127.0.0.1", port), plain);
        assert_eq!(seen, Err(HttpError::NotTls));
        drop(listener);
        assert_eq!(tls.look("127.0.0.1", port).await, Err(HttpError::Tcp));
    }

    #[tokio::test]
    async fn addresses_are_judged_as_those_of_calls() {
        let (port, _) = server(&rustls::version::TLS13).await;
        let closed = GuardedTls::new(Policy::default());
        let private = Err(HttpError::Refused {
            reason: Refusal::PrivateAddress,
        });
        assert_eq!(closed.look("127.0.0.1", port).await, private);
        assert_eq!(closed.look("localhost", port).await, private);
        assert_eq!(
            closed.look("name with blanks", port).await,
            Err(HttpError::BadUrl)
        );
        assert!(GuardedTls::new(policy()).look("localhost", port).await.is_ok());
    }
}
