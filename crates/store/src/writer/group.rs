//! The transaction that several turns share, on the one connection that writes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteRow};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Either, Executor as _, SqlSafeStr as _, SqlStr,
    SqliteConnection,
};
use tokio::sync::oneshot;

use super::Grouping;
use crate::{Error, Result, failpoint};

/// What stands before the first statement of a turn, in one text with it: a text of its own would cost a way to the driver's
/// thread and back. A text ends at its first failure, and neither can begin with a savepoint: outside a transaction that would
/// begin one. At most one savepoint is open, since SQLite's cost grows with their number.
const BEGIN: &str = "begin immediate; savepoint turn; ";
const NEXT: &str = "release turn; savepoint turn; ";
/// Statements in either.
const OPENING: usize = 2;

/// Where a turn that has committed waits for the COMMIT.
type Member = oneshot::Sender<Result<()>>;

/// The connection, and the transaction on it.
pub(super) struct Group {
    connection: SqliteConnection,
    options: SqliteConnectOptions,
    state: State,
    members: Vec<Member>,
    /// Turns since BEGIN, with those that were undone.
    turns: usize,
    begun: Instant,
    /// How long the last COMMIT took.
    commit_took: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// No transaction.
    Closed,
    /// A transaction, and in it the savepoint of the latest turn.
    Open,
    /// Something failed that must not.
    Doubtful,
}

/// What a statement answered.
pub(crate) struct Done {
    pub(crate) rows: Vec<SqliteRow>,
    /// Rows it touched.
    pub(crate) touched: u64,
}

impl Group {
    pub(super) fn new(connection: SqliteConnection, options: SqliteConnectOptions) -> Self {
        Self {
            connection,
            options,
            state: State::Closed,
            members: Vec::new(),
            turns: 0,
            begun: Instant::now(),
            commit_took: Duration::ZERO,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Whether it must be committed before the next turn.
    pub(super) fn is_full(&self, grouping: Grouping) -> bool {
        self.is_open()
            && (self.turns >= grouping.members || self.begun.elapsed() >= grouping.patience(self.commit_took))
    }

    /// Takes in the turn that has just ended; `answer` is told whether it lasts.
    pub(super) fn admit(&mut self, answer: Member) {
        self.members.push(answer);
    }

    /// Runs a statement; `opening` says that it is the first of its turn.
    pub(super) async fn run(
        &mut self,
        text: SqlStr,
        args: SqliteArguments,
        opening: bool,
    ) -> Result<Done, sqlx::Error> {
        if !opening {
            let (_, done) = self.step_through(text, args, 0).await;
            return done;
        }
        if self.state == State::Doubtful {
            self.recover().await?;
        }
        let before = if self.is_open() {
            NEXT
        } else {
            self.begun = Instant::now();
            self.turns = 0;
            BEGIN
        };
        self.turns += 1;
        let text = AssertSqlSafe(format!("{before}{}", text.as_str())).into_sql_str();
        let (steps, done) = self.step_through(text, args, OPENING).await;
        self.state = if steps >= OPENING {
            State::Open
        } else {
            State::Doubtful
        };
        done
    }

    /// Runs a text and says how many of its statements came to their end. What the first `skip` of them touched does not count.
    async fn step_through(
        &mut self,
        text: SqlStr,
        args: SqliteArguments,
        skip: usize,
    ) -> (usize, Result<Done, sqlx::Error>) {
        let mut steps = 0;
        let mut done = Done {
            rows: Vec::new(),
            touched: 0,
        };
        // The trait's method: that of the query warns of several statements in one text, which other engines do not take.
        let mut answers = (&mut self.connection).fetch_many(sqlx::query_with(text, args));
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(Either::Right(row)) => done.rows.push(row),
                Ok(Either::Left(ended)) => {
                    steps += 1;
                    if steps > skip {
                        done.touched += ended.rows_affected();
                    }
                }
                Err(error) => return (steps, Err(error)),
            }
        }
        (steps, Ok(done))
    }

    /// Undoes the latest turn, which has run something.
    pub(super) async fn undo(&mut self) {
        let undone = if self.state == State::Doubtful {
            Err(sqlx::Error::Protocol("SQLite gave the transaction up".to_owned()))
        } else if self.members.is_empty() {
            self.say("rollback").await.map(|()| self.state = State::Closed)
        } else {
            // Refused if a failure made SQLite roll everything back.
            self.say("rollback to turn").await
        };
        if let Err(error) = undone {
            let members = self.give_up().await;
            lose(members, error);
        }
    }

    /// Makes everything that was committed last, and says how many turns that is. If SQLite refuses, nothing is kept and all
    /// are told so; nothing to commit is `None` too.
    pub(super) async fn commit(&mut self) -> Option<u64> {
        if !self.is_open() {
            return None;
        }
        failpoint::step();
        let start = Instant::now();
        let done = self.say("commit").await;
        self.commit_took = start.elapsed();
        failpoint::step();
        match done {
            Ok(()) => {
                self.state = State::Closed;
                Some(self.members.len() as u64)
            }
            Err(error) => {
                let mut members = self.give_up().await;
                match (members.pop(), members.is_empty()) {
                    // Alone, whatever the database says concerns it and nobody else.
                    (Some(member), true) => {
                        let _ = member.send(Err(Error::from(error)));
                    }
                    (last, _) => lose(members.into_iter().chain(last), error),
                }
                None
            }
        }
    }

    /// Tells the members that what they did lasts. Only after [`Group::commit`].
    pub(super) fn answer(&mut self) {
        for member in self.members.drain(..) {
            // Whoever no longer listens loses nothing.
            let _ = member.send(Ok(()));
        }
    }

    /// Makes the connection fit for the next group, and gives out the members, of whom nothing is kept.
    async fn give_up(&mut self) -> Vec<Member> {
        self.state = State::Doubtful;
        if let Err(error) = self.recover().await {
            tracing::error!(%error, "the connection that writes is broken; the next transaction tries to replace it");
        }
        std::mem::take(&mut self.members)
    }

    /// Ends whatever may still be open. A connection on which no transaction can begin afterwards is replaced.
    async fn recover(&mut self) -> Result<(), sqlx::Error> {
        // Refused if SQLite has rolled back already; the next line shows whether it worked.
        let _ = self.say("rollback").await;
        if self.say("begin; rollback").await.is_err() {
            self.connection = self.options.connect().await?;
        }
        self.state = State::Closed;
        Ok(())
    }

    async fn say(&mut self, text: &'static str) -> Result<(), sqlx::Error> {
        sqlx::query(text).execute(&mut self.connection).await.map(drop)
    }

    pub(super) async fn close(self) {
        if let Err(error) = self.connection.close().await {
            tracing::warn!(%error, "the connection that writes was not closed cleanly");
        }
    }
}

/// Tells them that the group failed and that none of them need be the cause.
fn lose(members: impl IntoIterator<Item = Member>, error: sqlx::Error) {
    let error = Arc::new(error);
    for member in members {
        let _ = member.send(Err(Error::GroupLost(Arc::clone(&error))));
    }
}
