//! Node.js and npm packages: of `end2end/` (wasm-opt, lightningcss, Playwright and the neighbours of the tests), and of
//! `bench/peers/`, the servers that ours is measured beside.

use std::fs;

use crate::{
    failure::{Doing as _, Failure, Outcome},
    run::{output, run},
    workspace::{Workspace, find_program},
};

const OLDEST_NODE: u32 = 20;

/// Checks Node first, then installs in `folder` exactly what its lock file says, unless that is what is there.
pub fn install(workspace: &Workspace, folder: &str) -> Outcome {
    check_node(workspace)?;
    let folder = workspace.path(folder);
    let lock = folder.join("package-lock.json");
    let wanted = fs::read_to_string(&lock).doing(lock.display())?;
    let stamp = folder.join("node_modules/.installed-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    eprintln!("installing npm packages (about 10 s)");
    let mut npm = workspace.command("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .env("PUPPETEER_SKIP_DOWNLOAD", "1");
    run(&mut npm)?;
    fs::write(&stamp, wanted).doing(stamp.display())
}

fn check_node(workspace: &Workspace) -> Outcome {
    if find_program("node").is_none() || find_program("npm").is_none() {
        return Err(Failure::new(format!(
            "Node.js {OLDEST_NODE} or newer with npm is needed, and is not on PATH"
        )));
    }
    let version = output(workspace.command("node").arg("--version"))?;
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        _ => Err(Failure::new(format!(
            "Node.js {OLDEST_NODE} or newer is needed; this is {version}"
        ))),
    }
}
