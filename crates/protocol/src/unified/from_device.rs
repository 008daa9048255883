//! What a device says.

use domain::id::CommandId;
use domain::{MacAddress, UnitId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{Bounded, ErrorReply, MAX_PEM_BYTES, text};

/// A message from a device to its server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromDevice {
    /// The first message of every connection: what the device is. Answered with `welcome`.
    Hello(Box<Hello>),
    /// "I live." Answered with `ack`.
    Heartbeat(Heartbeat),
    /// Settings were fetched and put into effect. Answered with `ack`.
    SettingsApplied(SettingsApplied),
    /// What became of a command. Answered with `ack` once it is stored; until then the device repeats it after reconnecting.
    CommandResult(CommandResult),
    /// A request for a new certificate; answered with `certificate`. Works behind a proxy, where `simplereenroll` does not.
    Certificate(Renewal),
    /// A frame of the server could not be used.
    Error(ErrorReply),
}

/// Inventory of a device: the fields of "System Information" that it knows itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Must be the one in its certificate.
    pub unit_id: UnitId,
    /// The name it knows itself by; empty if none.
    #[serde(default)]
    pub name: String,
    /// First network adapter.
    pub mac: MacAddress,
    /// Product name.
    #[serde(default)]
    pub product: String,
    /// Product id.
    #[serde(default)]
    pub product_id: String,
    /// Version of the operating system.
    #[serde(default)]
    pub version: String,
    /// Firmware description.
    #[serde(default)]
    pub firmware_description: String,
    /// Its own view of its address, which may differ from the one it connects from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_ip: Option<std::net::IpAddr>,
    /// Network name at boot time.
    #[serde(default)]
    pub network_name: String,
    /// When it was started.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub boot_time: Option<OffsetDateTime>,
    /// Seconds since it was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runtime_seconds: Option<u64>,
    /// Seconds of operation in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_operating_seconds: Option<u64>,
    /// Battery, 0 to 100 percent; none without a battery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery_percent: Option<u8>,
    /// Digest of the settings in effect; none before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings_digest: Option<String>,
}

/// A sign of life.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// Seconds since the device was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runtime_seconds: Option<u64>,
    /// Battery, 0 to 100 percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery_percent: Option<u8>,
}

/// Settings are in effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsApplied {
    /// Digest of what is in effect now.
    pub digest: String,
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandResult {
    /// The command.
    pub command: CommandId,
    /// How it went.
    #[serde(flatten)]
    pub outcome: CommandOutcome,
}

/// How a command went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum CommandOutcome {
    /// Carried out (a reboot: the device is about to go down, or has come back).
    Done,
    /// Not carried out.
    Failed {
        /// Why, in English.
        message: String,
    },
}

/// A certificate request of the device's present key or a new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renewal {
    /// PKCS#10 in base64 or PEM.
    pub csr: String,
}

impl Bounded for FromDevice {
    fn out_of_bounds(&self) -> Option<&'static str> {
        match self {
            Self::Hello(hello) => hello.out_of_bounds(),
            Self::Heartbeat(heartbeat) => percent(heartbeat.battery_percent),
            Self::SettingsApplied(applied) => text("digest", &applied.digest),
            Self::CommandResult(result) => match &result.outcome {
                CommandOutcome::Done => None,
                CommandOutcome::Failed { message } => text("message", message),
            },
            Self::Certificate(renewal) => (renewal.csr.len() > MAX_PEM_BYTES).then_some("csr"),
            Self::Error(error) => error.out_of_bounds(),
        }
    }
}

impl Bounded for Hello {
    fn out_of_bounds(&self) -> Option<&'static str> {
        let texts = [
            ("name", self.name.as_str()),
            ("product", &self.product),
            ("product_id", &self.product_id),
            ("version", &self.version),
            ("firmware_description", &self.firmware_description),
            ("network_name", &self.network_name),
            (
                "settings_digest",
                self.settings_digest.as_deref().unwrap_or_default(),
            ),
        ];
        let seconds = |name, value: Option<u64>| value.filter(|seconds| *seconds > MAX_SECONDS).map(|_| name);
        texts
            .into_iter()
            .find_map(|(name, value)| text(name, value))
            .or_else(|| percent(self.battery_percent))
            .or_else(|| seconds("runtime_seconds", self.runtime_seconds))
            .or_else(|| seconds("total_operating_seconds", self.total_operating_seconds))
    }
}

/// Most seconds of operation that make sense: 100 years. Keeps sums and database columns far from their ends.
const MAX_SECONDS: u64 = 100 * 366 * 24 * 3_600;

fn percent(value: Option<u8>) -> Option<&'static str> {
    value.filter(|percent| *percent > 100).map(|_| "battery_percent")
}
