//! `cosmos`: the Customer Portal, the Onboarding Service and the UMS, any subset of them in one process.

use std::process::ExitCode;

use clap::Parser as _;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

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
