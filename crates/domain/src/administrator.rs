//! Administrators of a UMS. For now there is the superuser alone.

use serde::{Deserialize, Serialize};

use crate::id::AdministratorId;

/// The signed-in administrator, for the frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UmsMe {
    pub id: AdministratorId,
    pub name: String,
    pub superuser: bool,
}
