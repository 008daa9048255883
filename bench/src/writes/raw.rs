//! The peer: one thread, one connection, the statements of our use case, and nothing else.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::Connection as _;
use store::Engine;

use super::ours::{Run, own, scattered, version};
use super::seed::Reporter;
use crate::failure::{Failure, Outcome};
use crate::sqlite;

/// The text by which `ums` saves a hello.
fn save() -> Outcome<&'static str> {
    let mut ours = store::statements().filter(|statement| statement.module == "ums::devices::inventory");
    match (ours.next(), ours.next()) {
        (Some(save), None) => Ok(save.text(Engine::Sqlite)),
        _ => Err(Failure::new("a hello is no longer saved by one text")),
    }
}

/// Saves rows for `span`, `batch` (rounded) in each transaction. `reports` counts them on from run to run: said again, a version
/// is no other.
pub async fn run(
    file: &Path,
    devices: &[Reporter],
    reports: &mut u32,
    batch: f64,
    span: Duration,
) -> Outcome<Run> {
    let save = save()?;
    let mut connection = sqlite::open(file).await?;
    let (start, cpu) = (Instant::now(), own().cpu()?);
    let (first, mut commits) = (*reports, 0.0);
    while start.elapsed() < span {
        let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
        let mut in_batch = 0.0;
        while in_batch < batch.round() {
            let device = scattered(devices, *reports)?;
            let none: Option<i64> = None;
            let mut digest = [0_u8; 32];
            let (number, _) = digest.split_at_mut(4);
            number.copy_from_slice(&reports.to_be_bytes());
            let done = sqlx::query(save)
                .bind(device.id)
                .bind(device.name.as_str())
                .bind(device.name.to_lowercase())
                .bind(device.mac.key())
                .bind(device.product.as_str())
                .bind("UD7-LX")
                .bind(version(*reports))
                .bind("none")
                .bind("{}")
                .bind(none)
                .bind(digest.to_vec())
                .execute(&mut *tx)
                .await?;
            if done.rows_affected() != 1 {
                return Err(Failure::new(format!(
                    "{} rows instead of one",
                    done.rows_affected()
                )));
            }
            *reports += 1;
            in_batch += 1.0;
        }
        tx.commit().await?;
        commits += 1.0;
    }
    let run = Run {
        rows: f64::from(*reports - first),
        elapsed: start.elapsed(),
        commits,
        cpu: own().cpu()?.saturating_sub(cpu),
        took: Vec::new(),
    };
    connection.close().await?;
    Ok(run)
}
