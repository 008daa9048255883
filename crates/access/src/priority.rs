//! Threads whose work can wait for people: they get the processor that pages leave.

/// Niceness of such a thread (setpriority(2)): beside a thread at 0 that is busy, one at 10 gets a tenth of a core. At 19 it would
/// get a hundredth, and its work would never be done beside another program that is busy.
pub const NICENESS: i32 = 10;

/// Lowers the priority of the thread that calls this. On Linux a priority belongs to the thread, whatever POSIX says
/// (setpriority(2), "C library/kernel differences"). Where it is refused, the thread works on as it is.
pub fn lower() {
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::warn!(%error, "a thread keeps the priority of everything else");
    }
}
