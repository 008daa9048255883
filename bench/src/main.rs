//! `cosmos-bench`: measures our server beside its peers, in one run. Started by `cargo xtask bench`, which builds and installs
//! what it needs. Method and figures: the page "Performance" of the documentation.

mod administrator;
mod command;
mod connect;
mod cosmos;
mod counted;
mod devices;
mod enrol;
mod failure;
mod figures;
mod generator;
mod http;
mod idle;
mod lists;
mod machine;
mod onboarding;
mod open_loop;
mod pages;
mod peers;
mod programs;
mod recovery;
mod report;
mod restart;
mod search;
mod seed;
mod sign_in;
mod sqlite;
mod start;
mod writes;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Outcome;
use crate::report::Report;

/// Measure COSMOS beside its peers.
#[derive(Parser)]
#[command(name = "cosmos-bench")]
struct Arguments {
    /// Folder of the built programs
    #[arg(long, global = true, default_value = "target")]
    target: PathBuf,
    /// Folder of the peers that npm has installed
    #[arg(long, global = true, default_value = "bench/peers")]
    peers: PathBuf,
    /// Folder on the disk to measure on
    #[arg(long, global = true, default_value = "target/bench")]
    place: PathBuf,
    /// Far smaller numbers: shows that the instrument works, and nothing else
    #[arg(long, global = true)]
    quick: bool,
    /// Append the findings to this file, one JSON object per line
    #[arg(long, global = true)]
    json: Option<PathBuf>,
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Clone, Subcommand)]
enum Bench {
    /// How fast the machine itself is at this moment
    Machine,
    /// B1: what a connected device costs while nothing happens
    Idle {
        /// Pairs of us and the peers
        #[arg(long, default_value_t = 3)]
        pairs: usize,
    },
    /// B2: a storm of devices that connect
    Connect {
        /// Pairs of us and the peers
        #[arg(long, default_value_t = 5)]
        pairs: usize,
    },
    /// B3: the server is killed under its devices while an administrator works
    Restart {
        /// Pairs of us and the peer
        #[arg(long, default_value_t = 3)]
        pairs: usize,
    },
    /// B6: one command to all connected devices
    Command {
        /// Pairs of us and the peers
        #[arg(long, default_value_t = 5)]
        pairs: usize,
    },
    /// B4: certificates by Enrolment over Secure Transport, warm and cold
    Enrol,
    /// B7: durable state of devices, at rising rates and through a kill
    Writes {
        /// An empty PostgreSQL database to write to as well, for information
        #[arg(long)]
        postgres: Option<String>,
    },
    /// Writes and says so until it is killed
    #[command(hide = true)]
    WriteUntilKilled { database: PathBuf, devices: u32 },
    /// B8: the list of devices and its search, with many devices
    Devices {
        /// Numbers of devices
        #[arg(long, value_delimiter = ',', default_values_t = [100_000, 1_000_000])]
        counts: Vec<u32>,
        /// An empty PostgreSQL database to fill and to search as well, for information
        #[arg(long)]
        postgres: Option<String>,
    },
    /// The lists of the Customer Portal: people and the audit trail
    Lists {
        /// Number of people
        #[arg(long, default_value_t = 100_000)]
        people: u32,
        /// Number of events
        #[arg(long, default_value_t = 1_000_000)]
        events: u32,
    },
    /// B15: a cold start over the database of a large fleet
    Start {
        /// Number of devices
        #[arg(long, default_value_t = 100_000)]
        devices: u32,
    },
    /// B12: what the pages weigh, and how they do in Lighthouse
    Pages,
    /// Onboardings by e-mail, from the device's question to its certificate
    Onboarding,
    /// B9: sign-ins with passwords, with page views beside
    SignIn,
    /// SEC-20: whether the time of an answer tells who is known
    Recovery,
}

/// What every benchmark works with.
struct Stage {
    target: PathBuf,
    peers: PathBuf,
    place: PathBuf,
    quick: bool,
}

impl Stage {
    /// The number to measure with, or the small one for `--quick`.
    fn number<T>(&self, full: T, quick: T) -> T {
        if self.quick { quick } else { full }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(missed) => {
            println!("\n{missed} targets were missed.");
            ExitCode::from(2)
        }
        Err(failure) => {
            eprintln!("cosmos-bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Answers how many targets were missed.
fn run(arguments: Arguments) -> Outcome<usize> {
    std::fs::create_dir_all(&arguments.place)?;
    let (bench, json) = (arguments.bench, arguments.json);
    let stage = Stage {
        target: std::path::absolute(arguments.target)?,
        peers: std::path::absolute(arguments.peers)?,
        place: std::path::absolute(arguments.place)?,
        quick: arguments.quick,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match bench {
            Bench::Machine => {
                let report = Report::new("machine", json);
                report.note(machine::probe::Probe::take(&stage.place)?);
                Ok(report.missed())
            }
            Bench::Idle { pairs } => {
                let report = Report::new("idle", json);
                generator::on_second_core(|runtime| runtime.block_on(idle::run(&stage, report, pairs)))
            }
            Bench::Connect { pairs } => {
                let report = Report::new("connect", json);
                generator::on_second_core(|runtime| runtime.block_on(connect::run(&stage, report, pairs)))
            }
            Bench::Restart { pairs } => {
                let report = Report::new("restart", json);
                generator::on_second_core(|runtime| runtime.block_on(restart::run(&stage, report, pairs)))
            }
            Bench::Command { pairs } => {
                let report = Report::new("command", json);
                generator::on_second_core(|runtime| runtime.block_on(command::run(&stage, report, pairs)))
            }
            Bench::Enrol => {
                let mut report = Report::new("enrol", json);
                enrol::run(&stage, &mut report)?;
                Ok(report.missed())
            }
            Bench::Writes { postgres } => {
                let mut report = Report::new("writes", json);
                writes::run(&stage, &mut report, postgres.as_deref()).await?;
                Ok(report.missed())
            }
            Bench::WriteUntilKilled { database, devices } => {
                writes::until_killed(&database, devices).await?;
                Ok(0)
            }
            Bench::Devices { counts, postgres } => {
                let mut report = Report::new("devices", json);
                let counts = stage.number(counts, vec![10_000]);
                search::run(&stage, &mut report, &counts, postgres.as_deref()).await?;
                Ok(report.missed())
            }
            Bench::Lists { people, events } => {
                let mut report = Report::new("lists", json);
                let (people, events) = stage.number((people, events), (10_000, 50_000));
                lists::run(&stage, &mut report, people, events).await?;
                Ok(report.missed())
            }
            Bench::Start { devices } => {
                let mut report = Report::new("start", json);
                start::run(&stage, &mut report, stage.number(devices, 10_000)).await?;
                Ok(report.missed())
            }
            Bench::Pages => {
                let mut report = Report::new("pages", json);
                pages::run(&stage, &mut report).await?;
                Ok(report.missed())
            }
            Bench::Onboarding => {
                let report = Report::new("onboarding", json);
                generator::on_second_core(|runtime| runtime.block_on(onboarding::run(&stage, report)))
            }
            Bench::SignIn => {
                let mut report = Report::new("sign-in", json);
                sign_in::run(&stage, &mut report).await?;
                Ok(report.missed())
            }
            Bench::Recovery => {
                let mut report = Report::new("recovery", json);
                recovery::run(&stage, &mut report).await?;
                Ok(report.missed())
            }
        }
    })
}
