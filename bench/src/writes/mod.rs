//! B7: devices describe themselves anew, each acknowledged when it is on the disk: through our use case from many tasks, beside a
//! bare SQLite loop on one thread with the same statements, and through `kill -9`.

mod kill;
mod ours;
mod raw;
mod seed;

use std::path::Path;
use std::time::Duration;

use crate::Stage;
use crate::failure::{Failure, Outcome};
use crate::figures::{Pairs, median, percentile};
use crate::machine::probe::Probe;
use crate::report::{Report, Target};

pub use kill::until_killed;
use ours::{Fleet, News, Run};

/// Devices that report at the same time.
const TASKS: usize = 200;
/// Rows a second that are offered at fixed rates.
const RATES: [f64; 3] = [1_000.0, 2_500.0, 5_000.0];

pub async fn run(stage: &Stage, report: &mut Report, postgres: Option<&str>) -> Outcome {
    let devices: u32 = stage.number(100_000, 2_000);
    let span = span(stage);
    let folder = tempfile::Builder::new()
        .prefix("writes")
        .tempdir_in(&stage.place)?;
    let (our_file, raw_file) = (
        folder.path().join("ours.sqlite"),
        folder.path().join("raw.sqlite"),
    );
    seed::sqlite(&our_file, devices).await?;
    std::fs::copy(&our_file, &raw_file)?;

    let fleet = Fleet::open(&format!("sqlite:{}", our_file.display()), folder.path(), devices).await?;
    report.note(format_args!(
        "{devices} devices, changed inventories, SQLite with write-ahead log and synchronous=FULL on both sides; before: {}",
        Probe::take(&stage.place)?
    ));
    let run = fleet.saturated(TASKS, News::Restarted, span).await?;
    report.note(format_args!(
        "devices that were only started again: {}",
        told(&run)
    ));
    for rate in RATES {
        let run = fleet.at_rate(rate, span).await?;
        report.note(format_args!("{rate:.0} rows/s offered: {}", told(&run)));
    }

    compare(stage, report, &fleet, &raw_file).await?;
    fleet.close().await;

    let (acknowledged, kills) = kill::check(stage, &our_file, devices).await?;
    report.note(format_args!(
        "{kills} times killed in full flight: {acknowledged} acknowledged rows, all found again"
    ));

    if let Some(url) = postgres {
        seed::postgres(url, devices).await?;
        let fleet = Fleet::open(url, folder.path(), devices).await?;
        let run = fleet.saturated(TASKS, News::Version, span).await?;
        report.note(format_args!("PostgreSQL, for information: {}", told(&run)));
        fleet.close().await;
    }
    Ok(())
}

/// Ours and SQLite without us, in turns.
async fn compare(stage: &Stage, report: &mut Report, fleet: &Fleet, raw_file: &Path) -> Outcome {
    let span = span(stage);
    let (mut to_raw, mut to_single) = (Pairs::default(), Pairs::default());
    let (mut p99s, mut batches, mut per_fsync, mut cpu, mut raw_cpu) =
        (vec![], vec![], vec![], vec![], vec![]);
    let mut reports = 0;
    for _ in 0..stage.number(5, 1) {
        let before = Probe::take(&stage.place)?;
        let run = fleet.saturated(TASKS, News::Version, span).await?;
        let batch = run.rows_per_commit().max(1.0);
        let bare = raw::run(raw_file, fleet.devices(), &mut reports, batch, span).await?;
        let single = raw::run(raw_file, fleet.devices(), &mut reports, 1.0, span / 2).await?;
        let after = Probe::take(&stage.place)?;
        to_raw.push(run.rate(), bare.rate());
        to_single.push(run.rate(), single.rate());
        p99s.push(percentile(&run.took, 99.0));
        batches.push(batch);
        cpu.push(run.cpu_per_row_us());
        raw_cpu.push(bare.cpu_per_row_us());
        let fsyncs = 1000.0 / f64::midpoint(before.fdatasync_ms, after.fdatasync_ms);
        per_fsync.push(run.rate() / fsyncs);
        report.note(format_args!(
            "pair: ours {:.0} rows/s in groups of {batch:.0}, raw {:.0}, one row per transaction {:.0}; fdatasync {:.2} ms before, {:.2} ms after{}",
            run.rate(), bare.rate(), single.rate(), before.fdatasync_ms, after.fdatasync_ms,
            if after.disk_is_steady(&before) { "" } else { " (the disk was not steady)" }
        ));
    }
    report.figure("ours, to saturation", to_raw.ours(), "rows/s", Target::None)?;
    report.figure("raw SQLite, same batch", to_raw.peer(), "rows/s", Target::None)?;
    report.figure(
        "one row per transaction",
        to_single.peer(),
        "rows/s",
        Target::None,
    )?;
    report.figure("rows per COMMIT of ours", median(&batches), "rows", Target::None)?;
    report.figure(
        "rows of ours in the time of one fdatasync",
        median(&per_fsync),
        "rows",
        Target::None,
    )?;
    report.figure(
        "acknowledged after, p99 at saturation",
        median(&p99s),
        "ms",
        Target::None,
    )?;
    report.figure("CPU of ours", median(&cpu), "us/row", Target::None)?;
    report.figure("CPU of raw", median(&raw_cpu), "us/row", Target::None)?;
    let (raw, single) = (to_raw.ratio(), to_single.ratio());
    report.note(format_args!(
        "ours / raw by pair: {:.2} to {:.2}; ours / one row per transaction: {:.1} to {:.1}",
        raw.least, raw.most, single.least, single.most
    ));
    report.figure(
        "ours / raw SQLite with the same batch",
        raw.median,
        "",
        Target::AtLeast(0.6),
    )?;
    report.figure(
        "ours / one row per transaction",
        single.median,
        "",
        Target::AtLeast(5.0),
    )?;
    Ok(())
}

/// How long one way of reporting is looked at.
fn span(stage: &Stage) -> Duration {
    stage.number(Duration::from_secs(5), Duration::from_secs(1))
}

fn told(run: &Run) -> String {
    format!(
        "{:.0} rows/s acknowledged, {:.1} rows per COMMIT, p50 {:.2} ms, p99 {:.2} ms, {:.0} us CPU per row",
        run.rate(),
        run.rows_per_commit(),
        median(&run.took),
        percentile(&run.took, 99.0),
        run.cpu_per_row_us()
    )
}

/// What a device of ours said that nobody expected: a text for the person at the keyboard.
fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::new(error.to_string())
}
