use std::collections::{HashMap, HashSet};

use access::{Error, Result, Tx};
use domain::device::{Command, CommandKind, CommandState};
use domain::id::{CommandId, DeviceId};
use serde::Serialize;
use store::{IdOf, args, row, sql};
use time::OffsetDateTime;
use uuid::Uuid;
use uuid::fmt::Simple;

use super::LIFE;

/// Commands shown with a device.
const SHOWN: i64 = 20;

row! {
    pub(super) struct CommandRow {
        id: CommandId,
        kind: String,
        state: String,
        by_name: String,
        created_at: OffsetDateTime,
        expires_at: OffsetDateTime,
        message: String,
    }

    struct TakenRow {
        id: CommandId,
        device_id: DeviceId,
        kind: String,
    }
}

impl CommandRow {
    pub(super) fn into_command(self, now: OffsetDateTime) -> Result<Command> {
        let state = CommandState::parse(&self.state).ok_or_else(|| unknown(&self.state))?;
        let open = matches!(state, CommandState::Queued | CommandState::Sent);
        // Its time may be over before the round that writes it down.
        let state = if open && self.expires_at <= now {
            CommandState::Expired
        } else {
            state
        };
        let kind = kind(&self.kind)?;
        Ok(Command {
            id: self.id,
            kind,
            state,
            by: self.by_name,
            at: self.created_at,
            message: self.message,
        })
    }
}

fn kind(key: &str) -> Result<CommandKind> {
    CommandKind::parse(key).ok_or_else(|| unknown(key))
}

fn unknown(key: &str) -> Error {
    Error::internal(format!("a command holds what we do not know: {key}"))
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: CommandId,
    device: DeviceId,
    kind: CommandKind,
    by: &str,
) -> Result<()> {
    let now = tx.now();
    let insert = sql!(
        "insert into commands (id, device_id, kind, state, by_name, created_at, sent_at, expires_at, message)
         values ($1, $2, $3, 'sent', $4, $5, $5, $6, '')"
    );
    Ok(tx
        .execute_one(insert, args![id, device, kind.key(), by, now, now + LIFE])
        .await?)
}

pub(super) async fn of_device(tx: &mut store::Tx, device: DeviceId) -> Result<Vec<CommandRow>> {
    let find = sql!(
        "select id, kind, state, by_name, created_at, expires_at, message from commands
          where device_id = $1 order by id desc limit $2"
    );
    Ok(tx.all(find, args![device, SHOWN]).await?)
}

/// A command of [`insert_all`], in JSON.
#[derive(Serialize)]
struct New {
    id: Simple,
    device: Simple,
}

/// Stores one command for each of several devices, as sent. Answers those that there are, with their command.
pub(super) async fn insert_all(
    tx: &mut Tx,
    devices: &[DeviceId],
    kind: CommandKind,
    by: &str,
) -> Result<Vec<(DeviceId, CommandId)>> {
    let now = tx.now();
    let wanted: Vec<_> = devices
        .iter()
        .map(|device| New {
            id: hex(tx.id::<CommandId>()),
            device: hex(*device),
        })
        .collect();
    let insert = sql!(
        sqlite: "insert into commands (id, device_id, kind, state, by_name, created_at, sent_at, expires_at, message)
         select unhex(w.value ->> 'id'), d.id, $2, 'sent', $3, $4, $4, $5, ''
           from json_each($1) w join devices d on d.id = unhex(w.value ->> 'device')
          where d.revoked_at is null
         returning device_id, id",
        postgres: "insert into commands (id, device_id, kind, state, by_name, created_at, sent_at, expires_at, message)
         select w.id, d.id, $2, 'sent', $3, $4, $4, $5, ''
           from jsonb_to_recordset(cast($1 as jsonb)) as w (id uuid, device uuid) join devices d on d.id = w.device
          where d.revoked_at is null
         returning device_id, id",
    );
    let values = args![serde_json::to_string(&wanted)?, kind.key(), by, now, now + LIFE];
    let sent: Vec<(IdOf<DeviceId>, IdOf<CommandId>)> = tx.all(insert, values).await?;
    Ok(sent.into_iter().map(|(device, id)| (device.0, id.0)).collect())
}

/// Puts a command that was stored as sent back into the queue, if nothing has become of it meanwhile.
pub(super) async fn put_back(tx: &mut Tx, id: CommandId) -> Result<()> {
    let put_back =
        sql!("update commands set state = 'queued', sent_at = null where id = $1 and state = 'sent'");
    tx.execute(put_back, args![id]).await?;
    Ok(())
}

/// Takes the queued commands of these devices, oldest first.
pub(super) async fn take(
    tx: &mut Tx,
    devices: &[DeviceId],
) -> Result<HashMap<DeviceId, Vec<(CommandId, CommandKind)>>> {
    let now = tx.now();
    let wanted: Vec<_> = devices.iter().map(|device| hex(*device)).collect();
    let take = sql!(
        sqlite: "update commands set state = 'sent', sent_at = $2
          where device_id in (select unhex(value) from json_each($1)) and state = 'queued' and expires_at > $2
         returning id, device_id, kind",
        postgres: "update commands set state = 'sent', sent_at = $2
          where device_id in (select cast(value as uuid) from jsonb_array_elements_text(cast($1 as jsonb)) as w (value))
            and state = 'queued' and expires_at > $2
         returning id, device_id, kind",
    );
    let mut taken: Vec<TakenRow> = tx.all(take, args![serde_json::to_string(&wanted)?, now]).await?;
    taken.sort_by_key(|row| row.id);
    let mut by_device: HashMap<_, Vec<_>> = HashMap::new();
    for row in taken {
        by_device
            .entry(row.device_id)
            .or_default()
            .push((row.id, kind(&row.kind)?));
    }
    Ok(by_device)
}

/// What a device has said of a command.
pub(super) struct Reported {
    pub command: CommandId,
    pub device: DeviceId,
    pub state: CommandState,
    pub message: String,
}

/// Those of these commands that a result is waited for.
pub(super) async fn open(tx: &mut store::Tx, results: &[Reported]) -> Result<HashSet<CommandId>> {
    let wanted: Vec<_> = results.iter().map(|result| hex(result.command)).collect();
    let find = sql!(
        sqlite: "select id from commands where finished_at is null and id in (select unhex(value) from json_each($1))",
        postgres: "select id from commands where finished_at is null
            and id in (select cast(value as uuid) from jsonb_array_elements_text(cast($1 as jsonb)) as w (value))",
    );
    let open: Vec<(IdOf<CommandId>,)> = tx.all(find, args![serde_json::to_string(&wanted)?]).await?;
    Ok(open.into_iter().map(|(id,)| id.0).collect())
}

/// A result of [`finish`], in JSON.
#[derive(Serialize)]
struct Ending<'a> {
    command: Simple,
    device: Simple,
    outcome: &'static str,
    said: &'a str,
}

/// Keeps these results, where one is waited for. Answers the commands that they end.
pub(super) async fn finish(tx: &mut Tx, results: &[Reported]) -> Result<HashSet<CommandId>> {
    let now = tx.now();
    let said: Vec<_> = results
        .iter()
        .map(|result| Ending {
            command: hex(result.command),
            device: hex(result.device),
            outcome: result.state.key(),
            said: &result.message,
        })
        .collect();
    let finish = sql!(
        sqlite: "update commands set state = r.outcome, finished_at = $2, message = r.said
           from (select unhex(value ->> 'command') as command, unhex(value ->> 'device') as device,
                        value ->> 'outcome' as outcome, value ->> 'said' as said from json_each($1)) as r
          where commands.id = r.command and commands.device_id = r.device and commands.finished_at is null
         returning id",
        postgres: "update commands set state = r.outcome, finished_at = $2, message = r.said
           from jsonb_to_recordset(cast($1 as jsonb)) as r (command uuid, device uuid, outcome text, said text)
          where commands.id = r.command and commands.device_id = r.device and commands.finished_at is null
         returning id",
    );
    let ended: Vec<(IdOf<CommandId>,)> = tx.all(finish, args![serde_json::to_string(&said)?, now]).await?;
    Ok(ended.into_iter().map(|(id,)| id.0).collect())
}

/// An id as both engines read it in JSON.
fn hex(id: impl Into<Uuid>) -> Simple {
    id.into().simple()
}

pub(super) async fn any_over(tx: &mut store::Tx, now: OffsetDateTime) -> Result<bool> {
    let over = sql!("select id from commands where finished_at is null and expires_at <= $1 limit 1");
    Ok(tx.optional::<(Uuid,)>(over, args![now]).await?.is_some())
}

pub(super) async fn expire(tx: &mut Tx) -> Result<u64> {
    let now = tx.now();
    let expire = sql!(
        "update commands set state = 'expired', finished_at = $1 where finished_at is null and expires_at <= $1"
    );
    Ok(tx.execute(expire, args![now]).await?)
}
