//! What a server says to its device.

use domain::device::CommandKind;
use domain::id::CommandId;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{
    Bounded, ErrorReply, MAX_HEARTBEAT_SECONDS, MAX_PEM_BYTES, MAX_RECONNECT_WINDOW_SECONDS,
    MIN_HEARTBEAT_SECONDS, text,
};
use crate::onboarding::Address;

/// A message from a server to a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToDevice {
    /// Answer to `hello`.
    Welcome(Welcome),
    /// Which settings should be in effect. Answered with `settings_applied`.
    Settings(Settings),
    /// Something to do. Answered with `command_result`; a repeated id is answered again and not done again.
    Command(Command),
    /// Answer to a request for a new certificate.
    Certificate(IssuedCertificate),
    /// The window for coming back has changed, because the fleet has. Not answered.
    Reconnect(Reconnect),
    /// What the device sent is stored.
    Ack,
    /// A frame of the device could not be used.
    Error(ErrorReply),
}

/// How the connection is to be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// How often to say `heartbeat`, in seconds.
    pub heartbeat_seconds: u32,
    /// After a loss the device waits a random part of this, in seconds; at most [`MAX_RECONNECT_WINDOW_SECONDS`].
    pub reconnect_window_seconds: u32,
    /// The server's time, so that a device with a wrong clock can tell.
    #[serde(with = "time::serde::rfc3339")]
    pub server_time: OffsetDateTime,
    /// Where to connect from now on.
    pub management: Address,
}

/// The settings that should be in effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Names them by their content; the device fetches what it does not have.
    pub digest: String,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Named by this in the result.
    pub command: CommandId,
    /// What to do.
    pub kind: CommandKind,
}

/// How widely devices spread their next connections from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconnect {
    /// As in [`Welcome::reconnect_window_seconds`].
    pub window_seconds: u32,
}

/// A new certificate for the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedCertificate {
    /// The end certificate and what stands above it, in PEM.
    pub certificate_pem: String,
}

impl Bounded for ToDevice {
    fn out_of_bounds(&self) -> Option<&'static str> {
        match self {
            Self::Welcome(welcome) => {
                let heartbeat = MIN_HEARTBEAT_SECONDS..=MAX_HEARTBEAT_SECONDS;
                if !heartbeat.contains(&welcome.heartbeat_seconds) {
                    return Some("heartbeat_seconds");
                }
                (welcome.reconnect_window_seconds > MAX_RECONNECT_WINDOW_SECONDS)
                    .then_some("reconnect_window_seconds")
            }
            Self::Settings(settings) => text("digest", &settings.digest),
            Self::Certificate(issued) => {
                (issued.certificate_pem.len() > MAX_PEM_BYTES).then_some("certificate_pem")
            }
            Self::Reconnect(reconnect) => {
                (reconnect.window_seconds > MAX_RECONNECT_WINDOW_SECONDS).then_some("window_seconds")
            }
            Self::Command(_) | Self::Ack => None,
            Self::Error(error) => error.out_of_bounds(),
        }
    }
}
