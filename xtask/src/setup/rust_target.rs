//! The browser's compile target.

use std::path::Path;

use crate::{
    failure::{Failure, Outcome},
    run::{output, run},
    workspace::{Workspace, find_program},
};

const TARGET: &str = "wasm32-unknown-unknown";

/// Adds the target by rustup unless its standard library is there.
pub fn install(workspace: &Workspace) -> Outcome {
    let libraries =
        output(
            workspace
                .command("rustc")
                .args(["--print", "target-libdir", "--target", TARGET]),
        )?;
    if Path::new(&libraries).is_dir() {
        return Ok(());
    }
    if find_program("rustup").is_none() {
        return Err(Failure::new(format!(
            "the Rust compiler has no standard library for {TARGET} and there is no rustup to add it: \
             install Rust by rustup, or your distribution's package for that target"
        )));
    }
    run(workspace.command("rustup").args(["target", "add", TARGET]))
}
