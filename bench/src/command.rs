//! B6: one command to all connected devices. Each carries it out and says so, and the server confirms that. The time of a device
//! is that from the order to the confirmation of its result.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Stage;
use crate::administrator::Administrator;
use crate::devices::board::Board;
use crate::devices::crowd::Crowd;
use crate::devices::grounds::Grounds;
use crate::devices::rounds::rounds;
use crate::devices::tls::Groups;
use crate::failure::{Doing as _, Failure, Outcome};
use crate::figures::{Pairs, each, median, number, percentile};
use crate::machine::process::Process;
use crate::machine::settled;
use crate::peers::broker::Desk;
use crate::peers::mosquitto::Mosquitto;
use crate::peers::nats::Nats;
use crate::peers::node_ws::NodeWs;
use crate::peers::ours::Ours;
use crate::peers::{Handshake, Server};
use crate::report::{Report, Target};

/// Commands of one round, one after the other, to the same connections.
const COMMANDS: usize = 3;
/// Longest pause between two confirmations.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server that can tell all its devices to do something.
trait Commanding: Server {
    /// What gives the order.
    type Hand;

    /// Made ready before the clock runs.
    async fn hand(&self) -> Outcome<Self::Hand>;

    /// Gives the order; answers how many devices it went to, where the server says that.
    async fn trigger(&self, hand: &Self::Hand) -> Outcome<Option<usize>>;

    /// Whether it has counted so many results in all, where it counts.
    async fn has_results(&self, count: usize) -> Outcome;
}

impl Commanding for Ours {
    type Hand = Administrator;

    async fn hand(&self) -> Outcome<Administrator> {
        Administrator::sign_in(self.portal()).await
    }

    async fn trigger(&self, hand: &Administrator) -> Outcome<Option<usize>> {
        // The server has ended the connection of the sign-in meanwhile: it was silent for long.
        let mut hand = hand.at(self.portal()).await?;
        let told = hand.call("devices/reboot_devices", &[("search", "")]).await?;
        serde_json::from_slice(&told).map(Some).doing("number of devices")
    }

    /// Each confirmation means a result that is stored.
    async fn has_results(&self, _count: usize) -> Outcome {
        Ok(())
    }
}

impl Commanding for NodeWs {
    type Hand = ();

    async fn hand(&self) -> Outcome {
        Ok(())
    }

    async fn trigger(&self, _hand: &()) -> Outcome<Option<usize>> {
        self.command_all().await.map(Some)
    }

    async fn has_results(&self, count: usize) -> Outcome {
        let results = self.results().await?;
        if results == count {
            return Ok(());
        }
        Err(Failure::new(format!("{results} results instead of {count}")))
    }
}

impl Commanding for Nats {
    type Hand = Desk;

    async fn hand(&self) -> Outcome<Desk> {
        self.desk().await
    }

    async fn trigger(&self, hand: &Desk) -> Outcome<Option<usize>> {
        hand.order().map(|()| None)
    }

    async fn has_results(&self, count: usize) -> Outcome {
        self.has_results(count).await
    }
}

impl Commanding for Mosquitto {
    type Hand = Desk;

    async fn hand(&self) -> Outcome<Desk> {
        self.desk().await
    }

    async fn trigger(&self, hand: &Desk) -> Outcome<Option<usize>> {
        hand.order().map(|()| None)
    }

    async fn has_results(&self, count: usize) -> Outcome {
        self.has_results(count).await
    }
}

/// What one command to all has shown.
#[derive(Clone, Copy)]
struct Command {
    /// Devices a second, to the last confirmation. Each is three messages: command, result and confirmation.
    rate: f64,
    /// Milliseconds from the order.
    p50: f64,
    p99: f64,
    /// Processor time of a device, in microseconds.
    server: f64,
    generator: f64,
}

/// Measures so many pairs; answers how many targets were missed.
pub async fn run(stage: &Stage, mut report: Report, pairs: usize) -> Outcome<usize> {
    let devices = stage.number(15_000, 300);
    let grounds = Grounds::prepare(stage, &report, devices).await?;
    let rounds = rounds(stage, &report, pairs, async || {
        let (fleet, board) = (grounds.fleet(Groups::X25519)?, Board::shared());
        let ours = measure(grounds.ours(&fleet, &board).await?, &board, devices).await?;
        let fleet = grounds.fleet(Groups::X25519)?;
        let node = measure(grounds.node_ws(&fleet, &board).await?, &board, devices).await?;
        let fleet = grounds.fleet(Groups::X25519)?;
        let nats = measure(grounds.nats(&fleet, &board).await?, &board, devices).await?;
        let fleet = grounds.fleet(Groups::X25519)?;
        let mosquitto = measure(grounds.mosquitto(&fleet, &board).await?, &board, devices).await?;
        Ok(Round {
            ours,
            node,
            nats,
            mosquitto,
        })
    })
    .await?;

    report.note(format_args!(
        "one command to {devices} connected devices, {COMMANDS} times in each round, the middle one counts; COSMOS stores each \
         command and each result durably before it confirms, the others store nothing. The brokers pass one message on to all, \
         and each result on to one listener"
    ));
    show(&mut report, "COSMOS", rounds.iter().map(|round| round.ours))?;
    for (name, of, least) in PEERS {
        show(&mut report, name, rounds.iter().map(of))?;
        let ratio = |pick: fn(&Command) -> f64| {
            let pair = |round: &Round| (pick(&round.ours), pick(&of(round)));
            Pairs::of(rounds.iter().map(pair)).ratio()
        };
        let what = format!("devices a second, COSMOS / {name}");
        report.ratio(what, ratio(|one| one.rate), least)?;
        let what = format!("CPU of a device, COSMOS / {name}");
        report.ratio(what, ratio(|one| one.server), Target::None)?;
    }
    Ok(report.missed())
}

/// What each server has shown.
struct Round {
    ours: Command,
    node: Command,
    nats: Command,
    mosquitto: Command,
}

type Of = fn(&Round) -> Command;

/// Our peers, and how many times their devices a second ours have to be.
const PEERS: [(&str, Of, Target); 3] = [
    ("Node ws", |round| round.node, Target::AtLeast(2.0)),
    ("nats-server", |round| round.nats, Target::AtLeast(0.7)),
    ("mosquitto", |round| round.mosquitto, Target::None),
];

fn show(report: &mut Report, what: &str, commands: impl Iterator<Item = Command>) -> Outcome {
    let commands: Vec<_> = commands.collect();
    let of = |pick: fn(&Command) -> f64| median(&commands.iter().map(pick).collect::<Vec<_>>());
    report.figure(
        format_args!("{what}: confirmed"),
        of(|one| one.rate),
        "devices/s",
        Target::None,
    )?;
    report.figure(
        format_args!("{what}: p50 to confirmation"),
        of(|one| one.p50),
        "ms",
        Target::None,
    )?;
    report.figure(
        format_args!("{what}: p99 to confirmation"),
        of(|one| one.p99),
        "ms",
        Target::None,
    )?;
    report.figure(
        format_args!("{what}: CPU of a device"),
        of(|one| one.server),
        "us",
        Target::None,
    )?;
    report.note(format_args!(
        "{what}: the generator needs {:.0} us for each device",
        of(|one| one.generator)
    ));
    Ok(())
}

async fn measure<S: Commanding>(server: S, board: &Arc<Board>, devices: usize) -> Outcome<Command> {
    let process = server.process();
    let hand = server.hand().await?;
    let mut crowd = Crowd::new(server);
    crowd.grow(devices, Handshake::Full).await?;
    let mut commands = Vec::with_capacity(COMMANDS);
    for number in 1..=COMMANDS {
        settled::at_rest(process).await?;
        commands.push(command(&crowd, &hand, board, devices).await?);
        crowd.server().has_results(number * devices).await?;
        crowd.nobody_lost()?;
    }
    crowd.leave().await;
    commands.sort_by(|one, other| one.rate.total_cmp(&other.rate));
    let middle = commands.get(COMMANDS / 2).copied();
    middle.ok_or_else(|| Failure::new("no command was measured"))
}

async fn command<S: Commanding>(
    crowd: &Crowd<S>,
    hand: &S::Hand,
    board: &Board,
    devices: usize,
) -> Outcome<Command> {
    let (process, generator) = (crowd.server().process(), Process(std::process::id()));
    board.wipe();
    let (server_before, generator_before) = (process.cpu()?, generator.cpu()?);
    let start = Instant::now();
    let generator_used = async {
        let confirmed = board.wait(start, devices, PATIENCE).await?;
        Ok((confirmed, generator.cpu_since(generator_before)?))
    };
    let (told, (confirmed, generator_used)) = tokio::try_join!(crowd.server().trigger(hand), generator_used)?;
    if let Some(told) = told.filter(|told| *told != devices) {
        let text = format!("{told} devices were told instead of {devices}");
        return Err(Failure::new(text));
    }
    // What the server does after its confirmations belongs to them.
    settled::at_rest(process).await?;
    let milliseconds: Vec<f64> = confirmed.iter().map(|took| took.as_secs_f64() * 1000.0).collect();
    Ok(Command {
        rate: number(devices) / (percentile(&milliseconds, 100.0) / 1000.0),
        p50: median(&milliseconds),
        p99: percentile(&milliseconds, 99.0),
        server: each(process.cpu_since(server_before)?, devices),
        generator: each(generator_used, devices),
    })
}
