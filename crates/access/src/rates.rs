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

/// Most keys that are remembered; when full, those that have rested longest are forgotten first.
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
            let oldest = now - rate.per;
            buckets.retain(|_, bucket| bucket.at > oldest);
            if buckets.len() >= KEYS_MAX {
                buckets.clear();
            }
        }
        let bucket = buckets
            .entry((rate.name, key.to_owned()))
            .or_insert(Bucket { tries: 0.0, at: now });
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
        Ok(())
    }

    /// Forgets the tries of `key`: it has proved to be welcome.
    pub fn forget(&self, rate: Rate, key: &str) {
        self.buckets
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&(rate.name, key.to_owned()));
    }
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
        rates.forget(rate, "a");
        rates.count(rate, "a").unwrap();
    }
}
