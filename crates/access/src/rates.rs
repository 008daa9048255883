use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::Fault;
use time::{Duration, OffsetDateTime};

use crate::{Clock, Result};

/// How often something may be tried: `burst` times at once, and as often again over `per`.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    pub name: &'static str,
    pub burst: u32,
    pub per: Duration,
}

/// Most keys that are remembered. When full, the rested ones are forgotten, then those that will be soonest: so nobody who has
/// used up their tries gets new ones by making us count strangers.
const KEYS_MAX: usize = 100_000;

/// Counts tries per key (an address, an account) in memory. A library's limiter was passed over because the time has to come
/// from our clock, so that tests can move it.
#[derive(Clone)]
pub struct Rates {
    clock: Clock,
    buckets: Arc<Mutex<HashMap<(&'static str, String), Bucket>>>,
}

struct Bucket {
    tries: f64,
    at: OffsetDateTime,
    /// When it will be as if nothing had been tried.
    rested_at: OffsetDateTime,
}

impl Rates {
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            buckets: Arc::default(),
        }
    }

    /// Counts one try of `key`, or says when the next one is accepted.
    pub fn count(&self, rate: Rate, key: &str) -> Result<()> {
        let now = self.clock.now();
        let per_second = f64::from(rate.burst) / rate.per.as_seconds_f64();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= KEYS_MAX {
            make_room(&mut buckets, now);
        }
        let bucket = buckets.entry((rate.name, key.to_owned())).or_insert(Bucket {
            tries: 0.0,
            at: now,
            rested_at: now,
        });
        let rested = (now - bucket.at).as_seconds_f64() * per_second;
        bucket.tries = (bucket.tries - rested).max(0.0);
        bucket.at = now;
        let over = bucket.tries + 1.0 - f64::from(rate.burst);
        if over > 1e-6 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a small positive number of seconds"
            )]
            let retry_after = (over / per_second).ceil().max(1.0) as u32;
            return Err(Fault::TooMany { retry_after }.into());
        }
        bucket.tries += 1.0;
        bucket.rested_at = now + Duration::seconds_f64(bucket.tries / per_second);
        Ok(())
    }

    /// Takes one try of `key` back: it was counted before anybody could know that it was a welcome one.
    pub fn give_back(&self, rate: Rate, key: &str) {
        let per_second = f64::from(rate.burst) / rate.per.as_seconds_f64();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.get_mut(&(rate.name, key.to_owned())) {
            bucket.tries = (bucket.tries - 1.0).max(0.0);
            bucket.rested_at = bucket.at + Duration::seconds_f64(bucket.tries / per_second);
        }
    }

    /// Forgets the tries of `key`: it has proved to be welcome.
    pub fn forget(&self, rate: Rate, key: &str) {
        self.buckets
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&(rate.name, key.to_owned()));
    }
}

/// Forgets what is rested; where that is too little, the half that will be rested first.
fn make_room(buckets: &mut HashMap<(&'static str, String), Bucket>, now: OffsetDateTime) {
    buckets.retain(|_, bucket| bucket.rested_at > now);
    if buckets.len() < KEYS_MAX {
        return;
    }
    let mut ends: Vec<_> = buckets.values().map(|bucket| bucket.rested_at).collect();
    let half = ends.len() / 2;
    let (_, median, _) = ends.select_nth_unstable(half);
    let median = *median;
    buckets.retain(|_, bucket| bucket.rested_at > median);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_burst_is_accepted_and_the_next_one_waits() {
        let (clock, hand) = Clock::manual(OffsetDateTime::UNIX_EPOCH);
        let rates = Rates::new(clock);
        let rate = Rate {
            name: "test",
            burst: 20,
            per: Duration::MINUTE,
        };
        for _ in 0..20 {
            rates.count(rate, "a").unwrap();
        }
        let refused = rates.count(rate, "a").unwrap_err();
        assert_eq!(refused.fault(), Some(&Fault::TooMany { retry_after: 3 }));
        rates.count(rate, "b").unwrap();
        hand.advance(Duration::seconds(3));
        rates.count(rate, "a").unwrap();
        assert!(rates.count(rate, "a").is_err());
        rates.give_back(rate, "a");
        rates.count(rate, "a").unwrap();
        assert!(rates.count(rate, "a").is_err(), "one was given back, not all");
        rates.forget(rate, "a");
        rates.count(rate, "a").unwrap();
    }

    #[test]
    fn who_has_used_up_their_tries_is_not_forgotten_for_a_flood_of_strangers() {
        let (clock, _hand) = Clock::manual(OffsetDateTime::UNIX_EPOCH);
        let rates = Rates::new(clock);
        let sign_in = Rate {
            name: "sign_in",
            burst: 10,
            per: Duration::minutes(10),
        };
        let poll = Rate {
            name: "poll",
            burst: 120,
            per: Duration::MINUTE,
        };
        for _ in 0..10 {
            rates.count(sign_in, "victim").unwrap();
        }
        for stranger in 0..=KEYS_MAX {
            rates.count(poll, &stranger.to_string()).unwrap();
        }
        assert!(rates.buckets.lock().unwrap().len() < KEYS_MAX);
        assert!(rates.count(sign_in, "victim").is_err());
        rates.count(sign_in, "somebody else").unwrap();
    }
}
