//! Who is connected, told by the sockets and by nothing else, and the last sign of life of each device. Kept in memory and
//! written by the group every few seconds: 100,000 heartbeats must not be 100,000 transactions. A crash loses seconds of
//! "last contact", nothing that was promised to anybody.

mod outdated;
mod wanted;

use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use access::{Acting, Result, Services};
use domain::Company;
use domain::device::{CommandKind, DeviceChange, Presence as State};
use domain::id::{CommandId, DeviceId};
use protocol::unified::Heartbeat;
use serde_json::json;
use store::{args, sql};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::Live;
use crate::bus::{Bus, Nudge};
use crate::commands::Unsent;
use outdated::Outdated;
use wanted::Slot;

pub use outdated::Stamp;
pub use wanted::{Close, Wanted};

/// Signs of life in one transaction.
const GROUP: usize = 500;

/// The devices connected to this server.
#[derive(Default)]
pub struct Presence {
    devices: Mutex<Devices>,
    unsent: Unsent,
}

#[derive(Default)]
struct Devices {
    known: HashMap<DeviceId, Known>,
    /// Numbers the connections, so that the end of an old one is not taken for the end of its successor.
    last: u64,
    /// How many of them are connected, and were at most.
    online: usize,
    most: usize,
    outdated: Outdated,
}

struct Known {
    line: Option<Line>,
    contact: Contact,
    unsaved: bool,
}

struct Line {
    number: u64,
    slot: Arc<Slot>,
}

/// A sign of life and what came with it.
#[derive(Clone, Debug)]
pub struct Contact {
    pub at: OffsetDateTime,
    /// The address it comes from, or its own view of it.
    pub ip: String,
    /// Seconds since the last boot.
    pub runtime: Option<u64>,
    /// Seconds of operation in all.
    pub total_operating_time: Option<u64>,
    /// Percent.
    pub battery_level: Option<u8>,
}

impl Presence {
    fn devices(&self) -> MutexGuard<'_, Devices> {
        self.devices.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes on what is wanted of a device that is connected here, and lets one that is about to connect be looked up again.
    pub fn nudge(&self, device: DeviceId, nudge: Nudge) {
        let mut devices = self.devices();
        devices.outdated.note(device);
        let Some(line) = devices.known.get(&device).and_then(|known| known.line.as_ref()) else {
            return;
        };
        match nudge {
            Nudge::Changed => {}
            Nudge::Commands => line.slot.want(|wanted| wanted.commands = true),
            Nudge::Close(why) => line.slot.want(|wanted| wanted.close = Some(why)),
        }
    }

    /// Hands a command, stored as sent, to the connection of a device. If there is none, or if it has not taken up the command
    /// before, it counts as unsent.
    pub fn hand(&self, device: DeviceId, command: (CommandId, CommandKind)) {
        let devices = self.devices();
        let line = devices.known.get(&device).and_then(|known| known.line.as_ref());
        if !line.is_some_and(|line| line.slot.hand(command)) {
            self.unsent.keep(device, command.0);
        }
    }

    /// Commands that were handed over in vain.
    pub(crate) fn unsent(&self) -> &Unsent {
        &self.unsent
    }

    /// The moment of a look into the database that is about to begin.
    pub(crate) fn stamp(&self) -> Stamp {
        self.devices().outdated.now()
    }

    /// Whether what was read of a device at that moment is still so.
    pub(crate) fn holds(&self, device: DeviceId, looked: Stamp) -> bool {
        !self.devices().outdated.is(device, looked)
    }

    /// How many devices are connected here.
    pub fn connected(&self) -> usize {
        self.devices().online
    }

    /// How many were at most since the start.
    pub(crate) fn most(&self) -> usize {
        self.devices().most
    }

    /// Whether a device is connected, and its last sign of life where the database may not have it yet.
    pub(crate) fn of(&self, device: DeviceId) -> Option<(bool, Contact)> {
        self.devices()
            .known
            .get(&device)
            .map(|known| (known.line.is_some(), known.contact.clone()))
    }

    /// Those that are connected here.
    pub(crate) fn online(&self) -> Vec<DeviceId> {
        let devices = self.devices();
        let online = devices.known.iter().filter(|(_, known)| known.line.is_some());
        online.map(|(device, _)| *device).collect()
    }

    /// Whether a device is connected here.
    pub(crate) fn is_online(&self, device: DeviceId) -> bool {
        self.devices()
            .known
            .get(&device)
            .is_some_and(|known| known.line.is_some())
    }

    fn close_all(&self) {
        for line in self
            .devices()
            .known
            .values()
            .filter_map(|known| known.line.as_ref())
        {
            line.slot.want(|wanted| wanted.close = Some(Close::Stopping));
        }
    }

    fn seen(&self, device: DeviceId, number: u64, at: OffsetDateTime, heartbeat: &Heartbeat) {
        let mut devices = self.devices();
        let Some(known) = devices.known.get_mut(&device) else {
            return;
        };
        if known.line.as_ref().is_some_and(|line| line.number == number) {
            known.contact.at = at;
            known.contact.runtime = heartbeat.runtime_seconds.or(known.contact.runtime);
            known.contact.battery_level = heartbeat.battery_percent.or(known.contact.battery_level);
            known.unsaved = true;
        }
    }

    fn leave(&self, device: DeviceId, number: u64, slot: &Slot) -> bool {
        let mut devices = self.devices();
        // Under the lock, so that no other command is handed over before the connection is gone.
        if let Some((command, _)) = slot.take_back() {
            self.unsent.keep(device, command);
        }
        let Some(known) = devices.known.get_mut(&device) else {
            return false;
        };
        if known.line.as_ref().is_none_or(|line| line.number != number) {
            return false;
        }
        known.line = None;
        if !known.unsaved {
            devices.known.remove(&device);
        }
        devices.online -= 1;
        true
    }

    /// What has not been written yet.
    fn unsaved(&self) -> Vec<(DeviceId, Contact)> {
        let devices = self.devices();
        let unsaved = devices.known.iter().filter(|(_, known)| known.unsaved);
        unsaved
            .map(|(device, known)| (*device, known.contact.clone()))
            .collect()
    }

    fn saved(&self, written: &[(DeviceId, Contact)]) {
        let mut devices = self.devices();
        for (device, contact) in written {
            let Place::Occupied(mut place) = devices.known.entry(*device) else {
                continue;
            };
            if place.get().contact.at == contact.at {
                place.get_mut().unsaved = false;
                if place.get().line.is_none() {
                    place.remove();
                }
            }
        }
    }
}

/// A device's connection. The device is online as long as this lives. A command that was handed to it and not taken up then goes
/// back to the queue.
pub struct Connection {
    presence: Arc<Presence>,
    bus: Arc<dyn Bus>,
    device: DeviceId,
    number: u64,
    slot: Arc<Slot>,
}

/// The moment of a look into the database that is about to begin, for [`connect`].
pub fn stamp(services: &Services<Company>) -> Result<Stamp> {
    Ok(services.port::<Live>()?.presence().stamp())
}

/// Makes `device` online. An older connection of the same device is told to end. `None` if something has changed about the
/// device since it was looked up: from here on changes reach the connection, before it they make the look invalid, and none
/// falls in between.
pub fn connect(
    services: &Services<Company>,
    device: DeviceId,
    contact: Contact,
    looked: Stamp,
) -> Result<Option<Connection>> {
    let live = services.port::<Live>()?;
    let slot = Arc::<Slot>::default();
    let number = {
        let mut devices = live.presence().devices();
        if devices.outdated.is(device, looked) {
            return Ok(None);
        }
        devices.last += 1;
        let number = devices.last;
        let known = Known {
            line: Some(Line {
                number,
                slot: Arc::clone(&slot),
            }),
            contact,
            unsaved: true,
        };
        if let Some(old) = devices.known.insert(device, known).and_then(|known| known.line) {
            // What the old one has not taken up is for the new one to send.
            if let Some(command) = old.slot.take_back() {
                slot.hand(command);
            }
            old.slot.want(|wanted| wanted.close = Some(Close::Replaced));
        } else {
            devices.online += 1;
            devices.most = devices.most.max(devices.online);
        }
        number
    };
    live.bus().changed(DeviceChange {
        id: device,
        presence: State::Online,
    });
    let (presence, bus) = (Arc::clone(live.presence()), Arc::clone(live.bus()));
    Ok(Some(Connection {
        presence,
        bus,
        device,
        number,
        slot,
    }))
}

impl Connection {
    /// Waits until something is wanted of it, and takes that.
    pub async fn wanted(&self) -> Wanted {
        self.slot.take().await
    }

    /// Lets it fetch the commands that were queued before it was there.
    pub(crate) fn want_commands(&self) {
        self.slot.want(|wanted| wanted.commands = true);
    }

    /// Gives back commands that it took up and has not begun to send.
    pub fn give_back(&self, commands: impl IntoIterator<Item = CommandId>) {
        for command in commands {
            self.presence.unsent.keep(self.device, command);
        }
    }

    /// Notes a sign of life.
    pub fn seen(&self, at: OffsetDateTime, heartbeat: &Heartbeat) {
        self.presence.seen(self.device, self.number, at, heartbeat);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.presence.leave(self.device, self.number, &self.slot) {
            self.bus.changed(DeviceChange {
                id: self.device,
                presence: State::Offline,
            });
        }
    }
}

/// Whether anything of this server is still connected.
pub fn connected(services: &Services<Company>) -> Result<usize> {
    Ok(services.port::<Live>()?.presence().connected())
}

/// Tells every connection to end: the server stops.
pub fn close_all(services: &Services<Company>) -> Result<()> {
    services.port::<Live>()?.presence().close_all();
    Ok(())
}

/// Writes the signs of life that are not in the database yet. Answers how many.
pub async fn flush(acting: &Acting<Company>) -> Result<usize> {
    let presence = acting.services().port::<Live>()?.presence();
    let unsaved = presence.unsaved();
    for group in unsaved.chunks(GROUP) {
        let mut tx = acting.begin().await?;
        save(&mut tx, group).await?;
        tx.commit_without_event_because("signs of life are no acts")
            .await?;
        presence.saved(group);
    }
    Ok(unsaved.len())
}

/// All of them in one statement: a way to the database and back for each would cost more than the writing.
async fn save(tx: &mut access::Tx, group: &[(DeviceId, Contact)]) -> Result<()> {
    let signs: Vec<_> = group
        .iter()
        .map(|(device, contact)| {
            json!({
                "device": Uuid::from(*device).simple().to_string(),
                "at": milliseconds(contact.at),
                "ip": contact.ip,
                "up": contact.runtime.and_then(|seconds| i64::try_from(seconds).ok()),
                "total": contact.total_operating_time.and_then(|seconds| i64::try_from(seconds).ok()),
                "battery": contact.battery_level,
            })
        })
        .collect();
    let save = sql!(
        sqlite: "update devices
            set last_contact_at = s.at, last_ip = s.ip, runtime = coalesce(s.up, runtime),
                total_operating_time = coalesce(s.total, total_operating_time), battery_level = coalesce(s.battery, battery_level)
           from (select unhex(value ->> 'device') as device, value ->> 'at' as at, value ->> 'ip' as ip, value ->> 'up' as up,
                        value ->> 'total' as total, value ->> 'battery' as battery
                   from json_each($1)) as s
          where devices.id = s.device and devices.last_contact_at <= s.at",
        postgres: "update devices
            set last_contact_at = s.at, last_ip = s.ip, runtime = coalesce(s.up, runtime),
                total_operating_time = coalesce(s.total, total_operating_time), battery_level = coalesce(s.battery, battery_level)
           from jsonb_to_recordset(cast($1 as jsonb)) as s (device uuid, at bigint, ip text, up bigint, total bigint, battery bigint)
          where devices.id = s.device and devices.last_contact_at <= s.at",
    );
    tx.execute(save, args![serde_json::to_string(&signs)?]).await?;
    Ok(())
}

/// A time as it is stored.
fn milliseconds(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}
