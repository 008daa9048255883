//! A small UMS: real TLS 1.3, real certificates, EST and the WebSocket, and as many faults as a test wants.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use device::clock;
use domain::{Hostname, Port, UnitId};
use http::{HeaderMap, StatusCode, header};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use pki::authority::{DEVICE_LIFETIME, ROOT_LIFETIME, SERVER_LIFETIME};
use pki::{Authority, Certificate, Csr, Fingerprint, KeyKind, ServerNames, est};
use protocol::onboarding::Address;
use protocol::paths;
use protocol::unified::{
    Frame, FromDevice, IssuedCertificate, SUBPROTOCOL, ToDevice, Welcome, decode_from_device, encode,
};
use rustls::ServerConfig;
use rustls::server::WebPkiClientVerifier;
use time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Notify, broadcast, mpsc};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// What a test may make wrong, or ask for.
#[derive(Clone, Debug)]
pub struct Ways {
    pub names: Vec<&'static str>,
    /// Answers `cacerts` with this.
    pub cacerts: Option<&'static str>,
    /// Answers `simpleenroll` with this status.
    pub enrol: Option<StatusCode>,
    /// Answers `simpleenroll` with this body.
    pub enrolled: Option<&'static str>,
    /// Never answers `simpleenroll`.
    pub silent: bool,
    /// Believes device certificates of another authority only.
    pub foreign_devices: bool,
    /// Answers the WebSocket with this status.
    pub connect: Option<StatusCode>,
    /// Life of the first certificate of a device.
    pub life: Duration,
    /// Refuses to renew inside the WebSocket.
    pub no_renewal: bool,
    /// Port that `welcome` names in place of its own.
    pub other_port: Option<u16>,
}

impl Default for Ways {
    fn default() -> Self {
        Self {
            names: vec!["localhost", "127.0.0.1"],
            cacerts: None,
            enrol: None,
            enrolled: None,
            silent: false,
            foreign_devices: false,
            connect: None,
            life: DEVICE_LIFETIME,
            no_renewal: false,
            other_port: None,
        }
    }
}

/// What a device did.
#[derive(Debug)]
pub enum Seen {
    /// Asked for a certificate: the proof, and the id of the key.
    Enrolment(String, [u8; 32]),
    /// Renewed by EST.
    Renewal,
    /// Connected with this certificate.
    Connection(Fingerprint),
    /// Said something.
    Said(FromDevice),
    /// Is gone.
    Gone,
}

struct Inside {
    ways: Mutex<Ways>,
    web: Authority,
    est: Authority,
    seen: mpsc::UnboundedSender<Seen>,
    orders: broadcast::Sender<Order>,
    never: Notify,
    port: u16,
}

/// What connected devices are told.
#[derive(Clone, Debug)]
pub enum Order {
    Say(ToDevice),
    /// The text as it is.
    Raw(String),
    /// Breaks the connection.
    Drop,
}

pub struct Ums {
    inside: Arc<Inside>,
    pub seen: mpsc::UnboundedReceiver<Seen>,
    tasks: JoinSet<()>,
}

pub async fn start(ways: Ways) -> Ums {
    let (now, listener) = (clock::now(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let root = |name| Authority::new_root(name, KeyKind::P256, now, ROOT_LIFETIME).unwrap();
    let (web, est, other) = (
        root("Contoso UMS"),
        root("Contoso EST"),
        root("EST of another UMS"),
    );
    let issued = web
        .issue_server(&ServerNames::new(&ways.names).unwrap(), now, SERVER_LIFETIME)
        .unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    let believed = if ways.foreign_devices { &other } else { &est };
    roots.add(believed.certificate().der().clone()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_client_cert_verifier(verifier.allow_unauthenticated().build().unwrap())
        .with_single_cert(issued.presented([web.certificate()]), issued.key.to_rustls())
        .unwrap();
    let (sender, seen) = mpsc::unbounded_channel();
    let (orders, _) = broadcast::channel(16);
    let port = listener.local_addr().unwrap().port();
    let ways = Mutex::new(ways);
    let inside = Arc::new(Inside {
        ways,
        web,
        est,
        seen: sender,
        orders,
        never: Notify::new(),
        port,
    });
    let app = Router::new()
        .route(paths::EST_CACERTS, get(ca_certificates))
        .route(paths::EST_SIMPLE_ENROLL, post(enrol))
        .route(paths::EST_SIMPLE_REENROLL, post(renew))
        .route(paths::WS_CONNECT, any(connect))
        .with_state(Arc::clone(&inside));
    let mut tasks = JoinSet::new();
    tasks.spawn(serve(listener, TlsAcceptor::from(Arc::new(config)), app));
    Ums { inside, seen, tasks }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, app: Router) {
    let mut open = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (acceptor, app) = (acceptor.clone(), app.clone());
        open.spawn(async move {
            let Ok(stream) = acceptor.accept(stream).await else {
                return;
            };
            let peer = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
            let peer = peer.map(|der| Certificate::from_der(der).unwrap());
            let service = TowerToHyperService::new(app.layer(Extension(peer)));
            // A device that is killed breaks its connection; that is no fault of the test.
            let _ = Builder::new(TokioExecutor::new())
                .serve_connection_with_upgrades(TokioIo::new(stream), service)
                .await;
        });
    }
}

impl Ums {
    /// `--server … --port … --key … --token …`, all right.
    pub fn options(&self) -> String {
        format!("{} --token {}", self.place("localhost"), self.token())
    }

    pub fn place(&self, host: &str) -> String {
        format!("--server {host} --port {} --key s3cr3t", self.inside.port)
    }

    pub fn token(&self) -> String {
        self.inside.web.certificate().fingerprint().token()
    }

    pub fn address(&self) -> Address {
        address(self.inside.port)
    }

    pub fn chain(&self) -> String {
        self.inside.web.certificate().pem()
    }

    /// From now on.
    pub fn change(&self, change: impl FnOnce(&mut Ways)) {
        change(&mut self.inside.ways.lock().unwrap());
    }

    pub fn order(&self, order: Order) {
        assert!(self.inside.orders.send(order).unwrap() > 0, "nobody is connected");
    }

    /// What a device does next.
    pub async fn next(&mut self) -> Seen {
        let next = tokio::time::timeout(std::time::Duration::from_mins(1), self.seen.recv());
        next.await.expect("a device in time").unwrap()
    }

    /// The next thing that a device says and that `want` picks.
    pub async fn hear<T>(&mut self, want: impl Fn(&Seen) -> Option<T>) -> T {
        loop {
            let seen = self.next().await;
            if let Some(found) = want(&seen) {
                return found;
            }
        }
    }

    /// Nothing is answered any more at this address.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

pub fn address(port: u16) -> Address {
    Address {
        host: Hostname::parse("localhost").unwrap(),
        port: Port::try_from(port).unwrap(),
    }
}

async fn ca_certificates(State(inside): State<Arc<Inside>>) -> String {
    let own = || est::certs_only([inside.est.certificate().der(), inside.web.certificate().der()]).unwrap();
    inside
        .ways
        .lock()
        .unwrap()
        .cacerts
        .map_or_else(own, str::to_owned)
}

async fn enrol(State(inside): State<Arc<Inside>>, headers: HeaderMap, body: Bytes) -> Response {
    let proof = headers[header::AUTHORIZATION].to_str().unwrap().to_owned();
    let csr = Csr::parse(&body).unwrap();
    let ways = inside.ways.lock().unwrap().clone();
    inside
        .seen
        .send(Seen::Enrolment(proof.clone(), csr.key_id()))
        .unwrap();
    if ways.silent {
        inside.never.notified().await;
    }
    if let Some(status) = ways.enrol {
        return (status, "for a reason").into_response();
    }
    if let Some(body) = ways.enrolled {
        return body.into_response();
    }
    let unit = match proof.split_once(' ').unwrap() {
        ("Basic", rest) => {
            let text = String::from_utf8(STANDARD.decode(rest).unwrap()).unwrap();
            text.split_once(':').unwrap().0.to_owned()
        }
        // The token of these tests is the Unit ID that the service was told.
        (_, token) => token.to_owned(),
    };
    certificate(&inside, &csr, &unit, ways.life).into_response()
}

fn certificate(inside: &Inside, csr: &Csr, unit: &str, life: Duration) -> String {
    let unit = UnitId::parse(unit).unwrap();
    let issued = inside.est.issue_device(csr, &unit, clock::now(), life).unwrap();
    est::certs_only([issued.der()]).unwrap()
}

async fn renew(
    State(inside): State<Arc<Inside>>,
    Extension(peer): Extension<Option<Certificate>>,
    body: Bytes,
) -> String {
    let unit = peer.unwrap().common_name().unwrap().to_owned();
    inside.seen.send(Seen::Renewal).unwrap();
    certificate(&inside, &Csr::parse(&body).unwrap(), &unit, DEVICE_LIFETIME)
}

async fn connect(
    State(inside): State<Arc<Inside>>,
    Extension(peer): Extension<Option<Certificate>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if let Some(status) = inside.ways.lock().unwrap().connect {
        return status.into_response();
    }
    let peer = peer.unwrap();
    inside.seen.send(Seen::Connection(peer.fingerprint())).unwrap();
    upgrade
        .protocols([SUBPROTOCOL])
        .on_upgrade(move |socket| async move { talk(&inside, &peer, socket).await })
}

async fn talk(inside: &Inside, peer: &Certificate, mut socket: WebSocket) {
    let (mut orders, mut last) = (inside.orders.subscribe(), 0);
    let mut frame = |reply_to, message| {
        last += 1;
        Message::text(
            encode(&Frame {
                id: last,
                reply_to,
                message,
            })
            .unwrap(),
        )
    };
    loop {
        tokio::select! {
            order = orders.recv() => {
                let message = match order.unwrap() {
                    Order::Say(message) => frame(None, message),
                    Order::Raw(text) => Message::text(text),
                    Order::Drop => return,
                };
                socket.send(message).await.unwrap();
            }
            message = socket.recv() => {
                let Some(Ok(Message::Text(text))) = message else {
                    inside.seen.send(Seen::Gone).unwrap();
                    return;
                };
                let said = decode_from_device(&text).unwrap();
                let answer = answer(inside, peer, &said.message);
                let reply = answer.map(|answer| frame(Some(said.id), answer));
                inside.seen.send(Seen::Said(said.message)).unwrap();
                if let Some(reply) = reply {
                    socket.send(reply).await.unwrap();
                }
            }
        }
    }
}

fn answer(inside: &Inside, peer: &Certificate, said: &FromDevice) -> Option<ToDevice> {
    Some(match said {
        FromDevice::Hello(_) => ToDevice::Welcome(Welcome {
            heartbeat_seconds: 1,
            reconnect_window_seconds: 0,
            server_time: clock::now(),
            management: address(inside.ways.lock().unwrap().other_port.unwrap_or(inside.port)),
        }),
        FromDevice::Certificate(_) if inside.ways.lock().unwrap().no_renewal => {
            let code = protocol::unified::ErrorCode::Refused;
            ToDevice::Error(protocol::unified::ErrorReply {
                code,
                message: "not here".to_owned(),
            })
        }
        FromDevice::Certificate(renewal) => {
            let csr = Csr::parse(renewal.csr.as_bytes()).unwrap();
            let unit = UnitId::parse(peer.common_name().unwrap()).unwrap();
            let issued = inside
                .est
                .issue_device(&csr, &unit, clock::now(), DEVICE_LIFETIME)
                .unwrap();
            ToDevice::Certificate(IssuedCertificate {
                certificate_pem: issued.pem(),
            })
        }
        FromDevice::Error(_) => return None,
        _ => ToDevice::Ack,
    })
}
