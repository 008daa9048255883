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
    nats: Idle,
    mosquitto: Idle,
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
        let fleet = grounds.fleet(Groups::X25519)?;
        let nats = measure(grounds.nats(&fleet, &board).await?, steps, window).await?;
        let fleet = grounds.fleet(Groups::X25519)?;
        let mosquitto = measure(grounds.mosquitto(&fleet, &board).await?, steps, window).await?;
        let mesh = measure(meshcentral.start(Core::Server).await?, agents, window).await?;
        Ok(Round {
            ours,
            node,
            nats,
            mosquitto,
            mesh,
        })
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
    tell(
        &mut report,
        &rounds,
        "COSMOS",
        |round| round.ours,
        [Target::AtMost(16.0), Target::AtMost(2.0)],
    )?;
    for (name, of, most) in PEERS {
        tell(&mut report, &rounds, name, of, [Target::None, Target::None])?;
        let slopes = Pairs::of(rounds.iter().map(|round| (round.ours.slope, of(round).slope)));
        report.ratio(
            format_args!("memory of a connection, COSMOS / {name}"),
            slopes.ratio(),
            Target::AtMost(most),
        )?;
    }
    Ok(report.missed())
}

type Of = fn(&Round) -> Idle;

/// Our peers, and how much of their memory ours may have.
const PEERS: [(&str, Of, f64); 4] = [
    ("Node ws", |round| round.node, 0.33),
    ("nats-server", |round| round.nats, 0.6),
    ("mosquitto", |round| round.mosquitto, 1.0),
    ("MeshCentral", |round| round.mesh, 0.20),
];

/// What one server has shown, with bounds for memory and processor time.
fn tell(report: &mut Report, rounds: &[Round], name: &str, of: Of, [memory, idle]: [Target; 2]) -> Outcome {
    let middle = |pick: fn(Idle) -> f64| {
        let values: Vec<f64> = rounds.iter().map(|round| pick(of(round))).collect();
        median(&values)
    };
    let what = format!("{name}: memory of a connection");
    report.figure(what, middle(|one| one.slope), "KiB", memory)?;
    let what = format!("{name}: memory with all of them");
    report.figure(what, middle(|one| one.all), "MiB", Target::None)?;
    report.figure(
        format!("{name}: idle"),
        middle(|one| one.processor),
        "% of a core",
        idle,
    )
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
