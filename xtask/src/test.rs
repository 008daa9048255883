//! `cargo xtask test`: what CI runs, stage after stage, each timed; the first failure ends it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};

use crate::{
    check,
    failure::{Failure, Outcome},
    postgres::{Cluster, URL_VARIABLE},
    release,
    run::run,
    setup::{self, Needs},
    workspace::{Workspace, find_program, in_ci},
};

#[derive(Args)]
pub struct Options {
    /// Run only this stage (repeatable)
    #[arg(long = "stage", value_enum, value_name = "STAGE")]
    only: Vec<Stage>,
    /// Leave a stage out (repeatable; not in CI)
    #[arg(long, value_enum, value_name = "STAGE")]
    skip: Vec<Stage>,
    /// Run only the certificate cases of C2SP/x509-limbo, from its `limbo.json`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["only", "skip"])]
    limbo: Option<PathBuf>,
    /// Handed on to the test runner of the one `--stage` chosen: `--stage e2e -- main-job`
    #[arg(last = true)]
    hand_on: Vec<String>,
}

/// In the order in which they run: what fails fast comes first.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// Tools, npm packages, programs of the system
    Setup,
    /// rustfmt
    Format,
    /// Licences, banned crates, sources
    Deny,
    /// mdBook
    Docs,
    /// clippy for the browser
    ClippyWasm,
    /// clippy for everything else, tests included
    Clippy,
    /// Rust tests, on SQLite and PostgreSQL
    Tests,
    /// The split release build and its size line
    Release,
    /// Playwright against the release build
    E2e,
}

/// What stages share.
struct Run<'a> {
    workspace: &'a Workspace,
    hand_on: &'a [String],
    cluster: Option<Cluster>,
}

pub fn test(workspace: &Workspace, options: &Options) -> Outcome {
    if let Some(file) = &options.limbo {
        return limbo(workspace, file);
    }
    let stages = chosen(options)?;
    let mut run = Run {
        workspace,
        hand_on: &options.hand_on,
        cluster: None,
    };
    let mut times: Vec<(Stage, Duration)> = Vec::new();
    let start = Instant::now();
    for stage in stages {
        eprintln!("\n── {} ──", name(stage));
        let begin = Instant::now();
        let outcome = run.stage(stage);
        times.push((stage, begin.elapsed()));
        if let Err(failure) = outcome {
            eprintln!("\n{failure}");
            print_table(&times, start.elapsed());
            return Err(Failure::new(format!(
                "stage `{}` failed; it is above",
                name(stage)
            )));
        }
    }
    print_table(&times, start.elapsed());
    Ok(())
}

/// What others have written down about good and bad certificates (`crates/pki/tests/limbo`).
fn limbo(workspace: &Workspace, file: &Path) -> Outcome {
    let file =
        std::path::absolute(file).map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
    let mut command = check::native(workspace, "test");
    command.args(["--test", "limbo", "--", "--ignored", "--nocapture"]);
    run(command.env("COSMOS_LIMBO", file))
}

fn chosen(options: &Options) -> Outcome<Vec<Stage>> {
    if in_ci() && !(options.skip.is_empty() && options.only.is_empty()) {
        return Err(Failure::new(
            "CI runs every stage: no --stage and no --skip there",
        ));
    }
    if !options.hand_on.is_empty() && !matches!(options.only[..], [Stage::Tests | Stage::E2e]) {
        return Err(Failure::new(
            "arguments after `--` need exactly one `--stage`: tests or e2e",
        ));
    }
    let all = Stage::value_variants().iter().copied();
    // A stage alone still needs its tools; looking takes no time when they are there.
    let wanted =
        |stage: &Stage| options.only.is_empty() || *stage == Stage::Setup || options.only.contains(stage);
    Ok(all
        .filter(wanted)
        .filter(|stage| !options.skip.contains(stage))
        .collect())
}

impl Run<'_> {
    fn stage(&mut self, stage: Stage) -> Outcome {
        let workspace = self.workspace;
        match stage {
            Stage::Setup => setup::prepare(workspace, Needs::Tests),
            Stage::Format => check::format(workspace),
            Stage::Deny => run(setup::cargo_deny(workspace).args(["check", "bans", "licenses", "sources"])),
            Stage::Docs => run(setup::mdbook(workspace).args(["build", "docs"])),
            Stage::ClippyWasm => check::clippy_browser(workspace),
            Stage::Clippy => check::clippy_native(workspace),
            Stage::Tests => self.tests(),
            Stage::Release => release::build(workspace),
            Stage::E2e => self.browser_tests(),
        }
    }

    fn tests(&mut self) -> Outcome {
        let url = self.cluster_url()?;
        let mut command = if find_program("cargo-nextest").is_some() {
            check::native(self.workspace, "nextest run")
        } else {
            let mut command = check::native(self.workspace, "test");
            // Examples in comments are read, not run.
            command.args(["--lib", "--bins", "--tests"]);
            command
        };
        run(command.args(self.hand_on).env(URL_VARIABLE, url))
    }

    fn browser_tests(&mut self) -> Outcome {
        let server = release::server(self.workspace);
        if !server.is_file() {
            return Err(Failure::new(
                "there is no release build yet: cargo xtask test --stage release",
            ));
        }
        // With the features of the stage before, so that the device program needs little more than linking.
        run(check::native(self.workspace, "build").args(["--bins", "--tests"]))?;
        let folder = self.workspace.path("end2end");
        run(self
            .workspace
            .command(self.workspace.npm_program("tsc"))
            .arg("--noEmit")
            .current_dir(&folder))?;
        let url = self.cluster_url()?;
        let mut command = self.workspace.command(self.workspace.npm_program("playwright"));
        command.arg("test").args(self.hand_on).current_dir(&folder);
        command.env(URL_VARIABLE, url).env("COSMOS_BIN", server);
        run(command.env("COSMOS_DEVICE_BIN", self.workspace.built("debug/cosmos-device")))
    }

    /// One PostgreSQL for the whole run.
    fn cluster_url(&mut self) -> Outcome<String> {
        if self.cluster.is_none() {
            self.cluster = Some(Cluster::start().map_err(Failure::new)?);
        }
        Ok(self.cluster.as_ref().map(Cluster::url).unwrap_or_default())
    }
}

fn name(stage: Stage) -> String {
    stage
        .to_possible_value()
        .map(|value| value.get_name().to_owned())
        .unwrap_or_default()
}

/// Times of what ran; what did not run is not in it.
fn print_table(times: &[(Stage, Duration)], total: Duration) {
    println!();
    for (stage, time) in times {
        println!("{:<12} {:>7.1} s", name(*stage), time.as_secs_f64());
    }
    println!("{:<12} {:>7.1} s", "total", total.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(only: &[Stage], skip: &[Stage], hand_on: &[&str]) -> Options {
        let hand_on = hand_on.iter().map(|word| (*word).to_owned()).collect();
        Options {
            only: only.to_vec(),
            skip: skip.to_vec(),
            limbo: None,
            hand_on,
        }
    }

    #[test]
    fn a_stage_alone_brings_its_set_up() {
        if !in_ci() {
            let stages = chosen(&options(&[Stage::Docs], &[], &[])).unwrap();
            assert!(stages == [Stage::Setup, Stage::Docs]);
        }
    }

    #[test]
    fn all_stages_run_unless_told_otherwise() {
        let stages = chosen(&options(&[], &[], &[])).unwrap();
        assert_eq!(stages.len(), Stage::value_variants().len());
        if in_ci() {
            assert!(chosen(&options(&[], &[Stage::E2e], &[])).is_err());
        } else {
            assert_eq!(
                chosen(&options(&[], &[Stage::E2e], &[])).unwrap().len(),
                stages.len() - 1
            );
        }
    }

    #[test]
    fn arguments_are_handed_on_to_one_test_runner_only() {
        assert!(chosen(&options(&[], &[], &["main-job"])).is_err());
        if !in_ci() {
            assert!(chosen(&options(&[Stage::E2e], &[], &["main-job"])).is_ok());
        }
    }
}
