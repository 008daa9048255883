//! Making and dropping whole PostgreSQL databases, for tests: each test gets its own, copied from a migrated template.

use std::str::FromStr as _;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use crate::{Db, Engine, Error, Options, Result, Schema};

/// Held while a template is made, so that test processes that share a server make each only once.
const TEMPLATE_LOCK: i64 = 0x636f_736d_6f73;

/// Makes an empty, migrated database on the server and gives its URL. An older one of that name is dropped.
pub async fn create(server: &str, schema: Schema, name: &str) -> Result<String> {
    let template = template(server, schema).await?;
    let mut connection = connect(server).await?;
    run(
        &mut connection,
        format!("drop database if exists {} with (force)", quoted(name)),
    )
    .await?;
    run(
        &mut connection,
        format!("create database {} template {}", quoted(name), quoted(&template)),
    )
    .await?;
    connection.close().await?;
    url_of(server, name)
}

/// Drops it, with whoever is still connected.
pub async fn drop(server: &str, name: &str) -> Result<()> {
    let mut connection = connect(server).await?;
    run(
        &mut connection,
        format!("drop database if exists {} with (force)", quoted(name)),
    )
    .await?;
    connection.close().await.map_err(Error::from)
}

/// The migrated template of a schema, made if the server has none. Its name holds a sum over the migrations.
async fn template(server: &str, schema: Schema) -> Result<String> {
    let migrations = schema
        .migrator(Engine::Postgres)
        .iter()
        .flat_map(|migration| migration.checksum.iter());
    // FNV-1a: tells one state of the migrations from another, no more.
    let sum = migrations.fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let side = match schema {
        Schema::Cloud => "cloud",
        Schema::Company => "company",
    };
    let name = format!("cosmos_template_{side}_{sum:016x}");

    let mut connection = connect(server).await?;
    sqlx::query("select pg_advisory_lock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut connection)
        .await?;
    // Marked as a template only when it is whole.
    let whole = sqlx::query("select 1 from pg_database where datname = $1 and datistemplate").bind(&name);
    if whole.fetch_optional(&mut connection).await?.is_none() {
        run(
            &mut connection,
            format!("drop database if exists {} with (force)", quoted(&name)),
        )
        .await?;
        run(&mut connection, format!("create database {}", quoted(&name))).await?;
        let bounds = Options {
            connections: 1,
            ..Options::default()
        };
        Db::open_with(&url_of(server, &name)?, schema, bounds)
            .await?
            .close()
            .await;
        run(
            &mut connection,
            format!("alter database {} is_template true", quoted(&name)),
        )
        .await?;
    }
    // Closing gives the lock back.
    connection.close().await?;
    Ok(name)
}

async fn connect(server: &str) -> Result<PgConnection> {
    options(server)?.connect().await.map_err(Error::from)
}

async fn run(connection: &mut PgConnection, text: String) -> Result<()> {
    sqlx::raw_sql(AssertSqlSafe(text))
        .execute(connection)
        .await
        .map(std::mem::drop)
        .map_err(Error::from)
}

fn options(server: &str) -> Result<PgConnectOptions> {
    PgConnectOptions::from_str(server)
        .map_err(|_| Error::Url("it cannot be read as a PostgreSQL URL".to_owned()))
}

/// The server's URL with another database in it.
fn url_of(server: &str, name: &str) -> Result<String> {
    Ok(options(server)?.database(name).to_url_lossy().to_string())
}

/// A name as an identifier: `create database` takes no bound values.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
