use access::{Error, Result, Tx};
use domain::device::{Command, CommandKind, CommandState};
use domain::id::{CommandId, DeviceId};
use store::{args, row, sql};
use time::OffsetDateTime;

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
        "insert into commands (id, device_id, kind, state, by_name, created_at, expires_at, message)
         values ($1, $2, $3, 'queued', $4, $5, $6, '')"
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

pub(super) async fn any_queued(tx: &mut store::Tx, device: DeviceId) -> Result<bool> {
    let count = sql!("select count(*) from commands where device_id = $1 and state = 'queued'");
    Ok(tx.scalar::<i64>(count, args![device]).await? > 0)
}

pub(super) async fn take(tx: &mut Tx, device: DeviceId) -> Result<Vec<(CommandId, CommandKind)>> {
    let now = tx.now();
    let take = sql!(
        "update commands set state = 'sent', sent_at = $2
          where device_id = $1 and state = 'queued' and expires_at > $2
         returning id, kind"
    );
    let mut taken: Vec<TakenRow> = tx.all(take, args![device, now]).await?;
    taken.sort_by_key(|row| row.id);
    taken
        .into_iter()
        .map(|row| Ok((row.id, kind(&row.kind)?)))
        .collect()
}

/// Whether a result is waited for.
pub(super) async fn is_open(tx: &mut store::Tx, id: CommandId, device: DeviceId) -> Result<bool> {
    let count =
        sql!("select count(*) from commands where id = $1 and device_id = $2 and finished_at is null");
    Ok(tx.scalar::<i64>(count, args![id, device]).await? > 0)
}

pub(super) async fn finish(
    tx: &mut Tx,
    id: CommandId,
    device: DeviceId,
    state: CommandState,
    message: &str,
) -> Result<bool> {
    let now = tx.now();
    let finish = sql!(
        "update commands set state = $3, finished_at = $4, message = $5
          where id = $1 and device_id = $2 and finished_at is null"
    );
    Ok(tx
        .execute(finish, args![id, device, state.key(), now, message])
        .await?
        > 0)
}

pub(super) async fn any_over(tx: &mut store::Tx, now: OffsetDateTime) -> Result<bool> {
    let over = sql!("select id from commands where finished_at is null and expires_at <= $1 limit 1");
    Ok(tx.optional::<(uuid::Uuid,)>(over, args![now]).await?.is_some())
}

pub(super) async fn expire(tx: &mut Tx) -> Result<u64> {
    let now = tx.now();
    let expire = sql!(
        "update commands set state = 'expired', finished_at = $1 where finished_at is null and expires_at <= $1"
    );
    Ok(tx.execute(expire, args![now]).await?)
}
