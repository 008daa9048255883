//! Getting a certificate and keeping it.

use std::time::Duration;

use pki::{Certificate, PrivateKey, csr};
use protocol::DeviceError;
use protocol::onboarding::Address;
use time::OffsetDateTime;

use crate::clock;
use crate::entropy;
use crate::est::{Est, Proof};
use crate::failure::{Failure, Result};
use crate::state::{Enrolment, Folder, Identity};
use crate::trust::Trust;

/// How often a device asks when the server is busy or an answer was lost.
const TRIES: u32 = 3;
/// Pause before it asks again for a certificate that did not arrive.
const PAUSE: Duration = Duration::from_secs(1);

/// The server to join.
#[derive(Clone, Debug)]
pub struct Server {
    /// Where to enrol.
    pub enrolment: Address,
    /// Where to keep the WebSocket.
    pub management: Address,
    /// Whom to trust at both.
    pub trust: Trust,
}

/// Enrols the device of `folder` and keeps the enrolment. The key is kept before, so that the second try after a cut is made
/// with the same key.
pub async fn enrol(
    folder: &Folder,
    identity: &Identity,
    server: &Server,
    proof: &Proof,
    onboarded_by: Option<&str>,
) -> Result<Enrolment> {
    let key = folder.key_or_new()?;
    let certificate = patiently(identity, server, proof, &key).await?;
    let enrolment = Enrolment {
        enrolment: server.enrolment.clone(),
        management: server.management.clone(),
        fallback: None,
        trust_pem: server.trust.pem().to_owned(),
        certificate_pem: certificate.pem(),
        onboarded_by: onboarded_by.map(str::to_owned),
    };
    enrolment.save(folder)?;
    Ok(enrolment)
}

async fn patiently(
    identity: &Identity,
    server: &Server,
    proof: &Proof,
    key: &PrivateKey,
) -> Result<Certificate> {
    let mut tries = 1;
    loop {
        let failure = match once(identity, server, proof, key).await {
            Ok(certificate) => return Ok(certificate),
            Err(failure) => failure,
        };
        let lost = failure.code == DeviceError::CertificateNotRetrieved;
        let Some(pause) = failure
            .retry_after
            .or(lost.then_some(PAUSE))
            .filter(|_| tries < TRIES)
        else {
            return Err(failure);
        };
        tracing::info!(%failure, "the enrolment is tried again");
        tokio::time::sleep(pause + entropy::part_of(pause)).await;
        tries += 1;
    }
}

async fn once(identity: &Identity, server: &Server, proof: &Proof, key: &PrivateKey) -> Result<Certificate> {
    let mut est = Est::connect(&server.enrolment, server.trust.anonymous()?).await?;
    let authorities = est.ca_certificates().await?;
    let now = clock::now();
    if pki::trust_store(&authorities, now).is_empty() {
        let cause = "the server named no certification authority that is valid now";
        return Err(Failure::new(DeviceError::CaCertificatesNotReceived, cause));
    }
    let issued = est.enrol(proof, &request(key, identity)?).await?;
    ours(issued, key, identity, &authorities, now)
}

/// A certificate request (35).
pub(crate) fn request(key: &PrivateKey, identity: &Identity) -> Result<Vec<u8>> {
    csr::new_csr(key, identity.unit_id.as_str())
        .map_err(|error| Failure::new(DeviceError::KeyPairNotLoaded, error))
}

/// The certificate for our key among those answered (40 if there is none that is good).
fn ours(
    issued: Vec<Certificate>,
    key: &PrivateKey,
    identity: &Identity,
    authorities: &[Certificate],
    now: OffsetDateTime,
) -> Result<Certificate> {
    let certificate = for_key(issued, key, identity)?;
    pki::verify_client(certificate.der(), &[], authorities, now)
        .map_err(|problem| Failure::new(DeviceError::CertificateNotConverted, problem))
}

/// The certificate with our key and our name (40 if there is none).
pub(crate) fn for_key(
    issued: Vec<Certificate>,
    key: &PrivateKey,
    identity: &Identity,
) -> Result<Certificate> {
    let public = key.public_key();
    let unusable = |cause| Failure::new(DeviceError::CertificateNotConverted, cause);
    let found = issued
        .into_iter()
        .find(|certificate| certificate.public_key() == public);
    let certificate =
        found.ok_or_else(|| unusable("the server answered no certificate for this device's key"))?;
    if certificate.common_name() != Some(identity.unit_id.as_str()) {
        return Err(unusable("the certificate names another device"));
    }
    Ok(certificate)
}
