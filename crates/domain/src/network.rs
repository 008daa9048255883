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

/// The page Network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Network {
    pub server: ServerDetails,
    pub onboarding: OnboardingAddress,
    pub ums_id: UmsId,
}
