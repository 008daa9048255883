use std::collections::VecDeque;

use domain::id::CommandId;
use protocol::DeviceError;
use protocol::unified::{CommandOutcome, CommandResult};
use serde::{Deserialize, Serialize};

use super::Folder;
use crate::failure::Result;

const FILE: &str = "agent.json";
/// Commands that are remembered. The server repeats only what it has no result of, and gives up after minutes.
const COMMANDS: usize = 32;

/// What the device was told and has done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// The settings in effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings_digest: Option<String>,
    /// The last commands, oldest first.
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    commands: VecDeque<Done>,
}

/// A command and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Done {
    #[serde(flatten)]
    result: CommandResult,
    /// The server has said that it keeps the result.
    stored: bool,
}

impl Memory {
    /// What is remembered; nothing at first, and nothing of a damaged file: the server tells the settings again.
    pub fn load(folder: &Folder) -> Self {
        folder
            .read_json(FILE, DeviceError::CertificateNotSaved)
            .ok()
            .flatten()
            .unwrap_or_default()
    }

    /// Keeps it (41).
    pub fn save(&self, folder: &Folder) -> Result<()> {
        folder.write_json(FILE, self, DeviceError::CertificateNotSaved)
    }

    /// The result of a command that was carried out before.
    pub fn result(&self, command: CommandId) -> Option<&CommandResult> {
        self.commands
            .iter()
            .map(|done| &done.result)
            .find(|result| result.command == command)
    }

    /// Remembers what became of a command.
    pub fn done(&mut self, command: CommandId, outcome: CommandOutcome) -> CommandResult {
        let result = CommandResult { command, outcome };
        self.commands.push_back(Done {
            result: result.clone(),
            stored: false,
        });
        if self.commands.len() > COMMANDS {
            self.commands.pop_front();
        }
        result
    }

    /// The server has the result of a command. Whether that was news.
    pub fn stored(&mut self, command: CommandId) -> bool {
        let found = self
            .commands
            .iter_mut()
            .find(|done| done.result.command == command && !done.stored);
        found.map(|done| done.stored = true).is_some()
    }

    /// Results to say again.
    pub fn unstored(&self) -> Vec<CommandResult> {
        self.commands
            .iter()
            .filter(|done| !done.stored)
            .map(|done| done.result.clone())
            .collect()
    }
}
