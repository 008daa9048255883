//! How fast a device may talk: each frame may cost a look into the database or a line in the log.

use std::time::Duration;

use tokio::time::Instant;

/// Frames of one connection at once, and as many again over [`PER`]. A device has no reason for a tenth of it.
const FRAMES: u32 = 50;
const PER: Duration = Duration::from_secs(10);

/// Counts the frames of one connection. One moment is all it keeps: there may be 100,000 connections.
pub(super) struct Pace {
    /// When it will be as if nothing had been said.
    rested_at: Instant,
}

impl Pace {
    pub(super) fn new(now: Instant) -> Self {
        Self { rested_at: now }
    }

    /// Counts a frame. `false`: it is one too many.
    pub(super) fn count(&mut self, now: Instant) -> bool {
        let rested_at = self.rested_at.max(now) + PER / FRAMES;
        let within = rested_at <= now + PER;
        if within {
            self.rested_at = rested_at;
        }
        within
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifty_frames_at_once_and_fifty_more_over_ten_seconds() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        for number in 0..FRAMES {
            assert!(pace.count(start), "{number}");
        }
        assert!(!pace.count(start));
        assert!(!pace.count(start + Duration::from_millis(199)));
        assert!(pace.count(start + Duration::from_millis(200)));
        assert!(!pace.count(start + Duration::from_millis(200)));
        // A long silence saves up no more than the first time.
        let later = start + Duration::from_hours(1);
        assert_eq!((0..=FRAMES).filter(|_| pace.count(later)).count(), 50);
    }
}
