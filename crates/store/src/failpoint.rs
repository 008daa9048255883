//! Where a process dies, for tests: with feature `test-databases` and `COSMOS_DIE_AT=n` it ends at the n-th step of its database
//! work, as by `kill -9`. In every other build this is nothing.

/// A step that may be the last: after a statement, before a commit, after a commit.
#[cfg(feature = "test-databases")]
pub(crate) fn step() {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicI64, Ordering};

    static LEFT: LazyLock<Option<AtomicI64>> = LazyLock::new(|| {
        let at = std::env::var("COSMOS_DIE_AT").ok()?.parse().ok()?;
        Some(AtomicI64::new(at))
    });
    if LEFT
        .as_ref()
        .is_some_and(|left| left.fetch_sub(1, Ordering::SeqCst) == 1)
    {
        std::process::abort();
    }
}

#[cfg(not(feature = "test-databases"))]
#[inline]
pub(crate) fn step() {}
