//! Many devices in one process: each with its own key, its own enrolment, its own folder and its own connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use protocol::Secret;
use protocol::onboarding::Address;
use serde_json::json;
use tokio::sync::{OnceCell, Semaphore};
use tokio::task::JoinSet;

use crate::agent::Agent;
use crate::clock;
use crate::enrol::{self, Server};
use crate::est::Proof;
use crate::failure::{Failure, Result};
use crate::first_look;
use crate::report::Reporter;
use crate::state::{Enrolment, Folder, Identity, Wanted};
use crate::stop::Stop;
use crate::trust::Trust;

/// Devices that enrol or connect at the same time.
const AT_A_TIME: usize = 16;
/// Most devices of one fleet; each needs a descriptor.
pub const MAX: u32 = 100_000;

/// What all devices of a fleet have in common.
#[derive(Debug)]
pub struct Fleet {
    /// How many.
    pub count: u32,
    /// The server.
    pub address: Address,
    /// First-authentication key for many devices.
    pub key: Secret,
    /// Communication token of the server.
    pub token: String,
    /// What they call themselves; a number follows the name.
    pub wanted: Wanted,
}

/// What the devices share while they run.
struct Shared {
    fleet: Fleet,
    root: Folder,
    report: Reporter,
    /// Whom to trust: found with the first device that has to enrol.
    trust: OnceCell<Trust>,
    gate: Arc<Semaphore>,
    connected: AtomicUsize,
    failed: AtomicUsize,
}

/// Runs the fleet until the program shall end. A device that has enrolled in an earlier run goes on with what it has. A device
/// that cannot enrol is reported and left out; the first failure is the result only where none is left.
pub async fn run(fleet: Fleet, root: Folder, report: Reporter, stop: Stop) -> Result<()> {
    let gate = Arc::new(Semaphore::new(AT_A_TIME));
    let shared = Arc::new(Shared {
        fleet,
        root,
        report,
        trust: OnceCell::new(),
        gate,
        connected: AtomicUsize::new(0),
        failed: AtomicUsize::new(0),
    });
    let mut devices = JoinSet::new();
    for number in 1..=shared.fleet.count {
        devices.spawn(device(Arc::clone(&shared), number, stop.clone()));
    }
    let (mut first, mut ended) = (None, 0);
    while let Some(result) = devices.join_next().await {
        let failure = match result {
            Ok(Ok(())) => continue,
            Ok(Err(failure)) => failure,
            Err(error) => Failure::new(protocol::DeviceError::EstNotInitialised, error),
        };
        ended += 1;
        first.get_or_insert(failure);
    }
    match first {
        Some(failure) if ended == shared.fleet.count && !stop.is_wished() => Err(failure),
        _ => Ok(()),
    }
}

async fn device(shared: Arc<Shared>, number: u32, stop: Stop) -> Result<()> {
    let mut report = shared.report.of_unit(&format!("fleet device {number:05}"));
    let ready = Box::pin(prepare(&shared, number, &mut report)).await;
    let mut agent = match ready {
        Ok(agent) => agent,
        Err(failure) => {
            report.failure(&failure);
            shared.failed.fetch_add(1, Ordering::Relaxed);
            shared.tell();
            return Err(failure);
        }
    };
    let counted = AtomicBool::new(false);
    let connected = || {
        if !counted.swap(true, Ordering::Relaxed) {
            shared.connected.fetch_add(1, Ordering::Relaxed);
            shared.tell();
        }
    };
    agent
        .run(stop, None, &connected)
        .await
        .inspect_err(|failure| report.failure(failure))
}

/// Makes or finds the device, and enrols it if it is new.
async fn prepare(shared: &Shared, number: u32, report: &mut Reporter) -> Result<Agent> {
    let folder = shared.root.within(&format!("{number:05}"))?;
    let prefix = shared.fleet.wanted.name.as_deref().unwrap_or("fleet");
    let wanted = Wanted {
        name: Some(format!("{prefix}-{number:05}")),
        ..shared.fleet.wanted.clone()
    };
    let identity = Identity::load_or_make(&folder, &wanted)?;
    *report = shared.report.of_unit(identity.unit_id.as_str());
    if Enrolment::load(&folder)?.is_none() {
        // Never closed, so always a turn.
        let _turn = shared.gate.acquire().await;
        let server = shared.server().await?;
        let proof = Proof::Key(identity.unit_id.clone(), shared.fleet.key.clone());
        enrol::enrol(&folder, &identity, &server, &proof, None).await?;
        report.event("enrolled", json!({ "name": identity.name }), "");
    }
    Ok(Agent::load(folder, identity, report.clone())?.behind(Arc::clone(&shared.gate)))
}

impl Shared {
    async fn server(&self) -> Result<Server> {
        let address = &self.fleet.address;
        let trust = self
            .trust
            .get_or_try_init(|| first_look::find(address, &self.fleet.token, clock::now()))
            .await?;
        Ok(Server {
            enrolment: address.clone(),
            management: address.clone(),
            trust: trust.clone(),
        })
    }

    /// Says so once every device has connected, or has turned out not to.
    fn tell(&self) {
        let (connected, failed) = (
            self.connected.load(Ordering::Relaxed),
            self.failed.load(Ordering::Relaxed),
        );
        let count = usize::try_from(self.fleet.count).unwrap_or(usize::MAX);
        if connected + failed != count || connected == 0 {
            return;
        }
        let sentence = if failed == 0 {
            format!("All {count} devices are connected.")
        } else {
            format!("{connected} of {count} devices are connected; {failed} could not be enrolled.")
        };
        self.report.event(
            "fleet_connected",
            json!({ "connected": connected, "failed": failed }),
            &sentence,
        );
    }
}
