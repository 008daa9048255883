//! Opening the WebSocket.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use protocol::DeviceError;
use protocol::onboarding::Address;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::{Error, error::ProtocolError};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::channel;
use crate::dial;
use crate::failure::{Failure, Result};
use crate::http_client;

pub(super) type Socket = WebSocketStream<TlsStream<TcpStream>>;

/// Longest wait for the answer to the request.
const UPGRADE: Duration = Duration::from_secs(30);

/// Opens the WebSocket at `address`: 44 nobody there or busy, 45 no TLS or no UMS, 46 chain, 38 the device is not managed.
pub(super) async fn open(
    address: &Address,
    tls: Arc<ClientConfig>,
    gate: Option<&Semaphore>,
) -> Result<Socket> {
    // A closed gate would let everybody through; it is never closed.
    let _turn = match gate {
        Some(gate) => gate.acquire().await.ok(),
        None => None,
    };
    let request = channel::request(address).map_err(|error| Failure::new(DeviceError::NoTlsHandle, error))?;
    let stream = dial::tls(address, tls).await?;
    let upgrade = client_async_with_config(request, stream, Some(channel::limits()));
    match tokio::time::timeout(UPGRADE, upgrade).await {
        Ok(Ok((socket, _))) => Ok(socket),
        Ok(Err(error)) => Err(failed(address, &error)),
        Err(_) => Err(Failure::new(
            DeviceError::NoTcpConnection,
            format!("{address}: no answer in time"),
        )),
    }
}

fn failed(address: &Address, error: &Error) -> Failure {
    // Under TLS 1.3 a refused device certificate ends the handshake only at the first read, which is here (ruling 23).
    if let Some(problem) = pki::tls_problem(error) {
        return Failure::tls(problem, address);
    }
    let told = |code, text: &dyn std::fmt::Display| Failure::new(code, format!("{address}: {text}"));
    match error {
        Error::Http(response) => {
            let status = response.status();
            let body = String::from_utf8_lossy(response.body().as_deref().unwrap_or_default())
                .trim()
                .to_owned();
            let code = match status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => DeviceError::NotEnrolled,
                StatusCode::TOO_MANY_REQUESTS => DeviceError::NoTcpConnection,
                status if status.is_server_error() => DeviceError::NoTcpConnection,
                _ => DeviceError::NoTlsConnection,
            };
            let later =
                http_client::seconds(response.headers()).filter(|_| code == DeviceError::NoTcpConnection);
            told(code, &format!("the server answered with status {status} {body}")).retry_after(later)
        }
        // The end of a connection just made: a refused certificate whose alert the network has eaten, or a server that stops.
        Error::Io(_) | Error::Protocol(ProtocolError::HandshakeIncomplete) => {
            told(DeviceError::NoTlsConnection, error)
        }
        _ => told(
            DeviceError::NoTlsConnection,
            &format!("no UMS answers there: {error}"),
        ),
    }
}
