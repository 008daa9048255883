//! Many devices that connect and stay, one task each.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::failure::{Failure, Outcome};
use crate::peers::{Handshake, Held as _, Server, Visit};

/// Connections that are being made at the same time: as many handshakes as our server computes at once.
const IN_FLIGHT: usize = 64;
/// Longest time in which no device gets in.
const PATIENCE: Duration = Duration::from_mins(1);

/// The devices at a server. They leave when it is dropped.
pub struct Crowd<S> {
    server: Arc<S>,
    devices: JoinSet<()>,
    count: usize,
    shared: Arc<Shared>,
}

struct Shared {
    turns: Semaphore,
    accepted: AtomicUsize,
    /// Devices that did not get in, or did not stay, and what the first of them said.
    lost: AtomicUsize,
    why: Mutex<Option<Failure>>,
    changed: Notify,
}

impl<S: Server> Crowd<S> {
    /// Nobody is there yet.
    pub fn new(server: S) -> Self {
        Self {
            server: Arc::new(server),
            devices: JoinSet::new(),
            count: 0,
            shared: Arc::new(Shared {
                turns: Semaphore::new(IN_FLIGHT),
                accepted: AtomicUsize::new(0),
                lost: AtomicUsize::new(0),
                why: Mutex::default(),
                changed: Notify::new(),
            }),
        }
    }

    pub fn server(&self) -> &S {
        &self.server
    }

    /// Devices come until there are `count`, as fast as they can. Answers how long it took. Fails if one does not get in.
    pub async fn grow(&mut self, count: usize, handshake: Handshake) -> Outcome<Duration> {
        let start = Instant::now();
        for device in self.count..count {
            let (server, shared) = (Arc::clone(&self.server), Arc::clone(&self.shared));
            self.devices
                .spawn(async move { shared.visit(&*server, Visit::new(device, handshake)).await });
        }
        self.count = count;
        loop {
            let accepted = self.shared.accepted.load(Ordering::Relaxed);
            self.nobody_lost()?;
            if accepted >= count {
                return Ok(start.elapsed());
            }
            let changed = timeout(PATIENCE, self.shared.changed.notified()).await;
            if changed.is_err() && self.shared.accepted.load(Ordering::Relaxed) == accepted {
                let name = self.server.name();
                return Err(Failure::new(format!(
                    "{accepted} of {count} devices got in at {name}, and then no more"
                )));
            }
        }
    }

    /// Whether all that came are still there.
    pub fn nobody_lost(&self) -> Outcome {
        let lost = self.shared.lost.load(Ordering::Relaxed);
        if lost == 0 {
            return Ok(());
        }
        let why = self.shared.why.lock().unwrap_or_else(PoisonError::into_inner);
        let why = why.as_ref().map_or_else(String::new, ToString::to_string);
        Err(Failure::new(format!(
            "{}: lost {lost} devices: {why}",
            self.server.name()
        )))
    }

    /// All of them leave, and can come again.
    pub async fn leave(&mut self) {
        self.devices.shutdown().await;
        self.count = 0;
        self.shared.accepted.store(0, Ordering::Relaxed);
    }
}

impl Shared {
    async fn visit<S: Server>(&self, server: &S, visit: Visit) {
        let failure = match self.enter(server, visit).await {
            Ok(held) => held.hold().await,
            Err(failure) => failure,
        };
        self.why
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(failure);
        self.lost.fetch_add(1, Ordering::Relaxed);
        self.changed.notify_one();
    }

    async fn enter<S: Server>(&self, server: &S, visit: Visit) -> Outcome<S::Held> {
        let _turn = self.turns.acquire().await?;
        // In a box: what a handshake needs is not kept by 15,000 tasks afterwards.
        let held = Box::pin(server.connect(visit)).await?;
        self.accepted.fetch_add(1, Ordering::Relaxed);
        self.changed.notify_one();
        Ok(held)
    }
}
