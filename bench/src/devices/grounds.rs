//! What the benchmarks of connected devices stand on: our server with its devices enrolled, and what its peers need.

use std::sync::Arc;
use std::time::Instant;

use rustix::process::{Resource, getrlimit, setrlimit};

use super::board::Board;
use super::channel::Channel;
use super::identities::Identities;
use super::tls::{Fleet, Groups};
use crate::Stage;
use crate::cosmos::{Cosmos, Running};
use crate::failure::Outcome;
use crate::peers::certificates::Certificates;
use crate::peers::mosquitto::Mosquitto;
use crate::peers::nats::Nats;
use crate::peers::nginx::Nginx;
use crate::peers::node_ws::NodeWs;
use crate::peers::ours::Ours;
use crate::programs::Core;
use crate::report::Report;

/// Our server (not running), its devices, and the certificates of its peers.
pub struct Grounds<'a> {
    stage: &'a Stage,
    pub cosmos: Cosmos,
    pub identities: Identities,
    certificates: Certificates,
}

impl<'a> Grounds<'a> {
    /// Enrols so many devices. From now on we, and what we start, may hold as many descriptors as this machine gives.
    pub async fn prepare(stage: &'a Stage, report: &Report, devices: usize) -> Outcome<Self> {
        let mut descriptors = getrlimit(Resource::Nofile);
        descriptors.current = descriptors.maximum;
        setrlimit(Resource::Nofile, descriptors)?;
        let cosmos = Cosmos::new(&stage.target, &stage.place, "")?;
        let running = cosmos.start(Core::Server).await?;
        cosmos.set_superuser()?;
        let key = cosmos.make_key(devices)?;
        let start = Instant::now();
        let identities = Identities::enrol(running.addresses.ums, &key, devices).await?;
        report.note(format_args!(
            "{devices} devices with a P-256 certificate each, enrolled over EST in {:.1} s",
            start.elapsed().as_secs_f64()
        ));
        running.stop()?;
        Ok(Self {
            stage,
            certificates: Certificates::make(cosmos.folder(), &identities.authorities)?,
            cosmos,
            identities,
        })
    }

    /// The devices, without tickets.
    pub fn fleet(&self, groups: Groups) -> Outcome<Arc<Fleet>> {
        let others = [self.certificates.root()];
        Ok(Arc::new(Fleet::new(&self.identities, others, groups)?))
    }

    /// Our server, started.
    pub async fn ours(&self, fleet: &Arc<Fleet>, board: &Arc<Board>) -> Outcome<Ours> {
        let running: Running = self.cosmos.start(Core::Server).await?;
        let channel = self.channel(running.addresses.ums, fleet, board)?;
        Ok(Ours::new(running, channel))
    }

    /// Node with `ws`, started.
    pub async fn node_ws(&self, fleet: &Arc<Fleet>, board: &Arc<Board>) -> Outcome<NodeWs> {
        NodeWs::start(self.stage, &self.certificates, |to| {
            self.channel(to, fleet, board)
        })
        .await
    }

    /// nats-server, started.
    pub async fn nats(&self, fleet: &Arc<Fleet>, board: &Arc<Board>) -> Outcome<Nats> {
        Nats::start(&self.certificates, Arc::clone(fleet), Arc::clone(board)).await
    }

    /// mosquitto, started.
    pub async fn mosquitto(&self, fleet: &Arc<Fleet>, board: &Arc<Board>) -> Outcome<Mosquitto> {
        Mosquitto::start(&self.certificates, Arc::clone(fleet), Arc::clone(board)).await
    }

    /// nginx, started.
    pub async fn nginx(&self, fleet: &Arc<Fleet>) -> Outcome<Nginx> {
        Nginx::start(&self.certificates, Arc::clone(fleet)).await
    }

    fn channel(&self, to: std::net::SocketAddr, fleet: &Arc<Fleet>, board: &Arc<Board>) -> Outcome<Channel> {
        Channel::new(to, Arc::clone(fleet), &self.identities, Arc::clone(board))
    }
}
