//! What an idle connection costs the server, in memory: the server runs in a process of its own, so that nothing of the devices
//! is counted.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use domain::UnitId;
use domain::first_auth_key::FirstAuthKeyDraft;
use futures::{SinkExt as _, StreamExt as _, stream};
use pki::csr::new_csr;
use pki::{Certificate, KeyKind, PrivateKey};
use protocol::paths;
use protocol::unified::{Frame, FromDevice, SUBPROTOCOL, ToDevice, decode_to_device, encode};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use store::Schema;
use test_support::db;
use test_support::services::client;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout, Command};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, client_async_tls_with_config};
use ums::{enrolment, first_auth_keys};

use crate::device::hello;
use crate::server::Server;
use crate::tools::Files;

/// Connections before the measurement, which fill what all share, and with it.
const FIRST: usize = 200;
const ALL: usize = 800;
/// Connections that are opened at the same time.
const AT_ONCE: usize = 8;
/// Most bytes of the server for one more connection. Under a third of it is needed (docs, "Tuning").
const BOUND: usize = 40 * 1024;

/// Names the folder where the process that is the server leaves the certificates.
const SERVER: &str = "COSMOS_TEST_MEMORY_SERVER";
const THIS: &str = "memory::an_idle_connection_takes_less_than_forty_kibibytes";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_connection_takes_less_than_forty_kibibytes() {
    if let Some(folder) = std::env::var_os(SERVER) {
        return serve(std::path::Path::new(&folder)).await;
    }
    let files = Files::new();
    let mut server = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", THIS, "--nocapture"])
        .env(SERVER, files.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    // Held to the end: the server must be able to say what it says.
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let port = port_of(&mut lines).await;
    let devices = Devices::read(&files);

    let mut open = connect(&devices, port, 0..FIRST).await;
    let before = Usage::of(&server);
    open.extend(connect(&devices, port, FIRST..ALL).await);
    let after = Usage::of(&server);

    let more = ALL - FIRST;
    let each = after.bytes.saturating_sub(before.bytes) / more;
    let micros = after.cpu.saturating_sub(before.cpu).as_micros() / u128::try_from(more).unwrap();
    println!("{each} bytes and {micros} microseconds per connection");
    assert!(each < BOUND, "{each} bytes per connection");
    assert!(each > 1024, "{each} bytes: nothing was measured");
    // The end of its input is the end of the server.
    drop(server.stdin.take());
    assert!(server.wait().await.unwrap().success());
}

/// The server's process: enrols the devices, says where it listens, and serves until nobody holds its input any more.
async fn serve(folder: &std::path::Path) {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let draft = FirstAuthKeyDraft {
        uses: ALL.to_string(),
        ..FirstAuthKeyDraft::default()
    };
    let proof = first_auth_keys::make_by_command_line(&server.acting(), draft)
        .await
        .unwrap()
        .secret;
    // One key serves all: the server knows its devices by their certificates.
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    let request = new_csr(&key, "a device").unwrap();
    let visitor = access::Visitor::new(&server.side.services, client(9));
    let certificates: Vec<Certificate> = stream::iter(0..ALL)
        .map(|number| {
            let unit = unit(number);
            let (visitor, proof, request) = (&visitor, &proof, &request);
            async move {
                let enrolled = enrolment::enrol_with_key(visitor, &unit, proof, request).await;
                enrolled.unwrap().certificate
            }
        })
        .buffered(32)
        .collect()
        .await;
    let pem: Vec<String> = certificates.iter().map(Certificate::pem).collect();
    std::fs::write(folder.join("devices.pem"), pem.concat()).unwrap();
    std::fs::write(folder.join("root.pem"), server.files.read("root.pem")).unwrap();
    std::fs::write(folder.join("key.der"), key.to_rustls().secret_der()).unwrap();
    println!("\nport {}", server.port);
    tokio::io::stdin().read_to_end(&mut Vec::new()).await.unwrap();
}

fn unit(number: usize) -> UnitId {
    UnitId::parse(&format!("UNIT{number:05}")).unwrap()
}

async fn port_of(lines: &mut Lines<BufReader<ChildStdout>>) -> u16 {
    loop {
        let line = lines.next_line().await.unwrap().expect("the server's port");
        if let Some(port) = line.strip_prefix("port ") {
            return port.parse().unwrap();
        }
    }
}

/// What the devices show and trust.
struct Devices {
    certificates: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
    roots: Arc<RootCertStore>,
}

impl Devices {
    fn read(files: &Files) -> Self {
        use rustls_pki_types::pem::PemObject as _;
        let read = |name: &str| -> Vec<_> {
            let all = CertificateDer::pem_file_iter(files.path(name)).unwrap();
            all.collect::<Result<_, _>>().unwrap()
        };
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(read("root.pem"));
        Self {
            certificates: read("devices.pem"),
            key: std::fs::read(files.path("key.der")).unwrap(),
            roots: Arc::new(roots),
        }
    }

    fn tls(&self, number: usize) -> Arc<ClientConfig> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let key = PrivateKeyDer::try_from(self.key.clone()).unwrap();
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(Arc::clone(&self.roots))
            .with_client_auth_cert(vec![self.certificates[number].clone()], key);
        Arc::new(config.unwrap())
    }
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Connects devices and waits until each has all that it gets at the beginning.
async fn connect(devices: &Devices, port: u16, numbers: std::ops::Range<usize>) -> Vec<Socket> {
    stream::iter(numbers)
        .map(|number| one(devices, port, number))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await
}

async fn one(devices: &Devices, port: u16, number: usize) -> Socket {
    let mut request = format!("wss://localhost:{port}{}", paths::WS_CONNECT)
        .into_client_request()
        .unwrap();
    request
        .headers_mut()
        .insert("sec-websocket-protocol", SUBPROTOCOL.parse().unwrap());
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let connector = Some(Connector::Rustls(devices.tls(number)));
    let (mut socket, _) = client_async_tls_with_config(request, stream, None, connector)
        .await
        .unwrap();
    let hello = FromDevice::Hello(Box::new(hello(unit(number).as_str())));
    let text = encode(&Frame::new(1, hello)).unwrap();
    socket.send(Message::text(text)).await.unwrap();
    for _ in 0..2 {
        let said = tokio::time::timeout(Duration::from_secs(10), socket.next());
        let Some(Ok(Message::Text(text))) = said.await.unwrap() else {
            panic!("no welcome")
        };
        let message = decode_to_device(&text).unwrap().message;
        assert!(matches!(message, ToDevice::Welcome(_) | ToDevice::Settings(_)));
    }
    socket
}

/// What a process has used.
struct Usage {
    /// Memory of its own that is in use, in bytes.
    bytes: usize,
    cpu: Duration,
}

impl Usage {
    fn of(process: &Child) -> Self {
        let read =
            |name: &str| std::fs::read_to_string(format!("/proc/{}/{name}", process.id().unwrap())).unwrap();
        let status = read("status");
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let kibibytes: usize = line.unwrap().trim().trim_end_matches(" kB").parse().unwrap();
        // After the name in brackets: fields 14 and 15 of proc(5), in hundredths of a second.
        let stat = read("stat");
        let (_, fields) = stat.rsplit_once(')').unwrap();
        let ticks: u64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|field| field.parse::<u64>().unwrap())
            .sum();
        Self {
            bytes: kibibytes * 1024,
            cpu: Duration::from_millis(ticks * 10),
        }
    }
}
