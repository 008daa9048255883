//! The peer: one thread, one connection, the statement of our use case, and nothing else.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::Connection as _;

use super::ours::{Run, own, scattered, version};
use super::seed::Reporter;
use crate::failure::Outcome;
use crate::sqlite;

/// The statement by which `ums` saves a hello.
const SAVE: &str = "update devices
            set name = case when hello_digest is null then $2 else name end,
                name_key = case when hello_digest is null then $3 else name_key end,
                mac = $4, product = $5, product_id = $6, version = $7, firmware_description = $8, network_name = $9,
                last_boot_at = $10, hello_digest = $11
          where id = $1";

/// Saves rows for `span`, `batch` (rounded) in each transaction.
pub async fn run(file: &Path, devices: &[Reporter], batch: f64, span: Duration) -> Outcome<Run> {
    let mut connection = sqlite::open(file).await?;
    let (start, cpu) = (Instant::now(), own().cpu()?);
    let (mut rows, mut commits) = (0_u32, 0.0);
    while start.elapsed() < span {
        let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
        let mut in_batch = 0.0;
        while in_batch < batch.round() {
            let device = scattered(devices, rows)?;
            let none: Option<i64> = None;
            let mut digest = [0_u8; 32];
            let (first, _) = digest.split_at_mut(4);
            first.copy_from_slice(&rows.to_be_bytes());
            let done = sqlx::query(SAVE)
                .bind(device.id)
                .bind(device.name.as_str())
                .bind(device.name.to_lowercase())
                .bind(device.mac.key())
                .bind(device.product.as_str())
                .bind("UD7-LX")
                .bind(version(rows))
                .bind("none")
                .bind("{}")
                .bind(none)
                .bind(digest.to_vec())
                .execute(&mut *tx)
                .await?;
            rows += u32::try_from(done.rows_affected())?;
            in_batch += 1.0;
        }
        tx.commit().await?;
        commits += 1.0;
    }
    let run = Run {
        rows: f64::from(rows),
        elapsed: start.elapsed(),
        commits,
        cpu: own().cpu()?.saturating_sub(cpu),
        took: Vec::new(),
    };
    connection.close().await?;
    Ok(run)
}
