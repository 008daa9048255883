//! Style sheets: cargo-leptos minifies but does not follow `@import`, so they are bundled first.

use std::fs;

use crate::{
    failure::{Doing as _, Failure, Outcome},
    run::run,
    workspace::Workspace,
};

/// The application's sheet, where cargo-leptos takes it from; and the one of the onboarding service's plain pages, among the
/// files that are served as they are.
const SHEETS: [(&str, &str); 2] = [("main.css", "target/style"), ("obs.css", "public")];

/// Bundles `style/*.css`.
pub fn bundle(workspace: &Workspace) -> Outcome {
    for (sheet, folder) in SHEETS {
        let folder = workspace.path(folder);
        fs::create_dir_all(&folder).doing(folder.display())?;
        let source = workspace.path("style").join(sheet);
        if !source.is_file() {
            return Err(Failure::new(format!("style/{sheet} is missing")));
        }
        let mut command = workspace.command(workspace.npm_program("lightningcss"));
        command.args(["--bundle", "--minify"]).arg(source);
        run(command.arg("--output-file").arg(folder.join(sheet)))?;
    }
    Ok(())
}
