//! The seam between UMS servers. Nothing else in the code knows how many there are.

use std::sync::Arc;

use domain::device::{CommandKind, DeviceChange};
use domain::id::{CommandId, DeviceId};
use tokio::sync::broadcast;

use crate::presence::{Close, Presence};

/// Changes that a slow page may fall behind by before it has to load its list anew.
const CHANGES: usize = 1024;

/// What is wanted of a device's connection, whichever server holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nudge {
    /// Nothing, if there is one; but what was read of the device before is no longer so.
    Changed,
    /// Commands wait for it in the database.
    Commands,
    /// It has to end.
    Close(Close),
}

/// Carries news between the servers of a UMS. Only ids, kinds and states travel; what else there is to know is read from the database.
pub trait Bus: Send + Sync {
    /// Tells every page on every server.
    fn changed(&self, change: DeviceChange);
    /// What any server tells from now on.
    fn changes(&self) -> broadcast::Receiver<DeviceChange>;
    /// Reaches the connection of a device, if there is one.
    fn nudge(&self, device: DeviceId, nudge: Nudge);
    /// Hands a command, stored as sent, to the connection of a device. Whichever server finds that it cannot go out puts it back
    /// into the queue ([`commands::put_back`](crate::commands::put_back)).
    fn hand(&self, device: DeviceId, command: (CommandId, CommandKind));
}

/// The bus of a UMS with one server.
pub struct InProcess {
    presence: Arc<Presence>,
    changes: broadcast::Sender<DeviceChange>,
}

impl InProcess {
    pub fn new(presence: Arc<Presence>) -> Self {
        Self {
            presence,
            changes: broadcast::channel(CHANGES).0,
        }
    }
}

impl Bus for InProcess {
    fn changed(&self, change: DeviceChange) {
        // Nobody listens while no page is open.
        let _ = self.changes.send(change);
    }

    fn changes(&self) -> broadcast::Receiver<DeviceChange> {
        self.changes.subscribe()
    }

    fn nudge(&self, device: DeviceId, nudge: Nudge) {
        self.presence.nudge(device, nudge);
    }

    fn hand(&self, device: DeviceId, command: (CommandId, CommandKind)) {
        self.presence.hand(device, command);
    }
}
