//! What real handshakes, in memory, fail with.

use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration as StdDuration;

use pki::authority::SERVER_LIFETIME;
use pki::{Authority, CertificateChain, ServerNames, TlsProblem, root_store, tls_problem};
use rustls::client::WebPkiServerVerifier;
use rustls::pki_types::{ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, ClientConnection, ServerConfig, ServerConnection};
use time::{Duration, OffsetDateTime};

use crate::fixtures::{NOW, device, root};

#[derive(Debug)]
struct At(OffsetDateTime);

impl TimeProvider for At {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.unix_timestamp()).ok()?;
        Some(UnixTime::since_unix_epoch(StdDuration::from_secs(seconds)))
    }
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

fn server(web: &Authority) -> ServerConfig {
    let issued = web
        .issue_server(&ServerNames::new(["localhost"]).unwrap(), NOW, SERVER_LIFETIME)
        .unwrap();
    ServerConfig::builder_with_details(provider(), Arc::new(At(NOW)))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(issued.presented([web.certificate()]), issued.key.to_rustls())
        .unwrap()
}

fn client(trusted: &Authority, host: &str, at: OffsetDateTime) -> ClientConnection {
    let chain = CertificateChain::parse(trusted.certificate().pem(), NOW).unwrap();
    let roots = Arc::new(root_store(&chain, at));
    let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider())
        .build()
        .unwrap();
    let config = ClientConfig::builder_with_details(provider(), Arc::new(At(at)))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_webpki_verifier(verifier)
        .with_no_client_auth();
    ClientConnection::new(Arc::new(config), ServerName::try_from(host.to_owned()).unwrap()).unwrap()
}

/// Passes bytes back and forth until both sides are content or one fails; the client's view.
fn shake(client: &mut ClientConnection, server: &mut ServerConnection) -> Result<(), rustls::Error> {
    for _ in 0..8 {
        let mut wire = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut wire).unwrap();
        }
        let mut wire = Cursor::new(wire);
        while server.read_tls(&mut wire).unwrap() > 0 {
            drop(server.process_new_packets());
        }
        let mut wire = Vec::new();
        while server.wants_write() {
            server.write_tls(&mut wire).unwrap();
        }
        let mut wire = Cursor::new(wire);
        while client.read_tls(&mut wire).unwrap() > 0 {
            client.process_new_packets()?;
        }
    }
    Ok(())
}

fn outcome(config: ServerConfig, mut client: ClientConnection) -> Result<(), TlsProblem> {
    let mut server = ServerConnection::new(Arc::new(config)).unwrap();
    shake(&mut client, &mut server).map_err(|error| {
        let direct = TlsProblem::from(&error);
        // As an HTTP client hands it on: wrapped into an I/O error.
        let wrapped = std::io::Error::other(error);
        assert_eq!(tls_problem(&wrapped), Some(direct));
        direct
    })
}

#[test]
fn name_chain_and_time_are_told_apart() {
    let (web, other) = (root("Contoso UMS"), root("Contoso UMS"));
    assert_eq!(outcome(server(&web), client(&web, "localhost", NOW)), Ok(()));
    assert_eq!(
        outcome(server(&web), client(&web, "ums.contoso.example", NOW)),
        Err(TlsProblem::Name)
    );
    assert_eq!(
        outcome(server(&web), client(&web, "127.0.0.1", NOW)),
        Err(TlsProblem::Name)
    );
    assert_eq!(
        outcome(server(&web), client(&other, "localhost", NOW)),
        Err(TlsProblem::Chain)
    );
    let late = NOW + SERVER_LIFETIME + Duration::DAY;
    assert_eq!(
        outcome(server(&web), client(&web, "localhost", late)),
        Err(TlsProblem::Expired)
    );
    let early = NOW - Duration::MINUTE * 3;
    assert_eq!(outcome(server(&web), client(&web, "localhost", early)), Ok(()));
}

#[test]
fn plain_http_is_no_tls() {
    let mut client = client(&root("Contoso UMS"), "localhost", NOW);
    let mut answer = Cursor::new(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    client.read_tls(&mut answer).unwrap();
    let error = client.process_new_packets().unwrap_err();
    assert_eq!(TlsProblem::from(&error), TlsProblem::NotTls);
    assert_eq!(
        tls_problem(&std::io::Error::from(std::io::ErrorKind::ConnectionRefused)),
        None
    );
}

#[test]
fn a_device_of_another_ums_learns_it_from_the_alert() {
    let (web, est, other) = (root("Contoso UMS"), root("EST"), root("EST of another UMS"));
    let same_name = root("EST");
    let issued = web
        .issue_server(&ServerNames::new(["localhost"]).unwrap(), NOW, SERVER_LIFETIME)
        .unwrap();
    let with = |signer: &Authority| {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(est.certificate().der().clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider())
            .allow_unauthenticated()
            .build()
            .unwrap();
        let server = ServerConfig::builder_with_details(provider(), Arc::new(At(NOW)))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(issued.presented([]), issued.key.to_rustls())
            .unwrap();
        let (certificate, key) = device(signer, "00E0C54A1B2C");
        let chain = CertificateChain::parse(web.certificate().pem(), NOW).unwrap();
        let config = ClientConfig::builder_with_details(provider(), Arc::new(At(NOW)))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .unwrap()
            .with_root_certificates(root_store(&chain, NOW))
            .with_client_auth_cert(vec![certificate.der().clone()], key.to_rustls())
            .unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        outcome(server, ClientConnection::new(Arc::new(config), name).unwrap())
    };
    assert_eq!(with(&est), Ok(()));
    assert_eq!(with(&other), Err(TlsProblem::ClientCertificateRefused));
    assert_eq!(with(&same_name), Err(TlsProblem::ClientCertificateRefused));
}
