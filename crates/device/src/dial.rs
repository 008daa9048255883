//! Opening connections, with a code for each way to fail.

use std::sync::Arc;
use std::time::Duration;

use protocol::DeviceError;
use protocol::onboarding::Address;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::failure::{Failure, Result};

/// Longest wait for a connection; a firewall that drops packets answers never.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest handshake: a server under a storm of devices lets some wait.
const HANDSHAKE: Duration = Duration::from_secs(30);

/// A TCP connection (44).
pub async fn tcp(address: &Address) -> Result<TcpStream> {
    let failed =
        |why: &dyn std::fmt::Display| Failure::new(DeviceError::NoTcpConnection, format!("{address}: {why}"));
    let connecting = TcpStream::connect((address.host.as_str(), address.port.get()));
    let stream = match timeout(CONNECT, connecting).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return Err(failed(&error)),
        Err(_) => return Err(failed(&"no answer")),
    };
    // Small frames shall not wait for each other; nothing depends on it.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// A TLS connection (44; 43 where the address cannot stand in a certificate; 45; 46).
pub async fn tls(address: &Address, config: Arc<ClientConfig>) -> Result<TlsStream<TcpStream>> {
    let name = ServerName::try_from(address.host.as_str().to_owned())
        .map_err(|error| Failure::new(DeviceError::NoTlsHandle, format!("{address}: {error}")))?;
    let stream = tcp(address).await?;
    match timeout(HANDSHAKE, TlsConnector::from(config).connect(name, stream)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(match pki::tls_problem(&error) {
            Some(problem) => Failure::tls(problem, address),
            None => Failure::new(DeviceError::NoTlsConnection, format!("{address}: {error}")),
        }),
        Err(_) => Err(Failure::new(
            DeviceError::NoTlsConnection,
            format!("{address}: the TLS handshake takes too long"),
        )),
    }
}
