//! Everything that is tested through the product's own routers, in process.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails loudly"
)]

mod authorization;
mod event_words;
mod matrix;
mod plans;
mod power_cut;
mod requests;
mod stage;
mod statements;
mod workspace;
