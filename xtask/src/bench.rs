//! `cargo xtask bench`: what has a budget, measured.

use crate::{
    failure::Outcome,
    release,
    setup::{self, Needs},
    workspace::Workspace,
};

/// So far one budget is measured: the size of the first route. There are no benchmarks of time or memory yet, and it says so.
pub fn bench(workspace: &Workspace) -> Outcome {
    setup::prepare(workspace, Needs::Build)?;
    release::build(workspace)?;
    println!("there are no benchmarks of time or memory yet");
    Ok(())
}
