//! One connection, from `hello` to its end.

use std::convert::Infallible;
use std::time::Duration;

use domain::id::CommandId;
use protocol::DeviceError;
use protocol::onboarding::Address;
use protocol::unified::{
    ErrorCode, ErrorReply, Frame, FromDevice, HELLO_SECONDS, Heartbeat, Hello, PING_SECONDS, SettingsApplied,
    ToDevice, Welcome,
};
use serde_json::json;
use time::OffsetDateTime;
use tokio::time::{Instant, timeout};

use super::connect::Socket;
use super::line::{Line, lost};
use super::{Agent, End, renewal};
use crate::clock;
use crate::failure::Failure;
use crate::stop::Stop;

/// So long without anything from a server that pings in between: it is gone.
const SILENCE: Duration = Duration::from_secs(PING_SECONDS as u64 * 3);

/// A connection past its TLS handshake.
pub(super) struct Session<'a> {
    pub(super) agent: &'a mut Agent,
    pub(super) line: &'a mut Line,
    /// Results that the server has not confirmed: number of the frame, and the command.
    pub(super) unconfirmed: Vec<(u64, CommandId)>,
    /// The reboot to do, as soon as its result is confirmed or this moment has come.
    pub(super) reboot: Option<(CommandId, Instant)>,
    /// The frame that asked for a new certificate.
    pub(super) renewing: Option<u64>,
    heartbeat: Duration,
}

/// Holds a connection until it ends.
pub(super) async fn hold(
    agent: &mut Agent,
    socket: Socket,
    address: &Address,
    stop: &mut Stop,
    connected: &(dyn Fn() + Sync),
) -> End {
    let mut line = Line::new(socket);
    let welcome = tokio::select! {
        welcome = greet(agent, &mut line) => welcome,
        () = stop.wished() => Err(End::Stopped),
    };
    let end = match welcome {
        Ok(welcome) => {
            let heartbeat = Duration::from_secs(welcome.heartbeat_seconds.into());
            agent.window = Duration::from_secs(welcome.reconnect_window_seconds.into());
            if let Err(failure) = agent.move_to(&welcome.management, address) {
                agent.report.failure(&failure);
            }
            let fields = json!({ "server": address.to_string(), "unit_id": agent.identity.unit_id.as_str() });
            agent
                .report
                .event("connected", fields, &format!("Connected to {address}."));
            connected();
            let mut session = Session {
                agent,
                line: &mut line,
                unconfirmed: Vec::new(),
                reboot: None,
                renewing: None,
                heartbeat,
            };
            match session.talk(stop).await {
                Ok(never) => match never {},
                Err(end) => end,
            }
        }
        // Before the welcome nothing was reached, whatever broke.
        Err(End::Lost(failure)) => End::NotConnected(failure),
        Err(end) => end,
    };
    if matches!(end, End::Stopped | End::Reboot) {
        line.close().await;
    }
    end
}

async fn greet(agent: &Agent, line: &mut Line) -> Result<Welcome, End> {
    let now = clock::now();
    let (unit, own) = (&agent.identity, line.own_address());
    let hello = Hello {
        unit_id: unit.unit_id.clone(),
        name: unit.name.clone(),
        mac: unit.mac,
        product: unit.product.clone(),
        product_id: String::new(),
        version: unit.version.clone(),
        firmware_description: format!("{} {}", unit.product, unit.version),
        last_ip: own,
        network_name: unit.name.clone(),
        boot_time: Some(agent.boot),
        runtime_seconds: Some(runtime(agent.boot, now)),
        total_operating_seconds: None,
        battery_percent: None,
        settings_digest: agent.memory.settings_digest.clone(),
    };
    line.send(FromDevice::Hello(Box::new(hello))).await?;
    let waiting = async {
        loop {
            match line.next().await?.map(|frame| frame.message) {
                Some(ToDevice::Welcome(welcome)) => return Ok(welcome),
                Some(ToDevice::Error(error)) => {
                    let cause = format!("the server refuses this device: {}", error.message);
                    return Err(End::NotConnected(Failure::new(DeviceError::NotEnrolled, cause)));
                }
                _ => {}
            }
        }
    };
    let patience = Duration::from_secs(HELLO_SECONDS.into());
    timeout(patience, waiting)
        .await
        .unwrap_or_else(|_| Err(lost("the server does not welcome this device")))
}

impl Session<'_> {
    async fn talk(&mut self, stop: &mut Stop) -> Result<Infallible, End> {
        self.repeat_results().await?;
        renewal::ask_if_due(self).await?;
        let mut heard = Instant::now();
        let mut beat = heard + self.heartbeat;
        loop {
            let silence = heard + SILENCE;
            let next = self
                .reboot
                .as_ref()
                .map_or(beat, |(_, at)| beat.min(*at))
                .min(silence);
            tokio::select! {
                frame = self.line.next() => {
                    heard = Instant::now();
                    if let Some(frame) = frame? {
                        Box::pin(self.answer(frame)).await?;
                    }
                }
                () = tokio::time::sleep_until(next) => {
                    let now = Instant::now();
                    if self.reboot.as_ref().is_some_and(|(_, at)| *at <= now) {
                        return Err(End::Reboot);
                    }
                    if silence <= now {
                        return Err(lost("nothing was heard of the server for too long"));
                    }
                    if beat <= now {
                        beat = now + self.heartbeat;
                        self.beat().await?;
                    }
                }
                () = stop.wished() => return Err(End::Stopped),
            }
        }
    }

    async fn beat(&mut self) -> Result<(), End> {
        let heartbeat = Heartbeat {
            runtime_seconds: Some(runtime(self.agent.boot, clock::now())),
            battery_percent: None,
        };
        self.line.send(FromDevice::Heartbeat(heartbeat)).await?;
        renewal::ask_if_due(self).await
    }

    async fn answer(&mut self, frame: Frame<ToDevice>) -> Result<(), End> {
        match frame.message {
            ToDevice::Welcome(_) => {
                let error = ErrorReply {
                    code: ErrorCode::OutOfOrder,
                    message: "welcome was said already".to_owned(),
                };
                self.line.reply(frame.id, FromDevice::Error(error)).await?;
            }
            ToDevice::Settings(settings) => {
                let digest = settings.digest;
                // There is nothing in settings yet; what they are called is kept, so that the server need not tell it again.
                if self.agent.memory.settings_digest.as_ref() != Some(&digest) {
                    self.agent.memory.settings_digest = Some(digest.clone());
                    self.keep();
                }
                self.line
                    .reply(frame.id, FromDevice::SettingsApplied(SettingsApplied { digest }))
                    .await?;
            }
            ToDevice::Command(command) => self.obey(frame.id, &command).await?,
            ToDevice::Certificate(issued) => renewal::take(self, frame.reply_to, &issued),
            ToDevice::Reconnect(reconnect) => {
                self.agent.window = Duration::from_secs(reconnect.window_seconds.into());
            }
            ToDevice::Ack => self.confirmed(frame.reply_to)?,
            ToDevice::Error(error) => self.refused(frame.reply_to, &error).await?,
        }
        Ok(())
    }

    /// The server could not use a frame of ours.
    async fn refused(&mut self, reply_to: Option<u64>, error: &ErrorReply) -> Result<(), End> {
        tracing::warn!(code = ?error.code, message = error.message, "the server could not use a frame");
        if reply_to.is_some() && reply_to == self.renewing {
            renewal::directly(self).await;
            return Ok(());
        }
        // What cannot be kept now is said again on the next connection; what cannot be understood never will be.
        if error.code == ErrorCode::Refused {
            Ok(())
        } else {
            self.confirmed(reply_to)
        }
    }

    /// Keeps the memory. A device whose disk is full goes on, and says so.
    pub(super) fn keep(&self) {
        if let Err(failure) = self.agent.memory.save(&self.agent.folder) {
            self.agent.report.failure(&failure);
        }
    }
}

/// Whole seconds since the start; none of a clock that was set back.
fn runtime(boot: OffsetDateTime, now: OffsetDateTime) -> u64 {
    u64::try_from((now - boot).whole_seconds()).unwrap_or_default()
}
