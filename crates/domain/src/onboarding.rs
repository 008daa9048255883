//! What an OBS Admin sees of devices on their way through the Onboarding Service.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::id::OnboardingId;

/// How far an onboarding has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnboardingStep {
    /// The device has asked; nobody has signed in yet.
    Started,
    /// The person confirmed the device and is at the identity provider.
    Confirmed,
    /// The identity provider vouched for the person.
    SignedIn,
    /// The UMS has accepted the announcement; the device may fetch its token.
    Announced,
    /// The device has its certificate.
    Enrolled,
    Failed,
}

impl OnboardingStep {
    const ALL: [Self; 6] = [
        Self::Started,
        Self::Confirmed,
        Self::SignedIn,
        Self::Announced,
        Self::Enrolled,
        Self::Failed,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Confirmed => "confirmed",
            Self::SignedIn => "signed_in",
            Self::Announced => "announced",
            Self::Enrolled => "enrolled",
            Self::Failed => "failed",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.key() == key)
    }
}

/// One of the "last onboardings" of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastOnboarding {
    pub id: OnboardingId,
    pub email: String,
    pub device: String,
    pub step: OnboardingStep,
    /// The code that the device shows, if it failed.
    pub code: Option<u16>,
    /// What was wrong, for the administrator; empty if nothing was.
    pub cause: String,
    pub at: OffsetDateTime,
    /// Whether it failed and the reader may open a support case about it.
    pub case: bool,
}
