//! What brokers of messages have in common as servers of devices. A broker only passes on; so a desk, as the program behind it
//! would, gives the command on one subject to which all devices listen, and receives their results on another.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::failure::{Failure, Outcome};

/// Where commands come from.
pub const COMMANDS: &str = "commands";
/// Below this each device tells its results.
pub const RESULTS: &str = "results";
/// A command and its result, as long as ours are.
pub const COMMAND: &str =
    r#"{"id":3,"type":"command","command":"0198c7a0-0000-7000-8000-000000000001","kind":"reboot"}"#;
pub const RESULT: &str = r#"{"id":3,"reply_to":3,"type":"command_result","command":"0198c7a0-0000-7000-8000-000000000001","outcome":"done"}"#;
/// How often something is sent on a connection that is otherwise idle.
pub const PING_EVERY: Duration = Duration::from_mins(1);

/// Longest pause between two results.
const PATIENCE: Duration = Duration::from_secs(30);

/// The results that the desk has received.
#[derive(Default)]
pub struct Results {
    count: AtomicUsize,
    more: Notify,
    why: Mutex<Option<Failure>>,
}

impl Results {
    pub fn note(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.more.notify_one();
    }

    /// Waits until there are exactly so many.
    pub async fn reach(&self, count: usize) -> Outcome {
        loop {
            let there = self.count.load(Ordering::Relaxed);
            if there == count {
                return Ok(());
            }
            if there > count || timeout(PATIENCE, self.more.notified()).await.is_err() {
                let why = self.why.lock().unwrap_or_else(PoisonError::into_inner);
                let why = why
                    .as_ref()
                    .map_or_else(String::new, |failure| format!(": {failure}"));
                return Err(Failure::new(format!("{there} results instead of {count}{why}")));
            }
        }
    }

    fn ended(&self, failure: Failure) {
        self.why
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(failure);
    }
}

/// Who gives commands. Leaves when it is dropped.
pub struct Desk {
    orders: mpsc::UnboundedSender<()>,
    _work: JoinSet<()>,
}

impl Desk {
    /// `work` gives a command for each order and notes the results, for ever.
    pub fn open<F>(results: &Arc<Results>, work: impl FnOnce(mpsc::UnboundedReceiver<()>) -> F) -> Self
    where
        F: Future<Output = Failure> + Send + 'static,
    {
        let (orders, coming) = mpsc::unbounded_channel();
        let (mut tasks, work, results) = (JoinSet::new(), work(coming), Arc::clone(results));
        tasks.spawn(async move { results.ended(work.await) });
        Self { orders, _work: tasks }
    }

    /// Gives the command to whoever listens.
    pub fn order(&self) -> Outcome {
        self.orders
            .send(())
            .map_err(|_| Failure::new("the desk has closed"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_desk_counts_what_comes_and_says_why_it_ended() {
        let results = Arc::new(Results::default());
        let noted = Arc::clone(&results);
        let desk = Desk::open(&results, |mut orders| async move {
            while orders.recv().await.is_some() && noted.count.load(Ordering::Relaxed) < 2 {
                noted.note();
            }
            noted.note();
            Failure::new("enough")
        });
        desk.order().unwrap();
        desk.order().unwrap();
        results.reach(2).await.unwrap();
        desk.order().unwrap();
        results.reach(3).await.unwrap();
        let over = results.reach(2).await.unwrap_err().to_string();
        assert!(over.starts_with("3 results instead of 2"), "{over}");
    }
}
