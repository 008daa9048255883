//! Which looks into the database no longer hold. A device is looked up when its connection begins and believed when it says
//! hello, moments later; what changes in between is noted here, and who has looked before looks again.

use std::collections::VecDeque;

use domain::id::DeviceId;

/// Changes that are told apart. After more of them every earlier look counts as outdated, which costs a second one.
const KEPT: usize = 1024;

/// The moment of a look, counted in changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp(u64);

/// The last changes, newest last.
#[derive(Debug, Default)]
pub(super) struct Outdated {
    changes: u64,
    last: VecDeque<DeviceId>,
}

impl Outdated {
    pub(super) fn now(&self) -> Stamp {
        Stamp(self.changes)
    }

    /// What was read of a device before this moment may be wrong.
    pub(super) fn note(&mut self, device: DeviceId) {
        if self.last.len() == KEPT {
            self.last.pop_front();
        }
        self.last.push_back(device);
        self.changes += 1;
    }

    /// Whether a look at `device` may no longer hold.
    pub(super) fn is(&self, device: DeviceId, looked: Stamp) -> bool {
        let since = usize::try_from(self.changes.saturating_sub(looked.0)).unwrap_or(usize::MAX);
        since > self.last.len()
            || self
                .last
                .iter()
                .rev()
                .take(since)
                .any(|changed| *changed == device)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_look_holds_until_its_own_device_changes_or_too_many_have() {
        let device = |number: u128| DeviceId::from(Uuid::from_u128(number));
        let mut outdated = Outdated::default();
        outdated.note(device(1));
        let looked = outdated.now();
        assert!(!outdated.is(device(1), looked));
        outdated.note(device(2));
        assert!(!outdated.is(device(1), looked));
        assert!(outdated.is(device(2), looked));
        outdated.note(device(1));
        assert!(outdated.is(device(1), looked));

        let looked = outdated.now();
        for _ in 0..KEPT {
            outdated.note(device(2));
        }
        assert!(!outdated.is(device(1), looked));
        outdated.note(device(2));
        assert!(outdated.is(device(1), looked), "nobody knows any more");
        assert_eq!(outdated.last.len(), KEPT);
    }
}
