//! Programs of the operating system that the tests and benchmarks start: browser, database server, reverse proxy, the EST client
//! nobody here wrote, servers to be measured beside.

use std::{path::Path, process::Command};

use crate::{
    failure::{Failure, Outcome},
    run::run,
    workspace::find_program,
};

/// A program and the Debian packages that bring it.
type Programs = &'static [(&'static str, &'static [&'static str])];

/// What the tests start.
pub const OF_TESTS: Programs = &[
    // Without a font of its own a page has boxes for letters.
    ("chromium", &["chromium", "fonts-liberation"]),
    ("nginx", &["nginx-light"]),
    // A name server nobody here wrote, for the proofs of domains.
    ("nsd", &["nsd"]),
    ("openssl", &["openssl"]),
    ("curl", &["curl"]),
    ("setpriv", &["util-linux"]),
    // The SAML identity provider nobody here wrote: pysaml2, whose own script tells that it is there, signing with xmlsec1.
    ("make_metadata", &["python3-pysaml2"]),
    ("xmlsec1", &["xmlsec1"]),
];

/// What the benchmarks start beside that.
pub const OF_BENCHMARKS: Programs = &[
    ("taskset", &["util-linux"]),
    ("nats-server", &["nats-server"]),
    ("mosquitto", &["mosquitto"]),
];

/// Installs what is missing as root on Debian; elsewhere says what to install.
pub fn install(programs: &[Programs]) -> Outcome {
    let mut missing: Vec<&str> = Vec::new();
    for (program, packages) in programs.iter().copied().flatten() {
        if find_program(program).is_none() {
            missing.extend(*packages);
        }
    }
    if !postgres_server() {
        // libpq-dev brings pg_config, which says where the server programs lie.
        missing.extend(["postgresql", "libpq-dev"]);
    }
    if missing.is_empty() {
        return Ok(());
    }
    let wanted = missing.join(" ");
    if !(rustix::process::geteuid().is_root() && Path::new("/etc/debian_version").exists()) {
        return Err(Failure::new(format!(
            "these programs are missing; on Debian: sudo apt-get install {wanted}\n\
             (elsewhere: the programs of these names, and the PostgreSQL server programs)"
        )));
    }
    eprintln!("installing Debian packages: {wanted} (about 1 min)");
    run(&mut apt(&["update", "--quiet=2"]))?;
    let mut install = apt(&["install", "--yes", "--quiet=2", "--no-install-recommends"]);
    run(install.args(&missing))
}

fn postgres_server() -> bool {
    let Ok(answer) = Command::new("pg_config").arg("--bindir").output() else {
        return false;
    };
    let folder = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
    find_program("psql").is_some() && Path::new(&folder).join("postgres").is_file()
}

fn apt(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    command
}
