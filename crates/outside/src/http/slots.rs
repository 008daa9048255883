//! The limit on calls in flight, so that one slow neighbour does not hold all of our memory and sockets.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{CALLS_IN_ALL, CALLS_PER_TARGET};

/// The right to have one call in flight; given back when dropped.
pub(super) struct Slot {
    _here: OwnedSemaphorePermit,
    _in_all: OwnedSemaphorePermit,
}

/// Counts calls in flight, by host and port and altogether.
pub(super) struct Slots {
    by_place: Mutex<HashMap<String, Arc<Semaphore>>>,
    in_all: Arc<Semaphore>,
}

impl Slots {
    pub fn new() -> Self {
        Self {
            by_place: Mutex::default(),
            in_all: Arc::new(Semaphore::new(CALLS_IN_ALL)),
        }
    }

    /// Waits until a call to the place may start. `None` only when the process is stopping.
    pub async fn take(&self, place: &str) -> Option<Slot> {
        let here = self.at(place);
        // The place first: calls that wait for a slow neighbour must not hold the common supply.
        let here = here.acquire_owned().await.ok()?;
        let in_all = Arc::clone(&self.in_all).acquire_owned().await.ok()?;
        Some(Slot {
            _here: here,
            _in_all: in_all,
        })
    }

    fn at(&self, place: &str) -> Arc<Semaphore> {
        let mut by_place = self.by_place.lock().unwrap_or_else(PoisonError::into_inner);
        if by_place.len() >= CALLS_IN_ALL {
            by_place.retain(|_, semaphore| Arc::strong_count(semaphore) > 1);
        }
        let fresh = || Arc::new(Semaphore::new(CALLS_PER_TARGET));
        Arc::clone(by_place.entry(place.to_owned()).or_insert_with(fresh))
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn the_call_past_the_limit_waits_and_other_places_do_not() {
        let slots = Slots::new();
        let mut held: Vec<_> = (0..CALLS_PER_TARGET)
            .map(|_| slots.take("a.example:443").now_or_never().unwrap())
            .collect();
        assert!(
            slots.take("a.example:443").now_or_never().is_none(),
            "one past the limit"
        );
        assert!(
            slots.take("b.example:443").now_or_never().is_some(),
            "another place"
        );
        held.pop();
        assert!(
            slots.take("a.example:443").now_or_never().is_some(),
            "after one has ended"
        );
    }

    #[test]
    fn places_without_calls_are_forgotten() {
        let slots = Slots::new();
        let _held = slots.take("held.example:443").now_or_never().unwrap();
        for number in 0..=CALLS_IN_ALL {
            assert!(
                slots
                    .take(&format!("{number}.example:443"))
                    .now_or_never()
                    .is_some()
            );
        }
        let known = slots.by_place.lock().unwrap();
        assert!(known.len() <= CALLS_IN_ALL && known.contains_key("held.example:443"));
    }
}
