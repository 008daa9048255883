//! What a device and its server say to each other, from `welcome` to the end.

use std::convert::Infallible;
use std::time::Duration;

use access::{Acting, Services};
use domain::Company;
use domain::id::CommandId;
use protocol::unified::{
    Command, ErrorCode, Frame, FromDevice, Heartbeat, IssuedCertificate, Reconnect, Renewal, ToDevice,
    decode_from_device,
};
use time::OffsetDateTime;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use ums::devices::Known;
use ums::presence::{Close, Connection, Wanted};
use ums::{commands, enrolment, reconnect};

use super::line::{Gone, Line};
use crate::identity;

/// Close code for a device that has connected a second time: the first connection must not come back.
const REPLACED: CloseCode = CloseCode::Library(4001);

/// Why a conversation ends, if the peer has not simply gone.
pub(super) enum End {
    Gone,
    Say(CloseCode, &'static str),
}

impl From<Gone> for End {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

/// A connection past its greeting. There may be 100,000: what it needs to know and no more, and everything that happens now and
/// then has its room elsewhere (boxed).
pub(super) struct Conversation {
    pub(super) line: Line,
    pub(super) connection: Connection,
    pub(super) services: Services<Company>,
    pub(super) device: Known,
    /// When the certificate ends that the connection stands on.
    pub(super) not_after: OffsetDateTime,
    /// The window for coming back that the device was told last, in seconds.
    pub(super) window: u32,
    /// The last command that was sent, until the device says what became of it.
    pub(super) awaited: Option<CommandId>,
}

/// What woke a conversation.
enum Woken {
    Message(Option<Result<Message, Error>>),
    Wanted(Wanted),
    Tick,
}

/// Talks with a device until one of the two ends it. The device is online until then.
pub(super) async fn hold(mut talk: Box<Conversation>, ping: Duration) {
    let end = match talk.run(ping).await {
        Ok(never) => match never {},
        Err(end) => end,
    };
    if let End::Say(code, reason) = end {
        Box::pin(talk.line.close(code, reason)).await;
    }
}

impl Conversation {
    async fn run(&mut self, ping: Duration) -> Result<Infallible, End> {
        let mut tick = tokio::time::interval_at(Instant::now() + ping, ping);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = true;
        loop {
            let woken = tokio::select! {
                message = self.line.next() => Woken::Message(message),
                wanted = self.connection.wanted() => Woken::Wanted(wanted),
                _ = tick.tick() => Woken::Tick,
            };
            match woken {
                // The pong to the last ping: the most frequent of all messages.
                Woken::Message(Some(Ok(Message::Pong(_)))) => heard = true,
                Woken::Message(message) => {
                    heard = true;
                    Box::pin(self.hear(message)).await?;
                }
                Woken::Wanted(wanted) => Box::pin(self.obey(wanted)).await?,
                // Nothing since the last ping, not even its pong.
                Woken::Tick if !heard => return Err(End::Gone),
                Woken::Tick => {
                    heard = false;
                    Box::pin(self.beat()).await?;
                }
            }
        }
    }

    async fn beat(&mut self) -> Result<(), End> {
        if self.services.now() > self.not_after {
            return Err(End::Say(CloseCode::Policy, "the certificate has expired"));
        }
        self.tell_window().await?;
        Ok(self.line.ping().await?)
    }

    /// A device that was welcomed when the fleet was small must not come back as fast when it is large. Asked at each ping, which
    /// spreads the telling over as long.
    async fn tell_window(&mut self) -> Result<(), End> {
        let window = match reconnect::window(&self.services) {
            Ok(window) => window,
            Err(error) => {
                log(&error, "the window for coming back is not known");
                return Ok(());
            }
        };
        if reconnect::has_changed(self.window, window) {
            let message = Reconnect {
                window_seconds: window,
            };
            self.line.send(ToDevice::Reconnect(message)).await?;
            self.window = window;
        }
        Ok(())
    }

    async fn obey(&mut self, wanted: Wanted) -> Result<(), End> {
        let end = match wanted.close {
            Some(Close::Stopping) => End::Say(CloseCode::Away, "the server stops"),
            Some(Close::Revoked) => End::Say(CloseCode::Policy, "the device is not managed any more"),
            Some(Close::Replaced) => End::Say(REPLACED, "the device has connected again"),
            None => return self.deliver(wanted).await,
        };
        self.connection
            .give_back(wanted.command.map(|(command, _)| command));
        Err(end)
    }

    /// Sends the command that was handed over and those that are queued. Begun is sent: a connection that breaks in the middle of a
    /// command leaves it to its expiry, for a device that reboots twice is worse than one that does not.
    async fn deliver(&mut self, wanted: Wanted) -> Result<(), End> {
        let mut commands = Vec::from_iter(wanted.command);
        if wanted.commands {
            match commands::take(&self.acting(), self.device.id).await {
                Ok(taken) => commands.extend(taken),
                Err(error) => log(&error, "commands could not be fetched"),
            }
            // Ids follow the time: the oldest first.
            commands.sort_unstable_by_key(|(command, _)| *command);
        }
        let mut commands = commands.into_iter();
        while let Some((command, kind)) = commands.next() {
            let begun = ToDevice::Command(Command { command, kind });
            if let Err(gone) = self.line.send(begun).await {
                self.connection.give_back(commands.map(|(command, _)| command));
                return Err(gone.into());
            }
            self.awaited = Some(command);
        }
        Ok(())
    }

    async fn hear(&mut self, message: Option<Result<Message, Error>>) -> Result<(), End> {
        let Some(frame) = read(&mut self.line, message).await? else {
            return Ok(());
        };
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
                let first = self.awaited.take_if(|awaited| *awaited == result.command);
                match commands::finish(&self.acting(), self.device.id, &result, first.is_some()).await {
                    Ok(()) => self.line.reply(number, ToDevice::Ack).await?,
                    Err(error) => {
                        log(&error, "the result of a command could not be kept");
                        self.line
                            .refuse(Some(number), ErrorCode::Refused, "not kept; say it again later")
                            .await?;
                    }
                }
            }
            FromDevice::Certificate(renewal) => Box::pin(self.renew(number, &renewal)).await?,
            FromDevice::Error(error) => {
                tracing::warn!(code = ?error.code, message = error.message, "a device could not use a frame of ours");
            }
        }
        Ok(())
    }

    async fn renew(&mut self, number: u64, renewal: &Renewal) -> Result<(), End> {
        match enrolment::re_enrol(&self.acting(), &self.device, renewal.csr.as_bytes()).await {
            Ok(enrolled) => {
                // The same device has got a new certificate: its connection may last as long as that.
                self.not_after = self.not_after.max(enrolled.certificate.not_after());
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

    fn acting(&self) -> Acting<Company> {
        identity::acting(&self.services, &self.device)
    }

    fn seen(&self, heartbeat: &Heartbeat) {
        self.connection.seen(self.services.now(), heartbeat);
    }
}

/// The frame in a message, if there is one for us. What cannot be used is answered here.
pub(super) async fn read(
    line: &mut Line,
    message: Option<Result<Message, Error>>,
) -> Result<Option<Frame<FromDevice>>, End> {
    let text = match message {
        None | Some(Ok(Message::Close(_))) => return Err(End::Gone),
        // Frames over the limit end here too: the library cannot go on after one.
        Some(Err(error)) => {
            tracing::debug!(%error, "a device's connection broke");
            return Err(End::Say(CloseCode::Protocol, "the frame is broken or too large"));
        }
        // It answers a ping of ours, and nobody answers it.
        Some(Ok(Message::Pong(_) | Message::Frame(_))) => return Ok(None),
        Some(Ok(_)) if !line.pace.count(Instant::now()) => {
            return Err(End::Say(CloseCode::Policy, "too many frames"));
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

pub(super) fn log(error: &access::Error, what: &'static str) {
    tracing::error!(
        error = error as &dyn std::error::Error,
        what,
        "the connection of a device"
    );
}
