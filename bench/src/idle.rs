//! B1: what a connected device costs while nothing happens. Memory as the slope between two numbers of devices, so that what a
//! server takes for itself does not count; processor time over a minute in which only pings pass.

use std::time::{Duration, Instant};

use crate::Stage;
use crate::devices::board::Board;
use crate::devices::crowd::Crowd;
use crate::devices::grounds::Grounds;
use crate::devices::rounds::rounds;
use crate::devices::tls::Groups;
use crate::failure::Outcome;
use crate::figures::{Pairs, median, number};
use crate::machine::settled;
use crate::peers::meshcentral::Installation;
use crate::peers::{Handshake, Server};
use crate::programs::Core;
use crate::report::{Report, Target};

/// Two numbers of connected devices.
#[derive(Clone, Copy)]
struct Steps {
    few: usize,
    many: usize,
}

/// What one server has shown.
#[derive(Clone, Copy)]
struct Idle {
    /// Resident memory of one more connection, in KiB.
    slope: f64,
    /// Resident memory with all connections, in MiB.
    all: f64,
    /// Of one core, in percent.
    processor: f64,
}

struct Round {
    ours: Idle,
    node: Idle,
    mesh: Idle,
}

/// Measures so many pairs; answers how many targets were missed.
pub async fn run(stage: &Stage, mut report: Report, pairs: usize) -> Outcome<usize> {
    let steps = Steps {
        few: stage.number(5_000, 200),
        many: stage.number(15_000, 600),
    };
    // Fewer: each of its agents costs it milliseconds to accept.
    let agents = Steps {
        few: stage.number(500, 20),
        many: stage.number(1_500, 60),
    };
    let window = stage.number(Duration::from_mins(1), Duration::from_secs(3));
    let grounds = Grounds::prepare(stage, &report, steps.many).await?;
    let meshcentral = Installation::new(&stage.peers, &stage.place, agents.many).await?;
    let rounds = rounds(stage, &report, pairs, async || {
        let (fleet, board) = (grounds.fleet(Groups::X25519)?, Board::shared());
        let ours = measure(grounds.ours(&fleet, &board).await?, steps, window).await?;
        let fleet = grounds.fleet(Groups::X25519)?;
        let node = measure(grounds.node_ws(&fleet, &board).await?, steps, window).await?;
        let mesh = measure(meshcentral.start(Core::Server).await?, agents, window).await?;
        Ok(Round { ours, node, mesh })
    })
    .await?;

    report.note(format_args!(
        "{} and {} devices held after their welcome (MeshCentral: {} and {}), server on one core; idle for {} s",
        steps.few,
        steps.many,
        agents.few,
        agents.many,
        window.as_secs()
    ));
    let of = |pick: fn(&Round) -> f64| median(&rounds.iter().map(pick).collect::<Vec<_>>());
    let slopes = Pairs::of(rounds.iter().map(|round| (round.ours.slope, round.node.slope)));
    report.figure(
        "COSMOS: memory of a connection",
        slopes.ours(),
        "KiB",
        Target::AtMost(16.0),
    )?;
    report.figure(
        "COSMOS: memory with all of them",
        of(|r| r.ours.all),
        "MiB",
        Target::None,
    )?;
    report.figure(
        "COSMOS: idle",
        of(|r| r.ours.processor),
        "% of a core",
        Target::AtMost(2.0),
    )?;
    report.figure(
        "Node ws: memory of a connection",
        slopes.peer(),
        "KiB",
        Target::None,
    )?;
    report.figure(
        "Node ws: memory with all of them",
        of(|r| r.node.all),
        "MiB",
        Target::None,
    )?;
    report.figure(
        "Node ws: idle",
        of(|r| r.node.processor),
        "% of a core",
        Target::None,
    )?;
    report.ratio(
        "memory of a connection, COSMOS / Node ws",
        slopes.ratio(),
        Target::AtMost(0.33),
    )?;
    let slopes = Pairs::of(rounds.iter().map(|round| (round.ours.slope, round.mesh.slope)));
    report.figure(
        "MeshCentral: memory of a connection",
        slopes.peer(),
        "KiB",
        Target::None,
    )?;
    report.figure(
        "MeshCentral: idle",
        of(|r| r.mesh.processor),
        "% of a core",
        Target::None,
    )?;
    report.ratio(
        "memory of a connection, COSMOS / MeshCentral",
        slopes.ratio(),
        Target::AtMost(0.20),
    )?;
    Ok(report.missed())
}

async fn measure<S: Server>(server: S, steps: Steps, window: Duration) -> Outcome<Idle> {
    let process = server.process();
    let mut crowd = Crowd::new(server);
    crowd.grow(steps.few, Handshake::Full).await?;
    let few = settled::memory(process).await?;
    crowd.grow(steps.many, Handshake::Full).await?;
    let many = settled::memory(process).await?;
    let (start, before) = (Instant::now(), process.cpu()?);
    tokio::time::sleep(window).await;
    let used = process.cpu_since(before)?.as_secs_f64();
    let processor = 100.0 * used / start.elapsed().as_secs_f64();
    crowd.nobody_lost()?;
    crowd.leave().await;
    Ok(Idle {
        slope: (many - few) / 1024.0 / number(steps.many - steps.few),
        all: many / 1024.0 / 1024.0,
        processor,
    })
}
