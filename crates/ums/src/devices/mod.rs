//! Devices: the list, the details, what they say of themselves, and the end of one.

mod rows;

use access::{Acting, Authorized, Error, Event, Result, Services};
use domain::device::{Command, CommandKind, Device, DeviceChange, DeviceRow, Presence};
use domain::id::DeviceId;
use domain::page::{ListQuery, Page};
use domain::permission::{CommandDevices, ViewDevices};
use domain::{Company, Conflict, Fault, MacAddress, UnitId};
use pki::Fingerprint;
use protocol::unified::Hello;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use tokio::sync::broadcast;

use crate::bus::Nudge;
use crate::presence::{Close, Contact};
use crate::{Live, commands};

/// A page of devices. Finds names by their beginning, Unit IDs and MAC addresses in any spelling, and e-mail addresses.
pub async fn list(auth: &Authorized<ViewDevices>, query: ListQuery) -> Result<Page<DeviceRow>> {
    let page = rows::list(&mut auth.read().await?, &query).await?;
    let live = auth.services().port::<Live>()?;
    Ok(page.map(|row| with_presence(live, row.into_row())))
}

/// A device with its details and last commands.
pub async fn get(auth: &Authorized<ViewDevices>, id: DeviceId) -> Result<Device> {
    let mut tx = auth.read().await?;
    let row = rows::get(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    let not_after = rows::certificate_end(&mut tx, id).await?;
    let commands = commands::of_device(&mut tx, id, auth.now()).await?;
    let mut device = row.into_device(not_after, commands);
    let live = auth.services().port::<Live>()?;
    if let Some((_, contact)) = live.presence().of(id) {
        device.runtime = contact.runtime.or(device.runtime);
        device.total_operating_time = contact.total_operating_time.or(device.total_operating_time);
        device.battery_level = contact.battery_level.or(device.battery_level);
    }
    device.row = with_presence(live, device.row);
    Ok(device)
}

/// Tells a device to reboot. Refused while it is not connected.
pub async fn reboot(auth: &Authorized<CommandDevices>, id: DeviceId) -> Result<Command> {
    let name = rows::name(&mut auth.read().await?, id)
        .await?
        .ok_or(Fault::NotFound)?;
    if !auth.services().port::<Live>()?.presence().is_online(id) {
        return Err(Conflict::DeviceOffline.into());
    }
    commands::queue(auth, id, &name, CommandKind::Reboot).await
}

/// What happens to devices from now on. A receiver that falls behind has to load its page anew.
pub fn changes(auth: &Authorized<ViewDevices>) -> Result<broadcast::Receiver<DeviceChange>> {
    Ok(auth.services().port::<Live>()?.bus().changes())
}

/// How far [`end_revoked`] looks back: much longer than the pause between two looks, so that none is missed.
const REVOKED_RECENTLY: time::Duration = time::Duration::HOUR;

/// A device that may connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub id: DeviceId,
    pub unit_id: UnitId,
}

/// Whose certificate this is, if it and its device are still welcome. The certificate itself is for the caller to verify.
pub async fn by_certificate(
    services: &Services<Company>,
    fingerprint: &Fingerprint,
) -> Result<Option<Known>> {
    let acting = services.acting_as_unchecked(access::Actor::Anonymous);
    let found = rows::by_fingerprint(&mut acting.read().await?, fingerprint).await?;
    found
        .map(|(id, unit)| {
            Ok(Known {
                id,
                unit_id: unit_id(&unit)?,
            })
        })
        .transpose()
}

/// A device connects with this certificate: those that it had before are of no use from now on, for their keys may be in other
/// hands. Not sooner: the answer that brought the new one may have been lost. Answers whether the certificate itself is still
/// good, which may have changed since the handshake.
pub async fn take_up_certificate(
    acting: &Acting<Company>,
    device: &Known,
    fingerprint: &Fingerprint,
) -> Result<bool> {
    match rows::outlived(&mut acting.read().await?, fingerprint).await? {
        None => return Ok(false),
        Some(0) => return Ok(true),
        Some(_) => {}
    }
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
    Ok(true)
}

/// The device of a Unit ID: for the command line.
pub async fn find(acting: &Acting<Company>, unit_id: &UnitId) -> Result<Option<DeviceId>> {
    rows::by_unit(&mut acting.read().await?, unit_id).await
}

/// Ends a device's right to connect, and its connection. Its certificates are of no use any more.
pub async fn revoke(acting: &Acting<Company>, id: DeviceId) -> Result<()> {
    let mut tx = acting.begin().await?;
    let unit = rows::revoke(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    tx.commit(Event::new("device.revoked", id, unit)).await?;
    acting
        .services()
        .port::<Live>()?
        .bus()
        .nudge(id, Nudge::Close(Close::Revoked));
    Ok(())
}

/// Ends the connections of devices that were revoked where nobody could reach this server: by the command line, which is a
/// process of its own, or between the look at a certificate and the device's hello. Answers how many devices were revoked
/// within [`REVOKED_RECENTLY`].
pub async fn end_revoked(acting: &Acting<Company>) -> Result<usize> {
    let since = acting.now() - REVOKED_RECENTLY;
    let revoked = rows::revoked_since(&mut acting.read().await?, since).await?;
    let bus = acting.services().port::<Live>()?.bus();
    for id in &revoked {
        bus.nudge(*id, Nudge::Close(Close::Revoked));
    }
    Ok(revoked.len())
}

/// Takes in what a device says of itself at the start of a connection. Writes only what has changed: a fleet that comes back
/// after a power cut writes nothing.
pub async fn hello(acting: &Acting<Company>, id: DeviceId, hello: &Hello) -> Result<()> {
    let digest = inventory_digest(hello)?;
    if rows::hello_digest(&mut acting.read().await?, id)
        .await?
        .as_deref()
        == Some(&digest)
    {
        return Ok(());
    }
    let mut tx = acting.begin().await?;
    rows::save_hello(&mut tx, id, hello, &first_name(hello), &digest).await?;
    tx.commit_without_event_because("a device described itself; nobody changed it")
        .await
}

/// The part of a `hello` that is a sign of life. `peer` stands in where the device does not know its address.
pub fn contact(hello: &Hello, peer: std::net::IpAddr, now: OffsetDateTime) -> Contact {
    Contact {
        at: now,
        ip: hello.last_ip.unwrap_or(peer).to_string(),
        runtime: hello.runtime_seconds,
        total_operating_time: hello.total_operating_seconds,
        battery_level: hello.battery_percent,
    }
}

/// The name a device gets when it first says hello: its own, else `ITC` and its MAC address.
fn first_name(hello: &Hello) -> String {
    match hello.name.trim() {
        "" => format!("ITC{}", hello.mac.key()),
        name => name.chars().take(domain::draft::NAME_MAX as usize).collect(),
    }
}

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

/// What memory knows and the database may not know yet.
fn with_presence(live: &Live, mut row: DeviceRow) -> DeviceRow {
    if let Some((online, contact)) = live.presence().of(row.id) {
        row.last_contact = row.last_contact.max(Some(contact.at));
        row.last_ip = Some(contact.ip);
        row.presence = if online {
            Presence::Online
        } else {
            Presence::Offline
        };
    }
    row
}

/// A stored MAC address in the form it is shown in; empty before the first hello.
fn shown_mac(key: &str) -> String {
    MacAddress::parse(key)
        .map(|mac| mac.to_string())
        .unwrap_or_default()
}

fn unit_id(stored: &str) -> Result<UnitId> {
    UnitId::parse(stored).map_err(|_| Error::internal("a device with a Unit ID that is none"))
}
