//! The device channel before its first frame: how a device asks for it, and how much it takes.

use std::fmt::Display;

use http::{HeaderValue, header};
use protocol::paths;
use protocol::unified::{MAX_FRAME_BYTES, SUBPROTOCOL};
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// Buffers of one connection, in bytes; the library's own have 128 KiB each.
const BUFFER: usize = 4 * 1024;

/// The request that opens the channel of the UMS at `address`, a host with its port. Fails if that is no part of a URL.
pub fn request(address: impl Display) -> Result<Request, Error> {
    let mut request = format!("wss://{address}{}", paths::WS_CONNECT).into_client_request()?;
    request.headers_mut().insert(
        header::SEC_WEBSOCKET_PROTOCOL,
        HeaderValue::from_static(SUBPROTOCOL),
    );
    Ok(request)
}

/// Frames no larger than the protocol allows, and small buffers.
#[must_use]
pub fn limits() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_write_buffer_size(4 * MAX_FRAME_BYTES)
        .max_message_size(Some(MAX_FRAME_BYTES))
        .max_frame_size(Some(MAX_FRAME_BYTES))
}
