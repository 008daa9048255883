//! Devices: the list, the details, what they say of themselves, and the end of one.

mod arrival;
mod changes;
mod inventory;
mod looks;
mod rows;
mod search;

use access::{Acting, Authorized, Event, Result};
use domain::device::{Command, CommandKind, Device, DeviceRow, Presence};
use domain::id::DeviceId;
use domain::page::{ListQuery, Page};
use domain::permission::{CommandDevices, ViewDevices};
use domain::selection::{Selected, Selection};
use domain::{Company, Conflict, Fault, MacAddress, UnitId};
use protocol::unified::Hello;
use time::OffsetDateTime;

pub use self::changes::Changes;
use crate::bus::Nudge;
use crate::presence::{Close, Contact};
use crate::{Live, commands};

pub use arrival::{
    Known, Look, arrive, by_certificate, by_certificate_or_memory, hello, take_up_certificate,
};
pub(crate) use looks::Looks;

/// A page of devices. Every word of a search is found in a part of the name, MAC address, Unit ID, e-mail, site, department,
/// product or last address; addresses and Unit IDs in any spelling. `site:munich` and `department:sales` narrow it to exactly these.
pub async fn list(auth: &Authorized<ViewDevices>, query: ListQuery) -> Result<Page<DeviceRow>> {
    let page = search::list(&mut auth.read().await?, &query).await?;
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
    commands::send(auth, id, &name, CommandKind::Reboot).await
}

/// Tells all devices that a search finds, and that are connected, to reboot. Answers how many were told.
pub async fn reboot_all(auth: &Authorized<CommandDevices>, search: &str) -> Result<u64> {
    let selection = Selection {
        all: true,
        search: search.to_owned(),
        ..Selection::default()
    };
    reboot_selected(auth, &selection).await
}

/// Tells those of the devices to reboot that are connected. Answers how many were told. [`Fault::NotFound`], and none is told, where
/// one of those that were ticked is not there.
pub async fn reboot_selected(auth: &Authorized<CommandDevices>, selection: &Selection) -> Result<u64> {
    let presence = auth.services().port::<Live>()?.presence();
    let event = || Event::plain("devices.commanded", selection.search.clone());
    let mut query = match selection.check::<DeviceId>()? {
        Selected::These(ids) => {
            let mut tx = auth.read().await?;
            for id in &ids {
                rows::name(&mut tx, *id).await?.ok_or(Fault::NotFound)?;
            }
            drop(tx);
            let connected: Vec<_> = ids.into_iter().filter(|id| presence.is_online(*id)).collect();
            return commands::send_all(auth, &connected, CommandKind::Reboot, event()).await;
        }
        Selected::Matching(query) => query,
    };
    if query.search.trim().is_empty() && query.filters.is_empty() {
        return commands::send_all(auth, &presence.online(), CommandKind::Reboot, event()).await;
    }
    let mut told = 0;
    loop {
        let page = search::list(&mut auth.read().await?, &query).await?;
        let connected = page
            .rows
            .iter()
            .map(|row| row.id)
            .filter(|id| presence.is_online(*id));
        let connected: Vec<_> = connected.collect();
        told += commands::send_all(auth, &connected, CommandKind::Reboot, event()).await?;
        match page.next {
            Some(next) => query.cursor = next,
            None => return Ok(told),
        }
    }
}

/// What happens to devices from now on.
pub fn changes(auth: &Authorized<ViewDevices>) -> Result<Changes> {
    Ok(Changes::new(auth.services().port::<Live>()?.bus().changes()))
}

/// How far [`end_revoked`] looks back: much longer than the pause between two looks, so that none is missed.
const REVOKED_RECENTLY: time::Duration = time::Duration::HOUR;

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
