//! Node.js with `https` and `ws`: the same protocol, the same texts, nothing kept on disk.

use std::fs;
use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use serde::Deserialize;

use super::certificates::Certificates;
use super::{Server, Visit};
use crate::Stage;
use crate::devices::channel::{Channel, Line};
use crate::failure::Outcome;
use crate::http::Connection;
use crate::machine::process::Process;
use crate::programs::{Core, Program};

/// A running `bench/peers/ws.mjs` and the devices that come to it.
pub struct NodeWs {
    program: Program,
    addresses: Addresses,
    channel: Channel,
}

#[derive(Clone, Copy, Deserialize)]
struct Addresses {
    devices: SocketAddr,
    control: SocketAddr,
}

#[derive(Deserialize)]
struct Count {
    count: usize,
}

impl NodeWs {
    /// Starts it; `channel` makes the devices' side for its address.
    pub async fn start(
        stage: &Stage,
        certificates: &Certificates,
        channel: impl FnOnce(SocketAddr) -> Outcome<Channel>,
    ) -> Outcome<Self> {
        let announced = certificates.folder().join("ws.json");
        // Of an earlier start.
        let _ = fs::remove_file(&announced);
        let mut command = Core::Server.command("node");
        command
            .arg(stage.peers.join("ws.mjs"))
            .arg(certificates.folder())
            .arg(&announced);
        let mut program = Program::start("node-ws", certificates.folder(), &mut command)?;
        let addresses: Addresses = program
            .until(|| serde_json::from_str(&fs::read_to_string(&announced).ok()?).ok())
            .await?;
        Ok(Self {
            program,
            addresses,
            channel: channel(addresses.devices)?,
        })
    }

    /// Sends a command to every device; answers to how many.
    pub async fn command_all(&self) -> Outcome<usize> {
        self.control("/command").await
    }

    /// Results of commands that it has received.
    pub async fn results(&self) -> Outcome<usize> {
        self.control("/results").await
    }

    async fn control(&self, path: &str) -> Outcome<usize> {
        let mut connection = Connection::plain(self.addresses.control, None).await?;
        let request = Request::post(path).body(Full::new(Bytes::new()))?;
        let body = connection.send(request).await?.expect(StatusCode::OK)?;
        Ok(serde_json::from_slice::<Count>(&body)?.count)
    }
}

impl Server for NodeWs {
    type Held = Line;

    fn name(&self) -> &'static str {
        "Node ws"
    }

    fn process(&self) -> Process {
        self.program.process()
    }

    async fn connect(&self, visit: Visit) -> Outcome<Line> {
        self.channel.connect(visit).await
    }
}
