//! The one release build that serves the browser tests, the size line and the demo.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    css,
    failure::{Doing as _, Outcome},
    run::run,
    setup::cargo_leptos,
    size,
    workspace::Workspace,
};

/// `site-pkg-dir` of Cargo.toml: the address under which the browser parts are served.
const PACKAGE: &str = "wums-app";

/// Builds server and browser parts, split by lazy page and compressed, and holds the first page to its budget.
pub fn build(workspace: &Workspace) -> Outcome {
    css::bundle(workspace)?;
    let mut command = cargo_leptos(workspace)?;
    command.args(["build", "--release", "--split", "--precompress"]);
    run(&mut command)?;
    let package = workspace.path(&format!("target/site/{PACKAGE}"));
    compress_best(workspace, &package)?;
    size::report(&package)
}

/// gzip once more: the build takes a level that leaves a sixth of what a browser without brotli need not fetch.
fn compress_best(workspace: &Workspace, package: &Path) -> Outcome {
    let mut gzip = workspace.command("gzip");
    gzip.args(["--best", "--no-name", "--keep", "--force"]);
    for entry in fs::read_dir(package).doing(package.display())? {
        let path = entry.doing(package.display())?.path();
        if path.extension().is_some_and(|ending| ending == "gz") {
            gzip.arg(path.with_extension(""));
        }
    }
    run(&mut gzip)
}

/// The server program of that build.
pub fn server(workspace: &Workspace) -> PathBuf {
    workspace.built("release/cosmos")
}

/// What the server must be told about where its browser parts lie when it does not run under cargo-leptos.
pub fn site_environment(workspace: &Workspace) -> [(&'static str, PathBuf); 4] {
    [
        ("LEPTOS_OUTPUT_NAME", "cosmos".into()),
        ("LEPTOS_SITE_ROOT", workspace.path("target/site")),
        ("LEPTOS_SITE_PKG_DIR", PACKAGE.into()),
        ("LEPTOS_HASH_FILES", "true".into()),
    ]
}
