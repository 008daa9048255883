//! nginx with `ssl_verify_client on; return 204`: what a mutual-TLS handshake costs it, and hardly anything else.

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::certificates::Certificates;
use super::{Held, Server, Visit, free_address};
use crate::devices::tls::Fleet;
use crate::failure::{Failure, Outcome};
use crate::machine::process::Process;
use crate::programs::{Core, Program};

/// Where Debian puts it; `/usr/sbin` is not on everybody's path.
const PROGRAM: &str = "/usr/sbin/nginx";

/// A running nginx of one process and the devices that come to it.
pub struct Nginx {
    program: Program,
    to: SocketAddr,
    fleet: Arc<Fleet>,
}

impl Nginx {
    pub async fn start(certificates: &Certificates, fleet: Arc<Fleet>) -> Outcome<Self> {
        let folder = certificates.folder();
        let to = free_address()?;
        let announced = folder.join("nginx.pid");
        // Of an earlier start.
        let _ = fs::remove_file(&announced);
        let configuration = folder.join("nginx.conf");
        fs::write(&configuration, CONFIGURATION.replace("LISTEN", &to.to_string()))?;
        let mut command = Core::Server.command(PROGRAM);
        command
            .args(["-e", "stderr", "-p"])
            .arg(folder)
            .arg("-c")
            .arg(&configuration);
        let mut program = Program::start("nginx", folder, &mut command)?;
        // It writes its id once it listens.
        program
            .until(|| fs::read_to_string(&announced).ok().filter(|id| !id.is_empty()))
            .await?;
        Ok(Self { program, to, fleet })
    }
}

const CONFIGURATION: &str = r"
daemon off;
master_process off;
pid nginx.pid;
error_log stderr warn;
worker_rlimit_nofile 20000;
events { worker_connections 19000; }
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    keepalive_timeout 3600s;
    server {
        listen LISTEN ssl backlog=4096;
        server_name localhost;
        ssl_certificate server.pem;
        ssl_certificate_key server.key;
        ssl_client_certificate devices.pem;
        ssl_verify_client on;
        ssl_protocols TLSv1.3;
        ssl_ecdh_curve X25519;
        location / { return 204; }
    }
}
";

/// A kept connection.
pub struct Kept(TlsStream<TcpStream>);

impl Held for Kept {
    async fn hold(mut self) -> Failure {
        let mut more = [0; 64];
        match self.0.read(&mut more).await {
            Ok(0) => Failure::new("nginx has closed the connection"),
            Ok(_) => Failure::new("nginx says more than it was asked"),
            Err(error) => error.into(),
        }
    }
}

impl Server for Nginx {
    type Held = Kept;

    fn name(&self) -> &'static str {
        "nginx"
    }

    fn process(&self) -> Process {
        self.program.process()
    }

    async fn connect(&self, visit: Visit) -> Outcome<Kept> {
        let mut stream = self.fleet.open(self.to, visit).await?;
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await?;
        let mut answer = Vec::with_capacity(512);
        while !answer.ends_with(b"\r\n\r\n") {
            if stream.read_buf(&mut answer).await? == 0 {
                return Err(Failure::new("nginx does not answer"));
            }
        }
        if !answer.starts_with(b"HTTP/1.1 204 ") {
            let text = String::from_utf8_lossy(&answer).into_owned();
            return Err(Failure::new(format!("nginx answered {text}")));
        }
        Ok(Kept(stream))
    }
}
