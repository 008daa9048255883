//! A transaction and its verbs. The two `match`es here are the only doubled code.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Postgres, SqlSafeStr as _, SqlStr, Sqlite, Transaction};

use crate::failpoint;
use crate::{Args, Cells, Engine, Error, Result, Row, Scalar, Sql};

/// An open transaction. Owns its connection; dropped without [`commit`](Tx::commit), it is rolled back. Await nothing but the
/// database while one is open: on SQLite the other writers wait for it.
///
/// After a statement that the database refused, every further call answers [`Error::Aborted`], on both engines: PostgreSQL gives
/// the transaction up by itself, and would answer a `COMMIT` with a silent rollback.
pub struct Tx {
    inner: Inner,
    refused: bool,
}

pub(crate) enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
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
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs a statement and says how many rows it touched.
    pub async fn execute(&mut self, sql: Sql, args: Args) -> Result<u64> {
        self.open()?;
        let text = sql.statement().text(self.engine());
        let done = match &mut self.inner {
            Inner::Sqlite(tx) => sqlx::query_with(text, args.for_sqlite()?)
                .execute(&mut **tx)
                .await
                .map(|done| done.rows_affected()),
            Inner::Postgres(tx) => sqlx::query_with(text, args.for_postgres()?)
                .execute(&mut **tx)
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

    /// Makes everything since `begin` last.
    pub async fn commit(self) -> Result<()> {
        self.open()?;
        failpoint::step();
        let done = match self.inner {
            Inner::Sqlite(tx) => tx.commit().await,
            Inner::Postgres(tx) => tx.commit().await,
        };
        failpoint::step();
        done.map_err(Error::from)
    }

    pub(crate) async fn fetch(&mut self, text: SqlStr, args: Args) -> Result<Fetched> {
        self.open()?;
        let rows = match &mut self.inner {
            Inner::Sqlite(tx) => sqlx::query_with(text, args.for_sqlite()?)
                .fetch_all(&mut **tx)
                .await
                .map(Fetched::Sqlite),
            Inner::Postgres(tx) => sqlx::query_with(text, args.for_postgres()?)
                .fetch_all(&mut **tx)
                .await
                .map(Fetched::Postgres),
        };
        rows.map_err(|error| self.refuse(error))
    }

    fn open(&self) -> Result<()> {
        if self.refused { Err(Error::Aborted) } else { Ok(()) }
    }

    fn refuse(&mut self, error: sqlx::Error) -> Error {
        self.refused = true;
        error.into()
    }
}

fn at_most_one<T>(mut found: Vec<T>) -> Result<Option<T>> {
    match found.len() {
        0 | 1 => Ok(found.pop()),
        several => Err(Error::TooManyRows(several)),
    }
}
