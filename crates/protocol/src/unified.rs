//! The device's WebSocket: subprotocol `cosmos.unified.v1`, one JSON text frame per message.
//!
//! Every frame is an object with `type`, an `id` that its sender counts up, and `reply_to` where it answers a frame. A frame
//! that cannot be understood is answered with `error` and never ignored; [`DecodeError::answer`] makes that answer.

mod codec;
mod from_device;
mod to_device;

pub use codec::{DecodeError, decode_from_device, decode_to_device, encode};
pub use from_device::{
    CommandOutcome, CommandResult, FromDevice, Heartbeat, Hello, Renewal, SettingsApplied,
};
pub use to_device::{Command, IssuedCertificate, Reconnect, Settings, ToDevice, Welcome};

use serde::{Deserialize, Serialize};

/// Name of the subprotocol, in `Sec-WebSocket-Protocol`.
pub const SUBPROTOCOL: &str = "cosmos.unified.v1";
/// Largest frame, in bytes (security design, named limits).
pub const MAX_FRAME_BYTES: usize = 64 * 1024;
/// Largest frame that carries a chunk of a file, in bytes.
pub const MAX_CHUNK_BYTES: usize = 1024 * 1024;
/// Longest text in one field, in characters.
pub const MAX_TEXT: usize = 255;
/// Longest PEM or request in one field, in bytes: as the certificate request itself.
pub const MAX_PEM_BYTES: usize = 32 * 1024;

/// How often a device says that it lives, in seconds, where nothing else is set: one hour (1 to 24 hours can be set).
pub const HEARTBEAT_SECONDS: u32 = 3_600;
/// Shortest interval that a device accepts, in seconds; administrators can set one hour and more.
pub const MIN_HEARTBEAT_SECONDS: u32 = 1;
/// Longest interval that can be set, in seconds: 24 hours.
pub const MAX_HEARTBEAT_SECONDS: u32 = 24 * 3_600;
/// Width of the window over which a device spreads its next connection after a loss, in seconds, until a server has told it
/// another one.
pub const RECONNECT_WINDOW_SECONDS: u32 = 30;
/// Widest window that a server may tell, in seconds: one hour.
pub const MAX_RECONNECT_WINDOW_SECONDS: u32 = 3_600;
/// How often the server pings an open connection, in seconds: below the 130 s after which some proxies close (onboarding
/// design, "Behind a reverse proxy").
pub const PING_SECONDS: u32 = 60;
/// How long a new connection may take until its `hello`, in seconds.
pub const HELLO_SECONDS: u32 = 15;

/// A message with its number, and the number of the frame it answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame<M> {
    /// Counted up by the sender, from 1 in each connection.
    pub id: u64,
    /// The frame that this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<u64>,
    /// What it says.
    #[serde(flatten)]
    pub message: M,
}

impl<M> Frame<M> {
    /// A frame that answers none.
    pub const fn new(id: u64, message: M) -> Self {
        Self {
            id,
            reply_to: None,
            message,
        }
    }

    /// A frame that answers frame `to`.
    pub const fn reply(id: u64, to: u64, message: M) -> Self {
        Self {
            id,
            reply_to: Some(to),
            message,
        }
    }
}

/// "I could not use your frame."
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorReply {
    /// What was wrong with it.
    pub code: ErrorCode,
    /// The same in English, for a log.
    pub message: String,
}

/// What can be wrong with a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Larger than allowed.
    TooLarge,
    /// Not JSON, or without `type` and `id`.
    Malformed,
    /// A `type` that this side does not know.
    UnknownType,
    /// A known type whose fields are missing, wrong or too long.
    InvalidFields,
    /// Understood, but not allowed now: a message before `hello`, a second `hello`.
    OutOfOrder,
    /// Understood and allowed, but it could not be done.
    Refused,
}

/// A message whose fields have bounds.
pub(crate) trait Bounded {
    /// The first field that is out of bounds.
    fn out_of_bounds(&self) -> Option<&'static str>;
}

impl Bounded for ErrorReply {
    fn out_of_bounds(&self) -> Option<&'static str> {
        text("message", &self.message)
    }
}

/// `Some(name)` if a text is too long or holds control characters, which could rewrite a terminal or a log.
pub(crate) fn text(name: &'static str, text: &str) -> Option<&'static str> {
    (text.chars().count() > MAX_TEXT || text.chars().any(char::is_control)).then_some(name)
}
