//! "Activate IGEL OS Onboarding", once per account.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activation {
    /// Who activated it and when; `None` while it is not active.
    pub active: Option<Activated>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activated {
    pub by: String,
    pub at: OffsetDateTime,
}
