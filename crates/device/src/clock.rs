//! The one place where this program reads the wall clock.

use time::OffsetDateTime;

/// What time it is, by the machine.
#[expect(
    clippy::disallowed_methods,
    reason = "a program of its own without the server's clock; everything else takes the time from here"
)]
pub fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}
