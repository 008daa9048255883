//! `cosmos-device`: reads the command line, runs one command, and ends with 0 or 1.

use std::process::ExitCode;

use device::cli::{self, Command};
use device::{commands, report::Reporter};

fn main() -> ExitCode {
    let cli = match cli::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(answer) => return answer.print(),
    };
    start_log();
    let report = Reporter::to_terminal(cli.json);
    let mut runtime = match cli.command {
        Command::Fleet(_) => tokio::runtime::Builder::new_multi_thread(),
        _ => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = match runtime.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let failure = device::Failure::new(protocol::DeviceError::EstNotInitialised, error);
            report.failure(&failure);
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(commands::run(cli, &report)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report.failure(&failure);
            ExitCode::FAILURE
        }
    }
}

/// A log for whoever looks for a fault, on standard error: `COSMOS_DEVICE_LOG=debug`.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("COSMOS_DEVICE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("off"));
    let log = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(filter);
    // Fails only where a log runs already; there is none.
    let _ = log.try_init();
}
