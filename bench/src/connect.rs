//! B2: a storm of devices, each with a certificate of its own: full handshakes, and the same devices again with their tickets.
//! A connection counts when its `welcome` has come.

use crate::Stage;
use crate::devices::board::Board;
use crate::devices::crowd::Crowd;
use crate::devices::grounds::Grounds;
use crate::devices::rounds::rounds;
use crate::devices::tls::Groups;
use crate::failure::Outcome;
use crate::figures::{Pairs, each, median, number};
use crate::machine::process::Process;
use crate::machine::settled;
use crate::peers::meshcentral::Installation;
use crate::peers::{Handshake, Server};
use crate::programs::Core;
use crate::report::{Report, Target};

/// What one storm has cost.
#[derive(Clone, Copy)]
struct Storm {
    /// Processor time of the server for each connection, in microseconds.
    server: f64,
    /// That of the generator: beside the server's it says which of them set the pace.
    generator: f64,
    /// Connections a second.
    rate: f64,
}

struct Round {
    full: Storm,
    resumed: Storm,
    offered: Storm,
    node: Storm,
    nginx: Storm,
    mesh: Storm,
}

/// Measures so many rounds; answers how many targets were missed.
pub async fn run(stage: &Stage, mut report: Report, pairs: usize) -> Outcome<usize> {
    let devices = stage.number(10_000, 300);
    let grounds = Grounds::prepare(stage, &report, devices).await?;
    let agents = stage.number(1_000, 50);
    let meshcentral = Installation::new(&stage.peers, &stage.place, agents).await?;
    // In life a storm is of devices that were here before: their first visit, which leaves an inventory, is not one.
    let first = once(
        grounds
            .ours(&grounds.fleet(Groups::X25519)?, &Board::shared())
            .await?,
        devices,
    )
    .await?;
    let mut agreed = Vec::new();
    let rounds = rounds(stage, &report, pairs, async || {
        let board = Board::shared();
        let x25519 = grounds.fleet(Groups::X25519)?;
        let mut crowd = Crowd::new(grounds.ours(&x25519, &board).await?);
        let full = storm(&mut crowd, devices, Handshake::Full).await?;
        let resumed = storm(&mut crowd, devices, Handshake::Resumed).await?;
        drop(crowd);
        // Tickets of one server are of no use at another: each has devices that know nothing.
        let fresh = grounds.fleet(Groups::X25519)?;
        let node = once(grounds.node_ws(&fresh, &board).await?, devices).await?;
        let fresh = grounds.fleet(Groups::X25519)?;
        let nginx = once(grounds.nginx(&fresh).await?, devices).await?;
        let mesh = once(meshcentral.start(Core::Server).await?, agents).await?;
        let default = grounds.fleet(Groups::Default)?;
        let offered = once(grounds.ours(&default, &board).await?, devices).await?;
        agreed = vec![
            format!("{} (ours), {} (the last peer)", x25519.agreed(), fresh.agreed()),
            default.agreed(),
        ];
        Ok(Round {
            full,
            resumed,
            offered,
            node,
            nginx,
            mesh,
        })
    })
    .await?;

    report.note(format_args!(
        "{devices} devices with a certificate each (P-256, TLS 1.3), up to 64 connecting at the same time from 250 addresses; \
         server alone on one core; MeshCentral with {agents} agents; a connection counts with its welcome (nginx: with its answer 204)"
    ));
    report.note(format_args!(
        "key exchange of all that are compared: {}; COSMOS with what a device offers by default: {}",
        agreed.first().map_or("", String::as_str),
        agreed.last().map_or("", String::as_str)
    ));
    let us = first.server;
    report.figure(
        "COSMOS, first visit after enrolment: CPU of a connect",
        us,
        "us",
        Target::None,
    )?;
    show(&mut report, "COSMOS, full", &rounds, |round| round.full)?;
    show(&mut report, "COSMOS, resumed", &rounds, |round| round.resumed)?;
    show(
        &mut report,
        "COSMOS, full, default key exchange",
        &rounds,
        |round| round.offered,
    )?;
    show(&mut report, "Node ws, full", &rounds, |round| round.node)?;
    show(
        &mut report,
        "nginx, full, 204 and no WebSocket",
        &rounds,
        |round| round.nginx,
    )?;
    show(&mut report, "MeshCentral, until accepted", &rounds, |round| {
        round.mesh
    })?;
    let against = |peer: fn(&Round) -> Storm| {
        Pairs::of(rounds.iter().map(|round| (round.full.server, peer(round).server))).ratio()
    };
    let (node, nginx) = (against(|round| round.node), against(|round| round.nginx));
    report.ratio("CPU of a connect, COSMOS / Node ws", node, Target::AtMost(0.25))?;
    let mesh = against(|round| round.mesh);
    report.ratio(
        "CPU of a connect, COSMOS / MeshCentral",
        mesh,
        Target::AtMost(0.08),
    )?;
    report.ratio("CPU of a connect, COSMOS / nginx", nginx, Target::None)?;
    let resumed = Pairs::of(
        rounds
            .iter()
            .map(|round| (round.resumed.server, round.full.server)),
    );
    report.ratio(
        "CPU of a connect, resumed / full",
        resumed.ratio(),
        Target::AtMost(0.55),
    )?;
    Ok(report.missed())
}

fn show(report: &mut Report, what: &str, rounds: &[Round], pick: fn(&Round) -> Storm) -> Outcome {
    let of = |part: fn(Storm) -> f64| {
        let values: Vec<f64> = rounds.iter().map(|round| part(pick(round))).collect();
        median(&values)
    };
    let rate = of(|storm| storm.rate);
    report.figure(
        format_args!("{what}: CPU of a connect"),
        of(|storm| storm.server),
        "us",
        Target::None,
    )?;
    report.figure(format_args!("{what}: connects"), rate, "/s", Target::None)?;
    let generator = of(|storm| storm.generator);
    report.note(format_args!(
        "{what}: the generator needs {generator:.0} us for each, {:.0} % of its core",
        generator * rate / 10_000.0
    ));
    Ok(())
}

/// One storm at a server of its own.
async fn once<S: Server>(server: S, devices: usize) -> Outcome<Storm> {
    storm(&mut Crowd::new(server), devices, Handshake::Full).await
}

/// All devices come, and leave when everything they started is done.
async fn storm<S: Server>(crowd: &mut Crowd<S>, devices: usize, handshake: Handshake) -> Outcome<Storm> {
    let (server, generator) = (crowd.server().process(), Process(std::process::id()));
    settled::at_rest(server).await?;
    let (server_before, generator_before) = (server.cpu()?, generator.cpu()?);
    let took = crowd.grow(devices, handshake).await?;
    // What follows a welcome (settings, and that they are in effect) belongs to it.
    settled::at_rest(server).await?;
    let storm = Storm {
        server: each(server.cpu_since(server_before)?, devices),
        generator: each(generator.cpu_since(generator_before)?, devices),
        rate: number(devices) / took.as_secs_f64(),
    };
    crowd.nobody_lost()?;
    crowd.leave().await;
    Ok(storm)
}
