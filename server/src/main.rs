//! `cosmos`: the Customer Portal, the Onboarding Service and the UMS, any subset of them in one process.

use std::process::ExitCode;

use clap::Parser as _;

#[tokio::main]
async fn main() -> ExitCode {
    match server::cli::Cli::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cosmos: {error:#}");
            ExitCode::FAILURE
        }
    }
}
