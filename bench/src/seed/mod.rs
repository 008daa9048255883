//! Databases with a fleet in them, made once and kept.

pub mod fill;
pub mod fleet;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::Stage;
use crate::cosmos::Cosmos;
use crate::failure::{Doing as _, Failure, Outcome};
use crate::report::Report;

/// The UMS's data folder with a fleet in its database, and a superuser who can sign in.
pub struct Seed {
    folder: PathBuf,
}

impl Seed {
    /// Gives it to a server that has not been started.
    pub fn give_to(&self, cosmos: &Cosmos) -> Outcome {
        let data = cosmos.data();
        fs::create_dir_all(&data).doing(data.display())?;
        copy(&self.folder, &data.join("ums"))
    }

    /// Size of the database, in bytes.
    pub fn bytes(&self) -> Outcome<u64> {
        let file = self.folder.join("db.sqlite");
        Ok(fs::metadata(&file).doing(file.display())?.len())
    }

    /// The largest tables and indices: name and bytes.
    pub async fn largest(&self, how_many: i64) -> Outcome<Vec<(String, i64)>> {
        let mut connection = open(&self.folder.join("db.sqlite")).await?;
        let sizes =
            sqlx::query_as("select name, sum(pgsize) from dbstat group by name order by 2 desc limit $1")
                .bind(how_many)
                .fetch_all(&mut connection)
                .await?;
        connection.close().await?;
        Ok(sizes)
    }
}

/// The first `devices` of the fleet in SQLite, with a certificate each if wanted. Kept in `seeds` under the place of the
/// benchmarks, by a sum over the migrations of the server, which makes the empty database itself.
pub async fn sqlite(stage: &Stage, devices: u32, certificates: bool, report: &Report) -> Outcome<Seed> {
    let cosmos = Cosmos::new(&stage.target, &stage.place, "")?;
    cosmos.set_superuser()?;
    let made = cosmos.data().join("ums");
    let mut connection = open(&made.join("db.sqlite")).await?;
    let migrations: Vec<(Vec<u8>,)> =
        sqlx::query_as("select checksum from _sqlx_migrations order by version")
            .fetch_all(&mut connection)
            .await?;
    // FNV-1a: tells one state of the migrations from another, no more.
    let sum = migrations
        .iter()
        .flat_map(|(checksum,)| checksum)
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
            (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let kind = if certificates { "certificates-" } else { "" };
    let folder = stage.place.join(format!("seeds/{devices}-{kind}{sum:016x}"));
    let seed = Seed { folder };
    if seed.folder.exists() {
        connection.close().await?;
        return Ok(seed);
    }
    let start = Instant::now();
    fill::sqlite(&mut connection, devices, certificates).await?;
    connection.close().await?;
    fs::create_dir_all(stage.place.join("seeds"))?;
    fs::rename(&made, &seed.folder).doing(seed.folder.display())?;
    let seconds = start.elapsed().as_secs_f64();
    report.note(format_args!(
        "{devices} devices were put into a database in {seconds:.0} s"
    ));
    Ok(seed)
}

/// The first `devices` of the fleet in an empty PostgreSQL database that `cosmos` has migrated.
pub async fn postgres(url: &str, devices: u32) -> Outcome {
    let mut connection = sqlx::postgres::PgConnection::connect(url).await?;
    let (there,): (i64,) = sqlx::query_as("select count(*) from devices")
        .fetch_one(&mut connection)
        .await?;
    if there > 0 {
        return Err(Failure::new(
            "the PostgreSQL database has devices already; give an empty one",
        ));
    }
    fill::postgres(&mut connection, devices, false).await?;
    // As the server does by itself after a while.
    sqlx::raw_sql("vacuum analyze").execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// For filling: no safety, much memory. Nobody else may have the file open.
async fn open(file: &Path) -> Outcome<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
        .foreign_keys(false)
        .pragma("cache_size", "-1500000");
    Ok(options.connect().await?)
}

/// A copy that shares the blocks where the file system can do that.
fn copy(from: &Path, to: &Path) -> Outcome {
    let mut command = Command::new("cp");
    command.args(["-a", "--reflink=auto"]).arg(from).arg(to);
    if command.status().doing("cp")?.success() {
        return Ok(());
    }
    Err(Failure::new(format!("{} cannot be copied", from.display())))
}

#[cfg(test)]
mod tests {
    use store::{Db, Schema};

    use super::*;

    #[tokio::test]
    async fn a_fleet_fits_into_the_database_and_is_found_by_its_words() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("db.sqlite");
        let url = format!("sqlite:{}", file.display());
        Db::open(&url, Schema::Company).await.unwrap().close().await;
        let mut connection = open(&file).await.unwrap();
        fill::sqlite(&mut connection, 1_200, true).await.unwrap();
        let count = async |connection: &mut SqliteConnection, text: &'static str| -> i64 {
            sqlx::query_scalar(text).fetch_one(connection).await.unwrap()
        };
        let devices = "select count(*) from devices d join device_certificates c on c.device_id = d.id";
        assert_eq!(count(&mut connection, devices).await, 1_200);
        let matching =
            "select count(*) from devices_words where devices_words match '\"munich\" AND \"sales\"'";
        let like = "select count(*) from devices where site_key like 'munich%' and department_key = 'sales' and revoked_at is null";
        let (matching, like) = (
            count(&mut connection, matching).await,
            count(&mut connection, like).await,
        );
        assert!(matching > 0 && matching == like, "{matching} and {like}");
    }
}
