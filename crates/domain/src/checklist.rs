//! The set-up checklist of the home page: what has to be done until the first device is onboarded, computed from data.

use serde::{Deserialize, Serialize};

/// A step, in the order in which they are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetUpStep {
    Activate,
    /// An IGEL OS IdP is registered.
    RegisterIdp,
    /// ... and a test sign-in at it has passed.
    TestIdp,
    /// A domain is proved.
    ProveDomain,
    RegisterUms,
    /// A routing record is registered.
    RegisterRecord,
    /// ... and devices get through to its UMS.
    HealthyRoute,
    /// A device was onboarded.
    FirstDevice,
}

/// The whole checklist: each step with whether it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checklist {
    pub steps: Vec<(SetUpStep, bool)>,
}
