//! `cargo xtask …`: everything that is done with this repository, each command with its own set-up.

mod bench;
mod check;
mod css;
mod demo;
mod failure;
#[path = "../../crates/test-support/src/postgres.rs"]
#[expect(
    dead_code,
    clippy::panic,
    reason = "shared with the tests, which panic where we say what is missing"
)]
mod postgres;
mod release;
mod run;
mod serve;
mod setup;
mod size;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{failure::Outcome, setup::Needs, workspace::Workspace};

/// Build, run, show and test COSMOS.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what the build and the tests need; quick when it is all there
    Setup,
    /// Run the server from source and reload on each change
    Serve,
    /// Build the release and run the whole system with example data on this machine
    Demo(demo::Options),
    /// Everything that CI checks, in the same order
    Test(test::Options),
    /// Measure the product beside its peers
    Bench(bench::Options),
    /// The quick look before a commit: format and clippy, native and wasm32
    Check,
}

fn main() -> ExitCode {
    let workspace = Workspace::here();
    match execute(&Arguments::parse().command, &workspace) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn execute(command: &Command, workspace: &Workspace) -> Outcome {
    match command {
        Command::Setup => setup::prepare(workspace, Needs::Tests),
        Command::Serve => serve::serve(workspace),
        Command::Demo(options) => demo::demo(workspace, options),
        Command::Test(options) => test::test(workspace, options),
        Command::Bench(options) => bench::bench(workspace, options),
        Command::Check => check::check(workspace),
    }
}
