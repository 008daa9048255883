//! Frames to text and back.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Bounded, ErrorCode, ErrorReply, Frame, FromDevice, MAX_FRAME_BYTES, MAX_TEXT, ToDevice};

/// Every `type` a device may send; what is not here is [`DecodeError::UnknownType`].
const FROM_DEVICE: [&str; 6] = [
    "hello",
    "heartbeat",
    "settings_applied",
    "command_result",
    "certificate",
    "error",
];
/// Every `type` a server may send.
const TO_DEVICE: [&str; 7] = [
    "welcome",
    "settings",
    "command",
    "certificate",
    "reconnect",
    "ack",
    "error",
];

/// Why a frame was not understood. `id` is that of the frame, where it could be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// More than [`MAX_FRAME_BYTES`].
    #[error("the frame has more than {MAX_FRAME_BYTES} bytes")]
    TooLarge,
    /// Not a JSON object with `type` and `id`.
    #[error("the frame is not a JSON object with type and id")]
    Malformed,
    /// A `type` that this side does not know.
    #[error("the type {name:?} is not known here")]
    UnknownType {
        /// Number of the frame.
        id: u64,
        /// The type, shortened.
        name: String,
    },
    /// Fields are missing or wrong.
    #[error("a field of {name} is missing or wrong")]
    InvalidFields {
        /// Number of the frame.
        id: u64,
        /// The type.
        name: &'static str,
    },
    /// A field is longer or larger than allowed, or holds control characters.
    #[error("the field {field} of {name} is out of bounds")]
    OutOfBounds {
        /// Number of the frame.
        id: u64,
        /// The type.
        name: &'static str,
        /// The field.
        field: &'static str,
    },
}

impl DecodeError {
    /// Number of the frame, where it could be read.
    pub const fn id(&self) -> Option<u64> {
        match self {
            Self::TooLarge | Self::Malformed => None,
            Self::UnknownType { id, .. } | Self::InvalidFields { id, .. } | Self::OutOfBounds { id, .. } => {
                Some(*id)
            }
        }
    }

    /// The `error` to answer with; put [`Self::id`] into its frame's `reply_to`.
    pub fn answer(&self) -> ErrorReply {
        let code = match self {
            Self::TooLarge => ErrorCode::TooLarge,
            Self::Malformed => ErrorCode::Malformed,
            Self::UnknownType { .. } => ErrorCode::UnknownType,
            Self::InvalidFields { .. } | Self::OutOfBounds { .. } => ErrorCode::InvalidFields,
        };
        ErrorReply {
            code,
            message: self.to_string().chars().take(MAX_TEXT).collect(),
        }
    }

    /// Whether an answer makes sense: never to an `error`, or two sides could answer each other for ever.
    pub fn wants_answer(&self) -> bool {
        !self.is_about_an_error()
    }

    fn is_about_an_error(&self) -> bool {
        matches!(self, Self::InvalidFields { name, .. } | Self::OutOfBounds { name, .. } if *name == "error")
    }
}

/// Writes a frame. `None` if it would be larger than [`MAX_FRAME_BYTES`], which the other side would refuse.
pub fn encode<M: Serialize>(frame: &Frame<M>) -> Option<String> {
    serde_json::to_string(frame)
        .ok()
        .filter(|text| text.len() <= MAX_FRAME_BYTES)
}

/// Reads a frame of a device.
pub fn decode_from_device(text: &str) -> Result<Frame<FromDevice>, DecodeError> {
    decode(text, &FROM_DEVICE)
}

/// Reads a frame of a server.
pub fn decode_to_device(text: &str) -> Result<Frame<ToDevice>, DecodeError> {
    decode(text, &TO_DEVICE)
}

#[derive(Deserialize)]
struct Head {
    id: u64,
    #[serde(rename = "type")]
    name: String,
}

fn decode<M: DeserializeOwned + Bounded>(
    text: &str,
    known: &[&'static str],
) -> Result<Frame<M>, DecodeError> {
    if text.len() > MAX_FRAME_BYTES {
        return Err(DecodeError::TooLarge);
    }
    // The head is read first, so that even a frame of a newer version can be answered by number.
    let Head { id, name } = serde_json::from_str(text).map_err(|_| DecodeError::Malformed)?;
    let Some(name) = known.iter().copied().find(|known| *known == name) else {
        return Err(DecodeError::UnknownType {
            id,
            name: name.chars().take(SHOWN).collect(),
        });
    };
    let frame: Frame<M> = serde_json::from_str(text).map_err(|_| DecodeError::InvalidFields { id, name })?;
    match frame.message.out_of_bounds() {
        Some(field) => Err(DecodeError::OutOfBounds { id, name, field }),
        None => Ok(frame),
    }
}

/// Characters of an unknown type that an answer repeats.
const SHOWN: usize = 40;

#[cfg(test)]
mod tests;
