//! Which device speaks. The handshake has shown that the peer holds the key of a certificate of our EST authority; what the
//! handshake cannot know, or knew only when a resumed session began, is checked here for each connection (ruling 23). Nothing
//! in a request's headers counts.

use std::sync::Arc;

use access::{Acting, Actor, Services};
use domain::Company;
use http::Extensions;
use pki::{ClientProblem, Fingerprint, verify_client};
use rustls_pki_types::CertificateDer;
use time::OffsetDateTime;
use ums::devices::{self, Known};
use ums::enrolment::Enrolled;

/// The certificates that the peer showed in the handshake; none for a browser. Put into each request by the listener.
#[derive(Clone, Debug, Default)]
pub struct PeerCertificates(Arc<[CertificateDer<'static>]>);

impl PeerCertificates {
    pub(crate) fn new(certificates: Option<&[CertificateDer<'_>]>) -> Self {
        let owned = certificates
            .unwrap_or_default()
            .iter()
            .map(|certificate| certificate.clone().into_owned());
        Self(owned.collect())
    }
}

/// A device that has proved who it is. Made by [`identify`] and by nothing else.
#[derive(Clone, Debug)]
pub struct DeviceIdentity {
    device: Known,
    fingerprint: Fingerprint,
    not_after: OffsetDateTime,
}

/// Why a peer is no device of ours.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    #[error("this needs the certificate of a device")]
    NoCertificate,
    #[error("the certificate cannot be accepted: {0}")]
    Certificate(#[from] ClientProblem),
    /// Revoked, or its device is gone.
    #[error("the device of this certificate is not managed here (any more)")]
    NotManaged,
    #[error(transparent)]
    Access(#[from] access::Error),
}

/// The device behind a request.
pub async fn identify(
    services: &Services<Company>,
    extensions: &Extensions,
) -> Result<DeviceIdentity, IdentityError> {
    let PeerCertificates(peer) = extensions.get::<PeerCertificates>().cloned().unwrap_or_default();
    let (end, intermediates) = peer.split_first().ok_or(IdentityError::NoCertificate)?;
    let held = ums::certificates::current(services)?;
    let certificate = verify_client(end, intermediates, [held.est().certificate()], services.now())?;
    let fingerprint = certificate.fingerprint();
    let known = devices::by_certificate(services, &fingerprint).await?;
    let device = known.ok_or(IdentityError::NotManaged)?;
    Ok(DeviceIdentity {
        device,
        fingerprint,
        not_after: certificate.not_after(),
    })
}

impl DeviceIdentity {
    pub fn device(&self) -> &Known {
        &self.device
    }

    /// That of the certificate that proved it.
    pub fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// When the certificate ends that proved it.
    pub fn not_after(&self) -> OffsetDateTime {
        self.not_after
    }

    /// The device as somebody who acts.
    pub fn acting(&self, services: &Services<Company>) -> Acting<Company> {
        services.acting_as_unchecked(Actor::Device {
            id: self.device.id,
            unit: self.device.unit_id.to_string(),
        })
    }

    /// The same device has got a new certificate: its connection may last as long as that.
    pub(crate) fn renewed(&mut self, enrolled: &Enrolled) {
        self.not_after = self.not_after.max(enrolled.certificate.not_after());
    }
}
