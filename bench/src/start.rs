//! B15: what a start costs with a large fleet in the database: the time from the start of the program to the first page for an
//! administrator who was signed in before, and to the first device that is welcomed; and the memory at that moment.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::administrator::Administrator;
use crate::cosmos::Cosmos;
use crate::devices::board::Board;
use crate::devices::channel::Channel;
use crate::devices::identities::Identities;
use crate::devices::tls::{Fleet, Groups};
use crate::failure::{Doing as _, Outcome};
use crate::figures::{Pairs, median, percentile};
use crate::machine::probe::Probe;
use crate::peers::meshcentral::Installation;
use crate::peers::{Handshake, Server as _, Visit};
use crate::programs::Core;
use crate::report::{Report, Target};
use crate::{Stage, generator, seed};

/// The first page: the one that asks the database the most.
const PAGE: &str = "/webapp/devices";
/// Further page views before the memory is looked at again.
const VIEWS: usize = 10;
/// Longest start of a peer.
const PATIENCE: Duration = Duration::from_mins(1);
/// Pause before an agent that was refused comes again.
const AGAIN: Duration = Duration::from_millis(2);
/// Longest first answer, in milliseconds, and most memory, in MB.
const FIRST_ANSWER: f64 = 500.0;
const MEMORY: f64 = 80.0;

/// Measures with so many devices, each with its certificate.
pub async fn run(stage: &Stage, report: &mut Report, devices: u32) -> Outcome {
    let seed = seed::sqlite(stage, devices, true, report).await?;
    let cosmos = Cosmos::new(&stage.target, &stage.place, "")?;
    seed.give_to(&cosmos)?;
    let bytes = f64::from(u32::try_from(seed.bytes()? / 1024)?) * 1024.0;
    report.figure(
        format_args!("{devices} devices with a certificate each: size of the database for one"),
        bytes / f64::from(devices) / 1000.0,
        "KB",
        Target::AtMost(4.0),
    )?;
    for (name, bytes) in seed.largest(8).await? {
        report.note(format_args!(
            "{name}: {} bytes for each device",
            bytes / i64::from(devices)
        ));
    }
    let program = stage.target.join("release/cosmos");
    let size = fs::metadata(&program).doing(program.display())?.len();
    report.note(format_args!("the program has {} MB", size / 1_000_000));
    generator::on_second_core(|runtime| runtime.block_on(measure(stage, report, &cosmos)))
}

/// Where the files of the server and its database are when it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Files {
    /// In memory, as after an update.
    Warm,
    /// On the disk, as after the machine itself was started.
    Cold,
}

async fn measure(stage: &Stage, report: &mut Report, cosmos: &Cosmos) -> Outcome {
    let running = cosmos.start(Core::Server).await?;
    let key = cosmos.make_key(1)?;
    let identities = Identities::enrol(running.addresses.ums, &key, 1).await?;
    let session = Administrator::sign_in(running.addresses.portal).await?;
    running.stop()?;

    report.note(format_args!("before: {}", Probe::take(&stage.place)?));
    report.note("the server on one core, Customer Portal and UMS in one process; the first page is the list of devices");
    for files in [Files::Warm, Files::Cold] {
        if files == Files::Cold && drop_caches().is_err() {
            report.note("files could not be put out of memory here: not measured cold");
            continue;
        }
        let mut starts = Vec::new();
        for _ in 0..stage.number(9, 3) {
            if files == Files::Cold {
                drop_caches()?;
            }
            starts.push(start(cosmos, &identities, &session).await?);
        }
        tell(report, files, &starts)?;
    }
    peer(stage, report, cosmos, &identities, &session).await?;
    report.note(format_args!("after: {}", Probe::take(&stage.place)?));
    Ok(())
}

/// MeshCentral in turns with us, for information: its database is empty and ours is not.
async fn peer(
    stage: &Stage,
    report: &mut Report,
    cosmos: &Cosmos,
    identities: &Identities,
    session: &Administrator,
) -> Outcome {
    let meshcentral = Installation::new(&stage.peers, &stage.place, 1).await?;
    let (mut times, mut memory) = (Pairs::default(), Pairs::default());
    for _ in 0..stage.number(5, 2) {
        let ours = start(cosmos, identities, session).await?;
        let start = Instant::now();
        let running = meshcentral.start_unready(Core::Server).await?;
        let line = loop {
            match running.connect(Visit::new(0, Handshake::Full)).await {
                Ok(line) => break line,
                // It listens before it knows its agents.
                Err(_) if start.elapsed() < PATIENCE => tokio::time::sleep(AGAIN).await,
                Err(failure) => return Err(failure),
            }
        };
        times.push(ours.device, start.elapsed().as_secs_f64() * 1000.0);
        memory.push(ours.later_memory, megabytes(running.process().resident()?)?);
        drop(line);
        running.stop()?;
    }
    for (what, unit, pairs) in [
        ("until the first device", "ms", &times),
        ("resident memory then", "MB", &memory),
    ] {
        let ratio = pairs.ratio();
        let what = format!(
            "files in memory: {what} / that of MeshCentral without devices ({:.0} {unit}), {} pairs, {:.3} to {:.3}",
            pairs.peer(),
            ratio.pairs,
            ratio.least,
            ratio.most
        );
        report.figure(what, ratio.median, "x", Target::None)?;
    }
    Ok(())
}

/// Milliseconds since the start of the program; memory in MB.
struct Start {
    listening: f64,
    page: f64,
    device: f64,
    memory: f64,
    own: f64,
    cpu: f64,
    later_memory: f64,
    later_own: f64,
}

async fn start(cosmos: &Cosmos, identities: &Identities, session: &Administrator) -> Outcome<Start> {
    let fleet = Arc::new(Fleet::new(identities, [], Groups::Default)?);
    let start = Instant::now();
    let since = || start.elapsed().as_secs_f64() * 1000.0;
    let running = cosmos.start(Core::Server).await?;
    let listening = since();
    let mut one = session.at(running.addresses.portal).await?;
    one.open(PAGE).await?;
    let page = since();
    let process = running.process();
    let (memory, own, cpu) = (
        megabytes(process.resident()?)?,
        megabytes(process.resident_own()?)?,
        process.cpu()?,
    );
    let channel = Channel::new(running.addresses.ums, fleet, identities, Board::shared())?;
    let line = channel.connect(Visit::new(0, Handshake::Full)).await?;
    let device = since();
    for _ in 0..VIEWS {
        one.open(PAGE).await?;
    }
    let later = (
        megabytes(process.resident()?)?,
        megabytes(process.resident_own()?)?,
    );
    drop(line);
    running.stop()?;
    Ok(Start {
        listening,
        page,
        device,
        memory,
        own,
        cpu: cpu.as_secs_f64() * 1000.0,
        later_memory: later.0,
        later_own: later.1,
    })
}

fn tell(report: &mut Report, files: Files, starts: &[Start]) -> Outcome {
    let files = match files {
        Files::Warm => "files in memory",
        Files::Cold => "files on the disk",
    };
    let mut figure = |what: &str, value: fn(&Start) -> f64, unit: &str, target: Target| {
        let values: Vec<f64> = starts.iter().map(value).collect();
        let range = format!(
            "{:.0} to {:.0}",
            percentile(&values, 0.0),
            percentile(&values, 100.0)
        );
        let what = format!("{files}: {what} (median of {}, {range})", starts.len());
        report.figure(what, median(&values), unit, target)
    };
    figure("until it listens", |one| one.listening, "ms", Target::None)?;
    figure(
        "until the first page",
        |one| one.page,
        "ms",
        Target::AtMost(FIRST_ANSWER),
    )?;
    figure(
        "until the first device is welcomed, after that page",
        |one| one.device,
        "ms",
        Target::None,
    )?;
    figure(
        "processor time until the first page",
        |one| one.cpu,
        "ms",
        Target::None,
    )?;
    figure(
        "resident memory after the first page",
        |one| one.memory,
        "MB",
        Target::AtMost(MEMORY),
    )?;
    figure("of it not of files", |one| one.own, "MB", Target::None)?;
    figure(
        "resident memory after ten more pages and a device",
        |one| one.later_memory,
        "MB",
        Target::AtMost(MEMORY),
    )?;
    figure(
        "of it not of files, then",
        |one| one.later_own,
        "MB",
        Target::None,
    )
}

fn megabytes(bytes: u64) -> Outcome<f64> {
    Ok(f64::from(u32::try_from(bytes / 1000)?) / 1000.0)
}

/// Puts all files out of memory: only root may (proc(5), `drop_caches`).
fn drop_caches() -> Outcome {
    rustix::fs::sync();
    fs::write("/proc/sys/vm/drop_caches", "3").doing("drop_caches")
}
