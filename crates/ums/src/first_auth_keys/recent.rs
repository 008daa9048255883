//! The keys that devices have used of late. When a key is for many devices, the database need not be asked for each of them
//! whether there is such a key, before their requests are worth any work. Whether it is still good is asked later, with
//! everything else, so nothing depends on this being true.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keys that are kept. One more, and all are forgotten: then each is asked for once.
const KEPT: usize = 1_000;

/// By the hashes of their secrets.
#[derive(Debug, Default)]
pub(crate) struct Recent(Mutex<HashSet<Vec<u8>>>);

impl Recent {
    pub(crate) fn contains(&self, hash: &[u8]) -> bool {
        self.kept().contains(hash)
    }

    pub(crate) fn keep(&self, hash: &[u8]) {
        let mut kept = self.kept();
        if kept.contains(hash) {
            return;
        }
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(hash.to_vec());
    }

    pub(crate) fn forget(&self, hash: &[u8]) {
        self.kept().remove(hash);
    }

    fn kept(&self) -> MutexGuard<'_, HashSet<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_keys_are_kept_and_one_more_begins_anew() {
        let hash = |number: usize| number.to_be_bytes();
        let recent = Recent::default();
        for number in 0..KEPT {
            recent.keep(&hash(number));
        }
        recent.keep(&hash(0));
        assert!(recent.contains(&hash(1)) && recent.contains(&hash(KEPT - 1)));
        recent.keep(&hash(KEPT));
        assert!(!recent.contains(&hash(1)) && recent.contains(&hash(KEPT)));
        recent.forget(&hash(KEPT));
        assert!(!recent.contains(&hash(KEPT)));
    }
}
