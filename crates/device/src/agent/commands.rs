//! Commands of the server: each is carried out once, however often it comes.

use std::time::Duration;

use domain::device::CommandKind;
use protocol::unified::{Command, CommandOutcome, FromDevice};
use serde_json::json;
use tokio::time::Instant;

use super::End;
use super::session::Session;

/// How long a reboot waits for the server to have its result. Then it happens anyway, and the result is said again after it.
const CONFIRM: Duration = Duration::from_secs(10);

impl Session<'_> {
    /// Carries out a command and says what became of it.
    pub(super) async fn obey(&mut self, number: u64, command: &Command) -> Result<(), End> {
        let id = command.command;
        if let Some(result) = self.agent.memory.result(id).cloned() {
            let frame = self.line.reply(number, FromDevice::CommandResult(result)).await?;
            self.unconfirmed.push((frame, id));
            return Ok(());
        }
        let fields = json!({ "id": id, "kind": command.kind });
        // Remembered before it is said: a device that is cut off in between must not do it twice.
        let result = self.agent.memory.done(id, CommandOutcome::Done);
        self.keep();
        let sentence = match command.kind {
            CommandKind::Reboot => {
                self.reboot = Some((id, Instant::now() + CONFIRM));
                "The administrator has asked for a reboot. Rebooting …"
            }
        };
        self.agent.report.event("command", fields, sentence);
        let frame = self.line.reply(number, FromDevice::CommandResult(result)).await?;
        self.unconfirmed.push((frame, id));
        Ok(())
    }

    /// Says results again that no server has confirmed.
    pub(super) async fn repeat_results(&mut self) -> Result<(), End> {
        for result in self.agent.memory.unstored() {
            let id = result.command;
            let frame = self.line.send(FromDevice::CommandResult(result)).await?;
            self.unconfirmed.push((frame, id));
        }
        Ok(())
    }

    /// The server has what frame `reply_to` said. Ends the connection where that was the result of a reboot.
    pub(super) fn confirmed(&mut self, reply_to: Option<u64>) -> Result<(), End> {
        let Some(place) = self
            .unconfirmed
            .iter()
            .position(|(frame, _)| Some(*frame) == reply_to)
        else {
            return Ok(());
        };
        let (_, id) = self.unconfirmed.swap_remove(place);
        if self.agent.memory.stored(id) {
            self.keep();
        }
        if self.reboot.as_ref().is_some_and(|(reboot, _)| *reboot == id) {
            Err(End::Reboot)
        } else {
            Ok(())
        }
    }
}
