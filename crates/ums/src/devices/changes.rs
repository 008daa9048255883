//! What pages are told while they are open. A fleet that comes back is thousands of changes in a second: a page gets what fits,
//! twice a second at most, and beyond that only word that there was much.

use domain::device::{DeviceChange, DeviceChanges};
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::Instant;

/// Shortest time between two messages.
const REST: Duration = Duration::from_millis(500);
/// The same after one that makes the page read everything again.
const LONG_REST: Duration = Duration::from_secs(2);
/// Most devices in one message: as many as a page shows.
const TOLD: usize = domain::page::PER_PAGE as usize;

/// The changes of devices, from its making on.
pub struct Changes {
    receiver: Receiver<DeviceChange>,
    rested_at: Instant,
}

impl Changes {
    pub(super) fn new(receiver: Receiver<DeviceChange>) -> Self {
        Self {
            receiver,
            rested_at: Instant::now(),
        }
    }

    /// The next message, the latest state of each device that it names; `None` when nothing can come any more. Nothing is lost
    /// when the call is given up while it waits.
    pub async fn next(&mut self) -> Option<DeviceChanges> {
        tokio::time::sleep_until(self.rested_at).await;
        let mut told = Vec::new();
        let mut many = false;
        match self.receiver.recv().await {
            Ok(change) => told.push(change),
            Err(RecvError::Lagged(_)) => many = true,
            Err(RecvError::Closed) => return None,
        }
        loop {
            match self.receiver.try_recv() {
                Ok(change) if !many => {
                    told.retain(|earlier: &DeviceChange| earlier.id != change.id);
                    told.push(change);
                    many = told.len() > TOLD;
                }
                Ok(_) => {}
                Err(TryRecvError::Lagged(_)) => many = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        self.rested_at = Instant::now() + if many { LONG_REST } else { REST };
        Some(if many {
            DeviceChanges::Many
        } else {
            DeviceChanges::These(told)
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::device::Presence;
    use domain::id::DeviceId;
    use tokio::sync::broadcast;

    use super::*;

    fn change(number: u8, presence: Presence) -> DeviceChange {
        let id = DeviceId::from(uuid::Uuid::from_bytes([number; 16]));
        DeviceChange { id, presence }
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_hears_the_first_change_at_once_and_the_latest_of_each_device_after_a_rest() {
        let (sender, receiver) = broadcast::channel(1024);
        let mut changes = Changes::new(receiver);
        let start = Instant::now();
        sender.send(change(1, Presence::Online)).unwrap();
        let first = DeviceChanges::These(vec![change(1, Presence::Online)]);
        assert_eq!(changes.next().await, Some(first));
        assert_eq!(start.elapsed(), Duration::ZERO);
        for change in [
            change(2, Presence::Online),
            change(1, Presence::Online),
            change(2, Presence::Offline),
        ] {
            sender.send(change).unwrap();
        }
        let both = DeviceChanges::These(vec![change(1, Presence::Online), change(2, Presence::Offline)]);
        assert_eq!(changes.next().await, Some(both));
        assert_eq!(start.elapsed(), REST);
        drop(sender);
        assert_eq!(changes.next().await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn fifty_devices_are_named_and_fifty_one_are_many() {
        let (sender, receiver) = broadcast::channel(1024);
        let mut changes = Changes::new(receiver);
        for number in 0..50 {
            sender.send(change(number, Presence::Online)).unwrap();
        }
        let DeviceChanges::These(told) = changes.next().await.unwrap() else {
            panic!("fifty fit");
        };
        assert_eq!(told.len(), 50);
        for number in 0..51 {
            sender.send(change(number, Presence::Online)).unwrap();
        }
        assert_eq!(changes.next().await, Some(DeviceChanges::Many));
        let after = Instant::now();
        sender.send(change(1, Presence::Offline)).unwrap();
        changes.next().await.unwrap();
        assert_eq!(after.elapsed(), LONG_REST);
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_fell_behind_hears_that_there_was_much() {
        let (sender, receiver) = broadcast::channel(2);
        let mut changes = Changes::new(receiver);
        for number in 0..3 {
            sender.send(change(number, Presence::Online)).unwrap();
        }
        assert_eq!(changes.next().await, Some(DeviceChanges::Many));
    }
}
