use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use time::{Duration, OffsetDateTime};

/// Where the time comes from. UTC, cut to milliseconds, so that what was written is what is read back.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl Clock {
    /// The machine's clock.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the wall clock"
    )]
    pub fn system() -> Self {
        Self(Arc::new(|| {
            i64::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
        }))
    }

    /// A clock that stands still until it is moved, for tests.
    pub fn manual(start: OffsetDateTime) -> (Self, ManualClock) {
        let millis = i64::try_from(start.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX);
        let hand = Arc::new(AtomicI64::new(millis));
        let read = Arc::clone(&hand);
        (
            Self(Arc::new(move || read.load(Ordering::SeqCst))),
            ManualClock(hand),
        )
    }

    pub fn now(&self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from((self.0)()) * 1_000_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

/// The hand of a clock made by [`Clock::manual`].
#[derive(Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(
            i64::try_from(by.whole_milliseconds()).unwrap_or(i64::MAX),
            Ordering::SeqCst,
        );
    }
}
