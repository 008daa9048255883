//! From a request to the bare connection under it. Nothing of the HTTP machine stays: between the WebSocket and TLS there is no
//! further layer and no buffer.

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::upgrade::downcast;
use protocol::unified::{MAX_FRAME_BYTES, SUBPROTOCOL};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// What a device's connection runs on.
pub(super) type Socket = WebSocketStream<TlsStream<TcpStream>>;

/// Room for reading, in bytes, kept by each connection. A heartbeat fits; a longer frame gets its own room while it is read,
/// and TLS below keeps 4 KiB anyway. The library's own take 128 KiB each (performance anchors, part 5).
const READ_BUFFER: usize = 512;
/// What may wait for a slow device, in bytes, before its connection is given up. Nothing is held back on purpose.
const WRITE_BUFFER_MAX: usize = 4 * MAX_FRAME_BYTES;

/// Why a request opens no WebSocket.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoUpgrade {
    #[error("this opens a WebSocket: {0}")]
    Request(#[from] tokio_tungstenite::tungstenite::Error),
    #[error("the subprotocol has to be {SUBPROTOCOL}")]
    Subprotocol,
}

/// The answer to a request for a WebSocket, and what becomes of its connection once that is sent.
pub(super) fn accept(request: Request) -> Result<(Response, OnUpgrade), NoUpgrade> {
    let mut answer = create_response_with_body(&request, Body::empty)?;
    if !asks_for_ours(request.headers()) {
        return Err(NoUpgrade::Subprotocol);
    }
    answer.headers_mut().insert(
        header::SEC_WEBSOCKET_PROTOCOL,
        HeaderValue::from_static(SUBPROTOCOL),
    );
    Ok((answer, hyper::upgrade::on(request)))
}

fn asks_for_ours(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .any(|name| name.trim() == SUBPROTOCOL)
}

/// The WebSocket of a connection that has been upgraded. `None` if the peer has gone.
pub(super) async fn open(upgrade: OnUpgrade) -> Option<Socket> {
    let upgraded = upgrade
        .await
        .inspect_err(|error| tracing::debug!(%error, "a connection broke before it was a WebSocket"))
        .ok()?;
    let Ok((stream, read)) = bare(upgraded) else {
        tracing::error!("a device's connection is of an unknown kind");
        return None;
    };
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER_MAX)
        .max_message_size(Some(MAX_FRAME_BYTES))
        .max_frame_size(Some(MAX_FRAME_BYTES));
    Some(WebSocketStream::from_partially_read(stream, read, Role::Server, Some(config)).await)
}

/// The connection itself, and what was read of it beyond the request.
fn bare(upgraded: Upgraded) -> Result<(TlsStream<TcpStream>, Vec<u8>), Upgraded> {
    let parts = downcast::<TokioIo<TlsStream<TcpStream>>>(upgraded)?;
    Ok((parts.io.into_inner(), parts.read_buf.to_vec()))
}
