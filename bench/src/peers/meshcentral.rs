//! MeshCentral (npm): a server of the same kind as ours, with its own database (NeDB), as it is when it is installed.
//!
//! Its agents prove themselves inside TLS with an RSA signature, not by a client certificate. So "connected until accepted" is
//! what compares, never handshakes.

mod agent;
mod identities;

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA384, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use serde_json::json;

use self::agent::Agent;
pub use self::agent::HeldAgent;
use self::identities::Identities;
use super::{Server, Visit, free_address};
use crate::failure::{Doing as _, Failure, Outcome};
use crate::machine::process::Process;
use crate::programs::{Core, Program};

/// Its administrator, to whom new agents belong.
pub const ADMINISTRATOR: &str = "admin";
/// The administrator's password.
pub const PASSWORD: &str = "only for benchmarks on this machine 1";
/// Length of a SHA-384 hash, in bytes.
const HASH: usize = 48;
/// How long it is left alone after it listens.
const WARM_UP: Duration = Duration::from_secs(3);

/// An installed MeshCentral with an administrator and its certificates. The folder stays for as long as this lives.
pub struct Installation {
    peers: PathBuf,
    folder: tempfile::TempDir,
    address: SocketAddr,
    agent: Arc<Agent>,
}

impl Installation {
    /// Sets one up in a folder below `place`, with identities for so many agents. Takes some seconds, and minutes when the RSA keys
    /// of the agents have to be made first; those are kept in `place`.
    pub async fn new(peers: &Path, place: &Path, agents: usize) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("meshcentral").tempdir_in(place)?;
        let address = free_address()?;
        let identities = Identities::kept_in(&place.join("meshcentral-agents.jsonl"), agents)?;
        for name in ["data", "files"] {
            fs::create_dir(folder.path().join(name))?;
        }
        let config = json!({
            "settings": {
                "cert": "meshcentral.contoso.example", "WANonly": true,
                "port": address.port(), "portBind": address.ip().to_string(), "exactports": true, "redirPort": 0, "mpsPort": 0,
                "selfUpdate": false, "noAgentUpdate": 1, "agentTimeStampServer": false, "autoBackup": false,
            },
            "domains": { "": { "orphanAgentUser": ADMINISTRATOR, "newAccounts": false } },
        });
        fs::write(folder.path().join("data/config.json"), config.to_string())?;
        let mut made = Self {
            peers: peers.to_owned(),
            folder,
            address,
            agent: Arc::new(Agent::unacquainted(identities)),
        };
        made.run(&["--createaccount", ADMINISTRATOR, "--pass", PASSWORD])?;
        made.run(&["--adminaccount", ADMINISTRATOR])?;
        // It makes its certificates at its first start.
        made.launch(Core::Any).await?.stop()?;
        let agent = Arc::get_mut(&mut made.agent).ok_or_else(|| Failure::new("the agent is in use"))?;
        let certificate = |name: &str| {
            let path = made.folder.path().join("data").join(name);
            CertificateDer::from_pem_file(&path).doing(path.display())
        };
        let mut roots = RootCertStore::empty();
        roots.add(certificate("root-cert-public.crt")?)?;
        agent.tls = Arc::new(
            ClientConfig::builder()
                .with_root_certificates(roots)
                .with_no_client_auth(),
        );
        agent.server = hash(&certificate("webserver-cert-public.crt")?)?;
        Ok(made)
    }

    /// Starts it and waits until it answers.
    pub async fn start(&self, core: Core) -> Outcome<MeshCentral> {
        let program = self.launch(core).await?;
        tokio::time::sleep(WARM_UP).await;
        Ok(self.running(program))
    }

    /// Starts it and waits no longer than until it listens: what agents do that have lost it.
    pub async fn start_unready(&self, core: Core) -> Outcome<MeshCentral> {
        Ok(self.running(self.launch(core).await?))
    }

    /// Its agents, which come to whatever process listens at the moment.
    pub fn agents(&self) -> Agents {
        Agents {
            address: self.address,
            agent: Arc::clone(&self.agent),
        }
    }

    fn running(&self, program: Program) -> MeshCentral {
        MeshCentral {
            program,
            agents: self.agents(),
        }
    }

    async fn launch(&self, core: Core) -> Outcome<Program> {
        let mut command = self.command(core);
        let mut program = Program::start("meshcentral", self.folder.path(), &mut command)?;
        program
            .until(|| TcpStream::connect(self.address).ok().map(drop))
            .await?;
        Ok(program)
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        let done = self
            .command(Core::Any)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .doing("cannot start MeshCentral")?;
        let said = String::from_utf8_lossy(&done.stdout);
        if said.contains("Done") {
            return Ok(());
        }
        let errors = String::from_utf8_lossy(&done.stderr);
        Err(Failure::new(format!(
            "MeshCentral {}: {said}{errors}",
            arguments.join(" ")
        )))
    }

    fn command(&self, core: Core) -> Command {
        let mut command = core.command("node");
        command
            .arg("--require")
            .arg(self.peers.join("one-process.cjs"))
            .arg(self.peers.join("node_modules/meshcentral"))
            // The server itself, without the process that watches it.
            .args(["--launch", "1", "--datapath"])
            .arg(self.folder.path().join("data"))
            .arg("--filespath")
            .arg(self.folder.path().join("files"));
        // With a proxy it would want more packages, and install them.
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] {
            command.env_remove(name);
        }
        command
    }
}

/// A running MeshCentral. Killed when it is dropped.
pub struct MeshCentral {
    program: Program,
    agents: Agents,
}

/// The agents of an installation.
#[derive(Clone)]
pub struct Agents {
    address: SocketAddr,
    agent: Arc<Agent>,
}

impl Agents {
    /// Connects an agent until it is accepted.
    pub async fn connect(&self, visit: Visit) -> Outcome<HeldAgent> {
        self.agent.connect(self.address, visit).await
    }
}

impl MeshCentral {
    /// Where its pages are, for a browser.
    pub fn address(&self) -> SocketAddr {
        self.agents.address
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

impl Server for MeshCentral {
    type Held = HeldAgent;

    fn name(&self) -> &'static str {
        "MeshCentral"
    }

    fn process(&self) -> Process {
        self.program.process()
    }

    async fn connect(&self, visit: Visit) -> Outcome<HeldAgent> {
        self.agents.connect(visit).await
    }
}

/// SHA-384.
fn hash(bytes: &[u8]) -> Outcome<[u8; HASH]> {
    Ok(digest(&SHA384, bytes).as_ref().try_into()?)
}

/// As it is kept in a file.
fn encoded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn decoded(text: &str) -> Outcome<Vec<u8>> {
    STANDARD.decode(text).doing("a kept identity")
}
