//! Commands for devices: stored, delivered once, and remembered with their result.
//!
//! A device is told to do something while it is connected. So its command is stored as sent at once and handed to its connection;
//! to queue it first, for the connection to fetch, would be one more change of a row for each of 15,000 devices. A command that
//! cannot go out after all is put back into the queue ([`put_back`]) and fetched from there ([`take`]), by the same connection or the
//! next one.
//!
//! None goes out twice: a command is in one place at a time, in the slot of a connection, among the [`Unsent`] or in the queue.
//! Once a connection has begun to send it, it has gone out, whatever becomes of the connection.

mod rows;
mod unsent;

use std::sync::Arc;

use access::{Acting, Actor, Authorized, Error, Event, Result, Services, Tx};
use domain::Company;
use domain::device::{Command, CommandKind, CommandState, DeviceChange, Presence};
use domain::id::{CommandId, DeviceId};
use domain::permission::CommandDevices;
use protocol::unified::{CommandOutcome, CommandResult};
use time::{Duration, OffsetDateTime};

use self::rows::Reported;
pub use self::unsent::Unsent;
use crate::Live;
use crate::bus::Nudge;
use crate::together::Together;

/// A command that nobody carried out by then is given up: a reboot a day late helps nobody.
pub const LIFE: Duration = Duration::minutes(10);

/// Commands of one transaction.
const GROUP: usize = 500;

/// Sends a command to a device. `label` is the device's name, for the audit trail.
pub(crate) async fn send(
    auth: &Authorized<CommandDevices>,
    device: DeviceId,
    label: &str,
    kind: CommandKind,
) -> Result<Command> {
    let by = auth.actor().name().to_owned();
    let mut tx = auth.begin().await?;
    let (id, at): (CommandId, _) = (tx.id(), tx.now());
    rows::insert(&mut tx, id, device, kind, &by).await?;
    let event = Event::new("device.commanded", device, label).with("command", kind.key());
    hand_over(auth.services(), tx, event, vec![(device, id)], kind).await?;
    Ok(Command {
        id,
        kind,
        state: CommandState::Sent,
        by,
        at,
        message: String::new(),
    })
}

/// The last commands of a device, newest first.
pub(crate) async fn of_device(
    tx: &mut store::Tx,
    device: DeviceId,
    now: OffsetDateTime,
) -> Result<Vec<Command>> {
    let rows = rows::of_device(tx, device).await?;
    rows.into_iter().map(|row| row.into_command(now)).collect()
}

/// Sends a command to each of several devices, as many as are still managed. Answers how many.
pub(crate) async fn send_all(
    auth: &Authorized<CommandDevices>,
    devices: &[DeviceId],
    kind: CommandKind,
    event: Event,
) -> Result<u64> {
    let by = auth.actor().name().to_owned();
    let mut told = 0;
    for group in devices.chunks(GROUP) {
        let mut tx = auth.begin().await?;
        let sent = rows::insert_all(&mut tx, group, kind, &by).await?;
        let event = event
            .clone()
            .with("command", kind.key())
            .with("devices", sent.len());
        told += u64::try_from(sent.len()).unwrap_or(u64::MAX);
        hand_over(auth.services(), tx, event, sent, kind).await?;
    }
    Ok(told)
}

/// Commits what stores these commands as sent, and hands them to the connections of their devices. Once begun it is done, also when
/// the request that asks for it is given up: between the two, a command would be neither with a connection nor in the queue.
async fn hand_over(
    services: &Services<Company>,
    tx: Tx,
    event: Event,
    commands: Vec<(DeviceId, CommandId)>,
    kind: CommandKind,
) -> Result<()> {
    let services = services.clone();
    #[expect(
        clippy::disallowed_methods,
        reason = "ends by itself after the commit, and must not end with the request"
    )]
    let done = tokio::spawn(async move {
        let live = services.port::<Live>()?;
        tx.commit(event).await?;
        for (device, id) in commands {
            live.bus().hand(device, (id, kind));
            tell(live, device);
        }
        Ok(())
    });
    done.await.map_err(Error::internal)?
}

/// Waits until there are commands to put back.
pub(crate) async fn some_unsent(services: &Services<Company>) -> Result<()> {
    services.port::<Live>()?.presence().unsent().some().await;
    Ok(())
}

/// Puts the commands that were stored as sent and did not go out back into the queue, and lets their devices fetch them. Answers
/// how many. Where that fails they stay as they are and expire: whoever cannot know what was kept must not send again.
pub async fn put_back(acting: &Acting<Company>) -> Result<usize> {
    let live = acting.services().port::<Live>()?;
    let unsent = live.presence().unsent().take();
    for group in unsent.chunks(GROUP) {
        let mut tx = acting.begin().await?;
        for (_, command) in group {
            rows::put_back(&mut tx, *command).await?;
        }
        tx.commit_without_event_because("the commands were noted when they were given")
            .await?;
        for (device, _) in group {
            live.bus().nudge(*device, Nudge::Commands);
            tell(live, *device);
        }
    }
    Ok(unsent.len())
}

/// Takes the queued commands of a device to send them. A second call does not get them again. Devices that ask at the same time
/// share a transaction.
pub async fn take(acting: &Acting<Company>, device: DeviceId) -> Result<Vec<(CommandId, CommandKind)>> {
    let taking = acting.services().port::<Live>()?.taking();
    taking.ask(acting.services(), device).await
}

/// Notes what became of a command, together with what other devices say at the same time. A result that is known already, or of
/// a command of another device, changes nothing, and alone does not wait for the one writer: a device can say it as often as it
/// likes. With `awaited`, the caller has sent this command to the device and has heard nothing of it yet: then there is something
/// to change, and nobody has to look.
pub async fn finish(
    acting: &Acting<Company>,
    device: DeviceId,
    result: &CommandResult,
    awaited: bool,
) -> Result<()> {
    let (state, message) = match &result.outcome {
        CommandOutcome::Done => (CommandState::Done, String::new()),
        CommandOutcome::Failed { message } => (CommandState::Failed, message.clone()),
    };
    let said = Said {
        by: acting.actor().clone(),
        result: Reported {
            command: result.command,
            device,
            state,
            message,
        },
        awaited,
    };
    let finishing = acting.services().port::<Live>()?.finishing();
    finishing.ask(acting.services(), said).await
}

/// The result of a command, and the device that says so.
pub(crate) struct Said {
    by: Actor,
    result: Reported,
    awaited: bool,
}

pub(crate) type Taking = Together<DeviceId, Vec<(CommandId, CommandKind)>>;
pub(crate) type Finishing = Together<Said, ()>;

/// See [`take`].
pub(crate) fn taking() -> Arc<Taking> {
    Together::new(|services, devices| {
        Box::pin(async move {
            let acting = services.acting_as_unchecked(Actor::System("commands"));
            let mut tx = acting.begin().await?;
            let mut taken = rows::take(&mut tx, &devices).await?;
            tx.commit_without_event_because("the commands were noted when they were queued")
                .await?;
            let live = services.port::<Live>()?;
            for device in taken.keys() {
                tell(live, *device);
            }
            Ok(devices
                .iter()
                .map(|device| taken.remove(device).unwrap_or_default())
                .collect())
        })
    })
}

/// See [`finish`].
pub(crate) fn finishing() -> Arc<Finishing> {
    Together::new(|services, said| {
        Box::pin(async move {
            let acting = services.acting_as_unchecked(Actor::System("commands"));
            let (asked, awaited) = (said.len(), said.iter().any(|said| said.awaited));
            let (by, results): (Vec<_>, Vec<_>) = said.into_iter().map(|said| (said.by, said.result)).unzip();
            // Where the writer is needed for one, the others come along.
            if !awaited && rows::open(&mut acting.read().await?, &results).await?.is_empty() {
                return Ok(vec![(); asked]);
            }
            let mut tx = acting.begin().await?;
            let mut ended = rows::finish(&mut tx, &results).await?;
            let (mut events, mut told) = (Vec::with_capacity(ended.len()), Vec::with_capacity(ended.len()));
            for (actor, result) in by.into_iter().zip(&results) {
                // Once, however often it was said.
                if ended.remove(&result.command) {
                    let event = Event::new("device.command_finished", result.device, actor.name())
                        .with("state", result.state.key())
                        .with("id", result.command.to_string());
                    events.push((actor, event));
                    told.push(result.device);
                }
            }
            tx.note_all(&events).await?;
            tx.commit_without_event_because("each result was noted above")
                .await?;
            let live = services.port::<Live>()?;
            for device in told {
                tell(live, device);
            }
            Ok(vec![(); asked])
        })
    })
}

/// Gives up the commands whose time is over. Answers how many.
pub async fn expire(acting: &Acting<Company>) -> Result<u64> {
    if !rows::any_over(&mut acting.read().await?, acting.now()).await? {
        return Ok(0);
    }
    let mut tx = acting.begin().await?;
    let over = rows::expire(&mut tx).await?;
    tx.commit_without_event_because("their time was over; nobody did anything")
        .await?;
    Ok(over)
}

/// Pages that show the device look again.
fn tell(live: &Live, device: DeviceId) {
    let presence = if live.presence().is_online(device) {
        Presence::Online
    } else {
        Presence::Offline
    };
    live.bus().changed(DeviceChange { id: device, presence });
}
