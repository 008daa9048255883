//! Nothing that was acknowledged is lost: a process that writes is killed in full flight, and what it had acknowledged is looked
//! for in the database it leaves.

use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sqlx::Connection as _;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::TASKS;
use super::ours::{Fleet, News, say, version};
use super::seed::{Reporter, reporters};
use crate::Stage;
use crate::failure::{Doing as _, Failure, Outcome};
use crate::sqlite;

/// Kills after so many acknowledgements.
const KILL_AFTER: [usize; 6] = [1, 500, 2_000, 5_000, 10_000, 20_000];
/// How long a writer may take to acknowledge that many.
const WITHIN: Duration = Duration::from_mins(2);

/// How many acknowledged rows were found again, and after how many kills.
pub async fn check(stage: &Stage, file: &Path, devices: u32) -> Outcome<(usize, usize)> {
    let points: Vec<_> = KILL_AFTER
        .into_iter()
        .take(stage.number(KILL_AFTER.len(), 3))
        .collect();
    let (reporters, mut found) = (reporters(devices)?, 0);
    for after in &points {
        let (acknowledged, count) = write_and_kill(file, devices, *after).await?;
        all_there(file, &reporters, &acknowledged)
            .await
            .doing(format_args!("killed after {after}"))?;
        found += count;
    }
    Ok((found, points.len()))
}

/// What the writer has acknowledged until its end: number of the device and of its latest report.
async fn write_and_kill(file: &Path, devices: u32, after: usize) -> Outcome<(HashMap<usize, u32>, usize)> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("write-until-killed")
        .arg(file)
        .arg(devices.to_string())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let output = child
        .stdout
        .take()
        .ok_or_else(|| Failure::new("a writer without output"))?;
    let mut lines = BufReader::new(output).lines();
    let (mut acknowledged, mut count) = (HashMap::new(), 0_usize);
    let reading = async {
        // After the kill, what is still in the pipe counts too: it was acknowledged before.
        while let Some(line) = lines.next_line().await? {
            let Some((device, report)) = line.split_once(' ') else {
                continue;
            };
            let (device, report): (usize, u32) = (device.parse()?, report.parse()?);
            let latest = acknowledged.entry(device).or_insert(report);
            *latest = report.max(*latest);
            count += 1;
            if count == after {
                child.start_kill()?;
            }
        }
        Ok::<_, Failure>(())
    };
    tokio::time::timeout(WITHIN, reading)
        .await
        .map_err(|_| Failure::new("the writer stands still"))??;
    child.wait().await?;
    if count < after {
        return Err(Failure::new(format!(
            "the writer ended by itself after {count} rows"
        )));
    }
    Ok((acknowledged, count))
}

/// Every acknowledged report is there, or a later one of the same device: each device waits for its acknowledgement.
async fn all_there(file: &Path, devices: &[Reporter], acknowledged: &HashMap<usize, u32>) -> Outcome {
    let mut connection = sqlite::open(file).await?;
    for (number, report) in acknowledged {
        let device = devices
            .get(*number)
            .ok_or_else(|| Failure::new("an unknown device"))?;
        let stored: String = sqlx::query_scalar("select version from devices where id = ?")
            .bind(device.id)
            .fetch_one(&mut connection)
            .await?;
        let stored_report = stored
            .strip_prefix("12.")
            .and_then(|number| number.parse::<u32>().ok());
        if stored_report.is_none_or(|stored| stored < *report) {
            let wanted = version(*report);
            return Err(Failure::new(format!(
                "LOST: device {number} was told {wanted} is kept, and {stored} is there"
            )));
        }
    }
    let whole: String = sqlx::query_scalar("pragma integrity_check")
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    if whole != "ok" {
        return Err(Failure::new(format!("the database is damaged: {whole}")));
    }
    Ok(())
}

/// The writer: reports on and on, and says on standard output which reports were acknowledged.
pub async fn until_killed(database: &Path, devices: u32) -> Outcome {
    let folder = database
        .parent()
        .ok_or_else(|| Failure::new("a file needs a folder"))?;
    let fleet = Arc::new(Fleet::open(&format!("sqlite:{}", database.display()), folder, devices).await?);
    // Above every report of an earlier writer on this file.
    let mut connection = sqlite::open(database).await?;
    let last: i64 =
        sqlx::query_scalar("select coalesce(max(cast(substr(version, 4) as integer)), 0) from devices where product_id = 'UD7-LX'")
            .fetch_one(&mut connection)
            .await?;
    connection.close().await?;
    let reports = Arc::new(AtomicU32::new(u32::try_from(last)? + 1));

    let (tell, mut told) = mpsc::unbounded_channel::<String>();
    let mut running = JoinSet::new();
    for task in 0..TASKS {
        let (fleet, reports, tell) = (Arc::clone(&fleet), Arc::clone(&reports), tell.clone());
        running.spawn(async move {
            // Each task has devices of its own, so that the reports of a device follow each other.
            let devices = Arc::clone(fleet.devices());
            for (number, device) in devices.iter().enumerate().skip(task).step_by(TASKS).cycle() {
                let report = reports.fetch_add(1, Ordering::Relaxed);
                say(fleet.acting(), device, News::Version, report).await?;
                tell.send(format!("{number} {report}\n"))?;
            }
            Ok::<_, Failure>(())
        });
    }
    let mut output = tokio::io::stdout();
    while let Some(line) = told.recv().await {
        output.write_all(line.as_bytes()).await?;
        output.flush().await?;
        if let Some(ended) = running.try_join_next() {
            ended??;
        }
    }
    Ok(())
}
