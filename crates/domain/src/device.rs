//! Devices, as a UMS shows them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::id::{CommandId, DeviceId};

/// Whether a device is connected. Told by its WebSocket and by nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    Online,
    Offline,
    /// It has enrolled and never connected since.
    Unknown,
}

/// A row of the list of devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRow {
    pub id: DeviceId,
    pub name: String,
    pub presence: Presence,
    pub last_ip: Option<String>,
    pub mac: String,
    pub product: String,
    pub version: String,
    /// The e-mail of the person who onboarded it.
    pub onboarded_by: Option<String>,
    pub last_contact: Option<OffsetDateTime>,
}

/// The details of a device: "System Information" with the seed's labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    pub row: DeviceRow,
    pub site: String,
    pub comment: String,
    pub department: String,
    pub cost_center: String,
    pub unit_id: String,
    pub product_id: String,
    pub firmware_description: String,
    /// The gateway it is connected through; empty for a direct connection.
    pub cloud_gateway: String,
    pub last_boot: Option<OffsetDateTime>,
    pub network_name: String,
    /// Seconds since the last boot.
    pub runtime: Option<u64>,
    /// Seconds of operation in all.
    pub total_operating_time: Option<u64>,
    /// Percent.
    pub battery_level: Option<u8>,
    pub certificate_not_after: Option<OffsetDateTime>,
    pub enrolled_at: OffsetDateTime,
    /// The last commands, newest first.
    pub commands: Vec<Command>,
}

/// What a device can be told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandKind {
    Reboot,
}

impl CommandKind {
    pub fn key(self) -> &'static str {
        match self {
            Self::Reboot => "reboot",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        (key == Self::Reboot.key()).then_some(Self::Reboot)
    }
}

/// Where a command has got to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandState {
    Queued,
    Sent,
    Done,
    Failed,
    Expired,
}

impl CommandState {
    const ALL: [Self; 5] = [Self::Queued, Self::Sent, Self::Done, Self::Failed, Self::Expired];

    pub fn key(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// A command and its fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    pub id: CommandId,
    pub kind: CommandKind,
    pub state: CommandState,
    pub by: String,
    pub at: OffsetDateTime,
    /// What the device answered, if it failed.
    pub message: String,
}

/// A device came, went or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceChange {
    pub id: DeviceId,
    pub presence: Presence,
}

/// What a page that shows devices is told at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceChanges {
    /// The latest of each of these.
    These(Vec<DeviceChange>),
    /// More than can be told one by one: read again.
    Many,
}

impl DeviceChanges {
    /// What is told of one device.
    pub fn of(&self, id: DeviceId) -> Option<&DeviceChange> {
        match self {
            Self::These(changes) => changes.iter().find(|change| change.id == id),
            Self::Many => None,
        }
    }
}
