//! The threads that hash passwords. They are threads of their own because each hashing takes a core for about 20 ms, and they
//! run at a low priority because there is one per core: whatever else the server has to do comes first, and hashing gets what
//! is left, which without other work is everything.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use argon2::Block;
use domain::Fault;
use tokio::sync::oneshot;
use zeroize::Zeroize as _;

use crate::{Error, Result, priority};

/// How long a thread keeps its memory after its last hashing.
const KEEP: Duration = Duration::from_secs(10);

/// Threads with a bounded queue before them. They end when this is dropped, after what is in work.
pub(crate) struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    /// Most jobs that wait.
    bound: usize,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Box<dyn Job>>,
    ended: bool,
}

/// The memory of one thread, for one hashing after the other: fresh memory costs several thousand page faults each time. Wiped
/// as soon as nobody waits, and given back when nobody comes for [`KEEP`].
#[derive(Default)]
pub(crate) struct Memory {
    blocks: Vec<Block>,
    used: bool,
}

impl Memory {
    /// So many blocks. What is in them may be left over from another hashing; Argon2 overwrites all of it.
    pub(crate) fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.blocks.len() < count {
            self.wipe();
            self.blocks = vec![Block::new(); count];
        }
        self.used = true;
        &mut self.blocks
    }

    fn wipe(&mut self) {
        self.blocks.iter_mut().for_each(Block::zeroize);
        self.used = false;
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.wipe();
    }
}

impl Pool {
    /// Starts `threads` threads; `bound` jobs may wait for them.
    pub(crate) fn start(threads: usize, bound: usize) -> Self {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            changed: Condvar::new(),
            bound,
        });
        for number in 0..threads.max(1) {
            let shared = Arc::clone(&shared);
            let name = format!("hashing-{number}");
            let started = thread::Builder::new().name(name).spawn(move || shared.work());
            if let Err(error) = started {
                tracing::error!(%error, "a thread for passwords cannot be started");
            }
        }
        Self { shared }
    }

    /// Does `work` on one of the threads. Refused as [`Fault::TooMany`] when too much waits already; not begun when the caller
    /// has gone before its turn.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        self.shared.queue(Box::new(Task { work, answer }))?;
        answered.await.map_err(Error::internal)?
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.state().ended = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    /// A panic of a job does not happen under this lock, so what it guards is always whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queue(&self, job: Box<dyn Job>) -> Result<()> {
        let mut state = self.state();
        if state.waiting.len() >= self.bound {
            state.waiting.retain(|job| job.is_wanted());
        }
        if state.waiting.len() >= self.bound {
            return Err(Fault::TooMany { retry_after: 1 }.into());
        }
        state.waiting.push_back(job);
        self.changed.notify_one();
        Ok(())
    }

    fn work(&self) {
        priority::lower();
        let mut memory = Memory::default();
        while let Some(job) = self.next(&mut memory) {
            // Its caller learns of a panic by the answer that never comes; the thread goes on.
            let _panicked = catch_unwind(AssertUnwindSafe(|| job.run(&mut memory)));
        }
    }

    /// The next job that somebody waits for. `None` when the pool has ended.
    fn next(&self, memory: &mut Memory) -> Option<Box<dyn Job>> {
        let mut state = self.state();
        loop {
            if state.ended {
                return None;
            }
            match state.waiting.pop_front() {
                Some(job) if job.is_wanted() => return Some(job),
                Some(_) => {}
                None if memory.used => {
                    drop(state);
                    memory.wipe();
                    state = self.state();
                }
                None if memory.blocks.is_empty() => {
                    let woken = self.changed.wait(state);
                    state = woken.unwrap_or_else(PoisonError::into_inner);
                }
                None => {
                    let woken = self.changed.wait_timeout(state, KEEP);
                    let (held, waited) = woken.unwrap_or_else(PoisonError::into_inner);
                    state = held;
                    if waited.timed_out() && state.waiting.is_empty() {
                        memory.blocks = Vec::new();
                    }
                }
            }
        }
    }
}

trait Job: Send {
    /// Whether the caller still waits.
    fn is_wanted(&self) -> bool;
    fn run(self: Box<Self>, memory: &mut Memory);
}

struct Task<W, T> {
    work: W,
    answer: oneshot::Sender<Result<T>>,
}

impl<T: Send, W: FnOnce(&mut Memory) -> Result<T> + Send> Job for Task<W, T> {
    fn is_wanted(&self) -> bool {
        !self.answer.is_closed()
    }

    fn run(self: Box<Self>, memory: &mut Memory) {
        // Nobody waits any more: the result is of no use.
        let _gone = self.answer.send((self.work)(memory));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::task::JoinSet;

    use super::*;

    /// Occupies the only thread of the pool until the sender is dropped.
    async fn occupied(pool: &Arc<Pool>, tasks: &mut JoinSet<Result<()>>) -> mpsc::Sender<()> {
        let (release, released) = mpsc::channel::<()>();
        let (begun, has_begun) = oneshot::channel();
        let pool = Arc::clone(pool);
        tasks.spawn(async move {
            pool.run(move |_| {
                let _ = begun.send(());
                let _ = released.recv();
                Ok(())
            })
            .await
        });
        has_begun.await.unwrap();
        release
    }

    /// Queues a job by polling it once.
    macro_rules! queued {
        ($pool:expr, $work:expr) => {{
            let mut job = Box::pin($pool.run($work));
            assert!(futures_poll(job.as_mut()).is_none(), "it waits");
            job
        }};
    }

    fn futures_poll<F: Future>(job: std::pin::Pin<&mut F>) -> Option<F::Output> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match job.poll(&mut context) {
            std::task::Poll::Ready(done) => Some(done),
            std::task::Poll::Pending => None,
        }
    }

    #[tokio::test]
    async fn as_many_jobs_wait_as_are_allowed_and_one_more_is_refused() {
        let (pool, mut tasks) = (Arc::new(Pool::start(1, 2)), JoinSet::new());
        let release = occupied(&pool, &mut tasks).await;
        let (first, second) = (queued!(pool, |_| Ok(1)), queued!(pool, |_| Ok(2)));
        let refused = pool.run(|_| Ok(3)).await.unwrap_err();
        assert_eq!(refused.fault(), Some(&Fault::TooMany { retry_after: 1 }));
        drop(release);
        assert_eq!((first.await.unwrap(), second.await.unwrap()), (1, 2));
        assert_eq!(pool.run(|_| Ok(3)).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn the_job_of_a_caller_who_has_gone_is_not_done_and_takes_no_place() {
        let (pool, mut tasks) = (Arc::new(Pool::start(1, 1)), JoinSet::new());
        let release = occupied(&pool, &mut tasks).await;
        let (done, told) = mpsc::channel();
        let job = |name| {
            let done = done.clone();
            move |_: &mut Memory| {
                done.send(name).unwrap();
                Ok(())
            }
        };
        drop(queued!(pool, job("gone")));
        let stays = queued!(pool, job("stays"));
        drop(release);
        stays.await.unwrap();
        drop(done);
        assert_eq!(told.iter().collect::<Vec<_>>(), ["stays"]);
    }

    #[tokio::test]
    async fn only_the_hashing_threads_have_a_low_priority() {
        let pool = Pool::start(1, 4);
        let niceness = || rustix::process::getpriority_process(None).map_err(Error::internal);
        let before = niceness().unwrap();
        assert_eq!(pool.run(move |_| niceness()).await.unwrap(), priority::NICENESS);
        assert_eq!(niceness().unwrap(), before);
    }

    #[test]
    fn memory_is_used_again_until_it_is_too_small_and_can_be_wiped() {
        let mut memory = Memory::default();
        let written = |memory: &mut Memory| memory.blocks(2).iter().any(|block| block.as_ref() != [0; 128]);
        memory.blocks(2)[1].as_mut()[127] = 7;
        let place = memory.blocks(2).as_ptr();
        assert!(written(&mut memory) && memory.blocks(1).as_ptr() == place);

        memory.wipe();
        assert!(!written(&mut memory) && memory.blocks(3).len() == 3);
    }

    #[tokio::test]
    async fn a_panic_fails_one_job_and_not_the_next() {
        let pool = Pool::start(1, 4);
        let failed = pool.run::<()>(|_| panic!("a fault of ours")).await;
        assert!(matches!(failed, Err(Error::Internal(_))));
        assert_eq!(pool.run(|_| Ok(7)).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn the_threads_end_with_the_pool() {
        let (pool, mut tasks) = (Arc::new(Pool::start(1, 4)), JoinSet::new());
        let release = occupied(&pool, &mut tasks).await;
        let shared = Arc::downgrade(&pool.shared);
        drop(release);
        tasks.join_next().await.unwrap().unwrap().unwrap();
        drop(pool);
        // The thread holds the other reference until it returns.
        while shared.upgrade().is_some() {
            tokio::task::yield_now().await;
        }
    }
}
