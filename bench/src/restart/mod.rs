//! B3: the server is killed under its devices and started again at once, while an administrator works. The devices come back by
//! themselves, spread over the window that the server has told them; those of MeshCentral come back at once, as its agents do.
//! The key of the tickets dies with the server, so that all handshakes of the storm are full ones.

mod desk;
mod herd;
mod office;
mod storm;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::sleep;

use self::desk::Desk;
use self::herd::Herd;
use self::office::Office;
use self::storm::Storm;
use crate::Stage;
use crate::administrator::Administrator;
use crate::devices::board::Board;
use crate::devices::channel::Channel;
use crate::devices::grounds::Grounds;
use crate::devices::rounds::rounds;
use crate::devices::tls::Groups;
use crate::failure::{Failure, Outcome};
use crate::figures::{Pairs, number};
use crate::peers::Server as _;
use crate::peers::meshcentral::Installation;
use crate::programs::Core;
use crate::report::{Report, Target};

/// How long the connected devices are left alone before the kill.
const REST: Duration = Duration::from_secs(2);

struct Round {
    ours: Storm,
    office: Office,
    peer: Storm,
}

/// Measures so many pairs; answers how many targets were missed.
pub async fn run(stage: &Stage, mut report: Report, pairs: usize) -> Outcome<usize> {
    let devices = stage.number(15_000, 300);
    let agents = stage.number(1_000, 30);
    let idle = stage.number(Duration::from_secs(20), Duration::from_secs(3));
    let grounds = Grounds::prepare(stage, &report, devices).await?;
    let installation = Installation::new(&stage.peers, &stage.place, agents).await?;
    let rounds = rounds(stage, &report, pairs, async || {
        let (ours, office) = ours(&grounds, devices, idle).await?;
        let peer = meshcentral(&installation, agents).await?;
        Ok(Round { ours, office, peer })
    })
    .await?;

    report.note(format_args!(
        "{devices} devices at COSMOS, {agents} agents at MeshCentral; kill -9, then started again at once; servers on one core; \
         all handshakes of the storm are full ones, because the key of the tickets dies with the server"
    ));
    report.note(format_args!(
        "an administrator asks for {} pages a second on kept connections, timed from when each was due",
        desk::RATE
    ));
    let lost = rounds.iter().map(|round| round.ours.lost).sum();
    report.figure("COSMOS: devices lost", number(lost), "", Target::AtMost(0.0))?;
    storm::tell(&mut report, "COSMOS", rounds.iter().map(|round| &round.ours))?;
    storm::tell(&mut report, "MeshCentral", rounds.iter().map(|round| &round.peer))?;
    let rates = Pairs::of(rounds.iter().map(|round| (round.ours.rate, round.peer.rate)));
    report.ratio(
        "devices back per second, COSMOS / MeshCentral",
        rates.ratio(),
        Target::AtLeast(10.0),
    )?;
    office::tell(
        &mut report,
        &rounds.iter().map(|round| &round.office).collect::<Vec<_>>(),
    )?;
    Ok(report.missed())
}

async fn ours(grounds: &Grounds<'_>, devices: usize, idle: Duration) -> Outcome<(Storm, Office)> {
    let running = grounds.cosmos.start(Core::Server).await?;
    let addresses = running.addresses;
    grounds.cosmos.listen_on(addresses)?;
    let fleet = grounds.fleet(Groups::Default)?;
    let channel = Channel::new(addresses.ums, fleet, &grounds.identities, Board::shared())?;
    let herd = Herd::gather(&Arc::new(channel), devices).await?;
    let superuser = Administrator::sign_in(addresses.portal).await?;
    let desk = Arc::new(Desk::new(addresses.portal, superuser.cookie()).await?);
    sleep(REST).await;

    let done = Notify::new();
    let (views, storm) = tokio::join!(desk.work(&done), async {
        let storm = async {
            sleep(idle).await;
            let killed = Instant::now();
            running.kill()?;
            herd.forget_arrivals();
            let running = grounds.cosmos.start(Core::Server).await?;
            let listens = Instant::now();
            let storm = Storm::wait(&herd, killed, listens, devices, running.process()).await?;
            // What is due at the end comes from a server that still runs.
            sleep(REST).await;
            Ok::<_, Failure>((killed, listens, storm, running))
        }
        .await;
        done.notify_one();
        storm
    });
    let (killed, listens, storm, running) = storm?;
    let office = Office::of(&views?, killed, listens, killed + storm.most_back, desk.why());
    herd.all_present()?;
    herd.leave().await;
    running.stop()?;
    Ok((storm, office))
}

async fn meshcentral(installation: &Installation, agents: usize) -> Outcome<Storm> {
    let running = installation.start(Core::Server).await?;
    let herd = Herd::gather(&Arc::new(installation.agents()), agents).await?;
    sleep(REST).await;
    let killed = Instant::now();
    running.kill()?;
    herd.forget_arrivals();
    let running = installation.start_unready(Core::Server).await?;
    let listens = Instant::now();
    let storm = Storm::wait(&herd, killed, listens, agents, running.process()).await?;
    herd.all_present()?;
    herd.leave().await;
    running.stop()?;
    Ok(storm)
}
