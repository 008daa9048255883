//! The UMS port over real TLS, as startup puts it together.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use hyper_util::rt::TokioIo;
use pki::{Certificate, PrivateKey};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore, version};
use server::router::{self, Context};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

use super::{Call, Reply, Stage, options};

/// A running UMS port. Ends with its value.
pub struct Port {
    address: SocketAddr,
    roots: Arc<RootCertStore>,
    _running: JoinSet<()>,
}

impl Port {
    pub async fn open(stage: &Stage) -> Self {
        let services = &stage.company.services;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let here = Context {
            cloud: None,
            company: Some(services.clone()),
        };
        let pages = router::listener(router::webapp(services, &options()), &options(), here, Vec::new());
        let app = connector::router(services.clone()).fallback_service(pages);
        let tls = connector::tls::server_config(services).unwrap();
        let mut running = JoinSet::new();
        running.spawn(async move {
            connector::listener::serve(listener, tls, app, CancellationToken::new())
                .await
                .unwrap();
        });
        let mut roots = RootCertStore::empty();
        let held = ums::certificates::current(services).unwrap();
        roots.add(held.web_root().certificate().der().clone()).unwrap();
        Self {
            address,
            roots: Arc::new(roots),
            _running: running,
        }
    }

    /// Calls over a connection of its own. The error is that of the connection.
    pub async fn call(&self, device: Option<(&PrivateKey, &Certificate)>, call: Call) -> io::Result<Reply> {
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[&version::TLS13])
            .unwrap()
            .with_root_certificates(Arc::clone(&self.roots));
        let config = match device {
            Some((key, certificate)) => config
                .with_client_auth_cert(vec![certificate.der().clone()], key.to_rustls())
                .unwrap(),
            None => config.with_no_client_auth(),
        };
        let stream = TcpStream::connect(self.address).await?;
        let name = ServerName::try_from("localhost").unwrap();
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(io::Error::other)?;
        let mut connections = JoinSet::new();
        connections.spawn(async move { drop(connection.with_upgrades().await) });
        let response = sender
            .send_request(call.request())
            .await
            .map_err(io::Error::other)?;
        Ok(Reply::read(response).await)
    }
}
