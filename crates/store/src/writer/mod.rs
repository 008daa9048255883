//! The one writer of an SQLite file, shared by group commit: many transactions, each in a savepoint of its own, and one COMMIT
//! with its one `fsync` for all of them.
//!
//! The connection goes by hand from turn to turn, so that a busy writer costs no step through a task. It comes back to the task
//! of this file for what nobody else can wait for: the COMMIT, and undoing a turn that was dropped.

mod group;
mod turn;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::sync::{mpsc, oneshot};

use self::group::{Done, Group};
pub(crate) use self::turn::Turn;
use crate::{Error, Result};

/// How many transactions of an SQLite database may share one COMMIT. While nobody waits to write, each commits at once.
#[derive(Clone, Copy, Debug)]
pub struct Grouping {
    /// Most transactions of a group; 1 gives each its own COMMIT.
    pub members: usize,
    /// A group that is older than this takes in no more. Where a COMMIT takes longer than that, a group may be as old as the
    /// last one took, up to [`SLOW`] times this.
    pub age: Duration,
}

/// How much older a group may become on a slow disk.
const SLOW: u32 = 10;

impl Grouping {
    /// A COMMIT that takes 4 ms after 2 ms of work leaves the writer idle for two thirds of the time; as long as it takes itself, a
    /// group may grow, and nobody waits more than twice as long for it.
    fn patience(self, commit_took: Duration) -> Duration {
        commit_took.clamp(self.age, self.age.saturating_mul(SLOW))
    }
}

impl Default for Grouping {
    fn default() -> Self {
        Self {
            members: 500,
            age: Duration::from_millis(2),
        }
    }
}

/// What the writer of an SQLite database has done since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Transactions that were told that they last.
    pub transactions: u64,
    /// The COMMITs they took.
    pub commits: u64,
}

/// The writer of a [`Db`](crate::Db). Its task ends when the last handle is dropped or [`Writer::close`] is called, as soon as
/// the turn under way is over.
#[derive(Debug)]
pub(crate) struct Writer(Arc<Desk>);

/// Where turns are given out.
struct Desk {
    line: Mutex<Line>,
    /// The way back to the task.
    back: mpsc::UnboundedSender<Back>,
    grouping: Grouping,
    transactions: AtomicU64,
    commits: AtomicU64,
}

struct Line {
    /// Some may have gone meanwhile; they are found out when their turn comes.
    waiting: VecDeque<oneshot::Sender<Turn>>,
    /// The connection while nobody has it: then nobody waits and no transaction is open.
    resting: Option<Box<Group>>,
    closed: bool,
}

/// What comes back to the task.
enum Back {
    /// A group that is full, or after which nobody waits.
    Commit(Box<Group>),
    /// A group whose latest turn was dropped after it had run something.
    Undo(Box<Group>),
    /// The same in the midst of a statement, which is carried to its end first.
    Running(Running),
}

/// A statement under way, which owns the connection: it can be carried on by somebody else.
type Running = Pin<Box<dyn Future<Output = (Box<Group>, Result<Done, sqlx::Error>)> + Send>>;

impl Writer {
    /// Starts the task around a connection that was made with `options`; with these it is replaced if it breaks.
    pub(crate) fn start(
        connection: SqliteConnection,
        options: SqliteConnectOptions,
        grouping: Grouping,
    ) -> Self {
        let (back, came) = mpsc::unbounded_channel();
        let line = Line {
            waiting: VecDeque::new(),
            resting: Some(Box::new(Group::new(connection, options))),
            closed: false,
        };
        let desk = Arc::new(Desk {
            line: Mutex::new(line),
            back,
            grouping,
            transactions: AtomicU64::new(0),
            commits: AtomicU64::new(0),
        });
        #[expect(
            clippy::disallowed_methods,
            reason = "awaited by `Writer::close`; without that it ends after the last `Db` and the last turn"
        )]
        tokio::spawn(serve(Arc::clone(&desk), came));
        Self(desk)
    }

    /// Waits for a turn, first come, first served. Fails as [`Error::Busy`] after `wait`.
    pub(crate) async fn turn(&self, wait: Duration) -> Result<Turn> {
        let turn = {
            let mut line = self.0.line();
            if line.closed {
                return Err(closed());
            }
            if let Some(group) = line.resting.take() {
                return Ok(Turn::new(group, Arc::clone(&self.0)));
            }
            let (next, turn) = oneshot::channel();
            line.waiting.push_back(next);
            turn
        };
        match tokio::time::timeout(wait, turn).await {
            Ok(turn) => turn.map_err(|_| closed()),
            Err(_) => Err(Error::Busy {
                what: "a write transaction",
                waited: wait,
            }),
        }
    }

    /// Refuses new turns and those who wait for one, waits for the one under way, and closes the connection.
    pub(crate) async fn close(&self) {
        self.0.close();
        self.0.back.closed().await;
    }

    pub(crate) fn written(&self) -> Written {
        Written {
            transactions: self.0.transactions.load(Ordering::Relaxed),
            commits: self.0.commits.load(Ordering::Relaxed),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk")
            .field("grouping", &self.grouping)
            .finish_non_exhaustive()
    }
}

impl Desk {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the connection to whoever waits longest. It goes to the task if the group is to be committed first, and rests if
    /// there is nothing to do.
    fn pass_on(self: &Arc<Self>, mut group: Box<Group>) {
        while !group.is_full(self.grouping) {
            let next = {
                let mut line = self.line();
                let next = line.waiting.pop_front();
                if next.is_none() && !group.is_open() && !line.closed {
                    line.resting = Some(group);
                    return;
                }
                next
            };
            let Some(next) = next else {
                break;
            };
            match next.send(Turn::new(group, Arc::clone(self))) {
                Ok(()) => return,
                // Timed out or cancelled.
                Err(turn) => match turn.untouched() {
                    Some(back) => group = back,
                    None => return,
                },
            }
        }
        self.home(Back::Commit(group));
    }

    fn home(&self, back: Back) {
        // Without a task the runtime is gone: what is dropped here closes the connection, and SQLite undoes what was open.
        let _ = self.back.send(back);
    }

    fn close(&self) {
        let (waiting, resting) = {
            let mut line = self.line();
            line.closed = true;
            (std::mem::take(&mut line.waiting), line.resting.take())
        };
        // Each of them learns it from the end of its channel.
        drop(waiting);
        if let Some(group) = resting {
            self.home(Back::Commit(group));
        }
    }
}

/// The task: commits and undoes, then hands the connection on.
async fn serve(desk: Arc<Desk>, mut came: mpsc::UnboundedReceiver<Back>) {
    while let Some(back) = came.recv().await {
        let group = match back {
            Back::Commit(mut group) => {
                if let Some(members) = group.commit().await {
                    desk.transactions.fetch_add(members, Ordering::Relaxed);
                    desk.commits.fetch_add(1, Ordering::Relaxed);
                    group.answer();
                }
                if desk.line().closed {
                    group.close().await;
                    return;
                }
                group
            }
            Back::Undo(mut group) => {
                group.undo().await;
                group
            }
            Back::Running(running) => {
                let (mut group, _) = running.await;
                group.undo().await;
                group
            }
        };
        desk.pass_on(group);
    }
}

fn closed() -> Error {
    Error::Driver(sqlx::Error::PoolClosed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_may_become_as_old_as_the_last_commit_took_within_bounds() {
        let ms = Duration::from_millis;
        let patience = |took| Grouping::default().patience(took);
        assert_eq!(
            [0, 2, 3, 20, 21].map(|took| patience(ms(took))),
            [2, 2, 3, 20, 20].map(ms)
        );
        let never = Grouping {
            members: 500,
            age: Duration::ZERO,
        };
        assert_eq!(never.patience(ms(5)), Duration::ZERO);
    }
}
