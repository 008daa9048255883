//! `cargo xtask bench NAME`: the product measured beside its peers. What is measured, and how, is the crate `bench`.

use clap::Args;

use crate::{
    failure::Outcome,
    release,
    run::run,
    setup::{self, Needs},
    workspace::Workspace,
};

#[derive(Args)]
pub struct Options {
    /// Measure what the last build left
    #[arg(long)]
    no_build: bool,
    /// The benchmark and its options; `help` names them all
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "NAME",
        default_value = "help"
    )]
    hand_on: Vec<String>,
}

/// Builds the release, its browser parts and the instrument, and starts it. Findings are also kept, one JSON object per line, in
/// `target/bench/findings.jsonl`.
pub fn bench(workspace: &Workspace, options: &Options) -> Outcome {
    setup::prepare(workspace, Needs::Benchmarks)?;
    if !options.no_build {
        release::build(workspace)?;
        run(workspace
            .cargo()
            .args(["build", "--release", "--locked", "--package", "bench"]))?;
    }
    let mut instrument = workspace.command(workspace.built("release/cosmos-bench"));
    instrument
        .arg("--target")
        .arg(workspace.path("target"))
        .arg("--peers")
        .arg(workspace.path("bench/peers"))
        .arg("--place")
        .arg(workspace.path("target/bench"))
        .arg("--json")
        .arg(workspace.path("target/bench/findings.jsonl"));
    run(instrument.args(&options.hand_on))
}
