//! What must be on the machine. Everything is looked at first, so that a second run takes no time.

mod cargo_tools;
mod npm;
mod packages;
mod rust_target;

use std::{env, process::Command};

use crate::{
    failure::{Failure, Outcome},
    workspace::{Workspace, tools_folder},
};

/// How much of it a command needs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// The compiler for both targets.
    Compile,
    /// And what turns it into a running product.
    Build,
    /// And everything the tests start.
    Tests,
    /// And what the product is measured beside.
    Benchmarks,
}

/// Installs what is missing, with progress; says what to install where it may not.
pub fn prepare(workspace: &Workspace, needs: Needs) -> Outcome {
    rust_target::install(workspace)?;
    if needs >= Needs::Build {
        npm::install(workspace, "end2end")?;
        cargo_tools::same_wasm_bindgen(workspace)?;
    }
    if needs >= Needs::Tests {
        let benchmarks = (needs >= Needs::Benchmarks).then_some(packages::OF_BENCHMARKS);
        let programs: Vec<_> = [packages::OF_TESTS].into_iter().chain(benchmarks).collect();
        packages::install(&programs)?;
    }
    if needs >= Needs::Benchmarks {
        npm::install(workspace, "bench/peers")?;
    }
    cargo_tools::install(needs)
}

/// Puts our wasm-bindgen, wasm-opt and lightningcss before any other on `PATH`, so that nothing is fetched by the build itself.
pub fn with_tools(workspace: &Workspace, command: &mut Command) -> Outcome {
    let ours = [
        cargo_tools::WASM_BINDGEN.folder().join("bin"),
        workspace.path("end2end/node_modules/.bin"),
    ];
    let theirs = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(ours.into_iter().chain(env::split_paths(&theirs)))
        .map_err(|error| Failure::new(format!("PATH: {error}")))?;
    command.env("PATH", path);
    Ok(())
}

/// `cargo leptos …` of the pinned version, with its tools.
pub fn cargo_leptos(workspace: &Workspace) -> Outcome<Command> {
    let mut command = workspace.command(cargo_tools::CARGO_LEPTOS.program());
    command.arg("leptos");
    with_tools(workspace, &mut command)?;
    Ok(command)
}

/// `cargo deny …` of the pinned version.
pub fn cargo_deny(workspace: &Workspace) -> Command {
    let mut command = workspace.command(cargo_tools::CARGO_DENY.program());
    command.arg("--locked");
    command
}

/// `mdbook …` of the pinned version.
pub fn mdbook(workspace: &Workspace) -> Command {
    workspace.command(cargo_tools::MDBOOK.program())
}

/// Where a pinned tool lives: a folder per version, so that two checkouts can differ.
fn tool_folder(name: &str, version: &str) -> std::path::PathBuf {
    tools_folder().join(format!("{name}-{version}"))
}
