//! What is wanted of a connection: one slot per topic, the latest wins. However much is wanted of a device that does not read,
//! it takes no more room. A command alone is not replaced by a later one: that waits in the database.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::device::CommandKind;
use domain::id::CommandId;
use tokio::sync::Notify;

/// What is wanted of a connection and has not been taken up yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A command to send. It is stored as sent, so whoever takes it up sends it or gives it back.
    pub command: Option<(CommandId, CommandKind)>,
    /// Commands wait in the database.
    pub commands: bool,
    /// The connection has to end.
    pub close: Option<Close>,
}

/// Why a connection has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// The same device has connected again.
    Replaced,
    /// The device may no longer connect.
    Revoked,
    /// The server stops.
    Stopping,
}

/// Where it is left for the connection. A watch channel would do the same in ten times the room, once per connection.
#[derive(Debug, Default)]
pub(super) struct Slot {
    wanted: Mutex<Wanted>,
    filled: Notify,
}

impl Slot {
    pub(super) fn want(&self, change: impl FnOnce(&mut Wanted)) {
        change(&mut self.wanted());
        self.filled.notify_one();
    }

    /// Leaves a command. `false`: the one before has not been taken up, and nothing may take its place.
    pub(super) fn hand(&self, command: (CommandId, CommandKind)) -> bool {
        let mut wanted = self.wanted();
        if wanted.command.is_some() {
            return false;
        }
        wanted.command = Some(command);
        drop(wanted);
        self.filled.notify_one();
        true
    }

    /// The command that was left and will not be taken up here.
    pub(super) fn take_back(&self) -> Option<(CommandId, CommandKind)> {
        self.wanted().command.take()
    }

    /// Waits until something is wanted, and takes it. Loses nothing where the waiting is given up.
    pub(super) async fn take(&self) -> Wanted {
        loop {
            let wanted = std::mem::take(&mut *self.wanted());
            if wanted != Wanted::default() {
                return wanted;
            }
            self.filled.notified().await;
        }
    }

    fn wanted(&self) -> MutexGuard<'_, Wanted> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[test]
    fn ten_thousand_wishes_are_one_and_it_is_the_latest() {
        assert!(size_of::<Slot>() <= 64, "{} bytes", size_of::<Slot>());
        let mut context = Context::from_waker(Waker::noop());
        let slot = Slot::default();
        for _ in 0..10_000 {
            slot.want(|wanted| wanted.commands = true);
        }
        for close in [Close::Stopping, Close::Revoked] {
            slot.want(|wanted| wanted.close = Some(close));
        }
        let command = |number: u128| {
            (
                CommandId::from(uuid::Uuid::from_u128(number)),
                CommandKind::Reboot,
            )
        };
        assert!(slot.hand(command(1)));
        assert!(!slot.hand(command(2)), "a command is not replaced by a later one");
        let latest = Wanted {
            command: Some(command(1)),
            commands: true,
            close: Some(Close::Revoked),
        };
        assert_eq!(pin!(slot.take()).poll(&mut context), Poll::Ready(latest));
        assert!(pin!(slot.take()).poll(&mut context).is_pending());
        assert!(slot.hand(command(2)), "there is room again");
        assert_eq!(slot.take_back(), Some(command(2)));
        assert!(pin!(slot.take()).poll(&mut context).is_pending());

        // Waiting that is given up takes nothing away.
        let mut waiting = Box::pin(slot.take());
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        slot.want(|wanted| wanted.commands = true);
        drop(waiting);
        assert!(pin!(slot.take()).poll(&mut context).is_ready());
    }
}
