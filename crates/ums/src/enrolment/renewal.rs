//! Renewal: a device that is connected with its certificate gets a new one. Devices that come at the same moment share a
//! transaction.

use std::collections::HashMap;
use std::sync::Arc;

use access::{Acting, Actor, Event, Rate, Services};
use domain::Company;
use pki::{Certificate, Csr};
use time::Duration;

use super::{EnrolError, Enrolled, Result, is_busy, rows, sign};
use crate::Live;
use crate::devices::Known;
use crate::together::Together;

/// Renewals of one device: each is a signature, a row and an event.
const RENEWALS: Rate = Rate {
    name: "ums.enrol.renew",
    burst: 10,
    per: Duration::HOUR,
};

/// A device with what it would get.
pub(crate) struct Renewal {
    device: Known,
    key_id: [u8; 32],
    certificate: Certificate,
    by: Actor,
}

pub(crate) enum Renewed {
    Kept(Certificate),
    /// The device was revoked meanwhile.
    Gone,
    /// Nothing was done: the transaction failed, perhaps because of others in it.
    Alone(Renewal),
}

pub(crate) type Renewing = Together<Renewal, Renewed>;

/// Gives a device that is connected with its certificate a new one. The request gives the key; who it is for is told by the
/// certificate in use.
pub async fn re_enrol(acting: &Acting<Company>, device: &Known, request: &[u8]) -> Result<Enrolled> {
    let services = acting.services();
    services.rates().count(RENEWALS, &device.id.to_string())?;
    let csr = Csr::parse(request)?;
    let renewal = Renewal {
        device: device.clone(),
        key_id: csr.key_id(),
        certificate: sign(acting, &csr, &device.unit_id)?,
        by: acting.actor().clone(),
    };
    let renewing = services.port::<Live>()?.renewing();
    let certificate = match renewing.ask(services, renewal).await? {
        Renewed::Kept(certificate) => Some(certificate),
        Renewed::Gone => None,
        Renewed::Alone(renewal) => {
            let kept = together(services, std::slice::from_ref(&renewal)).await?;
            kept.contains(&true).then_some(renewal.certificate)
        }
    };
    Ok(Enrolled {
        device: device.id,
        unit_id: device.unit_id.clone(),
        certificate: certificate.ok_or(EnrolError::Credentials)?,
    })
}

/// See [`re_enrol`].
pub(crate) fn renewing() -> Arc<Renewing> {
    Together::new(|services, renewals| {
        Box::pin(async move {
            let kept = match together(&services, &renewals).await {
                Ok(kept) => kept,
                Err(error) if is_busy(&error) => return Err(error),
                Err(error) => {
                    let asked = renewals.len();
                    tracing::warn!(%error, asked, "certificates could not be renewed together, and are one by one");
                    return Ok(renewals.into_iter().map(Renewed::Alone).collect());
                }
            };
            let answer = |(renewal, kept): (Renewal, bool)| {
                if kept {
                    Renewed::Kept(renewal.certificate)
                } else {
                    Renewed::Gone
                }
            };
            Ok(renewals.into_iter().zip(kept).map(answer).collect())
        })
    })
}

/// Keeps the new keys and certificates, and answers for each whether its device is still managed.
async fn together(services: &Services<Company>, renewals: &[Renewal]) -> access::Result<Vec<bool>> {
    let acting = services.acting_as_unchecked(Actor::System("enrolment"));
    let mut tx = acting.begin().await?;
    // Of two of one device, the later one counts, and both certificates are good.
    let keys: HashMap<_, _> = renewals
        .iter()
        .map(|renewal| (renewal.device.id, renewal.key_id))
        .collect();
    let changed = rows::change_keys(&mut tx, &keys).await?;
    let kept: Vec<_> = renewals
        .iter()
        .map(|renewal| changed.contains(&renewal.device.id))
        .collect();
    if changed.is_empty() {
        return Ok(kept);
    }
    let (mut issued, mut events) = (Vec::new(), Vec::new());
    for (renewal, _) in renewals.iter().zip(&kept).filter(|(_, kept)| **kept) {
        let Known { id, unit_id } = &renewal.device;
        issued.push((*id, &renewal.certificate));
        let event = Event::new("device.certificate_renewed", *id, unit_id.as_str())
            .with("fingerprint", renewal.certificate.fingerprint().to_string());
        events.push((renewal.by.clone(), event));
    }
    rows::insert_certificates(&mut tx, &issued).await?;
    tx.note_all(&events).await?;
    tx.commit_without_event_because("each renewal was noted above")
        .await?;
    Ok(kept)
}
