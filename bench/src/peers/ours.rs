//! Our server, as one that devices connect to.

use std::net::SocketAddr;

use super::{Server, Visit};
use crate::cosmos::Running;
use crate::devices::channel::{Channel, Line};
use crate::failure::Outcome;
use crate::machine::process::Process;

/// A `cosmos serve` and the devices that come to it.
pub struct Ours {
    running: Running,
    channel: Channel,
}

impl Ours {
    pub fn new(running: Running, channel: Channel) -> Self {
        Self { running, channel }
    }

    /// Where people sign in.
    pub fn portal(&self) -> SocketAddr {
        self.running.addresses.portal
    }
}

impl Server for Ours {
    type Held = Line;

    fn name(&self) -> &'static str {
        "COSMOS"
    }

    fn process(&self) -> Process {
        self.running.process()
    }

    async fn connect(&self, visit: Visit) -> Outcome<Line> {
        self.channel.connect(visit).await
    }
}
