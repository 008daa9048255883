//! The part of a device that runs: keeps the WebSocket to its UMS, through losses, reboots and renewals.

mod commands;
mod connect;
mod line;
mod renewal;
mod session;

use std::sync::Arc;
use std::time::Duration;

use pki::Certificate;
use protocol::onboarding::Address;
use protocol::unified::RECONNECT_WINDOW_SECONDS;
use rustls::ClientConfig;
use serde_json::json;
use time::OffsetDateTime;
use tokio::sync::Semaphore;

use crate::clock;
use crate::entropy;
use crate::failure::{Failure, Result};
use crate::report::Reporter;
use crate::state::{Enrolment, Folder, Identity, Memory};
use crate::stop::Stop;

/// Most doublings of the window while the server cannot be reached.
const DOUBLINGS: u32 = 4;
/// Widest window of a device's own making. The server may tell a wider one.
const WINDOW_MAX: Duration = Duration::from_mins(5);

/// A device that is enrolled and running. Holds what a connection needs and no more: a fleet has thousands.
pub struct Agent {
    folder: Folder,
    identity: Identity,
    memory: Memory,
    tls: Arc<ClientConfig>,
    management: Address,
    fallback: Option<Address>,
    /// End of its certificate.
    not_after: OffsetDateTime,
    /// When it was started, or last told to reboot.
    boot: OffsetDateTime,
    /// The server-told window for coming back.
    window: Duration,
    report: Reporter,
    /// Bounds how many devices of a fleet connect at the same time.
    gate: Option<Arc<Semaphore>>,
}

/// How a connection, or the try to make one, has ended.
enum End {
    /// The program shall end.
    Stopped,
    /// The device was told to reboot, and has said that it does.
    Reboot,
    /// There was a connection.
    Lost(Failure),
    /// There was none.
    NotConnected(Failure),
    /// The same device is connected somewhere else; two would throw each other out for ever.
    Replaced(Failure),
}

impl Agent {
    /// The device of a folder, ready to connect: 32 if it is not enrolled; 34, 36, 40, 42 if what is kept cannot be used.
    pub fn load(folder: Folder, identity: Identity, report: Reporter) -> Result<Self> {
        let Some(enrolment) = Enrolment::load(&folder)? else {
            return Err(Failure::arguments(
                "this device is not enrolled yet: use onboard or enroll first",
            ));
        };
        let (tls, certificate) = credentials(&folder, &enrolment)?;
        let now = clock::now();
        Ok(Self {
            memory: Memory::load(&folder),
            folder,
            identity,
            tls,
            management: enrolment.management,
            fallback: enrolment.fallback,
            not_after: certificate.not_after(),
            boot: now,
            window: Duration::from_secs(RECONNECT_WINDOW_SECONDS.into()),
            report,
            gate: None,
        })
    }

    /// Lets it connect only with a turn of this gate.
    #[must_use]
    pub fn behind(mut self, gate: Arc<Semaphore>) -> Self {
        self.gate = Some(gate);
        self
    }

    /// Connects and stays connected until the program shall end. Fails after `attempts` tries in a row without a connection, if
    /// there is such a number, and where the same device connects elsewhere. `connected` is called at each connection.
    pub async fn run(
        &mut self,
        mut stop: Stop,
        attempts: Option<u32>,
        connected: &(dyn Fn() + Sync),
    ) -> Result<()> {
        let mut failures = 0;
        while !stop.is_wished() {
            // Boxed, so that a waiting device of a fleet does not carry the room of a connecting one.
            let failure = match Box::pin(self.once(failures, &mut stop, connected)).await {
                End::Stopped => return Ok(()),
                End::Replaced(failure) => return Err(failure),
                End::Reboot => {
                    self.boot = clock::now();
                    failures = 0;
                    continue;
                }
                End::Lost(failure) => {
                    failures = 0;
                    self.report
                        .event("disconnected", json!({ "cause": failure.cause }), "Disconnected.");
                    failure
                }
                End::NotConnected(failure) => {
                    failures += 1;
                    if attempts == Some(failures) {
                        return Err(failure);
                    }
                    self.report.failure(&failure);
                    failure
                }
            };
            let window = window(self.window, failures);
            let pause = failure.retry_after.unwrap_or_default() + entropy::part_of(window);
            let seconds = pause.as_secs() + 1;
            self.report.event(
                "waiting",
                json!({ "seconds": seconds, "window_seconds": window.as_secs() }),
                &format!("Next try in {seconds} seconds."),
            );
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.wished() => {}
            }
        }
        Ok(())
    }

    async fn once(&mut self, failures: u32, stop: &mut Stop, connected: &(dyn Fn() + Sync)) -> End {
        // A server can name an address that does not work from here: every second try goes to the last one that did.
        let fallback = self.fallback.clone().filter(|_| failures % 2 == 1);
        let address = fallback.unwrap_or_else(|| self.management.clone());
        let socket = tokio::select! {
            socket = Box::pin(connect::open(&address, Arc::clone(&self.tls), self.gate.as_deref())) => socket,
            () = stop.wished() => return End::Stopped,
        };
        match socket {
            Ok(socket) => session::hold(self, socket, &address, stop, connected).await,
            Err(failure) => End::NotConnected(failure),
        }
    }

    /// The server names the address to use from now on.
    fn move_to(&mut self, told: &Address, working: &Address) -> Result<()> {
        let fallback = Some(working.clone()).filter(|working| working != told);
        if *told == self.management && fallback == self.fallback {
            return Ok(());
        }
        self.change(|enrolment| {
            enrolment.management = told.clone();
            enrolment.fallback.clone_from(&fallback);
        })?;
        self.management = told.clone();
        self.fallback = fallback;
        Ok(())
    }

    fn change(&self, change: impl FnOnce(&mut Enrolment)) -> Result<Enrolment> {
        let mut enrolment = self.enrolment()?;
        change(&mut enrolment);
        enrolment.save(&self.folder)?;
        Ok(enrolment)
    }

    fn enrolment(&self) -> Result<Enrolment> {
        Enrolment::load(&self.folder)?
            .ok_or_else(|| Failure::arguments("the enrolment of this device has been removed"))
    }
}

fn credentials(folder: &Folder, enrolment: &Enrolment) -> Result<(Arc<ClientConfig>, Certificate)> {
    let key = folder.key()?;
    let certificate = enrolment.certificate(&key)?;
    let tls = enrolment
        .trust(clock::now())?
        .with_certificate(&certificate, &key)?;
    Ok((tls, certificate))
}

/// The window for the next try after so many failed ones: the told one, doubled while nobody answers.
fn window(told: Duration, failures: u32) -> Duration {
    let doubled = told.saturating_mul(1 << failures.min(DOUBLINGS));
    doubled.min(WINDOW_MAX).max(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_grows_while_nobody_answers_and_keeps_its_bounds() {
        let (s, told) = (Duration::from_secs, Duration::from_secs(30));
        assert_eq!(
            [0, 1, 2, 3, 4, 99].map(|n| window(told, n)),
            [s(30), s(60), s(120), s(240), s(300), s(300)]
        );
        assert_eq!(window(s(3_600), 5), s(3_600));
        assert_eq!(window(Duration::ZERO, 5), Duration::ZERO);
    }
}
