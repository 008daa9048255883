//! NATS (`nats-server`, written in Go): devices listen by WebSocket with TLS and a client certificate, and speak its text protocol.
//! Nothing is stored.

use std::fs;
use std::net::{SocketAddr, TcpStream as Probe};
use std::sync::Arc;

use bytes::{Buf as _, BytesMut};
use futures::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::broker::{COMMAND, COMMANDS, Desk, PING_EVERY, RESULT, RESULTS, Results};
use super::certificates::Certificates;
use super::{Held, Server, Visit, free_address};
use crate::devices::board::Board;
use crate::devices::tls::Fleet;
use crate::failure::{Failure, Outcome};
use crate::machine::process::Process;
use crate::programs::{Core, Program};

/// Where Debian puts it; `/usr/sbin` is not on everybody's path.
const PROGRAM: &str = "/usr/sbin/nats-server";

/// A running nats-server and the devices that come to it.
pub struct Nats {
    program: Program,
    devices: SocketAddr,
    desk: SocketAddr,
    fleet: Arc<Fleet>,
    board: Arc<Board>,
    results: Arc<Results>,
}

impl Nats {
    pub async fn start(certificates: &Certificates, fleet: Arc<Fleet>, board: Arc<Board>) -> Outcome<Self> {
        let folder = certificates.folder();
        let (devices, desk) = (free_address()?, free_address()?);
        let configuration = folder.join("nats.conf");
        let text = CONFIGURATION
            .replace("DESK", &desk.to_string())
            .replace("DEVICES", &devices.to_string())
            .replace("FOLDER", &folder.display().to_string())
            .replace("PING", &PING_EVERY.as_secs().to_string());
        fs::write(&configuration, text)?;
        let mut command = Core::Server.command(PROGRAM);
        command.arg("--config").arg(&configuration);
        let mut program = Program::start("nats", folder, &mut command)?;
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
        let mut stream = TcpStream::connect(self.desk).await?;
        let mut incoming = Incoming::default();
        let hello = format!("CONNECT {OPTIONS}\r\nSUB {RESULTS}.* 1\r\nPING\r\n");
        stream.write_all(hello.as_bytes()).await?;
        while incoming.next()? != Some(Said::Pong) {
            read(&mut stream, &mut incoming).await?;
        }
        let results = Arc::clone(&self.results);
        Ok(Desk::open(&self.results, |orders| async move {
            match sit(stream, incoming, &results, orders).await {
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

const CONFIGURATION: &str = r#"
listen: "DESK"
max_connections: 20000
ping_interval: "PINGs"
write_deadline: "30s"
websocket {
    listen: "DEVICES"
    compression: false
    tls {
        cert_file: "FOLDER/server.pem"
        key_file: "FOLDER/server.key"
        ca_file: "FOLDER/devices.pem"
        verify: true
        timeout: 30
    }
}
"#;
/// Of every client: no `+OK` for each line.
const OPTIONS: &str = r#"{"verbose":false,"pedantic":false,"lang":"rust","version":"1","protocol":1}"#;

/// Gives commands and counts results.
async fn sit(
    mut stream: TcpStream,
    mut incoming: Incoming,
    results: &Results,
    mut orders: mpsc::UnboundedReceiver<()>,
) -> Outcome {
    let command = format!("PUB {COMMANDS} {}\r\n{COMMAND}\r\n", COMMAND.len());
    loop {
        while let Some(said) = incoming.next()? {
            match said {
                Said::Message => results.note(),
                Said::Ping => stream.write_all(b"PONG\r\n").await?,
                Said::Pong | Said::Info => {}
            }
        }
        tokio::select! {
            order = orders.recv() => match order {
                Some(()) => stream.write_all(command.as_bytes()).await?,
                None => return Ok(()),
            },
            read = read(&mut stream, &mut incoming) => read?,
        }
    }
}

async fn read(stream: &mut TcpStream, incoming: &mut Incoming) -> Outcome {
    if stream.read_buf(&mut incoming.0).await? == 0 {
        return Err(Failure::new("nats-server has closed the connection"));
    }
    Ok(())
}

/// A device that listens for commands.
pub struct Subscriber {
    socket: WebSocketStream<TlsStream<TcpStream>>,
    incoming: Incoming,
    /// What it says when it has carried out a command. The ping asks for the confirmation that the server has read it.
    done: String,
    board: Arc<Board>,
}

impl Subscriber {
    async fn next(&mut self) -> Outcome<Said> {
        loop {
            if let Some(said) = self.incoming.next()? {
                return Ok(said);
            }
            match self.socket.next().await {
                Some(Ok(Message::Binary(bytes))) => self.incoming.0.extend_from_slice(&bytes),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(other)) => return Err(Failure::new(format!("nats-server said {other:?}"))),
                Some(Err(error)) => return Err(error.into()),
                None => return Err(Failure::new("nats-server has closed the connection")),
            }
        }
    }

    async fn say(&mut self, text: String) -> Outcome {
        Ok(self.socket.send(Message::binary(text.into_bytes())).await?)
    }

    async fn talk(&mut self) -> Outcome<std::convert::Infallible> {
        loop {
            match self.next().await? {
                Said::Message => self.say(self.done.clone()).await?,
                Said::Pong => self.board.confirm(),
                Said::Ping => self.say("PONG\r\n".to_owned()).await?,
                Said::Info => {}
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

impl Server for Nats {
    type Held = Subscriber;

    fn name(&self) -> &'static str {
        "nats-server"
    }

    fn process(&self) -> Process {
        self.program.process()
    }

    async fn connect(&self, visit: Visit) -> Outcome<Subscriber> {
        let stream = self.fleet.open(self.devices, visit).await?;
        let url = format!("wss://localhost:{}/", self.devices.port());
        let (socket, _) = client_async_with_config(url, stream, Some(device::channel::limits())).await?;
        let mut device = Subscriber {
            socket,
            incoming: Incoming::default(),
            done: format!(
                "PUB {RESULTS}.{} {}\r\n{RESULT}\r\nPING\r\n",
                visit.device,
                RESULT.len()
            ),
            board: Arc::clone(&self.board),
        };
        device
            .say(format!("CONNECT {OPTIONS}\r\nSUB {COMMANDS} 1\r\nPING\r\n"))
            .await?;
        // The answer to the ping comes after what was said before it.
        while device.next().await? != Said::Pong {}
        Ok(device)
    }
}

/// What the server says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Info,
    Ping,
    Pong,
    Message,
}

/// Bytes of the server that have not been read yet.
#[derive(Default)]
struct Incoming(BytesMut);

impl Incoming {
    /// The next thing it has said, once it is whole.
    fn next(&mut self) -> Outcome<Option<Said>> {
        let Some(end) = self.0.windows(2).position(|two| two == b"\r\n") else {
            return Ok(None);
        };
        let (line, _) = self.0.split_at(end);
        let line = String::from_utf8_lossy(line).into_owned();
        let mut words = line.split(' ');
        let said = match words.next() {
            Some("INFO") => Said::Info,
            Some("PING") => Said::Ping,
            Some("PONG") => Said::Pong,
            Some("MSG") => {
                let length: usize = words.next_back().unwrap_or_default().parse()?;
                let whole = end + 2 + length + 2;
                if self.0.len() < whole {
                    return Ok(None);
                }
                self.0.advance(whole);
                return Ok(Some(Said::Message));
            }
            _ => return Err(Failure::new(format!("nats-server said {line}"))),
        };
        self.0.advance(end + 2);
        Ok(Some(said))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_read_once_it_is_whole() {
        let mut incoming = Incoming::default();
        incoming
            .0
            .extend_from_slice(b"INFO {}\r\nMSG commands 1 4\r\nab\r\n\r\nPI");
        assert_eq!(incoming.next().unwrap(), Some(Said::Info));
        assert_eq!(
            incoming.next().unwrap(),
            Some(Said::Message),
            "a line's end may stand in a message"
        );
        assert_eq!(incoming.next().unwrap(), None);
        incoming.0.extend_from_slice(b"NG\r\n-ERR 'Stale'\r\n");
        assert_eq!(incoming.next().unwrap(), Some(Said::Ping));
        assert!(incoming.next().unwrap_err().to_string().contains("Stale"));
    }
}
