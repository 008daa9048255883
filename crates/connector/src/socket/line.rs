//! The frames of a connection: numbered on their way out, with a bound on how long one may take, and counted on their way in.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use protocol::unified::{ErrorCode, ErrorReply, Frame, ToDevice, encode};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::server::TlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, frame::coding::CloseCode};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};

use super::pace::Pace;

/// The connection is over: closed, broken, or too slow.
#[derive(Debug)]
pub(super) struct Gone;

/// A WebSocket and the number of the last frame sent on it.
pub(super) struct Line<S = TlsStream<TcpStream>> {
    socket: WebSocketStream<S>,
    pub(super) pace: Pace,
    last: u64,
    patience: Duration,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Line<S> {
    pub(super) fn new(socket: WebSocketStream<S>, patience: Duration) -> Self {
        Self {
            socket,
            pace: Pace::new(Instant::now()),
            last: 0,
            patience,
        }
    }

    /// What the peer says next; `None` at the end.
    pub(super) async fn next(&mut self) -> Option<Result<Message, Error>> {
        self.socket.next().await
    }

    pub(super) async fn send(&mut self, message: ToDevice) -> Result<(), Gone> {
        self.frame(None, message).await
    }

    pub(super) async fn reply(&mut self, to: u64, message: ToDevice) -> Result<(), Gone> {
        self.frame(Some(to), message).await
    }

    /// Says why a frame was of no use.
    pub(super) async fn refuse(
        &mut self,
        to: Option<u64>,
        code: ErrorCode,
        message: &str,
    ) -> Result<(), Gone> {
        self.frame(
            to,
            ToDevice::Error(ErrorReply {
                code,
                message: message.to_owned(),
            }),
        )
        .await
    }

    pub(super) async fn frame(&mut self, reply_to: Option<u64>, message: ToDevice) -> Result<(), Gone> {
        self.last += 1;
        let Some(text) = encode(&Frame {
            id: self.last,
            reply_to,
            message,
        }) else {
            tracing::error!("a frame for a device would be too large");
            return Err(Gone);
        };
        self.raw(Message::text(text)).await
    }

    pub(super) async fn ping(&mut self) -> Result<(), Gone> {
        self.raw(Message::Ping(Bytes::new())).await
    }

    /// Ends the connection with a reason.
    pub(super) async fn close(&mut self, code: CloseCode, reason: &'static str) {
        // The peer may be gone already; then there is nobody to tell.
        let _ = self
            .raw(Message::Close(Some(CloseFrame {
                code,
                reason: reason.into(),
            })))
            .await;
    }

    async fn raw(&mut self, message: Message) -> Result<(), Gone> {
        match tokio::time::timeout(self.patience, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio_tungstenite::tungstenite::protocol::Role;

    use super::*;

    #[tokio::test]
    async fn a_device_that_takes_what_is_sent_stays_and_one_that_does_not_is_given_up() {
        let (ours, theirs) = tokio::io::duplex(256);
        let patience = Duration::from_millis(50);
        let socket = WebSocketStream::from_raw_socket(ours, Role::Server, None).await;
        let mut line = Line::new(socket, patience);
        let mut device = WebSocketStream::from_raw_socket(theirs, Role::Client, None).await;
        for _ in 0..20 {
            let (sent, heard) = tokio::join!(line.send(ToDevice::Ack), device.next());
            sent.unwrap();
            assert!(matches!(heard, Some(Ok(Message::Text(_)))), "{heard:?}");
        }
        let begun = Instant::now();
        let mut taken = 0;
        while line.send(ToDevice::Ack).await.is_ok() {
            taken += 1;
        }
        assert!((1..20).contains(&taken), "{taken} fit on the way");
        assert!(begun.elapsed() >= patience);
    }
}
