//! Which device speaks. The handshake has shown that the peer holds the key of a certificate of our EST authority; what the
//! handshake cannot know, or knew only when a resumed session began, is checked here for each connection (ruling 23). Nothing
//! in a request's headers counts.

use access::{Acting, Actor, Services};
use domain::Company;
use pki::{ClientProblem, Fingerprint};
use rustls_pki_types::CertificateDer;
use time::OffsetDateTime;
use ums::devices::{self, Known, Look};

/// The certificate that the peer showed in the handshake, by its fingerprint; none for a browser. Put into each request by the
/// listener.
#[derive(Clone, Copy, Debug, Default)]
pub struct PeerCertificate(Option<Fingerprint>);

impl PeerCertificate {
    pub(crate) fn new(shown: Option<&[CertificateDer<'_>]>) -> Self {
        Self(shown.and_then(<[_]>::first).map(|end| Fingerprint::of(end)))
    }
}

/// A device that has proved who it is. Made by [`identify`] and by nothing else.
#[derive(Clone, Debug)]
pub struct DeviceIdentity {
    fingerprint: Fingerprint,
    look: Look,
}

/// Why a peer is no device of ours.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    #[error("this needs the certificate of a device")]
    NoCertificate,
    #[error("the certificate cannot be accepted: {0}")]
    Certificate(ClientProblem),
    /// Revoked, or its device is gone.
    #[error("the device of this certificate is not managed here (any more)")]
    NotManaged,
    #[error(transparent)]
    Access(#[from] access::Error),
}

/// The device behind a request. That the certificate was issued here is known by its fingerprint, and that it is still good by
/// its row: its signature was verified in the handshake (decisions, "A device is known by its fingerprint").
pub async fn identify(
    services: &Services<Company>,
    PeerCertificate(shown): PeerCertificate,
) -> Result<DeviceIdentity, IdentityError> {
    let fingerprint = shown.ok_or(IdentityError::NoCertificate)?;
    let found = devices::by_certificate(services, &fingerprint).await?;
    known(services, fingerprint, found)
}

/// The same for a connection that is to be held: a device that was here before is known from memory, and its hello notices what
/// has changed since.
pub(crate) async fn identify_for_connection(
    services: &Services<Company>,
    PeerCertificate(shown): PeerCertificate,
) -> Result<DeviceIdentity, IdentityError> {
    let fingerprint = shown.ok_or(IdentityError::NoCertificate)?;
    let found = devices::by_certificate_or_memory(services, &fingerprint).await?;
    known(services, fingerprint, found)
}

fn known(
    services: &Services<Company>,
    fingerprint: Fingerprint,
    found: Option<Look>,
) -> Result<DeviceIdentity, IdentityError> {
    let look = found.ok_or(IdentityError::NotManaged)?;
    if services.now() > look.not_after {
        return Err(IdentityError::Certificate(ClientProblem::Expired));
    }
    Ok(DeviceIdentity { fingerprint, look })
}

impl DeviceIdentity {
    pub fn device(&self) -> &Known {
        &self.look.device
    }

    /// That of the certificate that proved it.
    pub fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// When the certificate ends that proved it.
    pub fn not_after(&self) -> OffsetDateTime {
        self.look.not_after
    }

    /// What the database said of the device.
    pub(crate) fn into_look(self) -> Look {
        self.look
    }

    /// The device as somebody who acts.
    pub fn acting(&self, services: &Services<Company>) -> Acting<Company> {
        acting(services, &self.look.device)
    }
}

/// A device that was identified, as somebody who acts.
pub(crate) fn acting(services: &Services<Company>, device: &Known) -> Acting<Company> {
    services.acting_as_unchecked(Actor::Device {
        id: device.id,
        unit: device.unit_id.to_string(),
    })
}
