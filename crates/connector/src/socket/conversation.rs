//! What a device and its server say to each other, from `hello` to the end.

use std::net::IpAddr;
use std::time::Duration;

use access::{Acting, Services};
use axum::extract::ws::{CloseCode, Message, WebSocket, close_code};
use domain::Company;
use protocol::unified::{
    Command, ErrorCode, Frame, FromDevice, HEARTBEAT_SECONDS, Heartbeat, Hello, IssuedCertificate,
    RECONNECT_WINDOW_SECONDS, Renewal, Settings, ToDevice, Welcome, decode_from_device,
};
use tokio::time::Instant;
use ums::presence::{self, Close, Connection};
use ums::{commands, devices, enrolment};

use super::Timing;
use super::line::{Gone, Line};
use crate::identity::DeviceIdentity;

/// Close code for a device that has connected a second time: the first connection must not come back.
const REPLACED: CloseCode = 4001;

/// Why a conversation ends, if the peer has not simply gone.
enum End {
    Gone,
    Say(CloseCode, &'static str),
}

impl From<Gone> for End {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

/// Talks with a device until one of the two ends it. The device is online from its `hello` to the return of this.
pub(super) async fn hold(
    socket: WebSocket,
    services: &Services<Company>,
    timing: Timing,
    identity: DeviceIdentity,
    address: IpAddr,
) {
    let acting = identity.acting(services);
    let mut line = Line::new(socket, timing.send);
    let end = match greet(&mut line, &acting, &identity, timing.hello, address).await {
        Ok(connection) => {
            let mut talk = Conversation {
                line: &mut line,
                connection,
                acting,
                identity,
            };
            talk.run(timing.ping).await
        }
        Err(end) => end,
    };
    if let End::Say(code, reason) = end {
        line.close(code, reason).await;
    }
}

/// Waits for `hello`, takes it in, and answers with `welcome` and the settings.
async fn greet(
    line: &mut Line,
    acting: &Acting<Company>,
    identity: &DeviceIdentity,
    patience: Duration,
    address: IpAddr,
) -> Result<Connection, End> {
    let deadline = Instant::now() + patience;
    let (number, hello) = loop {
        let Ok(message) = tokio::time::timeout_at(deadline, line.socket.recv()).await else {
            return Err(End::Say(close_code::POLICY, "no hello in time"));
        };
        let Some(frame) = read(line, message).await? else {
            continue;
        };
        match frame.message {
            FromDevice::Hello(hello) => break (frame.id, hello),
            _ => {
                line.refuse(Some(frame.id), ErrorCode::OutOfOrder, "hello has to come first")
                    .await?;
            }
        }
    };
    if hello.unit_id != identity.device().unit_id {
        line.refuse(
            Some(number),
            ErrorCode::Refused,
            "this certificate belongs to another device",
        )
        .await?;
        return Err(End::Say(close_code::POLICY, "foreign unit id"));
    }
    match welcome(line, acting, identity, number, &hello, address).await {
        Ok(welcomed) => welcomed,
        Err(error) => {
            log(&error, "a device could not be welcomed");
            Err(End::Say(close_code::AGAIN, "try again later"))
        }
    }
}

async fn welcome(
    line: &mut Line,
    acting: &Acting<Company>,
    identity: &DeviceIdentity,
    number: u64,
    hello: &Hello,
    address: IpAddr,
) -> access::Result<Result<Connection, End>> {
    let services = acting.services();
    if !devices::take_up_certificate(acting, identity.device(), identity.fingerprint()).await? {
        let why = "the certificate is not valid any more";
        return Ok(Err(End::Say(close_code::POLICY, why)));
    }
    devices::hello(acting, identity.device().id, hello).await?;
    let welcome = Welcome {
        heartbeat_seconds: HEARTBEAT_SECONDS,
        reconnect_window_seconds: RECONNECT_WINDOW_SECONDS,
        server_time: acting.now(),
        management: ums::network::management_address(services)?,
    };
    let connection = presence::connect(
        services,
        identity.device().id,
        devices::contact(hello, address, acting.now()),
    )?;
    let said = async {
        line.reply(number, ToDevice::Welcome(welcome)).await?;
        // No settings exist yet; the digest of none is empty.
        line.send(ToDevice::Settings(Settings {
            digest: String::new(),
        }))
        .await
    };
    Ok(said.await.map(|()| connection).map_err(End::from))
}

/// A connection past its greeting.
struct Conversation<'a> {
    line: &'a mut Line,
    connection: Connection,
    acting: Acting<Company>,
    identity: DeviceIdentity,
}

/// What woke a conversation.
enum Woken {
    Message(Option<Result<Message, axum::Error>>),
    Wanted,
    Tick,
}

impl Conversation<'_> {
    async fn run(&mut self, ping: Duration) -> End {
        match self.talk(ping).await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn talk(&mut self, ping: Duration) -> Result<std::convert::Infallible, End> {
        let mut tick = tokio::time::interval_at(Instant::now() + ping, ping);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut heard = true;
        // Commands may have been queued before this connection.
        self.deliver().await?;
        loop {
            let woken = tokio::select! {
                message = self.line.socket.recv() => Woken::Message(message),
                _ = self.connection.wanted().changed() => Woken::Wanted,
                _ = tick.tick() => Woken::Tick,
            };
            match woken {
                Woken::Message(message) => {
                    heard = true;
                    if let Some(frame) = read(self.line, message).await? {
                        self.answer(frame).await?;
                    }
                }
                Woken::Wanted => self.obey().await?,
                // Nothing since the last ping, not even its pong.
                Woken::Tick if !heard => return Err(End::Gone),
                Woken::Tick if self.acting.now() > self.identity.not_after() => {
                    return Err(End::Say(close_code::POLICY, "the certificate has expired"));
                }
                Woken::Tick => {
                    heard = false;
                    self.line.ping().await?;
                }
            }
        }
    }

    async fn obey(&mut self) -> Result<(), End> {
        let wanted = *self.connection.wanted().borrow_and_update();
        match wanted.close {
            Some(Close::Stopping) => Err(End::Say(close_code::AWAY, "the server stops")),
            Some(Close::Revoked) => Err(End::Say(close_code::POLICY, "the device is not managed any more")),
            Some(Close::Replaced) => Err(End::Say(REPLACED, "the device has connected again")),
            None => self.deliver().await,
        }
    }

    /// Sends what is queued. Taken is sent: a connection that breaks now leaves the command to its expiry, for a device that
    /// reboots twice is worse than one that does not.
    async fn deliver(&mut self) -> Result<(), End> {
        let taken = match commands::take(&self.acting, self.identity.device().id).await {
            Ok(taken) => taken,
            Err(error) => {
                log(&error, "commands could not be fetched");
                return Ok(());
            }
        };
        for (command, kind) in taken {
            self.line
                .send(ToDevice::Command(Command { command, kind }))
                .await?;
        }
        Ok(())
    }

    async fn answer(&mut self, frame: Frame<FromDevice>) -> Result<(), End> {
        let number = frame.id;
        match frame.message {
            FromDevice::Hello(_) => {
                self.line
                    .refuse(Some(number), ErrorCode::OutOfOrder, "hello was said already")
                    .await?;
            }
            FromDevice::Heartbeat(heartbeat) => {
                self.seen(&heartbeat);
                self.line.reply(number, ToDevice::Ack).await?;
            }
            FromDevice::SettingsApplied(_) => {
                self.seen(&Heartbeat::default());
                self.line.reply(number, ToDevice::Ack).await?;
            }
            FromDevice::CommandResult(result) => {
                self.seen(&Heartbeat::default());
                match commands::finish(&self.acting, self.identity.device().id, &result).await {
                    Ok(()) => self.line.reply(number, ToDevice::Ack).await?,
                    Err(error) => {
                        log(&error, "the result of a command could not be kept");
                        self.line
                            .refuse(Some(number), ErrorCode::Refused, "not kept; say it again later")
                            .await?;
                    }
                }
            }
            FromDevice::Certificate(renewal) => self.renew(number, &renewal).await?,
            FromDevice::Error(error) => {
                tracing::warn!(code = ?error.code, message = error.message, "a device could not use a frame of ours");
            }
        }
        Ok(())
    }

    async fn renew(&mut self, number: u64, renewal: &Renewal) -> Result<(), End> {
        match enrolment::re_enrol(&self.acting, self.identity.device(), renewal.csr.as_bytes()).await {
            Ok(enrolled) => {
                self.identity.renewed(&enrolled);
                let issued = IssuedCertificate {
                    certificate_pem: enrolled.certificate.pem(),
                };
                self.line.reply(number, ToDevice::Certificate(issued)).await?;
            }
            Err(enrolment::EnrolError::Access(error)) => {
                log(&error, "a certificate could not be renewed");
                self.line
                    .refuse(Some(number), ErrorCode::Refused, "not now; try again later")
                    .await?;
            }
            Err(error) => {
                self.line
                    .refuse(Some(number), ErrorCode::Refused, &error.to_string())
                    .await?;
            }
        }
        Ok(())
    }

    fn seen(&self, heartbeat: &Heartbeat) {
        self.connection.seen(self.acting.now(), heartbeat);
    }
}

/// The frame in a message, if there is one for us. What cannot be used is answered here.
async fn read(
    line: &mut Line,
    message: Option<Result<Message, axum::Error>>,
) -> Result<Option<Frame<FromDevice>>, End> {
    let text = match message {
        None | Some(Ok(Message::Close(_))) => return Err(End::Gone),
        // Frames over the limit end here too: the library cannot go on after one.
        Some(Err(error)) => {
            tracing::debug!(%error, "a device's connection broke");
            return Err(End::Say(close_code::PROTOCOL, "the frame is broken or too large"));
        }
        // It answers a ping of ours, and nobody answers it.
        Some(Ok(Message::Pong(_))) => return Ok(None),
        Some(Ok(_)) if !line.pace.count(Instant::now()) => {
            return Err(End::Say(close_code::POLICY, "too many frames"));
        }
        Some(Ok(Message::Ping(_))) => return Ok(None),
        Some(Ok(Message::Binary(_))) => {
            line.refuse(None, ErrorCode::Malformed, "only text frames are known here")
                .await?;
            return Ok(None);
        }
        Some(Ok(Message::Text(text))) => text,
    };
    match decode_from_device(&text) {
        Ok(frame) => Ok(Some(frame)),
        Err(error) => {
            if error.wants_answer() {
                line.frame(error.id(), ToDevice::Error(error.answer())).await?;
            }
            Ok(None)
        }
    }
}

fn log(error: &access::Error, what: &'static str) {
    tracing::error!(
        error = error as &dyn std::error::Error,
        what,
        "the connection of a device"
    );
}
