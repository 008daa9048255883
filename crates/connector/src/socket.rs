//! The WebSocket of a device (`cosmos.unified.v1`): one task per connection, small buffers.

mod conversation;
mod greeting;
mod line;
mod pace;
mod upgrade;

use std::time::Duration;

use access::Client;
use axum::Extension;
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use protocol::unified::{HELLO_SECONDS, PING_SECONDS};

use crate::Connector;
use crate::identity::{PeerCertificate, identify_for_connection};
use crate::reply::{of_identity, refused};

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
    Extension(peer): Extension<PeerCertificate>,
    request: Request,
) -> Response {
    // Who it is comes first: strangers learn nothing about what would be needed next.
    let identity = match identify_for_connection(&connector.services, peer).await {
        Ok(identity) => identity,
        Err(error) => return of_identity(&error),
    };
    let (answer, upgrade) = match upgrade::accept(request) {
        Ok(accepted) => accepted,
        Err(error) => return refused(StatusCode::BAD_REQUEST, error),
    };
    let Connector {
        services,
        timing,
        connections,
    } = connector;
    // Boxed, so that the room of the beginning is given back when the device is online.
    let beginning = Box::pin(greeting::greet(
        upgrade,
        services,
        timing,
        identity,
        client.address,
    ));
    connections.spawn(async move {
        if let Some(talk) = beginning.await {
            conversation::hold(talk, timing.ping).await;
        }
    });
    answer
}
