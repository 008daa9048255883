//! Forms that come more than once: a double click, a page that is loaded again, a retry after a time-out (reliability F27). A form
//! carries a key of its own; with the change that it makes, the key is kept for a day together with what was answered. Whoever
//! sends the same form again gets the same answer, and nothing is done.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use domain::id::AccountId;
use domain::{Conflict, Invalid, Permission, Side};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use store::{args, row, sql};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{Authorized, Error, Result, ResultExt as _, Services, Visitor};

/// For so long a form that comes again is known.
pub const KEPT: Duration = Duration::DAY;
/// Length of a key, in characters.
const KEY: std::ops::RangeInclusive<usize> = 16..=64;

/// A form under its key, as somebody sent it for one act.
pub(crate) struct Submission {
    id: Vec<u8>,
    /// SHA-256 of the key and what was typed. The key is kept nowhere, so that secrets that were typed cannot be guessed from it.
    body: Vec<u8>,
    kept: AtomicBool,
}

row! {
    struct SubmissionRow {
        body_hash: Vec<u8>,
        answer: Option<String>,
    }
}

impl Submission {
    fn new(act: &str, holder: Uuid, key: &str, draft: &impl Serialize) -> Result<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !KEY.contains(&key.len()) || !key.bytes().all(plain) {
            return Err(Invalid::default().into());
        }
        let mut id = Sha256::new_with_prefix(holder.as_bytes());
        id.update(act);
        id.update([0]);
        id.update(key);
        let mut body = Sha256::new_with_prefix(key);
        body.update([0]);
        body.update(serde_json::to_vec(draft)?);
        Ok(Self {
            id: id.finalize().to_vec(),
            body: body.finalize().to_vec(),
            kept: AtomicBool::new(false),
        })
    }

    /// Keeps it with the change that it makes. Refused where another change was made under the same key.
    pub(crate) async fn keep(
        &self,
        tx: &mut store::Tx,
        account: Option<AccountId>,
        answer: Option<String>,
        now: OffsetDateTime,
    ) -> Result<()> {
        if self.kept.load(Ordering::Relaxed) {
            return Ok(());
        }
        let insert = sql!(
            "insert into submissions (id, account_id, body_hash, answer, sent_at) values ($1, $2, $3, $4, $5)"
        );
        let values = args![self.id.clone(), account, self.body.clone(), answer, now];
        let kept = tx.execute_one(insert, values).await;
        kept.on_unique("submissions", &["id"], Conflict::SentAlready)
    }

    /// To be called when the change is committed: others that belong to the same act keep nothing more.
    pub(crate) fn is_kept(&self) {
        self.kept.store(true, Ordering::Relaxed);
    }

    /// Does what was sent, unless it was done before: then the answer is the one of that time.
    async fn once<S, T, F>(self, services: &Services<S>, act: impl FnOnce(Arc<Self>) -> F) -> Result<T>
    where
        S: Side,
        T: DeserializeOwned,
        F: Future<Output = Result<T>>,
    {
        let _turn = services.turns().take(&self.id).await;
        if let Some(answer) = self.answer(services).await? {
            return Ok(answer);
        }
        let submission = Arc::new(self);
        match act(Arc::clone(&submission)).await {
            // Another server on the same database may have been faster: what it has made can be in the way.
            Err(Error::Fault(fault)) => {
                let answer = submission.answer(services).await?;
                answer.ok_or_else(|| fault.into())
            }
            done => done,
        }
    }

    /// What was answered when it came before, if it did.
    async fn answer<S: Side, T: DeserializeOwned>(&self, services: &Services<S>) -> Result<Option<T>> {
        let select = sql!("select body_hash, answer from submissions where id = $1");
        let mut tx = services.db().glance().await?;
        let row: Option<SubmissionRow> = tx.optional(select, args![self.id.clone()]).await?;
        let Some(row) = row else { return Ok(None) };
        if row.body_hash != self.body {
            return Err(Conflict::SentDifferently.into());
        }
        let answer = row.answer.ok_or(Conflict::SentAlready)?;
        Ok(Some(serde_json::from_str(&answer)?))
    }
}

impl<P: Permission> Authorized<P> {
    /// Does what a form asks for, once: the same form under the same key is answered as it was before, by what [`crate::Tx::answer`]
    /// has kept. Something else under the same key is a conflict. Without a key it is simply done.
    pub async fn once<D, T, F>(self, key: &str, draft: D, act: impl FnOnce(Arc<Self>, D) -> F) -> Result<T>
    where
        D: Serialize,
        T: DeserializeOwned,
        F: Future<Output = Result<T>>,
    {
        if key.is_empty() {
            return act(Arc::new(self), draft).await;
        }
        let submission = Submission::new(P::KEY, self.session().holder(), key, &draft)?;
        let services = self.services().clone();
        let sent = |submission| act(Arc::new(self.under(submission)), draft);
        submission.once(&services, sent).await
    }
}

impl<S: Side> Visitor<S> {
    /// [`Authorized::once`] for `form`, the name of a form of somebody who is not known: its key alone tells whose it is.
    pub async fn once<D, T, F>(
        self,
        form: &'static str,
        key: &str,
        draft: D,
        act: impl FnOnce(Self, D) -> F,
    ) -> Result<T>
    where
        D: Serialize,
        T: DeserializeOwned,
        F: Future<Output = Result<T>>,
    {
        if key.is_empty() {
            return act(self, draft).await;
        }
        let submission = Submission::new(form, Uuid::nil(), key, &draft)?;
        let services = self.services().clone();
        let sent = |submission| act(self.under(submission), draft);
        submission.once(&services, sent).await
    }
}

/// Deletes what was sent longer ago than [`KEPT`]. Answers how many.
pub async fn purge<S: Side>(services: &Services<S>) -> Result<u64> {
    let mut tx = services.db().begin().await?;
    let delete = sql!("delete from submissions where sent_at < $1");
    let gone = tx.execute(delete, args![services.now() - KEPT]).await?;
    tx.commit().await?;
    Ok(gone)
}

/// Copies of one form wait for each other, so that those that come later find the answer of the first.
#[derive(Clone, Default)]
pub(crate) struct Turns(Arc<Mutex<HashMap<Vec<u8>, Lock>>>);

type Lock = Arc<tokio::sync::Mutex<()>>;

/// A turn. It ends when it is dropped.
pub(crate) struct Turn {
    turns: Turns,
    id: Vec<u8>,
    held: Option<tokio::sync::OwnedMutexGuard<()>>,
}

impl Turns {
    pub(crate) async fn take(&self, id: &[u8]) -> Turn {
        // Made before the wait: whoever goes away meanwhile leaves nothing behind.
        let mut turn = Turn {
            turns: self.clone(),
            id: id.to_vec(),
            held: None,
        };
        let lock = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry(id.to_vec()).or_default())
        };
        turn.held = Some(lock.lock_owned().await);
        turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.held = None;
        let mut turns = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        if turns
            .get(&self.id)
            .is_some_and(|lock| Arc::strong_count(lock) == 1)
        {
            turns.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_after_the_other_has_a_turn_and_nothing_is_left() {
        let turns = Turns::default();
        let first = turns.take(b"a").await;
        let other = turns.take(b"b").await;
        let mut second = Box::pin(turns.take(b"a"));
        let mut third = Box::pin(turns.take(b"a"));
        let waits = |poll: std::task::Poll<Turn>| poll.is_pending();
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(waits(second.as_mut().poll(&mut context)) && waits(third.as_mut().poll(&mut context)));
        drop(first);
        drop(second.await);
        drop(third);
        drop(other);
        assert!(turns.0.lock().unwrap().is_empty());
    }

    #[test]
    fn a_key_has_sixteen_to_sixty_four_plain_characters() {
        let good = |key: &str| Submission::new("act", Uuid::nil(), key, &()).is_ok();
        assert!(good(&"k".repeat(16)) && good(&"-_9Z".repeat(16)));
        for bad in [
            "k".repeat(15),
            "k".repeat(65),
            "k".repeat(15) + "ä",
            "k".repeat(16) + " ",
        ] {
            assert!(!good(&bad), "{bad}");
        }
    }

    #[test]
    fn the_same_key_of_somebody_else_or_for_something_else_is_another() {
        let key = "0123456789abcdef";
        let id = |act: &str, holder: u128| Submission::new(act, Uuid::from_u128(holder), key, &1).unwrap().id;
        let ids = [id("a", 1), id("b", 1), id("a", 2)];
        assert_eq!(ids[0], id("a", 1));
        assert!(ids[0] != ids[1] && ids[0] != ids[2] && ids[1] != ids[2]);
    }
}
