//! Commands for devices: queued in the database, delivered once, and remembered with their result.

mod rows;

use std::sync::Arc;

use access::{Acting, Actor, Authorized, Event, Result};
use domain::Company;
use domain::device::{Command, CommandKind, CommandState, DeviceChange, Presence};
use domain::id::{CommandId, DeviceId};
use domain::permission::CommandDevices;
use protocol::unified::{CommandOutcome, CommandResult};
use time::{Duration, OffsetDateTime};

use self::rows::Reported;
use crate::Live;
use crate::bus::Nudge;
use crate::together::Together;

/// A command that nobody carried out by then is given up: a reboot a day late helps nobody.
pub const LIFE: Duration = Duration::minutes(10);

/// Commands of one transaction.
const GROUP: usize = 500;

/// Queues a command and tells the device's connection. `label` is the device's name, for the audit trail.
pub(crate) async fn queue(
    auth: &Authorized<CommandDevices>,
    device: DeviceId,
    label: &str,
    kind: CommandKind,
) -> Result<Command> {
    let by = auth.actor().name().to_owned();
    let mut tx = auth.begin().await?;
    let (id, at): (CommandId, _) = (tx.id(), tx.now());
    rows::insert(&mut tx, id, device, kind, &by).await?;
    tx.commit(Event::new("device.commanded", device, label).with("command", kind.key()))
        .await?;
    auth.services()
        .port::<Live>()?
        .bus()
        .nudge(device, Nudge::Commands);
    Ok(Command {
        id,
        kind,
        state: CommandState::Queued,
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

/// Queues a command for each of several devices, as many as are still managed, and tells their connections. Answers how many.
pub(crate) async fn queue_all(
    auth: &Authorized<CommandDevices>,
    devices: &[DeviceId],
    kind: CommandKind,
    event: Event,
) -> Result<u64> {
    let by = auth.actor().name().to_owned();
    let bus = auth.services().port::<Live>()?.bus();
    let mut queued = 0;
    for group in devices.chunks(GROUP) {
        let mut tx = auth.begin().await?;
        let told = rows::insert_all(&mut tx, group, kind, &by).await?;
        let event = event
            .clone()
            .with("command", kind.key())
            .with("devices", told.len());
        tx.commit(event).await?;
        for device in &told {
            bus.nudge(*device, Nudge::Commands);
        }
        queued += u64::try_from(told.len()).unwrap_or(u64::MAX);
    }
    Ok(queued)
}

/// Takes the queued commands of a device to send them. A second call does not get them again. Devices that ask at the same time
/// share a transaction: a command for all of them is as many questions at once.
pub async fn take(acting: &Acting<Company>, device: DeviceId) -> Result<Vec<(CommandId, CommandKind)>> {
    let taking = acting.services().port::<Live>()?.taking();
    taking.ask(acting.services(), device).await
}

/// Notes what became of a command, together with what other devices say at the same time. A result that is known already, or of
/// a command of another device, changes nothing, and alone does not wait for the one writer: a device can say it as often as it
/// likes.
pub async fn finish(acting: &Acting<Company>, device: DeviceId, result: &CommandResult) -> Result<()> {
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
    };
    let finishing = acting.services().port::<Live>()?.finishing();
    finishing.ask(acting.services(), said).await
}

/// The result of a command, and the device that says so.
pub(crate) struct Said {
    by: Actor,
    result: Reported,
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
            for device in taken.keys() {
                tell(&acting, *device)?;
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
            let asked = said.len();
            let (by, results): (Vec<_>, Vec<_>) = said.into_iter().map(|said| (said.by, said.result)).unzip();
            if rows::open(&mut acting.read().await?, &results).await?.is_empty() {
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
            for device in told {
                tell(&acting, device)?;
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
fn tell(acting: &Acting<Company>, device: DeviceId) -> Result<()> {
    let live = acting.services().port::<Live>()?;
    let presence = if live.presence().is_online(device) {
        Presence::Online
    } else {
        Presence::Offline
    };
    live.bus().changed(DeviceChange { id: device, presence });
    Ok(())
}
