//! SQLite without anything of ours: for looking into a database that a server has left, and as the peer of our writer.

use std::path::Path;
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};

use crate::failure::Outcome;

/// One connection with the pragmas of the product: write-ahead log, synchronised at each COMMIT.
pub async fn open(file: &Path) -> Outcome<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("temp_store", "memory")
        .busy_timeout(Duration::from_secs(5));
    Ok(options.connect().await?)
}
