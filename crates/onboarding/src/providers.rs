//! What this process remembers of identity providers: whose turn it is to ask one for its keys, and which do not answer.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::id::OsIdpId;
use time::{Duration, OffsetDateTime};

/// How long after it was asked for its keys a provider is not asked again (fault F13).
pub const KEYS_EVERY: Duration = Duration::seconds(60);
/// So many failed calls within [`FAILURES_WITHIN`], and a provider is not asked any more (fault F10).
pub const FAILURES: usize = 5;
pub const FAILURES_WITHIN: Duration = Duration::seconds(30);
/// How often one call tries whether it answers again.
pub const PROBE_EVERY: Duration = Duration::seconds(30);
/// Most providers that are remembered; then those are forgotten of which nothing is known.
const REMEMBERED: usize = 10_000;

/// A port of the cloud side. Cheap to clone; all clones know the same.
#[derive(Clone, Default)]
pub struct Providers(Arc<Mutex<HashMap<OsIdpId, Arc<Known>>>>);

/// What is known of one provider.
#[derive(Default)]
pub(crate) struct Known {
    /// When it was last asked for its keys. Held while it is asked, so that all others wait for the answer.
    pub keys_asked: tokio::sync::Mutex<Option<OffsetDateTime>>,
    circuit: Mutex<Circuit>,
}

#[derive(Default)]
struct Circuit {
    /// When calls failed, oldest first; none since the last success.
    failures: VecDeque<OffsetDateTime>,
    /// Since it does not answer: when the last try was.
    tried: Option<OffsetDateTime>,
}

impl Providers {
    pub(crate) fn of(&self, idp: OsIdpId) -> Arc<Known> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED && !all.contains_key(&idp) {
            all.retain(|_, known| Arc::strong_count(known) > 1 || !known.circuit().is_quiet());
        }
        Arc::clone(all.entry(idp).or_default())
    }
}

impl Known {
    fn circuit(&self) -> MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it has not answered and is not to be tried yet: nobody is sent there. Uses up no turn.
    pub fn is_away(&self, now: OffsetDateTime) -> bool {
        self.circuit()
            .tried
            .is_some_and(|tried| now - tried < PROBE_EVERY)
    }

    /// Whether a call may be made now. Of a provider that does not answer one in [`PROBE_EVERY`] may.
    pub fn may_call(&self, now: OffsetDateTime) -> bool {
        let mut circuit = self.circuit();
        match circuit.tried {
            Some(tried) if now - tried < PROBE_EVERY => false,
            Some(_) => {
                circuit.tried = Some(now);
                true
            }
            None => true,
        }
    }

    /// It has answered, whatever it said.
    pub fn answered(&self) {
        *self.circuit() = Circuit::default();
    }

    /// It has not. Says whether it is given up just now.
    pub fn failed(&self, now: OffsetDateTime) -> bool {
        let mut circuit = self.circuit();
        while circuit
            .failures
            .front()
            .is_some_and(|at| now - *at >= FAILURES_WITHIN)
        {
            circuit.failures.pop_front();
        }
        if circuit.failures.len() < FAILURES {
            circuit.failures.push_back(now);
        }
        let gives_up = circuit.failures.len() >= FAILURES && circuit.tried.is_none();
        if gives_up {
            circuit.tried = Some(now);
        }
        gives_up
    }
}

impl Circuit {
    fn is_quiet(&self) -> bool {
        self.failures.is_empty() && self.tried.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::seconds(seconds)
    }

    #[test]
    fn five_failures_within_thirty_seconds_end_the_calls_and_four_do_not() {
        let known = Known::default();
        for second in 0..4 {
            assert!(known.may_call(at(second)) && !known.failed(at(second)));
        }
        assert!(known.may_call(at(5)), "four are too few");
        // The first has been forgotten by then, so that these are four again.
        assert!(!known.failed(at(30)));
        assert!(known.may_call(at(30)));
        assert!(known.failed(at(30)), "the fifth within the time");
        assert!(!known.may_call(at(30)) && !known.may_call(at(59)));
    }

    #[test]
    fn one_call_in_thirty_seconds_tries_and_a_success_forgets_everything() {
        let known = Known::default();
        for _ in 0..FAILURES {
            known.failed(at(0));
        }
        assert!(!known.may_call(at(29)) && known.is_away(at(29)));
        assert!(
            !known.is_away(at(30)) && !known.is_away(at(30)),
            "a look uses up no turn"
        );
        assert!(known.may_call(at(30)) && !known.may_call(at(30)), "one of two");
        assert!(known.is_away(at(30)));
        assert!(!known.failed(at(31)), "it was given up before");
        assert!(!known.may_call(at(59)) && known.may_call(at(60)));
        known.answered();
        assert!(!known.is_away(at(60)));
        assert!(known.may_call(at(60)) && known.may_call(at(60)));
        assert!(!known.failed(at(60)));
    }

    #[test]
    fn providers_that_are_quiet_are_forgotten() {
        let providers = Providers::default();
        let id = |number: u128| OsIdpId::from(uuid::Uuid::from_u128(number));
        providers.of(id(0)).failed(at(0));
        let held = providers.of(id(1));
        for number in 2..=REMEMBERED as u128 {
            providers.of(id(number));
        }
        let all = providers.0.lock().unwrap();
        assert!(all.len() == 3 && all.contains_key(&id(0)) && all.contains_key(&id(1)));
        drop(held);
    }
}
