//! The one writer of a SQLite file.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod closing;
mod notes;
mod under_load;
