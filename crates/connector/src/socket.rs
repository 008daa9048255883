//! The WebSocket of a device (`cosmos.unified.v1`): one task per connection, small buffers.

mod conversation;
mod line;
mod pace;

use std::time::Duration;

use access::Client;
use axum::Extension;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::response::{IntoResponse as _, Response};
use http::{Extensions, StatusCode};
use protocol::unified::{HELLO_SECONDS, MAX_FRAME_BYTES, PING_SECONDS, SUBPROTOCOL};

use crate::Connector;
use crate::identity::{PeerCertificates, identify};
use crate::reply::{of_identity, refused};

/// Buffers of one connection, in bytes. The library's own take 128 KiB each (performance anchors, part 5).
const READ_BUFFER: usize = 4 * 1024;
const WRITE_BUFFER: usize = 4 * 1024;
/// What may wait for a slow device, in bytes, before its connection is given up.
const WRITE_BUFFER_MAX: usize = 4 * MAX_FRAME_BYTES;

/// How long things may take on a connection.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// From the beginning to `hello`.
    pub hello: Duration,
    /// Between two pings; a device that is silent from one to the next but one is lost.
    pub ping: Duration,
    /// For one message to be taken by the network.
    pub send: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            hello: Duration::from_secs(HELLO_SECONDS.into()),
            ping: Duration::from_secs(PING_SECONDS.into()),
            send: Duration::from_secs(10),
        }
    }
}

/// `ws-connect`: opens the WebSocket of the device that its certificate names.
pub(crate) async fn connect(
    State(connector): State<Connector>,
    Extension(client): Extension<Client>,
    Extension(peer): Extension<PeerCertificates>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    // Who it is comes first: strangers learn nothing about what would be needed next.
    let mut extensions = Extensions::new();
    extensions.insert(peer);
    let identity = match identify(&connector.services, &extensions).await {
        Ok(identity) => identity,
        Err(error) => return of_identity(&error),
    };
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade.protocols([SUBPROTOCOL]),
        Err(rejection) => return rejection.into_response(),
    };
    if upgrade.selected_protocol().is_none() {
        return refused(
            StatusCode::BAD_REQUEST,
            format!("the subprotocol has to be {SUBPROTOCOL}"),
        );
    }
    upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(WRITE_BUFFER_MAX)
        .max_message_size(MAX_FRAME_BYTES)
        .max_frame_size(MAX_FRAME_BYTES)
        .on_upgrade(move |socket| async move {
            conversation::hold(
                socket,
                &connector.services,
                connector.timing,
                identity,
                client.address,
            )
            .await;
        })
}
