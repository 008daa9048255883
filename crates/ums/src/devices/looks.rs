//! The last look at each device, so that one that comes back within the life of this process costs no way to the database. A look
//! is believed only while presence knows of no change of its device since (`presence::Stamp`); so nothing has to be thrown out
//! here when something changes, and after a restart everything is looked up once.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pki::Fingerprint;

use super::Look;

/// Looks that are kept, some 300 bytes each. One more, and all are forgotten: no order has to be kept for what is hardly ever full.
const KEPT: usize = 100_000;

/// By the fingerprint of the certificate.
#[derive(Debug, Default)]
pub struct Looks(Mutex<HashMap<Fingerprint, Look>>);

impl Looks {
    pub(super) fn get(&self, fingerprint: &Fingerprint) -> Option<Look> {
        self.kept().get(fingerprint).cloned()
    }

    /// Keeps what was found, and forgets what is not there any more.
    pub(super) fn keep(&self, fingerprint: &Fingerprint, found: Option<&Look>) {
        let mut kept = self.kept();
        let Some(look) = found else {
            kept.remove(fingerprint);
            return;
        };
        if kept.len() >= KEPT && !kept.contains_key(fingerprint) {
            kept.clear();
        }
        kept.insert(*fingerprint, look.clone());
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<Fingerprint, Look>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use domain::UnitId;
    use domain::id::DeviceId;
    use time::OffsetDateTime;

    use super::*;
    use crate::devices::Known;
    use crate::presence::Presence;

    #[test]
    fn a_hundred_thousand_looks_are_kept_and_one_more_begins_anew() {
        let look = Look {
            device: Known {
                id: DeviceId::from(uuid::Uuid::nil()),
                unit_id: UnitId::parse("00E0C54A1B2C").unwrap(),
            },
            not_after: OffsetDateTime::UNIX_EPOCH,
            outlives: false,
            commands_queued: false,
            hello_digest: None,
            looked: Presence::default().stamp(),
        };
        let print = |number: usize| Fingerprint::of(&number.to_be_bytes());
        let looks = Looks::default();
        for number in 0..KEPT {
            looks.keep(&print(number), Some(&look));
        }
        looks.keep(&print(0), Some(&look));
        assert!(looks.get(&print(1)).is_some() && looks.get(&print(KEPT - 1)).is_some());
        looks.keep(&print(KEPT), Some(&look));
        assert!(looks.get(&print(1)).is_none() && looks.get(&print(KEPT)).is_some());
        looks.keep(&print(KEPT), None);
        assert!(looks.get(&print(KEPT)).is_none());
    }
}
