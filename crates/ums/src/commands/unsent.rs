//! Commands that are stored as sent and did not go out: the device had gone, or had another command to take up first.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::id::{CommandId, DeviceId};
use tokio::sync::Notify;

/// Where they are until they are put back into the queue, moments later (`ums::background`).
#[derive(Debug, Default)]
pub struct Unsent {
    commands: Mutex<Vec<(DeviceId, CommandId)>>,
    some: Notify,
}

impl Unsent {
    pub(crate) fn keep(&self, device: DeviceId, command: CommandId) {
        self.commands().push((device, command));
        self.some.notify_one();
    }

    /// Waits until there are some. Loses nothing where the waiting is given up.
    pub(super) async fn some(&self) {
        while self.commands().is_empty() {
            self.some.notified().await;
        }
    }

    pub(super) fn take(&self) -> Vec<(DeviceId, CommandId)> {
        std::mem::take(&mut *self.commands())
    }

    fn commands(&self) -> MutexGuard<'_, Vec<(DeviceId, CommandId)>> {
        self.commands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
