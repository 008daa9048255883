//! The door to a transaction, on both databases, with a clock that stands still.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails loudly")]

mod changes;
mod jobs;
mod people;
mod seal;
mod sessions;
