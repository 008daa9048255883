//! "Activity": what was done in an account, by whom, when, and what it changed.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::id::EventId;

/// An event of the audit trail, as its account sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    pub id: EventId,
    pub at: OffsetDateTime,
    pub actor: ActorKind,
    /// What a person calls them: an e-mail, a job's name; empty for nobody and for the command line.
    pub actor_name: String,
    /// Where it was asked from.
    pub address: Option<String>,
    /// `object.verb`.
    pub name: String,
    /// What it was about.
    pub target: String,
    pub details: Vec<Detail>,
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    Anonymous,
    User,
    Administrator,
    Operator,
    Device,
    Onboarding,
    System,
    CommandLine,
}

impl ActorKind {
    /// From the key in the audit trail.
    pub fn parse(key: &str) -> Option<Self> {
        Some(match key {
            "anonymous" => Self::Anonymous,
            "user" => Self::User,
            "administrator" => Self::Administrator,
            "operator" => Self::Operator,
            "device" => Self::Device,
            "onboarding" => Self::Onboarding,
            "system" => Self::System,
            "command-line" => Self::CommandLine,
            _ => return None,
        })
    }
}

/// A value of an event: as it is, or as it was and as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    pub key: String,
    /// Empty for a value that was not there before.
    pub old: Option<String>,
    pub new: String,
}
