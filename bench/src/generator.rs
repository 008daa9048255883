//! Load that stays on the second core, so that the server on the first one is never disturbed.

use std::thread;

use rustix::thread::{CpuSet, sched_setaffinity};

use crate::failure::{Failure, Outcome};

/// Runs `work` on one thread that is bound to the second core, if there is one. What it starts inherits that, unless it is
/// started with a core of its own.
pub fn on_second_core<T: Send>(
    work: impl FnOnce(tokio::runtime::Runtime) -> Outcome<T> + Send,
) -> Outcome<T> {
    tokio::task::block_in_place(|| {
        thread::scope(|scope| {
            let working = scope.spawn(|| {
                if thread::available_parallelism().is_ok_and(|cores| cores.get() > 1) {
                    let mut second = CpuSet::new();
                    second.set(1);
                    sched_setaffinity(None, &second)?;
                }
                work(
                    tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()?,
                )
            });
            working.join().map_err(|_| Failure::new("the generator failed"))?
        })
    })
}
