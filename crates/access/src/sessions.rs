//! Sessions of people. The browser holds a random token, the database its hash; a revoked session never comes back; a request
//! writes nothing unless the last sign of life is minutes old.

use std::fmt;
use std::marker::PhantomData;

use domain::Side;
use sha2::{Digest as _, Sha256};
use store::{args, row, sql};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{Client, Result, Services, Tx};

/// A session ends when nobody used it for this long.
pub const IDLE: Duration = Duration::minutes(30);
/// A session ends at the latest after this long.
pub const LIFE: Duration = Duration::hours(12);
/// Life of what is kept for somebody who has not signed in (a form that was refused).
pub const KEPT: Duration = Duration::minutes(10);
/// The last sign of life is written at most this often.
const TOUCH: Duration = Duration::minutes(5);

/// What the browser's cookie holds: 128 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(Zeroizing<[u8; 16]>);

impl SessionToken {
    pub fn new(bytes: [u8; 16]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// For the cookie, and for nothing else.
    pub fn reveal(&self) -> [u8; 16] {
        *self.0
    }

    /// The id of its session. The side is part of it, so that a token of one side is none of another that has the same database.
    fn hash<S: Side>(&self) -> Vec<u8> {
        let mut hash = Sha256::new_with_prefix(S::KEY.as_bytes());
        hash.update(*self.0);
        hash.finalize().to_vec()
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken")
    }
}

/// A session that is there: can only be loaded, never built.
#[derive(Clone, Debug)]
pub struct Session<S: Side> {
    key: Vec<u8>,
    holder: Uuid,
    side: PhantomData<S>,
}

row! {
    struct SessionRow {
        holder: Option<Uuid>,
        created_at: OffsetDateTime,
        seen_at: OffsetDateTime,
        data: String,
    }
}

impl SessionRow {
    fn ends(&self) -> OffsetDateTime {
        match self.holder {
            Some(_) => (self.seen_at + IDLE).min(self.created_at + LIFE),
            None => self.created_at + KEPT,
        }
    }
}

/// What is kept with a session: JSON, and when it ends.
pub struct Kept {
    pub data: String,
    pub ends: OffsetDateTime,
}

impl<S: Side> Session<S> {
    /// The session of a token, if it has not ended. Notes the sign of life when the last one is minutes old.
    pub async fn load(services: &Services<S>, token: &SessionToken) -> Result<Option<Self>> {
        let key = token.hash::<S>();
        let now = services.now();
        let Some(row) = find(services, &key).await? else {
            return Ok(None);
        };
        let Some(holder) = row.holder else { return Ok(None) };
        if now - row.seen_at >= TOUCH {
            let mut tx = services.db().begin().await?;
            let touch = sql!(
                "update sessions set seen_at = $2 where id = $1 and revoked_at is null and seen_at < $2"
            );
            tx.execute(touch, args![key.clone(), now]).await?;
            tx.commit().await?;
        }
        Ok(Some(Self {
            key,
            holder,
            side: PhantomData,
        }))
    }

    /// Who it belongs to.
    pub fn holder(&self) -> Uuid {
        self.holder
    }

    /// Whether it has not ended meanwhile.
    pub async fn is_alive(&self, services: &Services<S>) -> Result<bool> {
        Ok(find(services, &self.key).await?.is_some())
    }

    /// Ends it.
    pub async fn revoke(&self, tx: &mut Tx) -> Result<()> {
        let now = tx.now();
        let revoke =
            sql!("update sessions set revoked_at = $2, data = '{}' where id = $1 and revoked_at is null");
        tx.execute(revoke, args![self.key.clone(), now]).await?;
        Ok(())
    }
}

row! {
    struct OpenRow {
        id: Vec<u8>,
        created_at: OffsetDateTime,
        seen_at: OffsetDateTime,
        address: String,
        agent: String,
    }
}

/// A session that has not ended, for the person who holds it.
pub struct Open {
    id: Vec<u8>,
    pub created_at: OffsetDateTime,
    pub seen_at: OffsetDateTime,
    pub address: String,
    /// The browser's own name.
    pub agent: String,
}

impl Open {
    /// Its name towards its holder, in hexadecimal: nobody comes from it to the cookie.
    pub fn key(&self) -> String {
        self.id
            .iter()
            .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    /// Whether it is that one.
    pub fn is<S: Side>(&self, session: &Session<S>) -> bool {
        self.id == session.key
    }
}

/// The sessions of `holder` that have not ended, the one used last first.
pub async fn open(tx: &mut store::Tx, holder: impl Into<Uuid>, now: OffsetDateTime) -> Result<Vec<Open>> {
    let select = sql!(
        "select id, created_at, seen_at, address, agent from sessions
         where holder = $1 and revoked_at is null and seen_at > $2 and created_at > $3 order by seen_at desc, id"
    );
    let rows: Vec<OpenRow> = tx
        .all(select, args![holder.into(), now - IDLE, now - LIFE])
        .await?;
    let open = |row: OpenRow| Open {
        id: row.id,
        created_at: row.created_at,
        seen_at: row.seen_at,
        address: row.address,
        agent: row.agent,
    };
    Ok(rows.into_iter().map(open).collect())
}

/// Ends `session` and starts one in its place, under a new id: for a change of what its holder may do or is known by. `None` where
/// it has ended meanwhile.
pub async fn renew<S: Side>(
    tx: &mut Tx,
    services: &Services<S>,
    session: &Session<S>,
) -> Result<Option<SessionToken>> {
    let token = SessionToken::new(services.entropy().bytes());
    let now = tx.now();
    let copy = sql!(
        "insert into sessions (id, holder, created_at, seen_at, data, address, agent)
         select $2, holder, $3, $3, '{}', address, agent from sessions where id = $1 and revoked_at is null"
    );
    let copied = tx
        .execute(copy, args![session.key.clone(), token.hash::<S>(), now])
        .await?;
    session.revoke(tx).await?;
    Ok((copied == 1).then_some(token))
}

/// Ends one session of `holder`, by [`Open::key`]. Answers whether there was one.
pub async fn revoke_one(tx: &mut Tx, holder: impl Into<Uuid>, key: &str) -> Result<bool> {
    let Some(id) = from_hex(key) else { return Ok(false) };
    let now = tx.now();
    let revoke = sql!(
        "update sessions set revoked_at = $3, data = '{}' where id = $1 and holder = $2 and revoked_at is null"
    );
    Ok(tx.execute(revoke, args![id, holder.into(), now]).await? == 1)
}

/// Ends every session of `holder` but `session`. Answers how many.
pub async fn revoke_all_but<S: Side>(
    tx: &mut Tx,
    holder: impl Into<Uuid>,
    session: &Session<S>,
) -> Result<u64> {
    revoke_except(tx, holder.into(), session.key.clone()).await
}

/// Ends every session of `holder` but the one of `token`. Answers how many.
pub async fn revoke_others<S: Side>(
    tx: &mut Tx,
    _: &Services<S>,
    holder: impl Into<Uuid>,
    token: &SessionToken,
) -> Result<u64> {
    revoke_except(tx, holder.into(), token.hash::<S>()).await
}

async fn revoke_except(tx: &mut Tx, holder: Uuid, kept: Vec<u8>) -> Result<u64> {
    let now = tx.now();
    let revoke = sql!(
        "update sessions set revoked_at = $3, data = '{}' where holder = $1 and id <> $2 and revoked_at is null"
    );
    Ok(tx.execute(revoke, args![holder, kept, now]).await?)
}

/// The bytes of a session's id, if it is one.
fn from_hex(key: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = key
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits.filter(|digits| digits.len() == 2 * <Sha256 as sha2::Digest>::output_size())?;
    let byte = |pair: &[u8]| pair.iter().fold(0, |byte, digit| byte * 16 + digit);
    Some(digits.chunks(2).map(byte).collect())
}

/// Starts a session for `holder`, in the transaction of the sign-in.
pub async fn start<S: Side>(
    tx: &mut Tx,
    services: &Services<S>,
    holder: impl Into<Uuid>,
    client: &Client,
) -> Result<SessionToken> {
    let token = SessionToken::new(services.entropy().bytes());
    insert(
        tx,
        token.hash::<S>(),
        Some(holder.into()),
        "{}",
        client.address.to_string(),
        client.agent.clone(),
        services.now(),
    )
    .await?;
    Ok(token)
}

/// Ends every session of `holder`.
pub async fn revoke_all(tx: &mut Tx, holder: impl Into<Uuid>) -> Result<u64> {
    let now = tx.now();
    let revoke =
        sql!("update sessions set revoked_at = $2, data = '{}' where holder = $1 and revoked_at is null");
    Ok(tx.execute(revoke, args![holder.into(), now]).await?)
}

/// What is kept with a session, whether anybody has signed in or not.
pub async fn kept<S: Side>(services: &Services<S>, token: &SessionToken) -> Result<Option<Kept>> {
    Ok(find(services, &token.hash::<S>()).await?.map(|row| Kept {
        ends: row.ends(),
        data: row.data,
    }))
}

/// Keeps `data` with a session that is there. A session that has ended stays ended.
pub async fn keep<S: Side>(services: &Services<S>, token: &SessionToken, data: &str) -> Result<()> {
    let mut tx = services.db().begin().await?;
    let save = sql!("update sessions set data = $2 where id = $1 and revoked_at is null");
    tx.execute(save, args![token.hash::<S>(), data]).await?;
    Ok(tx.commit().await?)
}

/// Keeps `data` for somebody who has not signed in, for [`KEPT`]. Answers false where the token is in use already.
pub async fn keep_for_visitor<S: Side>(
    services: &Services<S>,
    token: &SessionToken,
    data: &str,
) -> Result<bool> {
    let mut tx = services.db().begin().await?;
    match insert(
        &mut tx,
        token.hash::<S>(),
        None,
        data,
        String::new(),
        String::new(),
        services.now(),
    )
    .await
    {
        Ok(()) => tx.commit().await.map(|()| true).map_err(Into::into),
        Err(error) if error.is_unique("sessions", &["id"]) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Ends the session of a token, whoever holds it.
pub async fn end<S: Side>(services: &Services<S>, token: &SessionToken) -> Result<()> {
    let mut tx = services.db().begin().await?;
    let revoke =
        sql!("update sessions set revoked_at = $2, data = '{}' where id = $1 and revoked_at is null");
    tx.execute(revoke, args![token.hash::<S>(), services.now()])
        .await?;
    Ok(tx.commit().await?)
}

/// Deletes the rows of sessions that have ended. Answers how many.
pub async fn purge<S: Side>(services: &Services<S>) -> Result<u64> {
    let now = services.now();
    let mut tx = services.db().begin().await?;
    let gone = tx
        .execute(
            sql!("delete from sessions where created_at < $1 or seen_at < $2 or (holder is null and created_at < $3)"),
            args![now - LIFE, now - LIFE, now - KEPT],
        )
        .await?;
    tx.commit().await?;
    Ok(gone)
}

async fn find<S: Side>(services: &Services<S>, key: &[u8]) -> Result<Option<SessionRow>> {
    let mut tx = services.db().glance().await?;
    let find =
        sql!("select holder, created_at, seen_at, data from sessions where id = $1 and revoked_at is null");
    let row: Option<SessionRow> = tx.optional(find, args![key.to_vec()]).await?;
    Ok(row.filter(|row| row.ends() > services.now()))
}

async fn insert(
    tx: &mut store::Tx,
    id: Vec<u8>,
    holder: Option<Uuid>,
    data: &str,
    address: String,
    agent: String,
    now: OffsetDateTime,
) -> store::Result<()> {
    tx.execute_one(
        sql!(
            "insert into sessions (id, holder, created_at, seen_at, data, address, agent)
             values ($1, $2, $3, $3, $4, $5, $6)"
        ),
        args![id, holder, now, data, address, agent],
    )
    .await
}
