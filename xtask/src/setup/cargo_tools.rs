//! Tools that come as crates, each of one version in a folder of its own, built once per user.

use std::{
    collections::VecDeque,
    fs,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use crate::{
    failure::{Doing as _, Failure, Outcome},
    setup::{Needs, tool_folder},
    workspace::{Workspace, tools_folder},
};

/// One tool: what cargo installs, and how long two cores take for it.
pub struct Tool {
    name: &'static str,
    program: &'static str,
    version: &'static str,
    /// Some releases build only with their own lock file, some only without it.
    locked: bool,
    minutes_on_two_cores: u32,
}

/// 0.3.8 and later want a newer compiler than ours.
pub const CARGO_LEPTOS: Tool = Tool {
    name: "cargo-leptos",
    program: "cargo-leptos",
    version: "0.3.7",
    locked: true,
    minutes_on_two_cores: 13,
};
/// The same version as the crate in Cargo.lock; its own lock file names a package that no longer exists.
pub const WASM_BINDGEN: Tool = Tool {
    name: "wasm-bindgen-cli",
    program: "wasm-bindgen",
    version: "0.2.130",
    locked: false,
    minutes_on_two_cores: 2,
};
pub const CARGO_DENY: Tool = Tool {
    name: "cargo-deny",
    program: "cargo-deny",
    version: "0.20.2",
    locked: true,
    minutes_on_two_cores: 3,
};
pub const MDBOOK: Tool = Tool {
    name: "mdbook",
    program: "mdbook",
    version: "0.5.4",
    locked: true,
    minutes_on_two_cores: 2,
};

impl Tool {
    /// `<cache>/cosmos/tools/<program>-<version>`
    pub fn folder(&self) -> PathBuf {
        tool_folder(self.program, self.version)
    }

    pub fn program(&self) -> PathBuf {
        self.folder().join("bin").join(self.program)
    }
}

/// Installs what is missing, one after the other, and says how long all of it will still take.
pub fn install(needs: Needs) -> Outcome {
    let wanted: &[&Tool] = match needs {
        Needs::Compile => &[],
        Needs::Build => &[&WASM_BINDGEN, &CARGO_LEPTOS],
        Needs::Tests | Needs::Benchmarks => &[&WASM_BINDGEN, &MDBOOK, &CARGO_DENY, &CARGO_LEPTOS],
    };
    let missing: Vec<&Tool> = wanted
        .iter()
        .copied()
        .filter(|tool| !tool.program().is_file())
        .collect();
    for (done, tool) in missing.iter().enumerate() {
        let afterwards = missing.iter().skip(done + 1).map(|tool| expected(tool)).sum();
        eprintln!(
            "building tool {} of {}: {} {}",
            done + 1,
            missing.len(),
            tool.name,
            tool.version
        );
        build(tool, afterwards)?;
    }
    Ok(())
}

/// The crate in Cargo.lock and the program must speak the same format: nobody else checks it.
pub fn same_wasm_bindgen(workspace: &Workspace) -> Outcome {
    let path = workspace.path("Cargo.lock");
    let lock = fs::read_to_string(&path).doing(path.display())?;
    let mut lines = lock
        .lines()
        .skip_while(|line| *line != r#"name = "wasm-bindgen""#);
    let version = lines
        .nth(1)
        .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    match version {
        Some(version) if version == WASM_BINDGEN.version => Ok(()),
        Some(version) => Err(Failure::new(format!(
            "Cargo.lock has wasm-bindgen {version}, xtask installs wasm-bindgen-cli {}: change both together",
            WASM_BINDGEN.version
        ))),
        None => Err(Failure::new("Cargo.lock names no wasm-bindgen")),
    }
}

/// The time it takes on this machine, as far as one can say beforehand.
fn expected(tool: &Tool) -> Duration {
    let cores = thread::available_parallelism().map_or(2, |cores| u32::try_from(cores.get()).unwrap_or(2));
    Duration::from_secs(u64::from(tool.minutes_on_two_cores) * 60) * 2 / cores.max(1)
}

fn build(tool: &Tool, afterwards: Duration) -> Outcome {
    const REPORT_EVERY: Duration = Duration::from_secs(20);
    const SHOWN_AT_FAILURE: usize = 60;

    let home = tools_folder();
    fs::create_dir_all(&home).doing(home.display())?;
    let mut command = Command::new("cargo");
    // Outside the repository, whose flags are not meant for tools.
    command
        .current_dir(&home)
        .args(["install", tool.name, "--version", tool.version, "--root"])
        .arg(tool.folder());
    if tool.locked {
        command.arg("--locked");
    }
    let shown = crate::run::shown(&command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .doing(format_args!("cannot start `{shown}`"))?;

    let (sender, receiver) = mpsc::channel();
    if let Some(errors) = child.stderr.take() {
        thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
    }

    let (start, expected) = (Instant::now(), expected(tool));
    let (mut compiled, mut next_report) = (0_u32, REPORT_EVERY);
    let mut last = VecDeque::with_capacity(SHOWN_AT_FAILURE);
    loop {
        match receiver.recv_timeout(next_report.saturating_sub(start.elapsed())) {
            Ok(line) => {
                compiled += u32::from(line.trim_start().starts_with("Compiling"));
                if last.len() == SHOWN_AT_FAILURE {
                    last.pop_front();
                }
                last.push_back(line);
            }
            Err(RecvTimeoutError::Timeout) => {
                next_report += REPORT_EVERY;
                let left = expected.saturating_sub(start.elapsed());
                eprintln!(
                    "  {}: {compiled} crates compiled, {} gone, {} left; {} left for all tools",
                    tool.name,
                    minutes(start.elapsed()),
                    about(left),
                    about(left + afterwards),
                );
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child.wait().doing(&shown)?;
    if status.success() {
        return Ok(());
    }
    let last: Vec<_> = last.into();
    Err(Failure::new(format!(
        "{}\n`{shown}` failed ({status})",
        last.join("\n")
    )))
}

fn minutes(time: Duration) -> String {
    format!("{}:{:02} min", time.as_secs() / 60, time.as_secs() % 60)
}

fn about(left: Duration) -> String {
    if left.is_zero() {
        "hopefully little".to_owned()
    } else {
        format!("about {} min", left.as_secs().div_ceil(60))
    }
}
