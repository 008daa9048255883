//! How a device comes online: one look into the database when its connection begins, and what its hello makes of it.

use access::{Acting, Actor, Error, Event, Result, Services};
use domain::id::DeviceId;
use domain::{Company, UnitId};
use pki::Fingerprint;
use protocol::unified::Hello;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use super::{inventory, rows};
use crate::Live;
use crate::bus::Nudge;
use crate::presence::{self, Connection, Contact, Stamp};

/// Looks for one hello. The first is usually enough; each further one answers a change in the very moment between.
const LOOKS: usize = 5;

/// A device that may connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub id: DeviceId,
    pub unit_id: UnitId,
}

/// What one look into the database has found of a certificate and its device. Holds until something changes, which
/// [`arrive`] notices.
#[derive(Clone, Debug)]
pub struct Look {
    pub device: Known,
    /// When the certificate ends.
    pub not_after: OffsetDateTime,
    /// There are older certificates of the device that are still good.
    pub outlives: bool,
    /// Commands wait for it.
    pub commands_queued: bool,
    /// Of what the device last said of itself.
    pub(super) hello_digest: Option<Vec<u8>>,
    pub(super) looked: Stamp,
}

/// Whose certificate this is, if it and its device are still welcome. Whether the sender has its key is for the caller to know.
pub async fn by_certificate(services: &Services<Company>, fingerprint: &Fingerprint) -> Result<Option<Look>> {
    let looked = presence::stamp(services)?;
    let acting = services.acting_as_unchecked(Actor::Anonymous);
    let found = rows::by_fingerprint(&mut acting.glance().await?, fingerprint).await?;
    let found = found.map(|row| row.into_look(looked)).transpose()?;
    services.port::<Live>()?.looks().keep(fingerprint, found.as_ref());
    Ok(found)
}

/// [`by_certificate`] for a connection that is to be held: an earlier look does, as long as nothing has changed about its device.
/// What changes from now on, [`arrive`] notices.
pub async fn by_certificate_or_memory(
    services: &Services<Company>,
    fingerprint: &Fingerprint,
) -> Result<Option<Look>> {
    let live = services.port::<Live>()?;
    let known = live.looks().get(fingerprint);
    match known.filter(|look| live.presence().holds(look.device.id, look.looked)) {
        Some(look) => Ok(Some(look)),
        None => by_certificate(services, fingerprint).await,
    }
}

/// A device has said hello on the connection that `look` was for. Takes up its certificate, takes in what it says of itself,
/// and makes it online; a fleet that comes back after a power cut writes nothing. Where something has changed since the look, by
/// this or by others, looks again. `None`: the certificate has ended since the look.
pub async fn arrive(
    acting: &Acting<Company>,
    fingerprint: &Fingerprint,
    look: Look,
    hello: &Hello,
    contact: Contact,
) -> Result<Option<Connection>> {
    let services = acting.services();
    let digest = inventory_digest(hello)?;
    let mut look = Some(look);
    for _ in 0..LOOKS {
        let current = match look.take() {
            Some(look) => look,
            None => match by_certificate(services, fingerprint).await? {
                Some(look) => look,
                None => return Ok(None),
            },
        };
        if take_up_certificate(acting, &current, fingerprint).await? {
            continue;
        }
        if current.hello_digest.as_ref() != Some(&digest) {
            save_hello(acting, current.device.id, hello, &digest).await?;
            continue;
        }
        let connected = presence::connect(services, current.device.id, contact.clone(), current.looked)?;
        if let Some(connection) = connected {
            if current.commands_queued {
                connection.want_commands();
            }
            return Ok(Some(connection));
        }
    }
    Err(Error::internal(
        "a device changes faster than it can be looked up",
    ))
}

/// A device connects with this certificate: those that it had before are of no use from now on, for their keys may be in other
/// hands. Not sooner: the answer that brought the new one may have been lost. Answers whether something was to be done, so that
/// `look` no longer holds.
pub async fn take_up_certificate(
    acting: &Acting<Company>,
    look: &Look,
    fingerprint: &Fingerprint,
) -> Result<bool> {
    if !look.outlives {
        return Ok(false);
    }
    let device = &look.device;
    let mut tx = acting.begin().await?;
    let ended = rows::revoke_outlived(&mut tx, device.id, fingerprint).await?;
    if ended > 0 {
        let event = Event::new("device.certificates_replaced", device.id, device.unit_id.as_str());
        tx.commit(
            event
                .with("fingerprint", fingerprint.to_string())
                .with("ended", ended.to_string()),
        )
        .await?;
    }
    changed(acting, device.id)?;
    Ok(true)
}

/// Takes in what a device says of itself.
pub async fn hello(acting: &Acting<Company>, id: DeviceId, hello: &Hello) -> Result<()> {
    save_hello(acting, id, hello, &inventory_digest(hello)?).await
}

async fn save_hello(acting: &Acting<Company>, id: DeviceId, hello: &Hello, digest: &[u8]) -> Result<()> {
    let mut tx = acting.begin().await?;
    inventory::save(&mut tx, id, hello, &first_name(hello), digest).await?;
    tx.commit_without_event_because("a device described itself; nobody changed it")
        .await?;
    changed(acting, id)
}

/// Other connections of the device that are about to begin look again.
fn changed(acting: &Acting<Company>, id: DeviceId) -> Result<()> {
    let live = acting.services().port::<Live>()?;
    live.bus().nudge(id, Nudge::Changed);
    Ok(())
}

/// The name a device gets when it first says hello: its own, else `ITC` and its MAC address.
fn first_name(hello: &Hello) -> String {
    match hello.name.trim() {
        "" => format!("ITC{}", hello.mac.key()),
        name => name.chars().take(domain::draft::NAME_MAX as usize).collect(),
    }
}

/// Of what a device says, without what changes by itself.
fn inventory_digest(hello: &Hello) -> Result<Vec<u8>> {
    let lasting = Hello {
        last_ip: None,
        runtime_seconds: None,
        total_operating_seconds: None,
        battery_percent: None,
        settings_digest: None,
        ..hello.clone()
    };
    Ok(Sha256::digest(serde_json::to_vec(&lasting)?).to_vec())
}
