//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};
use domain::{EmailAddress, Hostname, MacAddress, Port, UnitId};
use protocol::Secret;
use protocol::onboarding::Address;

use crate::failure::Failure;
use crate::first_look;
use crate::fleet;
use crate::report::Reporter;
use crate::state::Wanted;

/// The COSMOS reference device.
#[derive(Debug, Parser)]
#[command(name = "cosmos-device", max_term_width = 100)]
pub struct Cli {
    /// Folder of this device's own, made at the first start
    #[arg(
        long,
        global = true,
        default_value = "cosmos-device-state",
        env = "COSMOS_DEVICE_STATE"
    )]
    pub state: PathBuf,
    /// Print one JSON object per line on standard output, and all sentences on standard error
    #[arg(long, global = true)]
    pub json: bool,
    /// Who the device is
    #[command(flatten)]
    pub identity: IdentityArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the device calls itself. Kept, so that it has to be said only once.
#[derive(Clone, Debug, Args)]
pub struct IdentityArgs {
    /// Unit ID [default: made at the first start from the MAC address]
    #[arg(long, global = true, value_parser = unit_id)]
    pub unit_id: Option<UnitId>,
    /// MAC address [default: made at the first start]
    #[arg(long, global = true, value_parser = mac)]
    pub mac: Option<MacAddress>,
    /// Product name
    #[arg(long, global = true)]
    pub product: Option<String>,
    /// Version of the operating system
    #[arg(long, global = true)]
    pub version: Option<String>,
    /// Name of the device; in a fleet a number follows it
    #[arg(long, global = true)]
    pub name: Option<String>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Onboard this device with a company e-mail address
    Onboard(Onboard),
    /// Enrol this device with a first-authentication key
    Enroll(Enroll),
    /// Connect this device to its UMS and stay connected
    Run(Run),
    /// Enrol and run many devices in one process
    Fleet(Many),
    /// Show Unit ID, MAC address and enrolment
    Info,
}

/// Options of `onboard`.
#[derive(Debug, Args)]
pub struct Onboard {
    /// Address of the Onboarding Service: https, or http on this machine
    #[arg(long)]
    pub obs: String,
    /// The company e-mail address of the person who uses this device
    #[arg(long, value_parser = email)]
    pub email: EmailAddress,
    /// Structure tag for default directory rules
    #[arg(long)]
    pub structure_tag: Option<String>,
    /// Further certification authority for the Onboarding Service (PEM file)
    #[arg(long)]
    pub ca: Option<PathBuf>,
    /// What comes after it.
    #[command(flatten)]
    pub after: After,
}

/// A UMS and what proves that a device may join it.
#[derive(Debug, Args)]
pub struct Join {
    /// Host name or address of the UMS
    #[arg(long, value_parser = host)]
    pub server: Hostname,
    /// Port of the UMS
    #[arg(long, value_parser = port, default_value = "8443")]
    pub port: Port,
    /// First-authentication key (one-time password)
    #[arg(long, value_parser = secret, env = "COSMOS_DEVICE_KEY", hide_env_values = true)]
    pub key: Secret,
    /// Communication token: part 3 of the fingerprint of the UMS root certificate, or better all of it
    #[arg(long, value_parser = token)]
    pub token: String,
}

impl Join {
    /// The server.
    pub fn address(&self) -> Address {
        Address {
            host: self.server.clone(),
            port: self.port,
        }
    }
}

/// Options of `enroll`.
#[derive(Debug, Args)]
pub struct Enroll {
    /// Where to.
    #[command(flatten)]
    pub join: Join,
    /// What comes after it.
    #[command(flatten)]
    pub after: After,
}

/// What comes after an enrolment.
#[derive(Clone, Copy, Debug, Args)]
pub struct After {
    /// Stay connected afterwards
    #[arg(long)]
    pub run: bool,
    /// Enrol again, with the same key, a device that is enrolled already
    #[arg(long)]
    pub again: bool,
}

/// Options of `run`.
#[derive(Clone, Copy, Debug, Args)]
pub struct Run {
    /// Give up after so many tries in a row without a connection [default: never]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub attempts: Option<u32>,
}

/// Options of `fleet`.
#[derive(Debug, Args)]
pub struct Many {
    /// How many devices
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(fleet::MAX)))]
    pub count: u32,
    /// Where to.
    #[command(flatten)]
    pub join: Join,
}

impl IdentityArgs {
    /// The same for the folder.
    pub fn wanted(&self) -> Wanted {
        let Self {
            unit_id,
            mac,
            product,
            version,
            name,
        } = self.clone();
        Wanted {
            unit_id,
            mac,
            product,
            version,
            name,
        }
    }
}

/// What a command line that is not to be run is answered with.
#[derive(Debug)]
pub struct Answer {
    error: clap::Error,
    json: bool,
}

/// Reads a command line.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, Answer> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let json = arguments.iter().any(|argument| argument == "--json");
    Cli::try_parse_from(arguments).map_err(|error| Answer { error, json })
}

impl Answer {
    /// Prints help, or the fault and its code (32).
    pub fn print(&self) -> ExitCode {
        // Nothing is left to do where even this cannot be printed.
        let _ = self.error.print();
        if matches!(
            self.error.kind(),
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
        ) {
            return ExitCode::SUCCESS;
        }
        let text = self.error.to_string();
        let cause = text
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches("error: ")
            .to_owned();
        Reporter::to_terminal(self.json).failure(&Failure::arguments(cause));
        ExitCode::FAILURE
    }
}

fn email(text: &str) -> Result<EmailAddress, &'static str> {
    EmailAddress::parse(text).map_err(|_| "expected name@domain")
}

fn unit_id(text: &str) -> Result<UnitId, &'static str> {
    UnitId::parse(text).map_err(|_| "expected 6 to 64 letters, digits and hyphens")
}

fn mac(text: &str) -> Result<MacAddress, &'static str> {
    MacAddress::parse(text).map_err(|_| "expected an address such as 00:E0:C5:4A:1B:2C")
}

fn host(text: &str) -> Result<Hostname, &'static str> {
    Hostname::parse(text).map_err(|_| "expected a host name or an address, without https:// and path")
}

fn port(text: &str) -> Result<Port, &'static str> {
    Port::parse(text).map_err(|_| "expected a number from 1 to 65535")
}

fn secret(text: &str) -> Result<Secret, String> {
    Secret::new(text).map_err(|error| error.to_string())
}

fn token(text: &str) -> Result<String, &'static str> {
    if first_look::is_token(text) {
        Ok(text.to_owned())
    } else {
        Err(
            "expected 16 hexadecimal digits, as the UMS shows them under \"Cert. Fingerprint - Part 3\", or all 64",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn try_line(line: &str) -> Result<Cli, Answer> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }

    #[test]
    fn wrong_values_are_refused_and_right_ones_not() {
        let token = "B0:B1:B2:B3:B4:B5:B6:B7";
        let enroll = |host: &str, port: &str, token: &str| {
            try_line(&format!(
                "d enroll --server {host} --port {port} --key k --token {token}"
            ))
            .is_ok()
        };
        assert!(enroll("ums.contoso.example", "65535", token) && enroll("::1", "1", token));
        assert!(!enroll("https://ums.contoso.example", "8443", token) && !enroll("ums/x", "8443", token));
        assert!(
            !enroll("ums", "0", token) && !enroll("ums", "70000", token) && !enroll("ums", "8443", "B0:B1")
        );
        assert!(
            try_line("d onboard --obs https://obs --email ada@contoso.example --run --state x --json")
                .is_ok()
        );
        assert!(try_line("d onboard --obs https://obs --email ada").is_err());
        let fleet = |count: &str| {
            try_line(&format!(
                "d fleet --count {count} --server ums --key k --token {token}"
            ))
            .is_ok()
        };
        assert!(fleet("1") && fleet("100000") && !fleet("0") && !fleet("100001"));
    }
}
