//! One transaction's time with the connection.

use std::sync::{Arc, Mutex, PoisonError};

use sqlx::SqlStr;
use sqlx::sqlite::SqliteArguments;
use tokio::sync::oneshot;

use super::group::{Done, Group};
use super::{Back, Desk, Running};
use crate::{Error, Result};

/// The right to write, until it is committed or dropped. Dropped, what it did is undone and the others of its group keep theirs.
pub(crate) struct Turn {
    /// Absent while a statement runs, and at the end.
    group: Option<Box<Group>>,
    /// A statement under way. It stays here when the caller stops waiting, so that its end is always known. (The mutex is never
    /// locked; it makes a `Turn` fit to be shared by reference.)
    running: Option<Mutex<Running>>,
    /// Whether it has run anything: only then it has a savepoint.
    opened: bool,
    desk: Arc<Desk>,
}

impl Turn {
    pub(super) fn new(group: Box<Group>, desk: Arc<Desk>) -> Self {
        Self {
            group: Some(group),
            running: None,
            opened: false,
            desk,
        }
    }

    /// Takes the group back from a turn that nobody has had.
    pub(super) fn untouched(mut self) -> Option<Box<Group>> {
        self.group.take()
    }

    /// Whether a statement was cancelled: nobody knows what it did, so the turn can only be dropped.
    pub(crate) fn is_broken(&self) -> bool {
        self.group.is_none()
    }

    /// Runs a statement. Fails as [`Error::Aborted`] after a cancelled one.
    pub(crate) async fn run(
        &mut self,
        text: SqlStr,
        args: SqliteArguments,
    ) -> Result<Result<Done, sqlx::Error>> {
        let mut group = self.group.take().ok_or(Error::Aborted)?;
        let opening = !std::mem::replace(&mut self.opened, true);
        let running: Running = Box::pin(async move {
            let done = group.run(text, args, opening).await;
            (group, done)
        });
        let running = self.running.insert(Mutex::new(running));
        let (group, done) = running.get_mut().unwrap_or_else(PoisonError::into_inner).await;
        self.running = None;
        self.group = Some(group);
        Ok(done)
    }

    /// Ends the turn and waits for the COMMIT of its group. A caller who stops waiting changes nothing.
    pub(crate) async fn commit(mut self) -> Result<()> {
        if !self.opened {
            return Ok(());
        }
        let mut group = self.group.take().ok_or(Error::Aborted)?;
        let (answer, kept) = oneshot::channel();
        group.admit(answer);
        self.desk.pass_on(group);
        kept.await
            .map_err(|_| Error::Driver(sqlx::Error::WorkerCrashed))?
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let running = running.into_inner().unwrap_or_else(PoisonError::into_inner);
            self.desk.home(Back::Running(running));
        } else if let Some(group) = self.group.take() {
            if self.opened {
                self.desk.home(Back::Undo(group));
            } else {
                self.desk.pass_on(group);
            }
        }
    }
}
