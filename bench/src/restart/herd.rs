//! Devices that come back by themselves when their server is gone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rand::RngExt as _;
use rustix::process::setpriority_process;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::devices::channel::Channel;
use crate::failure::{Failure, Outcome};
use crate::peers::meshcentral::Agents;
use crate::peers::{Handshake, Held, Visit};

/// Longest pause between two arrivals.
const PATIENCE: Duration = Duration::from_mins(2);
/// How far the devices stand back: half of what there is.
const NICE: i32 = 10;
/// First connections that are being made at the same time.
const FIRST_AT_ONCE: usize = 64;
/// Most doublings of the window, and the widest window of a device's own making: those of the reference device.
const DOUBLINGS: u32 = 4;
const WINDOW_MAX: Duration = Duration::from_mins(5);

/// How devices come to a server, whichever process it is at the moment.
pub trait Way: Send + Sync + 'static {
    type Held: Held;

    /// Until the server has accepted the device.
    fn connect(&self, visit: Visit) -> impl Future<Output = Outcome<Self::Held>> + Send;

    /// How long a device waits before its next try, after so many failed ones in a row.
    fn pause(&self, device: usize, failures: u32) -> Duration;

    /// Connections that may be made at the same time.
    fn at_once(&self) -> usize;
}

impl Way for Channel {
    type Held = crate::devices::channel::Line;

    async fn connect(&self, visit: Visit) -> Outcome<Self::Held> {
        Channel::connect(self, visit).await
    }

    /// A random part of the window that the server has told, doubled while nobody answers.
    fn pause(&self, device: usize, failures: u32) -> Duration {
        window(self.window(device), failures).mul_f64(rand::rng().random_range(0.0..1.0))
    }

    fn at_once(&self) -> usize {
        Semaphore::MAX_PERMITS
    }
}

/// As in the reference device.
fn window(told: Duration, failures: u32) -> Duration {
    let doubled = told.saturating_mul(1 << failures.min(DOUBLINGS));
    doubled.min(WINDOW_MAX).max(told)
}

impl Way for Agents {
    type Held = crate::peers::meshcentral::HeldAgent;

    async fn connect(&self, visit: Visit) -> Outcome<Self::Held> {
        Agents::connect(self, visit).await
    }

    /// At once, and ten times a second while nobody answers.
    fn pause(&self, _device: usize, failures: u32) -> Duration {
        Duration::from_millis(if failures == 0 { 0 } else { 100 })
    }

    /// More at once make it slower, not faster.
    fn at_once(&self) -> usize {
        FIRST_AT_ONCE
    }
}

/// The devices of a run, in one task each, on a thread of their own that gives way to whoever else works on its core: their
/// handshakes are not to be seen in the pages that are timed beside them.
pub struct Herd {
    runtime: Option<Runtime>,
    devices: JoinSet<()>,
    count: usize,
    shared: Arc<Shared>,
}

struct Shared {
    first_turns: Semaphore,
    turns: Semaphore,
    board: Mutex<Board>,
    changed: Notify,
}

/// Who has come since somebody last asked, and how many are there.
#[derive(Default)]
struct Board {
    present: usize,
    /// When each device came first.
    came: Vec<Option<Instant>>,
    /// Devices that came more than once.
    again: usize,
    why: Option<Failure>,
}

/// What came of a wait.
pub struct Arrivals {
    /// In order, one for each device that came.
    pub times: Vec<Instant>,
    /// Devices that never came, or did not stay at first.
    pub lost: usize,
}

impl Herd {
    /// So many devices, each in at least once. Fails when nobody more gets in.
    pub async fn gather<W: Way>(way: &Arc<W>, count: usize) -> Outcome<Self> {
        let shared = Arc::new(Shared {
            first_turns: Semaphore::new(FIRST_AT_ONCE),
            turns: Semaphore::new(way.at_once()),
            board: Mutex::new(Board::of(count)),
            changed: Notify::new(),
        });
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .on_thread_start(|| {
                // Where it may not, the pages only look slower than they are.
                let _ = setpriority_process(None, NICE);
            })
            .enable_all()
            .build()?;
        let mut devices = JoinSet::new();
        for device in 0..count {
            let (way, shared) = (Arc::clone(way), Arc::clone(&shared));
            devices.spawn_on(async move { shared.live(&*way, device).await }, runtime.handle());
        }
        let herd = Self {
            runtime: Some(runtime),
            devices,
            count,
            shared,
        };
        let missing = count - herd.wait().await.times.len();
        if missing > 0 {
            let why = herd.shared.board().why.take();
            let why = why.map_or_else(String::new, |why| why.to_string());
            return Err(Failure::new(format!(
                "{missing} of {count} devices did not get in: {why}"
            )));
        }
        Ok(herd)
    }

    /// Forgets who has come.
    pub fn forget_arrivals(&self) {
        let mut board = self.shared.board();
        let present = board.present;
        *board = Board::of(self.count);
        board.present = present;
    }

    /// Waits until each device is connected, or no more come.
    pub async fn wait(&self) -> Arrivals {
        let mut before = 0;
        loop {
            let changed = timeout(PATIENCE, self.shared.changed.notified()).await;
            let board = self.shared.board();
            let mut times: Vec<Instant> = board.came.iter().copied().flatten().collect();
            let stuck = changed.is_err() && times.len() == before;
            before = times.len();
            if stuck || (board.present == self.count && times.len() == self.count) {
                times.sort();
                let lost = self.count - times.len() + board.again;
                return Arrivals { times, lost };
            }
        }
    }

    /// Fails if one is not connected at this moment.
    pub fn all_present(&self) -> Outcome {
        let (present, count) = (self.shared.board().present, self.count);
        if present == count {
            return Ok(());
        }
        Err(Failure::new(format!(
            "{present} of {count} devices are connected at the end"
        )))
    }

    /// All of them leave.
    pub async fn leave(mut self) {
        self.devices.shutdown().await;
    }
}

impl Drop for Herd {
    fn drop(&mut self) {
        // To wait here would stop the runtime that we are in.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Shared {
    async fn live<W: Way>(&self, way: &W, device: usize) {
        let mut failures = 0;
        let mut first = true;
        loop {
            let connected = {
                let turns = if first { &self.first_turns } else { &self.turns };
                let Ok(_turn) = turns.acquire().await else { return };
                // In a box: what a handshake needs is not kept by 15,000 tasks afterwards.
                Box::pin(way.connect(Visit::new(device, Handshake::Full))).await
            };
            let failure = match connected {
                Ok(held) => {
                    (failures, first) = (0, false);
                    self.came(device);
                    let failure = held.hold().await;
                    self.board().present -= 1;
                    failure
                }
                Err(failure) => {
                    failures += 1;
                    failure
                }
            };
            self.board().why = Some(failure);
            sleep(way.pause(device, failures)).await;
        }
    }

    fn came(&self, device: usize) {
        let mut board = self.board();
        board.present += 1;
        match board.came.get_mut(device) {
            Some(first @ None) => *first = Some(Instant::now()),
            _ => board.again += 1,
        }
        self.changed.notify_one();
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Board {
    fn of(devices: usize) -> Self {
        Self {
            came: vec![None; devices],
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::watch;

    use super::*;

    #[test]
    fn the_window_grows_while_nobody_answers_and_keeps_its_bounds() {
        let of = |told, failures| window(Duration::from_secs(told), failures).as_secs();
        assert_eq!(
            [0, 1, 2, 4, 99].map(|failures| of(15, failures)),
            [15, 30, 60, 240, 240]
        );
        assert_eq!((of(60, 4), of(3_600, 1)), (300, 3_600));
    }

    /// A way on which every connection breaks when the test says so.
    struct Breaking(watch::Sender<()>);

    struct Thread(watch::Receiver<()>);

    impl Held for Thread {
        async fn hold(mut self) -> Failure {
            self.0.changed().await.unwrap();
            Failure::new("broken")
        }
    }

    impl Way for Breaking {
        type Held = Thread;

        async fn connect(&self, _: Visit) -> Outcome<Thread> {
            Ok(Thread(self.0.subscribe()))
        }

        fn pause(&self, _: usize, _: u32) -> Duration {
            Duration::ZERO
        }

        fn at_once(&self) -> usize {
            2
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_herd_that_lost_its_server_comes_back_and_is_counted_once() {
        let breaking = Arc::new(Breaking(watch::Sender::new(())));
        let herd = Herd::gather(&breaking, 3).await.unwrap();
        herd.all_present().unwrap();
        herd.forget_arrivals();
        let broken = Instant::now();
        breaking.0.send_replace(());
        let arrivals = herd.wait().await;
        assert_eq!((arrivals.times.len(), arrivals.lost), (3, 0));
        assert!(arrivals.times.iter().all(|time| *time >= broken));
        herd.leave().await;
    }
}
