//! Enrolment with a first-authentication key. Devices that come at the same moment share a transaction where nothing has to be
//! decided: the key is good, the Unit ID is new. All others are settled one by one, after it.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use access::{Actor, Secret, Services, Visitor};
use domain::id::{DeviceId, FirstAuthKeyId};
use domain::{Company, UnitId};
use pki::{Certificate, Csr};

use super::rows::{self, NewDevice};
use super::{
    Enrolled, Origin, Result, again, enrolled_event, is_busy, refuse, register, sign, wants_to_return,
};
use crate::Live;
use crate::first_auth_keys::{self, Bearer, Usable, Use};
use crate::together::Together;

/// A device with what it would get.
pub(crate) struct Candidate {
    unit: UnitId,
    secret_hash: Vec<u8>,
    csr: Csr,
    certificate: Certificate,
    address: Option<IpAddr>,
}

pub(crate) enum Joined {
    Enrolled(Enrolled),
    /// Nothing was done: its case has to be looked at by itself.
    Alone(Candidate),
}

pub(crate) type Joining = Together<Candidate, Joined>;

/// Enrols a device with a first-authentication key. The device that comes again with the same key of its own gets the same
/// certificate, and no further use is counted.
pub async fn enrol_with_key(
    visitor: &Visitor<Company>,
    unit: &UnitId,
    key: &str,
    request: &[u8],
) -> Result<Enrolled> {
    let live = visitor.services().port::<Live>()?;
    let secret_hash = Secret::hash_of(key);
    if !live.recent_keys().contains(&secret_hash)
        && !first_auth_keys::exists(&mut visitor.glance().await?, &secret_hash).await?
    {
        return refuse(visitor);
    }
    let csr = Csr::parse(request)?;
    let candidate = Candidate {
        unit: unit.clone(),
        secret_hash,
        certificate: sign(visitor, &csr, unit)?,
        csr,
        address: visitor.address(),
    };
    match live.joining().ask(visitor.services(), candidate).await? {
        Joined::Enrolled(enrolled) => Ok(enrolled),
        Joined::Alone(candidate) => alone(visitor, candidate).await,
    }
}

/// See [`enrol_with_key`].
pub(crate) fn joining() -> Arc<Joining> {
    Together::new(|services, candidates| {
        Box::pin(async move {
            let devices = match together(&services, &candidates).await {
                Ok(devices) => devices,
                Err(error) if is_busy(&error) => return Err(error),
                Err(error) => {
                    let asked = candidates.len();
                    tracing::warn!(%error, asked, "devices could not be enrolled together, and are one by one");
                    vec![None; asked]
                }
            };
            if devices.iter().any(Option::is_some) {
                remember(&services, &candidates, &devices)?;
            }
            let answer = |(candidate, device): (Candidate, Option<DeviceId>)| match device {
                Some(device) => Joined::Enrolled(Enrolled {
                    device,
                    unit_id: candidate.unit,
                    certificate: candidate.certificate,
                }),
                None => Joined::Alone(candidate),
            };
            Ok(candidates.into_iter().zip(devices).map(answer).collect())
        })
    })
}

/// Whoever has such a key is worth the work of a signature from now on.
fn remember(
    services: &Services<Company>,
    candidates: &[Candidate],
    devices: &[Option<DeviceId>],
) -> access::Result<()> {
    let recent = services.port::<Live>()?.recent_keys();
    for (candidate, device) in candidates.iter().zip(devices) {
        if device.is_some() {
            recent.keep(&candidate.secret_hash);
        }
    }
    Ok(())
}

/// Enrols those whose case is plain, and answers their devices, in the order of the candidates.
async fn together(
    services: &Services<Company>,
    candidates: &[Candidate],
) -> access::Result<Vec<Option<DeviceId>>> {
    let mut devices = vec![None; candidates.len()];
    let mut tx = services
        .acting_as_unchecked(Actor::System("enrolment"))
        .begin()
        .await?;
    let bearers: Vec<_> = candidates.iter().map(Candidate::bearer).collect();
    let chosen = choose(candidates, first_auth_keys::usable(&mut tx, &bearers).await?);
    if chosen.is_empty() {
        return Ok(devices);
    }
    let new: Vec<_> = chosen
        .iter()
        .map(|(_, candidate)| candidate.new_device())
        .collect();
    let created = rows::insert_devices(&mut tx, &new, &Origin::default()).await?;
    // Another server may have been faster with a unit.
    let created = chosen.into_iter().zip(created);
    let joined: Vec<_> = created
        .filter_map(|((usable, candidate), device)| Some((usable, candidate, device?)))
        .collect();

    let issued: Vec<_> = joined
        .iter()
        .map(|(_, candidate, device)| (*device, &candidate.certificate))
        .collect();
    let issued = rows::insert_certificates(&mut tx, &issued).await?;
    let mut uses = Vec::with_capacity(joined.len());
    let mut events = Vec::with_capacity(joined.len());
    for ((usable, candidate, device), certificate) in joined.into_iter().zip(issued) {
        uses.push(Use {
            key: usable.id,
            key_id: candidate.csr.key_id(),
            device,
            certificate,
        });
        let event = event(candidate, device, usable.id).from_address(candidate.address);
        events.push((Actor::Anonymous, event));
        if let Some(place) = devices.get_mut(usable.number()) {
            *place = Some(device);
        }
    }
    first_auth_keys::count_uses(&mut tx, &uses).await?;
    first_auth_keys::note_uses(&mut tx, &uses).await?;
    tx.note_all(&events).await?;
    tx.commit_without_event_because("each enrolment was noted above")
        .await?;
    Ok(devices)
}

/// Of those who may use a key, as many as it has uses left for, and none who is in the way of another one here.
fn choose(candidates: &[Candidate], usable: Vec<Usable>) -> Vec<(Usable, &Candidate)> {
    let mut left = HashMap::new();
    let mut units = HashSet::new();
    let mut device_keys = HashSet::new();
    let mut chosen = Vec::with_capacity(usable.len());
    for usable in usable {
        let Some(candidate) = candidates.get(usable.number()) else {
            continue;
        };
        let left = left.entry(usable.id).or_insert(usable.uses_left);
        if *left > 0
            && units.insert(&candidate.unit)
            && device_keys.insert((usable.id, candidate.csr.key_id()))
        {
            *left -= 1;
            chosen.push((usable, candidate));
        }
    }
    chosen
}

/// Enrols one device, whatever its case is.
async fn alone(visitor: &Visitor<Company>, candidate: Candidate) -> Result<Enrolled> {
    let Candidate {
        unit,
        secret_hash,
        csr,
        certificate: new,
        ..
    } = &candidate;
    let mut tx = visitor.begin().await?;
    let held = first_auth_keys::hold(&mut tx, secret_hash, unit).await?;
    let Some(held) = held else {
        visitor
            .services()
            .port::<Live>()?
            .recent_keys()
            .forget(secret_hash);
        return refuse(visitor);
    };
    if let Some(der) = first_auth_keys::used_with(&mut tx, held.id, &csr.key_id(), unit).await? {
        return again(&mut tx, unit.clone(), &der).await;
    }
    if !first_auth_keys::count_use(&mut tx, held.id).await? {
        return refuse(visitor);
    }
    let Some((device, certificate)) = register(&mut tx, unit, csr, &Origin::default(), new).await? else {
        drop(tx);
        return wants_to_return(visitor, unit, csr).await;
    };
    first_auth_keys::note_use(&mut tx, held.id, &csr.key_id(), device, certificate).await?;
    tx.commit(event(&candidate, device, held.id)).await?;
    Ok(Enrolled {
        device,
        unit_id: candidate.unit,
        certificate: candidate.certificate,
    })
}

fn event(candidate: &Candidate, device: DeviceId, key: FirstAuthKeyId) -> access::Event {
    enrolled_event(device, &candidate.unit, &candidate.certificate)
        .with("proof", "first_auth_key")
        .with("key", key.to_string())
}

impl Candidate {
    fn bearer(&self) -> Bearer<'_> {
        Bearer {
            secret_hash: &self.secret_hash,
            unit: &self.unit,
            key_id: self.csr.key_id(),
        }
    }

    fn new_device(&self) -> NewDevice<'_> {
        NewDevice {
            unit: &self.unit,
            key_id: self.csr.key_id(),
        }
    }
}
