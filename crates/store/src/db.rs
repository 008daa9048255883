//! A database with its pools.

use std::path::Path;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Executor as _, SqlSafeStr as _};

use crate::glance::Glances;
use crate::tx::Inner;
use crate::writer::Writer;
use crate::{Engine, Error, Grouping, Result, Schema, Statement, Tx, Written};

/// A migrated database: an SQLite file with one writer and several readers, or a PostgreSQL server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pools: Pools,
    options: Options,
}

#[derive(Clone, Debug)]
enum Pools {
    Sqlite {
        writer: Arc<Writer>,
        readers: SqlitePool,
        glances: Arc<Glances>,
    },
    Postgres(PgPool),
}

/// Bounds of a [`Db`].
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Most connections: readers of SQLite, all of PostgreSQL.
    pub connections: u32,
    /// How long `begin` and `read` wait for a connection before they fail as [`Error::Busy`].
    pub wait: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connections: 16,
            wait: Duration::from_secs(10),
        }
    }
}

/// How long SQLite waits for another process, such as `cosmos user add` beside a running server.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Prepared statements that a connection to SQLite keeps. A statement that begins a transaction is kept three times: with what
/// opens a group, with what ends the turn before, and bare.
const STATEMENTS: usize = 512;
/// Rows that a change may answer with before its thread waits for them to be fetched, which costs more than the rows: as many as are
/// changed in one statement (`ums::together`).
const ROWS: usize = 500;

impl Db {
    /// Opens `sqlite:/path/db.sqlite` (the file is made with mode 0600 if it is missing; its folder must exist) or
    /// `postgres://…`, and runs the migrations.
    pub async fn open(url: &str, schema: Schema) -> Result<Self> {
        Self::open_with(url, schema, Options::default()).await
    }

    /// [`Db::open`] with other bounds.
    pub async fn open_with(url: &str, schema: Schema, options: Options) -> Result<Self> {
        Self::open_grouped(url, schema, options, Grouping::default()).await
    }

    /// [`Db::open_with`] with another bound on what shares a COMMIT: for tests and measurements. Nothing on PostgreSQL.
    pub async fn open_grouped(
        url: &str,
        schema: Schema,
        options: Options,
        grouping: Grouping,
    ) -> Result<Self> {
        let pools = if url.starts_with("sqlite:") {
            open_sqlite(url, schema, options, grouping).await?
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            open_postgres(url, schema, options).await?
        } else {
            return Err(Error::Url("it must begin with sqlite: or postgres:".to_owned()));
        };
        Ok(Self { pools, options })
    }

    pub fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// Begins a transaction that may write. On SQLite it is the only one: a second waits, first come, first served, and fails as
    /// [`Error::Busy`] when its time is over, which is also the way out if the same task still holds the first. It sees what
    /// those before it have committed, also if that is not on the disk yet; if that is lost, so is this one
    /// ([`Error::GroupLost`]). Nothing goes to SQLite before the first statement. On PostgreSQL: READ COMMITTED.
    pub async fn begin(&self) -> Result<Tx> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => writer.turn(self.options.wait).await.map(Inner::Writer),
            Pools::Postgres(pool) => {
                let begun = pool.begin().await.map(Inner::Postgres);
                begun.map_err(|error| self.busy("a write transaction", error))
            }
        }
        .map(Tx::new)
    }

    /// Begins a transaction that can only read. It never waits for the writer.
    pub async fn read(&self) -> Result<Tx> {
        let begun = match &self.pools {
            Pools::Sqlite { readers, .. } => readers.begin().await.map(Inner::Sqlite),
            Pools::Postgres(pool) => pool.begin_with("BEGIN READ ONLY").await.map(Inner::Postgres),
        };
        begun
            .map(Tx::new)
            .map_err(|error| self.busy("a read transaction", error))
    }

    /// A connection for single reads, cheaper than [`Db::read`] by two ways to the database: each statement sees the database as
    /// it is at that moment. It never waits for the writer. `execute` is refused, and there is nothing to commit. Only `select`:
    /// SQLite refuses the rest, but on PostgreSQL an `insert … returning` would be carried out.
    pub async fn glance(&self) -> Result<Tx> {
        match &self.pools {
            Pools::Sqlite { glances, .. } => glances.take(self.options.wait).await.map(Inner::SqliteGlance),
            Pools::Postgres(pool) => {
                let got = pool.acquire().await.map(Inner::PostgresGlance);
                got.map_err(|error| self.busy("a glance", error))
            }
        }
        .map(Tx::new)
    }

    /// What the writer of SQLite has done; nothing is counted on PostgreSQL.
    pub fn written(&self) -> Option<Written> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => Some(writer.written()),
            Pools::Postgres(_) => None,
        }
    }

    fn busy(&self, what: &'static str, error: sqlx::Error) -> Error {
        match error {
            sqlx::Error::PoolTimedOut => Error::Busy {
                what,
                waited: self.options.wait,
            },
            error => error.into(),
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        match &self.pools {
            Pools::Sqlite { readers, .. } => readers.execute("select 1").await.map(drop),
            Pools::Postgres(pool) => pool.execute("select 1").await.map(drop),
        }
        .map_err(|error| self.busy("a ping", error))
    }

    /// Waits for the open transactions and closes the connections. Later calls fail.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite {
                writer,
                readers,
                glances,
            } => {
                glances.close().await;
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    /// Lets the database check the text of a statement without running it.
    pub async fn prepare(&self, statement: &Statement) -> Result<()> {
        let text = statement.text(self.engine()).into_sql_str();
        match &self.pools {
            Pools::Sqlite { readers, .. } => readers.prepare(text).await.map(drop),
            Pools::Postgres(pool) => pool.prepare(text).await.map(drop),
        }
        .map_err(|error| self.busy("a check", error))
    }
}

#[cfg(feature = "test-databases")]
impl Db {
    /// The steps of SQLite's plan for a statement, such as `SEARCH devices USING INDEX …`: for the test of plans.
    pub async fn explain(&self, statement: &Statement) -> Result<Vec<String>> {
        let Pools::Sqlite { readers, .. } = &self.pools else {
            return Ok(Vec::new());
        };
        let text = sqlx::AssertSqlSafe(format!("explain query plan {}", statement.text(self.engine())));
        let steps = sqlx::query_as::<_, (i64, i64, i64, String)>(text)
            .fetch_all(readers)
            .await;
        Ok(steps
            .map_err(|error| self.busy("a plan", error))?
            .into_iter()
            .map(|step| step.3)
            .collect())
    }
}

async fn open_sqlite(url: &str, schema: Schema, bounds: Options, grouping: Grouping) -> Result<Pools> {
    let common = SqliteConnectOptions::from_str(url)
        .map_err(|error| Error::Url(error.to_string()))?
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        // As on PostgreSQL: `like` compares by the letter. Search columns hold lower case.
        .pragma("case_sensitive_like", "on")
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(STATEMENTS);
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(Error::Url(
            "a database in memory cannot have a writer and readers; give a file".to_owned(),
        ));
    }
    make_private(common.get_filename())?;

    let writing = common
        .clone()
        .journal_mode(SqliteJournalMode::Wal)
        // What a savepoint may have to undo goes to a file once it is larger than 64 KiB: for nothing, a crash undoes all.
        .pragma("temp_store", "memory")
        .row_buffer_size(ROWS);
    let mut writer = writing.connect().await?;
    schema
        .migrator(Engine::Sqlite)
        .run(&mut writer)
        .await
        .map_err(Error::Migration)?;
    let reading = common.pragma("query_only", "on");
    let glances = Glances::new(reading.clone(), bounds.connections);
    let readers = SqlitePoolOptions::new()
        .acquire_timeout(bounds.wait)
        .idle_timeout(None)
        .max_lifetime(None)
        // A file does not hang up; the test would cost as much as a read.
        .test_before_acquire(false)
        .max_connections(bounds.connections)
        .connect_lazy_with(reading);
    let writer = Arc::new(Writer::start(writer, writing, grouping));
    Ok(Pools::Sqlite {
        writer,
        readers,
        glances,
    })
}

/// Makes the file before SQLite does, so that nobody else can ever read it. SQLite gives `-wal` and `-shm` the same mode.
fn make_private(file: &Path) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(file);
    made.map(drop).map_err(|source| Error::File {
        path: file.display().to_string(),
        source,
    })
}

async fn open_postgres(url: &str, schema: Schema, bounds: Options) -> Result<Pools> {
    // The driver's own text would repeat the URL with its password.
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| Error::Url("it cannot be read as a PostgreSQL URL".to_owned()))?;
    let pool = PgPoolOptions::new()
        .max_connections(bounds.connections)
        .acquire_timeout(bounds.wait);
    let pool = pool.connect_with(options.application_name("cosmos")).await?;
    schema
        .migrator(Engine::Postgres)
        .run(&pool)
        .await
        .map_err(Error::Migration)?;
    Ok(Pools::Postgres(pool))
}
