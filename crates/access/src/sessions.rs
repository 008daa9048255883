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

    fn hash(&self) -> Vec<u8> {
        Sha256::digest(*self.0).to_vec()
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
        let key = token.hash();
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

/// Starts a session for `holder`, in the transaction of the sign-in.
pub async fn start(
    tx: &mut Tx,
    services: &Services<impl Side>,
    holder: impl Into<Uuid>,
    client: &Client,
) -> Result<SessionToken> {
    let token = SessionToken::new(services.entropy().bytes());
    insert(
        tx,
        &token,
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
    Ok(find(services, &token.hash()).await?.map(|row| Kept {
        ends: row.ends(),
        data: row.data,
    }))
}

/// Keeps `data` with a session that is there. A session that has ended stays ended.
pub async fn keep<S: Side>(services: &Services<S>, token: &SessionToken, data: &str) -> Result<()> {
    let mut tx = services.db().begin().await?;
    let save = sql!("update sessions set data = $2 where id = $1 and revoked_at is null");
    tx.execute(save, args![token.hash(), data]).await?;
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
        token,
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
    tx.execute(revoke, args![token.hash(), services.now()]).await?;
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
    let mut tx = services.db().read().await?;
    let find =
        sql!("select holder, created_at, seen_at, data from sessions where id = $1 and revoked_at is null");
    let row: Option<SessionRow> = tx.optional(find, args![key.to_vec()]).await?;
    Ok(row.filter(|row| row.ends() > services.now()))
}

async fn insert(
    tx: &mut store::Tx,
    token: &SessionToken,
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
        args![token.hash(), holder, now, data, address, agent],
    )
    .await
}
