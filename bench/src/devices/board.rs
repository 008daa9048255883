//! What the devices have heard of a command: when the server has confirmed the result of each.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::timeout;

use crate::failure::{Failure, Outcome};

/// Where the devices note their confirmations.
#[derive(Default)]
pub struct Board {
    confirmed: Mutex<Vec<Instant>>,
    noted: Notify,
}

impl Board {
    /// An empty board.
    pub fn shared() -> Arc<Self> {
        Arc::default()
    }

    pub fn confirm(&self) {
        self.confirmed().push(Instant::now());
        self.noted.notify_one();
    }

    /// Takes everything off.
    pub fn wipe(&self) {
        self.confirmed().clear();
    }

    /// Waits for so many confirmations; answers the time of each since `start`, in order. `patience` is the longest pause
    /// between two.
    pub async fn wait(&self, start: Instant, count: usize, patience: Duration) -> Outcome<Vec<Duration>> {
        loop {
            let noted = self.confirmed().len();
            if noted >= count {
                break;
            }
            if timeout(patience, self.noted.notified()).await.is_err() && self.confirmed().len() == noted {
                let text = format!("{noted} of {count} devices were confirmed, and then no more");
                return Err(Failure::new(text));
            }
        }
        let confirmed = self.confirmed();
        Ok(confirmed.iter().map(|at| *at - start).collect())
    }

    fn confirmed(&self) -> MutexGuard<'_, Vec<Instant>> {
        self.confirmed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_board_waits_for_the_last_and_not_for_ever() {
        let board = Board::default();
        let (start, patience) = (Instant::now(), Duration::from_millis(10));
        board.confirm();
        board.confirm();
        assert_eq!(board.wait(start, 2, patience).await.unwrap().len(), 2);
        let missing = board.wait(start, 3, patience).await.unwrap_err().to_string();
        assert!(missing.starts_with("2 of 3"), "{missing}");
        board.wipe();
        assert!(board.wait(start, 0, patience).await.unwrap().is_empty());
    }
}
