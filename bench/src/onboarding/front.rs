//! The neighbours of an Onboarding Service: nginx, which speaks TLS for it, and the identity provider of its one customer. Both
//! run beside the generator, so that the server's core is the server's alone.

use std::fs;
use std::net::{SocketAddr, TcpStream};

use serde::Deserialize;

use crate::Stage;
use crate::failure::{Doing as _, Outcome};
use crate::machine::process::Process;
use crate::peers::certificates::Certificates;
use crate::programs::{Core, Program};

/// Password of everybody at the identity provider.
pub const PASSWORD: &str = "only for benchmarks at the provider";
/// Where Debian puts it; `/usr/sbin` is not on everybody's path.
const NGINX: &str = "/usr/sbin/nginx";
/// What nginx notes of each request of a server of ours: whether its TLS session was an earlier one's.
const NOTED: &str = "front.log";

/// A running nginx.
pub struct Front {
    program: Program,
    folder: std::path::PathBuf,
}

impl Front {
    /// Passes on what comes to `front` by TLS to `service`.
    pub async fn start(certificates: &Certificates, front: SocketAddr, service: SocketAddr) -> Outcome<Self> {
        let folder = certificates.folder();
        let configuration = folder.join("front.conf");
        let text = CONFIGURATION
            .replace("FRONT", &front.to_string())
            .replace("SERVICE", &service.to_string())
            .replace("NOTED", NOTED);
        fs::write(&configuration, text)?;
        let mut command = Core::Any.command(NGINX);
        command
            .args(["-e", "stderr", "-p"])
            .arg(folder)
            .arg("-c")
            .arg(&configuration);
        let mut program = Program::start("front", folder, &mut command)?;
        program.until(|| TcpStream::connect(front).ok().map(drop)).await?;
        Ok(Self {
            program,
            folder: folder.to_owned(),
        })
    }

    pub fn process(&self) -> Process {
        self.program.process()
    }

    /// Of the connections that servers of ours have made to it so far: how many, and how many resumed an earlier session.
    pub fn calls(&self) -> Outcome<(usize, usize)> {
        let file = self.folder.join(NOTED);
        let text = fs::read_to_string(&file).doing(file.display())?;
        let resumed = text.lines().filter(|line| *line == "r").count();
        Ok((text.lines().count(), resumed))
    }
}

/// Devices and browsers say where they come from, as a proxy of their own office would. A server says nothing: each of its
/// questions counts as one of another server, since a service has many and each has its own rate.
const CONFIGURATION: &str = r#"
daemon off;
master_process off;
pid front.pid;
error_log stderr warn;
worker_rlimit_nofile 20000;
events { worker_connections 19000; }
http {
    map $request_id $server { "~^(?<a>....)(?<b>....)" "2001:db8:$a:$b::1"; }
    map $http_x_forwarded_for $client { "" $server; default $http_x_forwarded_for; }
    map $http_user_agent $ours { "~^cosmos/" 1; default 0; }
    log_format reused $ssl_session_reused;
    access_log NOTED reused if=$ours;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    upstream service { server SERVICE; keepalive 128; keepalive_requests 1000000; }
    server {
        listen FRONT ssl backlog=4096;
        server_name localhost;
        ssl_certificate server.pem;
        ssl_certificate_key server.key;
        ssl_protocols TLSv1.3;
        ssl_ecdh_curve X25519;
        location / {
            proxy_pass http://service;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $client;
        }
    }
}
"#;

/// A running `bench/peers/idp.mjs`.
pub struct Idp {
    program: Program,
    pub client: Client,
}

/// What a client has to know of it.
#[derive(Clone, Debug, Deserialize)]
pub struct Client {
    pub issuer: String,
    #[serde(rename = "client_id")]
    pub id: String,
    #[serde(rename = "client_secret")]
    pub secret: String,
}

impl Idp {
    /// For the one client that is called back at `call_back`.
    pub async fn start(stage: &Stage, certificates: &Certificates, call_back: &str) -> Outcome<Self> {
        let folder = certificates.folder();
        let announced = folder.join("idp.json");
        let mut command = Core::Any.command("node");
        command
            .env("NODE_ENV", "production")
            .arg(stage.peers.join("idp.mjs"))
            .arg(folder)
            .arg(&announced)
            .args([call_back, PASSWORD]);
        let mut program = Program::start("idp", folder, &mut command)?;
        let client = program
            .until(|| serde_json::from_str(&fs::read_to_string(&announced).ok()?).ok())
            .await?;
        Ok(Self { program, client })
    }

    pub fn process(&self) -> Process {
        self.program.process()
    }
}
