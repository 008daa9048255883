//! Commands for devices: queued in the database, delivered once, and remembered with their result.

mod rows;

use access::{Acting, Authorized, Event, Result};
use domain::Company;
use domain::device::{Command, CommandKind, CommandState, DeviceChange, Presence};
use domain::id::{CommandId, DeviceId};
use domain::permission::CommandDevices;
use protocol::unified::{CommandOutcome, CommandResult};
use time::{Duration, OffsetDateTime};

use crate::Live;
use crate::bus::Nudge;

/// A command that nobody carried out by then is given up: a reboot a day late helps nobody.
pub const LIFE: Duration = Duration::minutes(10);

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

/// Takes the queued commands of a device to send them. A second call does not get them again.
pub async fn take(acting: &Acting<Company>, device: DeviceId) -> Result<Vec<(CommandId, CommandKind)>> {
    if !rows::any_queued(&mut acting.read().await?, device).await? {
        return Ok(Vec::new());
    }
    let mut tx = acting.begin().await?;
    let taken = rows::take(&mut tx, device).await?;
    tx.commit_without_event_because("the command was noted when it was queued")
        .await?;
    tell(acting, device)?;
    Ok(taken)
}

/// Notes what became of a command. A result that is known already, or of a command of another device, changes nothing, and
/// does not wait for the one writer: a device can say it as often as it likes.
pub async fn finish(acting: &Acting<Company>, device: DeviceId, result: &CommandResult) -> Result<()> {
    if !rows::is_open(&mut acting.read().await?, result.command, device).await? {
        return Ok(());
    }
    let (state, message) = match &result.outcome {
        CommandOutcome::Done => (CommandState::Done, ""),
        CommandOutcome::Failed { message } => (CommandState::Failed, message.as_str()),
    };
    let mut tx = acting.begin().await?;
    if !rows::finish(&mut tx, result.command, device, state, message).await? {
        return Ok(());
    }
    let event = Event::new("device.command_finished", device, acting.actor().name());
    tx.commit(
        event
            .with("state", state.key())
            .with("id", result.command.to_string()),
    )
    .await?;
    tell(acting, device)
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
