//! The two halves of a conversation: numbered frames out, readable frames in.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use protocol::DeviceError;
use protocol::unified::{ErrorCode, ErrorReply, Frame, FromDevice, ToDevice, decode_to_device, encode};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, frame::coding::CloseCode};
use tokio_tungstenite::tungstenite::{Error, Message, error::ProtocolError};

use super::End;
use super::connect::Socket;
use crate::failure::Failure;

/// Longest that the network may take for one frame.
const SEND: Duration = Duration::from_secs(10);
/// Longest wait for the other side to say goodbye, too.
const GOODBYE: Duration = Duration::from_secs(2);
/// Close code of a server that has a newer connection of the same device.
const REPLACED: u16 = 4001;

pub(super) struct Line {
    socket: Socket,
    last: u64,
}

impl Line {
    pub(super) const fn new(socket: Socket) -> Self {
        Self { socket, last: 0 }
    }

    /// The device's own address on this connection.
    pub(super) fn own_address(&self) -> Option<std::net::IpAddr> {
        self.socket
            .get_ref()
            .get_ref()
            .0
            .local_addr()
            .ok()
            .map(|address| address.ip().to_canonical())
    }

    /// Sends a message; answers its number.
    pub(super) async fn send(&mut self, message: FromDevice) -> Result<u64, End> {
        self.frame(None, message).await
    }

    /// Answers frame `to`.
    pub(super) async fn reply(&mut self, to: u64, message: FromDevice) -> Result<u64, End> {
        self.frame(Some(to), message).await
    }

    async fn frame(&mut self, reply_to: Option<u64>, message: FromDevice) -> Result<u64, End> {
        self.last += 1;
        let text = encode(&Frame {
            id: self.last,
            reply_to,
            message,
        })
        .ok_or_else(|| lost("a frame would be too large"))?;
        match timeout(SEND, self.socket.send(Message::text(text))).await {
            Ok(Ok(())) => Ok(self.last),
            Ok(Err(error)) => Err(lost(error)),
            Err(_) => Err(lost("a frame could not be sent in time")),
        }
    }

    /// The next frame; `None` for a sign of life and for what had to be refused.
    pub(super) async fn next(&mut self) -> Result<Option<Frame<ToDevice>>, End> {
        let text = match self.socket.next().await {
            None => return Err(lost("the server has closed the connection")),
            Some(Err(error)) => return Err(broken(&error)),
            Some(Ok(Message::Close(frame))) => return Err(closed(frame.as_ref())),
            // The library answers a ping by itself, with the next thing that it does.
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => return Ok(None),
            Some(Ok(Message::Binary(_))) => {
                let message = "only text frames are known here".to_owned();
                self.send(FromDevice::Error(ErrorReply {
                    code: ErrorCode::Malformed,
                    message,
                }))
                .await?;
                return Ok(None);
            }
            Some(Ok(Message::Text(text))) => text,
        };
        match decode_to_device(&text) {
            Ok(frame) => Ok(Some(frame)),
            Err(error) => {
                if error.wants_answer() {
                    self.frame(error.id(), FromDevice::Error(error.answer())).await?;
                }
                Ok(None)
            }
        }
    }

    /// Says goodbye.
    pub(super) async fn close(mut self) {
        let frame = CloseFrame {
            code: CloseCode::Away,
            reason: "".into(),
        };
        // Who is gone already needs no goodbye.
        let _ = timeout(GOODBYE, async {
            self.socket.close(Some(frame)).await?;
            while self.socket.next().await.is_some_and(|message| message.is_ok()) {}
            Ok::<_, Error>(())
        })
        .await;
    }
}

/// The connection is gone.
pub(super) fn lost(cause: impl std::fmt::Display) -> End {
    End::Lost(Failure::new(DeviceError::NoTcpConnection, cause))
}

fn broken(error: &Error) -> End {
    match error {
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) | Error::ConnectionClosed => {
            lost("the connection broke off")
        }
        _ => match pki::tls_problem(error) {
            Some(problem) => End::Lost(Failure::tls(problem, "the connection")),
            None => lost(error),
        },
    }
}

fn closed(frame: Option<&CloseFrame>) -> End {
    let reason = frame.map(|frame| frame.reason.to_string()).unwrap_or_default();
    if frame.is_some_and(|frame| u16::from(frame.code) == REPLACED) {
        let cause =
            "the same device is connected from somewhere else; every device needs a state folder of its own";
        return End::Replaced(Failure::arguments(cause));
    }
    if frame.is_some_and(|frame| frame.code == CloseCode::Policy) {
        return End::Lost(Failure::new(
            DeviceError::NotEnrolled,
            format!("the server has closed the connection: {reason}"),
        ));
    }
    lost(format!("the server has closed the connection: {reason}"))
}
