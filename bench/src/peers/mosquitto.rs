//! Mosquitto (written in C): MQTT 3.1.1 over TLS with a client certificate whose name is the user's. Nothing is stored.

use std::fs;
use std::net::{SocketAddr, TcpStream as Probe};
use std::sync::Arc;

use bytes::BytesMut;
use mqttbytes::QoS;
use mqttbytes::v4::{Connect, ConnectReturnCode, Packet, PingReq, Publish, Subscribe, SubscribeReasonCode};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_rustls::client::TlsStream;

use super::broker::{COMMAND, COMMANDS, Desk, PING_EVERY, RESULT, RESULTS, Results};
use super::certificates::Certificates;
use super::{Held, Server, Visit, free_address};
use crate::devices::board::Board;
use crate::devices::tls::Fleet;
use crate::failure::{Failure, Outcome};
use crate::machine::process::Process;
use crate::programs::{Core, Program};

/// Where Debian puts it; `/usr/sbin` is not on everybody's path.
const PROGRAM: &str = "/usr/sbin/mosquitto";
/// Largest packet, in bytes.
const LARGEST: usize = 64 * 1024;
/// Names a packet until it was acknowledged. Nobody here has two under way.
const PACKET: u16 = 1;

/// A running mosquitto and the devices that come to it.
pub struct Mosquitto {
    program: Program,
    devices: SocketAddr,
    desk: SocketAddr,
    fleet: Arc<Fleet>,
    board: Arc<Board>,
    results: Arc<Results>,
}

impl Mosquitto {
    pub async fn start(certificates: &Certificates, fleet: Arc<Fleet>, board: Arc<Board>) -> Outcome<Self> {
        let folder = certificates.folder();
        let (devices, desk) = (free_address()?, free_address()?);
        let configuration = folder.join("mosquitto.conf");
        let text = CONFIGURATION
            .replace("DEVICES", &devices.port().to_string())
            .replace("DESK", &desk.port().to_string())
            .replace("FOLDER", &folder.display().to_string());
        fs::write(&configuration, text)?;
        let mut command = Core::Server.command(PROGRAM);
        command.arg("-c").arg(&configuration);
        let mut program = Program::start("mosquitto", folder, &mut command)?;
        let listens = |address| Probe::connect(address).ok().map(drop);
        program
            .until(|| listens(desk).and_then(|()| listens(devices)))
            .await?;
        Ok(Self {
            program,
            devices,
            desk,
            fleet,
            board,
            results: Arc::default(),
        })
    }

    /// Somebody who gives commands.
    pub async fn desk(&self) -> Outcome<Desk> {
        let stream = TcpStream::connect(self.desk).await?;
        let client = Client::greet(stream, "desk", &format!("{RESULTS}/+")).await?;
        let results = Arc::clone(&self.results);
        Ok(Desk::open(&self.results, |orders| async move {
            match sit(client, &results, orders).await {
                Ok(()) => Failure::new("nobody gives orders any more"),
                Err(failure) => failure,
            }
        }))
    }

    /// Waits until the desk has received so many results in all.
    pub async fn has_results(&self, count: usize) -> Outcome {
        self.results.reach(count).await
    }
}

/// `user`: started by root it would become somebody who may not read the key.
const CONFIGURATION: &str = r"
per_listener_settings true
user root
persistence false
sys_interval 0
max_queued_messages 0
set_tcp_nodelay true
log_type error
log_type warning

listener DESK 127.0.0.1
allow_anonymous true

listener DEVICES 127.0.0.1
cafile FOLDER/devices.pem
certfile FOLDER/server.pem
keyfile FOLDER/server.key
tls_version tlsv1.3
require_certificate true
use_identity_as_username true
allow_anonymous false
";

/// Gives commands and counts results.
async fn sit(
    mut client: Client<TcpStream>,
    results: &Results,
    mut orders: mpsc::UnboundedReceiver<()>,
) -> Outcome {
    let mut pings = pings(0);
    loop {
        tokio::select! {
            packet = client.next() => match packet? {
                Packet::Publish(_) => results.note(),
                Packet::PingResp => {}
                other => return Err(unexpected(&other)),
            },
            order = orders.recv() => match order {
                Some(()) => client.say(|to| Publish::new(COMMANDS, QoS::AtMostOnce, COMMAND).write(to)).await?,
                None => return Ok(()),
            },
            _ = pings.tick() => client.say(|to| PingReq.write(to)).await?,
        }
    }
}

/// When a client says that it is still there: the first time within a minute, not all at once.
fn pings(number: usize) -> tokio::time::Interval {
    let seconds = PING_EVERY.as_secs();
    let first = u64::try_from(number).unwrap_or_default() % seconds + 1;
    let mut ticks = interval_at(Instant::now() + std::time::Duration::from_secs(first), PING_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// A connection that was let in and listens.
pub struct Client<S> {
    stream: S,
    incoming: BytesMut,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    async fn greet(stream: S, name: &str, subject: &str) -> Outcome<Self> {
        let mut client = Self {
            stream,
            incoming: BytesMut::new(),
        };
        let mut connect = Connect::new(name);
        // The server closes the connection after one and a half of these.
        connect.keep_alive = u16::try_from(2 * PING_EVERY.as_secs())?;
        client.say(|to| connect.write(to)).await?;
        match client.next().await? {
            Packet::ConnAck(answer) if answer.code == ConnectReturnCode::Success => {}
            other => return Err(unexpected(&other)),
        }
        let mut subscribe = Subscribe::new(subject, QoS::AtMostOnce);
        subscribe.pkid = PACKET;
        client.say(|to| subscribe.write(to)).await?;
        match client.next().await? {
            Packet::SubAck(answer)
                if answer.return_codes == [SubscribeReasonCode::Success(QoS::AtMostOnce)] =>
            {
                Ok(client)
            }
            other => Err(unexpected(&other)),
        }
    }

    /// The next packet. Nothing is lost where it is given up.
    async fn next(&mut self) -> Outcome<Packet> {
        loop {
            match mqttbytes::v4::read(&mut self.incoming, LARGEST) {
                Ok(packet) => return Ok(packet),
                Err(mqttbytes::Error::InsufficientBytes(_)) => {}
                Err(error) => return Err(broken(&error)),
            }
            if self.stream.read_buf(&mut self.incoming).await? == 0 {
                return Err(Failure::new("mosquitto has closed the connection"));
            }
        }
    }

    async fn say(&mut self, write: impl FnOnce(&mut BytesMut) -> Result<usize, mqttbytes::Error>) -> Outcome {
        let mut bytes = BytesMut::new();
        write(&mut bytes).map_err(|error| broken(&error))?;
        self.stream.write_all(&bytes).await?;
        Ok(self.stream.flush().await?)
    }
}

fn broken(error: &mqttbytes::Error) -> Failure {
    Failure::new(format!("MQTT: {error:?}"))
}

fn unexpected(packet: &Packet) -> Failure {
    Failure::new(format!("mosquitto said {packet:?}"))
}

/// A device that listens for commands.
pub struct Subscriber {
    client: Client<TlsStream<TcpStream>>,
    device: usize,
    board: Arc<Board>,
}

impl Subscriber {
    async fn talk(&mut self) -> Outcome<std::convert::Infallible> {
        let mut pings = pings(self.device);
        let mut done = Publish::new(format!("{RESULTS}/{}", self.device), QoS::AtLeastOnce, RESULT);
        done.pkid = PACKET;
        loop {
            tokio::select! {
                packet = self.client.next() => match packet? {
                    Packet::Publish(_) => self.client.say(|to| done.write(to)).await?,
                    Packet::PubAck(_) => self.board.confirm(),
                    Packet::PingResp => {}
                    other => return Err(unexpected(&other)),
                },
                _ = pings.tick() => self.client.say(|to| PingReq.write(to)).await?,
            }
        }
    }
}

impl Held for Subscriber {
    async fn hold(mut self) -> Failure {
        match self.talk().await {
            Ok(never) => match never {},
            Err(failure) => failure,
        }
    }
}

impl Server for Mosquitto {
    type Held = Subscriber;

    fn name(&self) -> &'static str {
        "mosquitto"
    }

    fn process(&self) -> Process {
        self.program.process()
    }

    async fn connect(&self, visit: Visit) -> Outcome<Subscriber> {
        let stream = self.fleet.open(self.devices, visit).await?;
        let client = Client::greet(stream, &format!("bench-{}", visit.device), COMMANDS).await?;
        Ok(Subscriber {
            client,
            device: visit.device,
            board: Arc::clone(&self.board),
        })
    }
}
