use protocol::DeviceError;
use protocol::onboarding::StartedOnboarding;
use serde::{Deserialize, Serialize};

use super::Folder;
use crate::failure::Result;

const FILE: &str = "onboarding.json";

/// An onboarding that has begun: a device that is switched off meanwhile goes on with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The Onboarding Service.
    pub service: String,
    /// Whose device it is going to be.
    pub email: String,
    /// What the service answered, its secret included.
    pub started: StartedOnboarding,
}

impl Pending {
    /// What has begun, if anything. A damaged file is as good as none: the onboarding starts anew.
    pub fn load(folder: &Folder) -> Option<Self> {
        folder
            .read_json(FILE, DeviceError::InvalidArguments)
            .unwrap_or_default()
    }

    /// Keeps it (41).
    pub fn save(&self, folder: &Folder) -> Result<()> {
        folder.write_json(FILE, self, DeviceError::CertificateNotSaved)
    }

    /// It is over (41).
    pub fn forget(folder: &Folder) -> Result<()> {
        folder.remove(FILE, DeviceError::CertificateNotSaved)
    }
}
