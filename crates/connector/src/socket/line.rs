//! The frames of a connection: numbered on their way out, with a bound on how long one may take, and counted on their way in.

use std::time::Duration;

use axum::extract::ws::{CloseCode, CloseFrame, Message, WebSocket};
use protocol::unified::{ErrorCode, ErrorReply, Frame, ToDevice, encode};
use tokio::time::Instant;

use super::pace::Pace;

/// The connection is over: closed, broken, or too slow.
#[derive(Debug)]
pub(super) struct Gone;

/// A WebSocket and the number of the last frame sent on it.
pub(super) struct Line {
    pub(super) socket: WebSocket,
    pub(super) pace: Pace,
    last: u64,
    patience: Duration,
}

impl Line {
    pub(super) fn new(socket: WebSocket, patience: Duration) -> Self {
        Self {
            socket,
            pace: Pace::new(Instant::now()),
            last: 0,
            patience,
        }
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
        self.raw(Message::Ping(Vec::new().into())).await
    }

    /// Ends the connection with a reason.
    pub(super) async fn close(mut self, code: CloseCode, reason: &'static str) {
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
