//! `cargo xtask demo`: the whole system with example data on this machine, on loopback only, kept under `data/demo`.

mod contoso;
mod secrets;
mod supervise;

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use clap::Args;

use crate::{
    demo::{secrets::Secrets, supervise::Supervisor},
    failure::{Doing as _, Failure, Outcome},
    release,
    run::run,
    setup::{self, Needs},
    workspace::Workspace,
};

const START_WITHIN: Duration = Duration::from_mins(1);

/// Fixed, because they stand in the example records and in the README.
const PORTAL: u16 = 8080;
const ONBOARDING: u16 = 8081;
const UMS: u16 = 8443;
const METRICS: u16 = 9464;
const IDP: u16 = 9400;
const MAIL_SMTP: u16 = 9425;
const MAIL_WEB: u16 = 9480;

/// The folders and programs of the demo.
pub struct Demo<'a> {
    workspace: &'a Workspace,
    folder: PathBuf,
}

#[derive(Args)]
pub struct Options {
    /// Start what the last build left
    #[arg(long)]
    no_build: bool,
    /// Show what the programs say, not only in their log files
    #[arg(long)]
    verbose: bool,
}

pub fn demo(workspace: &Workspace, options: &Options) -> Outcome {
    setup::prepare(workspace, Needs::Build)?;
    if !options.no_build {
        release::build(workspace)?;
        run(workspace
            .cargo()
            .args(["build", "--release", "--package", "device"]))?;
    }

    let demo = Demo {
        workspace,
        folder: workspace.path("data/demo"),
    };
    fs::create_dir_all(&demo.folder).doing(demo.folder.display())?;
    ports_are_free()?;
    let config = demo.folder.join("cosmos.toml");
    fs::write(&config, configuration(&demo.folder)).doing(config.display())?;

    let mut supervisor = Supervisor::new(demo.folder.join("logs"), options.verbose)?;
    demo.start_neighbours(&mut supervisor)?;
    demo.start_server(&mut supervisor)?;

    let mut secrets = Secrets::open(&demo.folder)?;
    let sign_ins = contoso::prepare(&demo, &mut secrets)?;
    fs_private(&demo.folder.join("sign-ins.txt"), &sign_ins)?;
    contoso::start_fleet(&demo, &mut supervisor, &mut secrets)?;

    println!(
        "\n{sign_ins}\nLogs are in {}. Ctrl-C ends all of it; the data stays.",
        demo.folder.join("logs").display()
    );
    supervisor.until_interrupted()?;
    println!("\nending …");
    Ok(())
}

impl Demo<'_> {
    fn start_neighbours(&self, supervisor: &mut Supervisor) -> Outcome {
        let neighbour = |script: &str| {
            let mut command = self.workspace.command("node");
            command
                .arg(self.workspace.path("end2end/fixtures").join(script))
                .arg("--with-parent");
            command
        };
        let mut mail = neighbour("mail.mjs");
        mail.args([
            "--smtp-port",
            &MAIL_SMTP.to_string(),
            "--http-port",
            &MAIL_WEB.to_string(),
        ]);
        let mail = supervisor.start("mail", &mut mail)?;
        let mut idp = neighbour("idp.mjs");
        idp.args([
            "--port",
            &IDP.to_string(),
            "--redirect-uri",
            &format!("http://localhost:{ONBOARDING}/"),
        ]);
        let idp = supervisor.start("idp", idp.arg("--state").arg(self.folder.join("idp")))?;
        supervisor.announcement(mail, START_WITHIN)?;
        supervisor.announcement(idp, START_WITHIN)?;
        Ok(())
    }

    fn start_server(&self, supervisor: &mut Supervisor) -> Outcome {
        let addresses = self.folder.join("run/addresses.json");
        match fs::remove_file(&addresses) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).doing(addresses.display());
            }
            _ => {}
        }
        let mut command = self.cosmos();
        supervisor.start(
            "cosmos",
            command
                .arg("serve")
                .envs(release::site_environment(self.workspace)),
        )?;
        supervisor.until("cosmos", START_WITHIN, || {
            let text = fs::read_to_string(&addresses).ok()?;
            serde_json::from_str::<serde_json::Value>(&text).ok()
        })?;
        Ok(())
    }

    /// `cosmos --config data/demo/cosmos.toml …`, without settings of ours that it would read as its own.
    fn cosmos(&self) -> Command {
        let mut command = self.workspace.command(release::server(self.workspace));
        without_own_variables(&mut command);
        command.arg("--config").arg(self.folder.join("cosmos.toml"));
        command
    }

    /// `cosmos-device --state data/demo/devices …`: its folder is its own.
    fn device(&self) -> Command {
        let mut command = self
            .workspace
            .command(self.workspace.built("release/cosmos-device"));
        without_own_variables(&mut command);
        command.arg("--state").arg(self.folder.join("devices"));
        command
    }
}

fn without_own_variables(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("COSMOS_") {
            command.env_remove(name);
        }
    }
}

/// A plain sentence now instead of a server that ends in the middle.
fn ports_are_free() -> Outcome {
    for port in [PORTAL, ONBOARDING, UMS, METRICS, IDP, MAIL_SMTP, MAIL_WEB] {
        TcpListener::bind(("127.0.0.1", port)).map_err(|error| {
            Failure::new(format!(
                "the demo needs port {port} on 127.0.0.1: {error}. Does another demo run?"
            ))
        })?;
    }
    Ok(())
}

/// In the words of `server/cosmos.sample.toml`. Only here does plain HTTP to a neighbour on loopback count as good enough.
fn configuration(folder: &Path) -> String {
    let data_dir = serde_json::Value::from(folder.to_string_lossy());
    format!(
        r#"# Written by `cargo xtask demo` at each start.
data_dir = {data_dir}

[portal]
listen = "127.0.0.1:{PORTAL}"
public_url = "http://localhost:{PORTAL}"

[portal.trusted_domains]
"contoso.example" = "Contoso"

[onboarding]
listen = "127.0.0.1:{ONBOARDING}"
public_url = "http://localhost:{ONBOARDING}"

[ums]
listen = "127.0.0.1:{UMS}"
public_host = "localhost"

[ums.onboarding]
services = ["http://localhost:{ONBOARDING}"]

[metrics]
listen = "127.0.0.1:{METRICS}"

[outbound]
allow = ["127.0.0.0/8", "::1/128"]
plain_http = ["127.0.0.0/8", "::1/128"]
"#
    )
}

/// Writes a file that only its owner reads.
fn fs_private(path: &Path, text: &str) -> Outcome {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .doing(path.display())?;
    file.write_all(text.as_bytes()).doing(path.display())
}
