//! Network, in the UMS Web App: the UMS servers and what the Onboarding Service needs to know of them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::chain::ChainSummary;

/// "UMS Server Details", labels of the seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerDetails {
    pub process_id: String,
    pub cluster_id: String,
    pub last_change: OffsetDateTime,
    pub operating_system: String,
    pub host_name: String,
    pub process_type: String,
    pub port: u16,
    pub version: String,
    /// "Cert. Fingerprint - Part 1" to "4".
    pub certificate_fingerprint: [String; 4],
    /// "Root Cert. Fingerprint - Part 1" to "4"; the third part is the communication token.
    pub root_fingerprint: [String; 4],
}

/// The tab "IGEL OS Onboarding".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnboardingAddress {
    pub host: String,
    pub port: u16,
    pub chain: ChainSummary,
    /// True while the UMS knows no address but its own loopback: no device elsewhere could reach it.
    pub only_loopback: bool,
}

/// The UMS ID: the UMS's identity towards the cloud.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UmsId {
    pub subject: String,
    pub fingerprint: String,
    pub not_before: OffsetDateTime,
    pub not_after: OffsetDateTime,
}

/// What an Onboarding Service says of this UMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationState {
    Registered,
    NotRegistered,
    /// It did not answer when it was last asked.
    Unreachable,
}

impl RegistrationState {
    pub fn key(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::NotRegistered => "not_registered",
            Self::Unreachable => "unreachable",
        }
    }

    /// What is no key was never an answer.
    pub fn parse(key: &str) -> Self {
        match key {
            "registered" => Self::Registered,
            "not_registered" => Self::NotRegistered,
            _ => Self::Unreachable,
        }
    }
}

/// Whether a listed Onboarding Service knows this UMS, and what its company has switched on for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudRegistration {
    pub service: String,
    pub state: RegistrationState,
    /// "UMS Name" in the Customer Portal, and the options, as they were last known.
    pub name: String,
    pub app_portal: bool,
    pub insight: bool,
    pub known_at: Option<OffsetDateTime>,
    pub asked_at: OffsetDateTime,
}

/// The page Network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Network {
    pub server: ServerDetails,
    pub onboarding: OnboardingAddress,
    pub ums_id: UmsId,
    pub registrations: Vec<CloudRegistration>,
}
