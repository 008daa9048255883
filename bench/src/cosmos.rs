//! Our server under measurement: the built program with a configuration and a data folder of its own.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::failure::{Doing as _, Failure, Outcome};
use crate::machine::process::Process;
use crate::programs::{Core, Program};

/// Password of the superuser of a measured UMS.
pub const PASSWORD: &str = "only for benchmarks on this machine";
/// The superuser's name.
pub const SUPERUSER: &str = "superuser";

/// Where our server lies and what it has made. The folder stays for as long as this lives.
pub struct Cosmos {
    program: PathBuf,
    site: PathBuf,
    folder: tempfile::TempDir,
}

/// What a running server listens on.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Addresses {
    pub portal: SocketAddr,
    pub ums: SocketAddr,
}

/// A first-authentication key and what a device needs to know of the server.
#[derive(Clone, Debug)]
pub struct Key {
    pub secret: String,
    pub communication_token: String,
}

impl Cosmos {
    /// A server that has not been started, with an empty SQLite database in a folder of its own below `place`. `configuration` is
    /// added to what every measurement needs: free ports, loopback, quiet logs.
    pub fn new(target: &Path, place: &Path, configuration: &str) -> Outcome<Self> {
        let systems = "[portal]\nlisten = \"127.0.0.1:0\"\n[ums]\nlisten = \"127.0.0.1:0\"\npublic_host = \"localhost\"";
        Self::with(target, place, &format!("{configuration}\n{systems}"))
    }

    /// The same with the systems that `configuration` names, and no others.
    pub fn with(target: &Path, place: &Path, configuration: &str) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("cosmos").tempdir_in(place)?;
        let text = format!(
            "data_dir = \"{}\"\n{configuration}\n[log]\nfilter = \"warn\"\n[metrics]\nlisten = \"\"\n",
            folder.path().join("data").display()
        );
        fs::write(folder.path().join("cosmos.toml"), text)?;
        Ok(Self {
            program: target.join("release/cosmos"),
            site: target.join("site"),
            folder,
        })
    }

    /// From now on it listens on these addresses, instead of on any: devices and browsers find it again after a restart.
    pub fn listen_on(&self, addresses: Addresses) -> Outcome {
        let file = self.folder().join("cosmos.toml");
        let any = "listen = \"127.0.0.1:0\"";
        let text = fs::read_to_string(&file)?;
        let text = text.replacen(any, &format!("listen = \"{}\"", addresses.portal), 1);
        let text = text.replacen(any, &format!("listen = \"{}\"", addresses.ums), 1);
        Ok(fs::write(&file, text)?)
    }

    /// Its folder: configuration, logs, and `data`.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    /// `cosmos ARGUMENTS`, to its end, with `input` on standard input.
    pub fn run(&self, arguments: &[&str], input: &str) -> Outcome<String> {
        use std::io::Write as _;
        let mut child = self
            .command(Core::Any)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .doing(self.program.display())?;
        if let Some(mut standard_input) = child.stdin.take() {
            // A program that ends without reading says why itself.
            let _unread = standard_input.write_all(input.as_bytes());
        }
        let done = child.wait_with_output()?;
        if !done.status.success() {
            let errors = String::from_utf8_lossy(&done.stderr).into_owned();
            return Err(Failure::new(format!("cosmos {}: {errors}", arguments.join(" "))));
        }
        Ok(String::from_utf8_lossy(&done.stdout).into_owned())
    }

    /// Sets the superuser, so that somebody can sign in at the UMS Web App.
    pub fn set_superuser(&self) -> Outcome {
        let set = ["ums", "superuser", "set", "--name", SUPERUSER, "--password-stdin"];
        self.run(&set, PASSWORD).map(drop)
    }

    /// Makes a first-authentication key for so many devices. The server must have been started once: its certificates are made then.
    pub fn make_key(&self, uses: usize) -> Outcome<Key> {
        let text = self.run(
            &["ums", "key", "create", "--uses", &uses.to_string(), "--days", "1"],
            "",
        )?;
        let made: Value = serde_json::from_str(&text)?;
        let said = |name: &str| {
            let value = made.get(name).and_then(Value::as_str).map(str::to_owned);
            value.ok_or_else(|| Failure::new(format!("`cosmos ums key create` printed no {name}")))
        };
        Ok(Key {
            secret: said("secret")?,
            communication_token: said("communication_token")?,
        })
    }

    /// Starts it and waits until it listens.
    pub async fn start(&self, core: Core) -> Outcome<Running> {
        self.start_some(core).await
    }

    /// The same where not all systems are served.
    pub async fn start_some<A: DeserializeOwned>(&self, core: Core) -> Outcome<Running<A>> {
        let announced = self.data().join("run/addresses.json");
        // Of an earlier start.
        let _ = fs::remove_file(&announced);
        let mut program = Program::start("cosmos", self.folder(), self.command(core).arg("serve"))?;
        let addresses = program
            .until(|| serde_json::from_str(&fs::read_to_string(&announced).ok()?).ok())
            .await?;
        Ok(Running { program, addresses })
    }

    fn command(&self, core: Core) -> Command {
        let mut command = core.command(&self.program);
        command
            .arg("--config")
            .arg(self.folder().join("cosmos.toml"))
            .env("LEPTOS_OUTPUT_NAME", "cosmos")
            .env("LEPTOS_SITE_ROOT", &self.site)
            .env("LEPTOS_SITE_PKG_DIR", "wums-app")
            .env("LEPTOS_HASH_FILES", "true");
        command
    }
}

/// A server that listens. Killed when it is dropped.
pub struct Running<A = Addresses> {
    program: Program,
    pub addresses: A,
}

impl<A> Running<A> {
    pub fn process(&self) -> Process {
        self.program.process()
    }

    /// Asks it to end, and waits.
    pub fn stop(self) -> Outcome {
        self.program.stop()
    }

    /// As by a power cut.
    pub fn kill(self) -> Outcome {
        self.program.kill()
    }
}
