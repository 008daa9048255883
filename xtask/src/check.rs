//! Format and clippy. The native half and the browser's half are two builds: `app` has the features `ssr` and `hydrate`, which
//! exclude each other, so there is never one build of the whole workspace and never `--all-features`.

use std::process::Command;

use crate::{
    failure::Outcome,
    run::run,
    setup::{self, Needs},
    workspace::{Workspace, in_ci},
};

const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

/// What a person waits for before a commit.
pub fn check(workspace: &Workspace) -> Outcome {
    setup::prepare(workspace, Needs::Compile)?;
    format(workspace)?;
    clippy_browser(workspace)?;
    clippy_native(workspace)
}

pub fn format(workspace: &Workspace) -> Outcome {
    run(workspace.cargo().args(["fmt", "--all", "--check"]))
}

/// Everything but the browser's entry point, tests included.
pub fn clippy_native(workspace: &Workspace) -> Outcome {
    let mut command = native(workspace, "clippy");
    run(command.arg("--all-targets").args(DENY_WARNINGS))
}

/// The browser's half: entry point, pages, kit and domain.
pub fn clippy_browser(workspace: &Workspace) -> Outcome {
    let mut command = workspace.cargo();
    command.args([
        "clippy",
        "--package",
        "frontend",
        "--target",
        "wasm32-unknown-unknown",
    ]);
    locked_in_ci(&mut command);
    run(command.args(DENY_WARNINGS))
}

/// `cargo VERB` over all native crates.
pub fn native(workspace: &Workspace, verb: &str) -> Command {
    let mut command = workspace.cargo();
    command
        .args(verb.split(' '))
        .args(["--workspace", "--exclude", "frontend"]);
    locked_in_ci(&mut command);
    command
}

fn locked_in_ci(command: &mut Command) {
    if in_ci() {
        command.arg("--locked");
    }
}
