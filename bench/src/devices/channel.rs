//! The device channel, spoken as by a device of ours: WebSocket, `hello`, settings, commands. Our server and the peers that
//! speak the same are reached through it.

use std::borrow::Cow;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use device::channel;
use futures::{SinkExt as _, StreamExt as _};
use protocol::unified::{Frame, FromDevice, Hello, RECONNECT_WINDOW_SECONDS, encode};
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::board::Board;
use super::identities::Identities;
use super::tls::Fleet;
use crate::failure::{Doing as _, Failure, Outcome};
use crate::peers::{Held, Visit};

/// Longest from the first byte to `welcome`.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server of the device channel, and the devices that come to it.
pub struct Channel {
    to: SocketAddr,
    fleet: Arc<Fleet>,
    /// The `hello` of each device, as text.
    hellos: Vec<Utf8Bytes>,
    board: Arc<Board>,
    /// What each device was told of coming back, in seconds.
    windows: Arc<[AtomicU32]>,
}

impl Channel {
    pub fn new(
        to: SocketAddr,
        fleet: Arc<Fleet>,
        identities: &Identities,
        board: Arc<Board>,
    ) -> Outcome<Self> {
        let hello = |identity: &super::identities::Identity| {
            let hello = Hello {
                unit_id: identity.unit_id.clone(),
                name: format!("bench-{}", identity.unit_id),
                mac: identity.mac,
                product: "Contoso OS".to_owned(),
                product_id: "CT-12".to_owned(),
                version: "12.4.1".to_owned(),
                firmware_description: "Contoso OS 12.4.1".to_owned(),
                last_ip: None,
                network_name: format!("bench-{}", identity.unit_id),
                boot_time: None,
                runtime_seconds: Some(60),
                total_operating_seconds: None,
                battery_percent: None,
                settings_digest: None,
            };
            encode(&Frame::new(HELLO, FromDevice::Hello(Box::new(hello))))
                .map(Utf8Bytes::from)
                .ok_or_else(|| Failure::new("the hello is too large"))
        };
        Ok(Self {
            to,
            fleet,
            hellos: identities.devices.iter().map(hello).collect::<Outcome<_>>()?,
            board,
            windows: identities
                .devices
                .iter()
                .map(|_| AtomicU32::new(RECONNECT_WINDOW_SECONDS))
                .collect(),
        })
    }

    /// The window over which a device spreads its next connection after a loss, as the server has told it.
    pub fn window(&self, device: usize) -> Duration {
        let told = self.windows.get(device);
        Duration::from_secs(told.map_or(0, |told| told.load(Ordering::Relaxed)).into())
    }

    /// Connects a device until its `welcome`.
    pub async fn connect(&self, visit: Visit) -> Outcome<Line> {
        tokio::time::timeout(PATIENCE, self.greet(visit)).await?
    }

    async fn greet(&self, visit: Visit) -> Outcome<Line> {
        let stream = self.fleet.open(self.to, visit).await?;
        let request = channel::request(format_args!("localhost:{}", self.to.port()))?;
        let (socket, _) = client_async_with_config(request, stream, Some(channel::limits())).await?;
        let mut line = Line {
            socket,
            last: HELLO,
            result: None,
            board: Arc::clone(&self.board),
            device: visit.device,
            windows: Arc::clone(&self.windows),
        };
        let hello = self.hellos.get(visit.device).cloned().unwrap_or_default();
        line.socket.send(Message::Text(hello)).await?;
        let text = line.next().await?;
        let told = Told::read(&text)?;
        if told.kind != "welcome" || told.reply_to != Some(HELLO) {
            return Err(Failure::new(format!("no welcome, but {text}")));
        }
        line.remember_window(told.reconnect_window_seconds);
        Ok(line)
    }
}

/// Number of the first frame of a device.
const HELLO: u64 = 1;

/// A connection of a device that was welcomed.
pub struct Line {
    socket: WebSocketStream<TlsStream<TcpStream>>,
    /// Number of the last frame sent.
    last: u64,
    /// The frame that carries the result of the last command.
    result: Option<u64>,
    board: Arc<Board>,
    device: usize,
    windows: Arc<[AtomicU32]>,
}

impl Held for Line {
    async fn hold(mut self) -> Failure {
        match self.talk().await {
            Ok(never) => match never {},
            Err(failure) => failure,
        }
    }
}

impl Line {
    async fn talk(&mut self) -> Outcome<Infallible> {
        loop {
            let text = self.next().await?;
            let told = Told::read(&text)?;
            match (told.kind, told.digest, told.command) {
                ("settings", Some(digest), _) => {
                    self.reply(told.id, "settings_applied", "digest", &digest, "")
                        .await?;
                }
                ("command", _, Some(command)) => {
                    let rest = r#","outcome":"done""#;
                    self.reply(told.id, "command_result", "command", command, rest)
                        .await?;
                    self.result = Some(self.last);
                }
                ("ack", ..) => {
                    if told.reply_to.is_some() && told.reply_to == self.result {
                        self.result = None;
                        self.board.confirm();
                    }
                }
                ("reconnect", ..) => self.remember_window(told.window_seconds),
                _ => return Err(Failure::new(format!("a device cannot use {text}"))),
            }
        }
    }

    fn remember_window(&self, told: Option<u32>) {
        if let (Some(window), Some(seconds)) = (self.windows.get(self.device), told) {
            window.store(seconds, Ordering::Relaxed);
        }
    }

    /// The next text. Pings are answered by the library.
    async fn next(&mut self) -> Outcome<Utf8Bytes> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return Ok(text),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(other)) => return Err(Failure::new(format!("the server said {other:?}"))),
                Some(Err(error)) => return Err(error.into()),
                None => return Err(Failure::new("the server has closed the connection")),
            }
        }
    }

    /// The texts of these are the protocol's; a test holds them to it.
    async fn reply(&mut self, to: u64, kind: &str, field: &str, value: &str, rest: &str) -> Outcome {
        self.last += 1;
        let text = reply(self.last, to, kind, field, value, rest);
        Ok(self.socket.send(Message::text(text)).await?)
    }
}

fn reply(id: u64, to: u64, kind: &str, field: &str, value: &str, rest: &str) -> String {
    format!(r#"{{"id":{id},"reply_to":{to},"type":"{kind}","{field}":"{value}"{rest}}}"#)
}

/// What is looked at in a frame of a server. Read without copies: the generator has to be quicker than any server.
#[derive(Deserialize)]
struct Told<'a> {
    id: u64,
    reply_to: Option<u64>,
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(borrow)]
    digest: Option<Cow<'a, str>>,
    command: Option<&'a str>,
    reconnect_window_seconds: Option<u32>,
    window_seconds: Option<u32>,
}

impl<'a> Told<'a> {
    fn read(text: &'a str) -> Outcome<Self> {
        serde_json::from_str(text).doing(format_args!("a device cannot read {text}"))
    }
}

#[cfg(test)]
mod tests {
    use protocol::unified::{CommandOutcome, Settings, ToDevice, decode_from_device};

    use super::*;

    #[test]
    fn the_generator_writes_what_the_protocol_says() {
        let applied = reply(2, 7, "settings_applied", "digest", "", "");
        let applied = decode_from_device(&applied).unwrap();
        assert_eq!((applied.id, applied.reply_to), (2, Some(7)));
        assert!(matches!(applied.message, FromDevice::SettingsApplied(applied) if applied.digest.is_empty()));

        let command = "0198c7a0-0000-7000-8000-000000000001";
        let done = reply(3, 8, "command_result", "command", command, r#","outcome":"done""#);
        let FromDevice::CommandResult(done) = decode_from_device(&done).unwrap().message else {
            panic!("{done}")
        };
        assert_eq!(
            (done.command.to_string().as_str(), done.outcome),
            (command, CommandOutcome::Done)
        );
    }

    #[test]
    fn the_generator_reads_what_the_protocol_says() {
        let settings = Settings {
            digest: "a\"b".to_owned(),
        };
        let text = encode(&Frame::new(4, ToDevice::Settings(settings))).unwrap();
        let told = Told::read(&text).unwrap();
        assert_eq!(
            (told.id, told.kind, told.digest.as_deref()),
            (4, "settings", Some("a\"b"))
        );
        let text = encode(&Frame::reply(5, 3, ToDevice::Ack)).unwrap();
        let told = Told::read(&text).unwrap();
        assert_eq!((told.kind, told.reply_to), ("ack", Some(3)));
        assert!(Told::read("{}").is_err());
    }
}
