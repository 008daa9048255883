//! `cargo xtask serve`: the server from source, rebuilt and reloaded on each change.

use crate::{
    css,
    failure::Outcome,
    run::run,
    setup::{self, Needs, cargo_leptos},
    workspace::Workspace,
};

pub fn serve(workspace: &Workspace) -> Outcome {
    setup::prepare(workspace, Needs::Build)?;
    css::bundle(workspace)?;
    let mut command = cargo_leptos(workspace)?;
    // Once one page is lazy, every build is split.
    run(command.args(["watch", "--split", "--features", "kit"]))
}
