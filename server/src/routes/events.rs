use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::Extension;
use axum::extract::RawQuery;
use axum::response::sse::{Event, KeepAlive, Sse};
use domain::Fault;
use domain::permission::{ViewDevices, ViewRouting};
use futures::{Stream, StreamExt as _, stream};
use tower_sessions::Session;
use tower_sessions::session::Id;

use super::exports::record_of;
use crate::guard::{Auth, Refusal};

/// How often the right to listen is looked at again: a revoked session or right ends the stream within this time.
const RECHECK: Duration = Duration::from_secs(5);

/// Most streams of one session: a visible tab has one.
const STREAMS_MAX: u8 = 8;

/// The streams that are open, by session. One table for the process: a session is the same at every listener.
static OPEN: Mutex<BTreeMap<i128, u8>> = Mutex::new(BTreeMap::new());

/// The place of one stream among those of its session. Free again when dropped.
struct Place(i128);

impl Place {
    /// [`Fault::TooMany`] where the session has [`STREAMS_MAX`].
    fn take(session: Id) -> access::Result<Self> {
        let Id(session) = session;
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(session).or_default();
        if *count >= STREAMS_MAX {
            let retry_after = RECHECK.as_secs().try_into().unwrap_or(u32::MAX);
            return Err(Fault::TooMany { retry_after }.into());
        }
        *count += 1;
        Ok(Self(session))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut count) = open.entry(self.0) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

/// How often a record is looked at for onboardings. They may be written by another process, so the database is asked, by an index.
const LOOK: Duration = Duration::from_secs(2);

/// Says when something has happened among the last onboardings of the record that the query names.
pub async fn onboardings(
    Auth(auth): Auth<ViewRouting>,
    Extension(session): Extension<Session>,
    query: RawQuery,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let record = record_of(&query)?;
    let session = session.id().ok_or(access::Error::Fault(Fault::SignIn))?;
    let place = Place::take(session)?;
    let seen = onboarding::last::stamp(&auth, record).await?;
    let (mut look, mut recheck) = (tokio::time::interval(LOOK), tokio::time::interval(RECHECK));
    look.reset();
    recheck.reset();
    let stream = stream::unfold(
        (auth, seen, look, recheck, place),
        move |(auth, seen, mut look, mut recheck, place)| async move {
            loop {
                tokio::select! {
                    _ = look.tick() => {
                        let now = onboarding::last::stamp(&auth, record).await.ok()?;
                        if now != seen {
                            let event = Event::default().data("changed");
                            return Some((event, (auth, now, look, recheck, place)));
                        }
                    },
                    _ = recheck.tick() => if !matches!(auth.still_holds().await, Ok(true)) {
                        return None;
                    },
                }
            }
        },
    );
    Ok(Sse::new(stream.map(Ok)).keep_alive(KeepAlive::default()))
}

/// Devices that come and go, as server-sent events.
pub async fn devices(
    Auth(auth): Auth<ViewDevices>,
    Extension(session): Extension<Session>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let session = session.id().ok_or(access::Error::Fault(Fault::SignIn))?;
    let place = Place::take(session)?;
    let changes = ums::devices::changes(&auth)?;
    let mut recheck = tokio::time::interval(RECHECK);
    recheck.reset();
    let stream = stream::unfold(
        (auth, changes, recheck, place),
        |(auth, mut changes, mut recheck, place)| async move {
            loop {
                tokio::select! {
                    told = changes.next() => {
                        let event = Event::default().json_data(told?).unwrap_or_default();
                        return Some((event, (auth, changes, recheck, place)));
                    },
                    _ = recheck.tick() => if !matches!(auth.still_holds().await, Ok(true)) {
                        return None;
                    },
                }
            }
        },
    );
    Ok(Sse::new(stream.map(Ok)).keep_alive(KeepAlive::default()))
}
