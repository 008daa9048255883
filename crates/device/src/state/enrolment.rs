use pki::{Certificate, PrivateKey};
use protocol::DeviceError;
use protocol::onboarding::Address;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::Folder;
use crate::failure::{Failure, Result};
use crate::trust::Trust;

const FILE: &str = "enrolment.json";

/// Where a device belongs since it has a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// Where certificates are asked for.
    pub enrolment: Address,
    /// Where the WebSocket is kept.
    pub management: Address,
    /// Where it last was kept before the server named another address, which may turn out not to work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Address>,
    /// The only authorities to trust there.
    pub trust_pem: String,
    /// The device's own certificate.
    pub certificate_pem: String,
    /// The person who onboarded it; none with a first-authentication key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onboarded_by: Option<String>,
}

impl Enrolment {
    /// The enrolment of this folder's device; `None` before the first (34 if the file is damaged).
    pub fn load(folder: &Folder) -> Result<Option<Self>> {
        folder.read_json(FILE, DeviceError::TrustChainNotLoaded)
    }

    /// Keeps it (41).
    pub fn save(&self, folder: &Folder) -> Result<()> {
        folder.write_json(FILE, self, DeviceError::CertificateNotSaved)
    }

    /// Whom to trust (34).
    pub fn trust(&self, now: OffsetDateTime) -> Result<Trust> {
        Trust::chain(&self.trust_pem, now)
    }

    /// The device's certificate (40 if unreadable; 36 if the key is another one's).
    pub fn certificate(&self, key: &PrivateKey) -> Result<Certificate> {
        let certificate = Certificate::from_file(self.certificate_pem.as_bytes())
            .map_err(|error| Failure::new(DeviceError::CertificateNotConverted, error))?;
        if certificate.public_key() != key.public_key() {
            let cause = "the private key does not belong to the device's certificate";
            return Err(Failure::new(DeviceError::PrivateKeyNotLoaded, cause));
        }
        Ok(certificate)
    }
}
