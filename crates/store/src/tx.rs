//! A transaction and its verbs. The `match`es here are the only doubled code.

use sqlx::pool::PoolConnection;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{PgConnection, Postgres, SqlSafeStr as _, SqlStr, Sqlite, SqliteConnection, Transaction};

use crate::failpoint;
use crate::glance::Glance;
use crate::writer::Turn;
use crate::{Args, Cells, Engine, Error, Result, Row, Scalar, Sql};

/// An open transaction. Owns its connection; dropped without [`commit`](Tx::commit), it is rolled back. Await nothing but the
/// database while one is open: on SQLite the other writers wait for it.
///
/// After a statement that the database refused, every further call answers [`Error::Aborted`], on both engines: PostgreSQL gives
/// the transaction up by itself, and would answer a `COMMIT` with a silent rollback. The same where a statement was cancelled on
/// SQLite's writer.
pub struct Tx {
    inner: Inner,
    refused: bool,
}

pub(crate) enum Inner {
    Writer(Turn),
    Sqlite(Transaction<'static, Sqlite>),
    SqliteGlance(Glance),
    Postgres(Transaction<'static, Postgres>),
    PostgresGlance(PoolConnection<Postgres>),
}

/// What runs a statement.
enum Runs<'tx> {
    Writer(&'tx mut Turn),
    Sqlite(&'tx mut SqliteConnection),
    Postgres(&'tx mut PgConnection),
}

impl Inner {
    fn runs(&mut self) -> Result<Runs<'_>> {
        Ok(match self {
            Self::Writer(turn) => Runs::Writer(turn),
            Self::Sqlite(tx) => Runs::Sqlite(tx),
            Self::SqliteGlance(glance) => Runs::Sqlite(glance.connection()?),
            Self::Postgres(tx) => Runs::Postgres(tx),
            Self::PostgresGlance(connection) => Runs::Postgres(connection),
        })
    }
}

/// Rows of either engine.
pub(crate) enum Fetched {
    Sqlite(Vec<SqliteRow>),
    Postgres(Vec<PgRow>),
}

impl Fetched {
    pub(crate) fn decode<T>(&self, mut decode: impl FnMut(Cells<'_>) -> Result<T>) -> Result<Vec<T>> {
        match self {
            Self::Sqlite(rows) => rows.iter().map(|row| decode(Cells::Sqlite(row))).collect(),
            Self::Postgres(rows) => rows.iter().map(|row| decode(Cells::Postgres(row))).collect(),
        }
    }
}

impl Tx {
    pub(crate) fn new(inner: Inner) -> Self {
        Self {
            inner,
            refused: false,
        }
    }

    pub fn engine(&self) -> Engine {
        match self.inner {
            Inner::Writer(_) | Inner::Sqlite(_) | Inner::SqliteGlance(_) => Engine::Sqlite,
            Inner::Postgres(_) | Inner::PostgresGlance(_) => Engine::Postgres,
        }
    }

    /// Runs a statement and says how many rows it touched.
    pub async fn execute(&mut self, sql: Sql, args: Args) -> Result<u64> {
        self.open()?;
        if matches!(self.inner, Inner::SqliteGlance(_) | Inner::PostgresGlance(_)) {
            return Err(Error::Argument("a glance only reads".to_owned()));
        }
        let text = sql.statement().text(self.engine());
        let done = match self.inner.runs()? {
            Runs::Writer(turn) => turn
                .run(text.into_sql_str(), args.for_sqlite()?)
                .await?
                .map(|done| done.touched),
            Runs::Sqlite(connection) => sqlx::query_with(text, args.for_sqlite()?)
                .execute(connection)
                .await
                .map(|done| done.rows_affected()),
            Runs::Postgres(connection) => sqlx::query_with(text, args.for_postgres()?)
                .execute(connection)
                .await
                .map(|done| done.rows_affected()),
        };
        failpoint::step();
        done.map_err(|error| self.refuse(error))
    }

    /// Runs a statement that must touch exactly one row; else [`Error::RowsAffected`].
    pub async fn execute_one(&mut self, sql: Sql, args: Args) -> Result<()> {
        match self.execute(sql, args).await? {
            1 => Ok(()),
            touched => Err(Error::RowsAffected { expected: 1, touched }),
        }
    }

    /// The one row; else [`Error::NotFound`] or [`Error::TooManyRows`].
    pub async fn one<R: Row>(&mut self, sql: Sql, args: Args) -> Result<R> {
        self.optional(sql, args).await?.ok_or(Error::NotFound)
    }

    /// The one row, if there is one; more are [`Error::TooManyRows`].
    pub async fn optional<R: Row>(&mut self, sql: Sql, args: Args) -> Result<Option<R>> {
        at_most_one(self.all(sql, args).await?)
    }

    /// All rows.
    pub async fn all<R: Row>(&mut self, sql: Sql, args: Args) -> Result<Vec<R>> {
        let text = sql.statement().text(self.engine()).into_sql_str();
        self.fetch(text, args).await?.decode(R::decode)
    }

    /// The first column of the one row; else [`Error::NotFound`] or [`Error::TooManyRows`].
    pub async fn scalar<T: Scalar>(&mut self, sql: Sql, args: Args) -> Result<T> {
        let text = sql.statement().text(self.engine()).into_sql_str();
        let found = self
            .fetch(text, args)
            .await?
            .decode(|row| T::decode(row.at(0)?))?;
        at_most_one(found)?.ok_or(Error::NotFound)
    }

    /// Makes everything since `begin` last. On SQLite the answer comes after the COMMIT that the transactions of a moment share;
    /// if that fails, each of them gets [`Error::GroupLost`], or the database's own refusal if it was alone.
    pub async fn commit(self) -> Result<()> {
        self.open()?;
        let done = match self.inner {
            // Its failpoints are beside its COMMIT.
            Inner::Writer(turn) => return turn.commit().await,
            Inner::SqliteGlance(_) | Inner::PostgresGlance(_) => return Ok(()),
            Inner::Sqlite(tx) => {
                failpoint::step();
                tx.commit().await
            }
            Inner::Postgres(tx) => {
                failpoint::step();
                tx.commit().await
            }
        };
        failpoint::step();
        done.map_err(Error::from)
    }

    pub(crate) async fn fetch(&mut self, text: SqlStr, args: Args) -> Result<Fetched> {
        self.open()?;
        let rows = match self.inner.runs()? {
            Runs::Writer(turn) => turn
                .run(text, args.for_sqlite()?)
                .await?
                .map(|done| Fetched::Sqlite(done.rows)),
            Runs::Sqlite(connection) => sqlx::query_with(text, args.for_sqlite()?)
                .fetch_all(connection)
                .await
                .map(Fetched::Sqlite),
            Runs::Postgres(connection) => sqlx::query_with(text, args.for_postgres()?)
                .fetch_all(connection)
                .await
                .map(Fetched::Postgres),
        };
        rows.map_err(|error| self.refuse(error))
    }

    fn open(&self) -> Result<()> {
        let broken = matches!(&self.inner, Inner::Writer(turn) if turn.is_broken());
        if self.refused || broken {
            Err(Error::Aborted)
        } else {
            Ok(())
        }
    }

    fn refuse(&mut self, error: sqlx::Error) -> Error {
        self.refused = true;
        if let Inner::SqliteGlance(glance) = &mut self.inner {
            glance.give_up();
        }
        error.into()
    }
}

fn at_most_one<T>(mut found: Vec<T>) -> Result<Option<T>> {
    match found.len() {
        0 | 1 => Ok(found.pop()),
        several => Err(Error::TooManyRows(several)),
    }
}
