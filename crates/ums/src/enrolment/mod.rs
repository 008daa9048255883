//! How a device gets a certificate: with the token of the Onboarding Service, with a first-authentication key, or with the
//! certificate it has. The proof is used up, the device created and the certificate kept in one transaction; the answer is
//! given only after it. Devices that come at the same moment share the transaction where their cases are plain.

mod renewal;
mod rows;
mod with_key;

use access::{Acting, Event, Rate, Secret, Tx, Visitor};
use domain::id::{CertificateId, DeviceId};
use domain::{Company, UnitId};
use pki::authority::DEVICE_LIFETIME;
use pki::{Certificate, Csr, CsrError};
use time::Duration;

use crate::onboarding::TokenError;
use crate::{certificates, onboarding};

pub use renewal::re_enrol;
pub(crate) use renewal::{Renewing, renewing};
use rows::NewDevice;
pub use with_key::enrol_with_key;
pub(crate) use with_key::{Joining, joining};

/// Proofs that were refused, from one address. Accepted ones are not counted: a whole building may stand behind one address.
const REFUSED: Rate = Rate {
    name: "ums.enrol.refused",
    burst: 60,
    per: Duration::MINUTE,
};
/// How often the wish of one Unit ID to return is noted.
const RETURNS: Rate = Rate {
    name: "ums.enrol.return",
    burst: 10,
    per: Duration::HOUR,
};

/// A device that may connect from now on.
#[derive(Clone, Debug)]
pub struct Enrolled {
    pub device: DeviceId,
    pub unit_id: UnitId,
    pub certificate: Certificate,
}

/// Why a device gets no certificate.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// Token or key are unknown, used up, over, or for another device. Which of these is not said.
    #[error("the token or key is not valid (any more) for this device")]
    Credentials,
    /// The request cannot be accepted.
    #[error(transparent)]
    Request(#[from] CsrError),
    /// The device exists with another key, or was revoked; somebody has to decide in the UMS Web App.
    #[error(
        "a device with this Unit ID exists already with another key; an administrator has to accept its return"
    )]
    WantsToReturn,
    /// The Onboarding Service could not be asked about the token.
    #[error("the Onboarding Service cannot be asked at the moment; try again")]
    Service(#[source] TokenError),
    #[error(transparent)]
    Access(#[from] access::Error),
}

type Result<T, E = EnrolError> = std::result::Result<T, E>;

/// Who onboarded a device.
#[derive(Debug, Default)]
struct Origin {
    email: String,
    issuer: String,
    structure_tag: String,
}

/// Enrols the device that the Onboarding Service has announced with this token, after redeeming the token there. The device
/// that comes again with the same key while the token lives gets the same certificate (ruling 19).
pub async fn enrol_with_token(visitor: &Visitor<Company>, token: &str, request: &[u8]) -> Result<Enrolled> {
    let hash = Secret::hash_of(token);
    let mut look = visitor.read().await?;
    let Some(announced) = onboarding::peek(&mut look, &hash, visitor.now()).await? else {
        return refuse(visitor);
    };
    let unit = announced.unit()?;
    let csr = Csr::parse(request)?;
    if announced
        .key_id
        .as_ref()
        .is_some_and(|key_id| *key_id != csr.key_id())
    {
        return refuse(visitor);
    }
    // Before the token is redeemed: the service would believe that the device has joined.
    let exists = rows::existing(&mut look, &unit).await?;
    drop(look);
    if exists.is_some_and(|device| !device.may_come_with(&csr)) {
        return wants_to_return(visitor, &unit, &csr).await;
    }
    let new = sign(visitor, &csr, &unit)?;
    if announced.key_id.is_none() {
        let redeemed =
            onboarding::redeem_at_service(visitor.services(), &announced.service, token, &csr.key_id()).await;
        let claims = match redeemed {
            Ok(claims) => claims,
            Err(TokenError::InvalidToken | TokenError::UnknownService) => return refuse(visitor),
            Err(TokenError::Access(error)) => return Err(error.into()),
            Err(error) => return Err(EnrolError::Service(error)),
        };
        if claims.unit_id != unit {
            return refuse(visitor);
        }
    }

    let mut tx = visitor.begin().await?;
    let Some(pending) = onboarding::hold(&mut tx, &hash).await? else {
        return refuse(visitor);
    };
    match (&pending.key_id, pending.certificate_id) {
        (Some(key_id), Some(certificate)) if *key_id == csr.key_id() => {
            let der = rows::certificate(&mut tx, certificate)
                .await?
                .ok_or(EnrolError::WantsToReturn)?;
            return again(&mut tx, unit, &der).await;
        }
        (None, None) => {}
        _ => return refuse(visitor),
    }
    let origin = Origin {
        email: pending.email,
        issuer: pending.issuer,
        structure_tag: pending.structure_tag,
    };
    let Some((device, certificate)) = register(&mut tx, &unit, &csr, &origin, &new).await? else {
        drop(tx);
        return wants_to_return(visitor, &unit, &csr).await;
    };
    onboarding::redeem(&mut tx, &hash, &csr.key_id(), certificate).await?;
    let event = enrolled_event(device, &unit, &new)
        .with("proof", "onboarding")
        .with("email", origin.email);
    tx.commit(event).await?;
    Ok(Enrolled {
        device,
        unit_id: unit,
        certificate: new,
    })
}

/// Signing takes no database, and so happens before the transaction.
fn sign(acting: &Acting<Company>, csr: &Csr, unit: &UnitId) -> Result<Certificate> {
    let held = certificates::current(acting.services())?;
    let signed = held.est().issue_device(csr, unit, acting.now(), DEVICE_LIFETIME);
    Ok(signed.map_err(access::Error::internal)?)
}

/// Creates the device, or takes it back if it comes with the same key. `None` if it exists with another one.
async fn register(
    tx: &mut Tx,
    unit: &UnitId,
    csr: &Csr,
    origin: &Origin,
    new: &Certificate,
) -> Result<Option<(DeviceId, CertificateId)>> {
    let key_id = csr.key_id();
    let new_device = NewDevice { unit, key_id };
    let device = if let [Some(created)] = rows::insert_devices(tx, &[new_device], origin).await?[..] {
        created
    } else {
        let Some(known) = rows::existing(tx, unit)
            .await?
            .filter(|existing| existing.may_come_with(csr))
        else {
            return Ok(None);
        };
        rows::take_back(tx, known.id, origin).await?;
        known.id
    };
    let certificate = rows::insert_certificate(tx, device, new).await?;
    Ok(Some((device, certificate)))
}

/// The same certificate once more: an answer was lost on the way.
async fn again(tx: &mut Tx, unit: UnitId, der: &[u8]) -> Result<Enrolled> {
    let device = rows::existing(tx, &unit)
        .await?
        .filter(|existing| existing.revoked_at.is_none());
    let device = device.ok_or(EnrolError::WantsToReturn)?.id;
    let certificate = Certificate::from_der(der).map_err(access::Error::internal)?;
    Ok(Enrolled {
        device,
        unit_id: unit,
        certificate,
    })
}

/// Nothing was used up; the wish is noted, unless it has been noted again and again.
async fn wants_to_return(visitor: &Visitor<Company>, unit: &UnitId, csr: &Csr) -> Result<Enrolled> {
    if visitor.limit_key(RETURNS, unit.as_str()).is_err() {
        return Err(EnrolError::WantsToReturn);
    }
    let mut tx = visitor.begin().await?;
    if let Some(existing) = rows::existing(&mut tx, unit).await? {
        let address = visitor.address().map(|address| address.to_string());
        rows::note_return(&mut tx, unit, existing.id, &csr.key_id(), address.as_deref()).await?;
        tx.commit(Event::new("device.wants_to_return", existing.id, unit.as_str()))
            .await?;
    }
    Err(EnrolError::WantsToReturn)
}

fn refuse(visitor: &Visitor<Company>) -> Result<Enrolled> {
    tracing::info!(address = ?visitor.address(), "an enrolment was refused: its proof is not valid");
    visitor.limit(REFUSED)?;
    Err(EnrolError::Credentials)
}

/// Whether the database had no time for us: then everybody alone would wait for it once more.
fn is_busy(error: &access::Error) -> bool {
    let access::Error::Internal(cause) = error else {
        return false;
    };
    matches!(cause.downcast_ref(), Some(store::Error::Busy { .. }))
}

fn enrolled_event(device: DeviceId, unit: &UnitId, certificate: &Certificate) -> Event {
    Event::new("device.enrolled", device, unit.as_str())
        .with("fingerprint", certificate.fingerprint().to_string())
}
