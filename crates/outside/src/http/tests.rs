//! The guarded client against real servers on loopback.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::FutureExt;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls_pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::ranges::IpRange;

mod guard;
mod slow;

type Ca = CertifiedIssuer<'static, KeyPair>;

fn ca() -> Ca {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn only(ca: &Ca) -> Trust {
    Trust::Only(vec![ca.der().clone()])
}

fn acceptor(ca: &Ca, names: &[&str]) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let certificate = CertificateParams::new(names)
        .unwrap()
        .signed_by(&key, ca)
        .unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A server on loopback that counts connections and gives every request the same answer.
struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
    _task: JoinSet<()>,
}

impl Server {
    async fn start(tls: Option<TlsAcceptor>, answer: impl Into<Vec<u8>>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (connections, requests) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (counter, asked, answer) = (Arc::clone(&connections), Arc::clone(&requests), answer.into());
        let mut task = JoinSet::new();
        task.spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                counter.fetch_add(1, Ordering::SeqCst);
                match &tls {
                    None => talk(socket, &answer, &asked).await,
                    // A client that does not trust us ends the handshake; that is its result, not ours.
                    Some(tls) => {
                        if let Ok(socket) = tls.accept(socket).await {
                            talk(socket, &answer, &asked).await;
                        }
                    }
                }
            }
        });
        Self {
            port,
            connections,
            requests,
            _task: task,
        }
    }

    fn url(&self, scheme: &str, host: &str) -> String {
        format!("{scheme}://{host}:{}/path", self.port)
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Reads one request head, answers, and waits until the client has hung up.
async fn talk(mut socket: impl AsyncRead + AsyncWrite + Unpin, answer: &[u8], asked: &AtomicUsize) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match socket.read(&mut byte).await {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
        if !head.is_ascii() || head.first().is_some_and(|first| !first.is_ascii_uppercase()) {
            // Not HTTP: what a plain web server says to a TLS greeting.
            let _hung_up = socket
                .write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
                .await;
            return;
        }
    }
    asked.fetch_add(1, Ordering::SeqCst);
    if socket.write_all(answer).await.is_ok() && socket.flush().await.is_ok() {
        while matches!(socket.read(&mut byte).await, Ok(1)) {}
    }
}

fn answer(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn ranges(texts: &[&str]) -> Vec<IpRange> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// A client that may call loopback over TLS.
fn https() -> GuardedHttp {
    GuardedHttp::new(Policy {
        allow: ranges(&["127.0.0.0/8", "::1"]),
        ..Policy::default()
    })
}

/// A client that may call loopback without TLS too.
fn plain() -> GuardedHttp {
    GuardedHttp::new(Policy {
        plain_http: ranges(&["127.0.0.0/8", "::1"]),
        ..Policy::default()
    })
}

async fn get(http: &dyn Http, url: String, trust: &Trust) -> Result<Reply, HttpError> {
    http.send(Call::get(url).trust(trust.clone())).await
}

#[tokio::test]
async fn only_the_given_chain_is_trusted() {
    let (ours, foreign) = (ca(), ca());
    let server = Server::start(Some(acceptor(&ours, &["localhost"])), answer("hello")).await;
    let http = https();
    let reply = get(&http, server.url("https", "localhost"), &only(&ours))
        .await
        .unwrap();
    assert_eq!((reply.status, &reply.body[..]), (200, &b"hello"[..]));
    for trust in [only(&foreign), Trust::Only(vec![])] {
        assert_eq!(
            get(&http, server.url("https", "localhost"), &trust)
                .await
                .unwrap_err(),
            HttpError::TlsChain
        );
    }
    assert_eq!(
        server.requests(),
        1,
        "nothing is sent before the chain is checked"
    );
    // A client that has spoken to the server under the right chain stays strict under another (no resumption).
    assert!(
        get(&http, server.url("https", "localhost"), &only(&ours))
            .await
            .is_ok()
    );
    let both = Trust::Only(vec![foreign.der().clone(), ours.der().clone()]);
    assert!(get(&http, server.url("https", "localhost"), &both).await.is_ok());
}

#[tokio::test]
async fn roots_of_the_configuration_count_only_where_they_are_asked_for() {
    let ours = ca();
    let server = Server::start(Some(acceptor(&ours, &["localhost"])), answer("hello")).await;
    let extra_roots = roots_from_pem(&format!("a comment\n{}", ours.pem())).unwrap();
    let http = GuardedHttp::new(Policy {
        allow: ranges(&["127.0.0.0/8", "::1"]),
        extra_roots,
        ..Policy::default()
    });
    assert!(
        get(&http, server.url("https", "localhost"), &Trust::SystemPlus)
            .await
            .is_ok()
    );
    let refused = get(&http, server.url("https", "localhost"), &Trust::System).await;
    assert_eq!(refused.unwrap_err(), HttpError::TlsChain);
}

#[tokio::test]
async fn the_certificate_must_name_the_host() {
    let ours = ca();
    let server = Server::start(Some(acceptor(&ours, &["localhost"])), answer("hello")).await;
    let wrong = get(&https(), server.url("https", "127.0.0.1"), &only(&ours)).await;
    assert_eq!(wrong.unwrap_err(), HttpError::TlsName);
    assert_eq!(server.requests(), 0);
    let server = Server::start(Some(acceptor(&ours, &["127.0.0.1"])), answer("hello")).await;
    assert!(
        get(&https(), server.url("https", "127.0.0.1"), &only(&ours))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn an_expired_certificate_counts_as_a_bad_chain() {
    let ours = ca();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2001, 1, 1);
    params.not_before = rcgen::date_time_ymd(2000, 1, 1);
    let certificate = params.signed_by(&key, &ours).unwrap();
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .unwrap();
    let server = Server::start(Some(TlsAcceptor::from(Arc::new(config))), answer("hello")).await;
    let result = get(&https(), server.url("https", "localhost"), &only(&ours)).await;
    assert_eq!(result.unwrap_err(), HttpError::TlsChain);
}

#[tokio::test]
async fn a_port_without_tls_and_a_port_without_anybody_are_told_apart() {
    let ours = ca();
    let web = Server::start(None, answer("hello")).await;
    let result = get(&https(), web.url("https", "localhost"), &only(&ours)).await;
    assert_eq!(result.unwrap_err(), HttpError::NotTls);

    // One that hangs up on the greeting instead of answering it.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("https://127.0.0.1:{}/", listener.local_addr().unwrap().port());
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _greeting = socket.read(&mut [0; 4096]).await;
    });
    assert_eq!(
        get(&https(), url.clone(), &only(&ours)).await.unwrap_err(),
        HttpError::NotTls
    );
    tasks.join_next().await.unwrap().unwrap();
    assert_eq!(
        get(&https(), url, &only(&ours)).await.unwrap_err(),
        HttpError::Tcp,
        "the port is closed now"
    );
}

#[tokio::test]
async fn names_without_an_address_are_reported_as_such() {
    let http = GuardedHttp::with_names(Policy::default(), Arc::new(Names(vec![])));
    let result = get(&http, "https://unknown.example/".to_owned(), &Trust::System).await;
    assert_eq!(result.unwrap_err(), HttpError::Dns);
}

/// Gives every name these addresses.
struct Names(Vec<IpAddr>);

impl NameLookup for Names {
    fn lookup(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let found = self.0.clone();
        async move { Ok(found) }.boxed()
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let canary = Server::start(None, answer("secret")).await;
    for status in [301, 302, 303, 307, 308] {
        let location = canary.url("http", "127.0.0.1");
        let away = format!("HTTP/1.1 {status} Away\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        let server = Server::start(None, away).await;
        let result = get(&plain(), server.url("http", "127.0.0.1"), &Trust::System).await;
        assert_eq!(result.unwrap_err(), HttpError::Redirect, "{status}");
    }
    assert_eq!(canary.connections(), 0);
    assert!(
        get(&plain(), canary.url("http", "127.0.0.1"), &Trust::System)
            .await
            .is_ok()
    );
    for status in [204, 400, 404, 503] {
        let head = format!("HTTP/1.1 {status} Other\r\ncontent-length: 0\r\n\r\n");
        let server = Server::start(None, head).await;
        let reply = get(&plain(), server.url("http", "127.0.0.1"), &Trust::System).await;
        assert_eq!(reply.unwrap().status, status);
    }
}

#[tokio::test]
async fn a_body_is_taken_up_to_its_limit_and_not_past_it() {
    let chunked = |body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
            body.len()
        )
    };
    for (limit, limits) in [
        (
            1000,
            Limits {
                body: 1000,
                ..Limits::default()
            },
        ),
        (BODY_LIMIT, Limits::default()),
    ] {
        let (at, past) = ("a".repeat(limit), "a".repeat(limit + 1));
        for (text, fits) in [
            (answer(&at), true),
            (answer(&past), false),
            (chunked(&at), true),
            (chunked(&past), false),
        ] {
            let server = Server::start(None, text).await;
            let call = Call::get(server.url("http", "127.0.0.1")).limits(limits);
            match plain().send(call).await {
                Ok(reply) => assert!(fits && reply.body.len() == limit),
                Err(error) => assert!(!fits && error == HttpError::TooLarge, "{error}"),
            }
        }
    }
}

#[tokio::test]
async fn a_slow_answer_ends_with_the_time() {
    let limits = Limits {
        total: Duration::from_millis(100),
        ..Limits::default()
    };
    // The head promises more than ever comes; or nothing comes at all.
    for text in [
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345",
        "HTTP/1.1 200",
    ] {
        let server = Server::start(None, text).await;
        let call = Call::get(server.url("http", "127.0.0.1")).limits(limits);
        assert_eq!(
            plain().send(call).await.unwrap_err(),
            HttpError::Timeout,
            "{text}"
        );
    }
    // One that takes the connection and never says a word, where TLS is expected.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("https://127.0.0.1:{}/", listener.local_addr().unwrap().port());
    assert_eq!(
        https()
            .send(Call::get(url).trust(only(&ca())).limits(limits))
            .await
            .unwrap_err(),
        HttpError::Timeout
    );
    let server = Server::start(None, answer("1234567890")).await;
    let in_time = Call::get(server.url("http", "127.0.0.1")).limits(Limits::default());
    assert!(plain().send(in_time).await.is_ok());
}

#[tokio::test]
async fn an_answer_that_breaks_off_or_is_no_http_is_reported() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://127.0.0.1:{}/", listener.local_addr().unwrap().port());
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        for text in [
            "SSH-2.0-server\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345",
        ] {
            let (mut socket, _) = listener.accept().await.unwrap();
            let _request = socket.read(&mut [0; 4096]).await;
            socket.write_all(text.as_bytes()).await.unwrap();
        }
    });
    for _ in 0..2 {
        assert_eq!(
            get(&plain(), url.clone(), &Trust::System).await.unwrap_err(),
            HttpError::Protocol
        );
    }
}

#[tokio::test]
async fn what_is_sent_arrives_and_debug_output_keeps_secrets() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!(
        "http://127.0.0.1:{}/token?code=hidden",
        listener.local_addr().unwrap().port()
    );
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = String::new();
        let mut buffer = [0; 4096];
        while !request.ends_with("b=c%26d") {
            let length = socket.read(&mut buffer).await.unwrap();
            request.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
        }
        socket.write_all(answer("ok").as_bytes()).await.unwrap();
        request
    });
    let call = Call::form(url, &[("a", "1 2"), ("b", "c&d")])
        .header(header::AUTHORIZATION, HeaderValue::from_static("Basic hidden"));
    assert!(!format!("{call:?}").contains("hidden"), "{call:?}");
    assert!(plain().send(call).await.unwrap().is_success());
    let request = tasks.join_next().await.unwrap().unwrap();
    assert!(
        request.starts_with("POST /token?code=hidden HTTP/1.1\r\n"),
        "{request}"
    );
    for part in [
        "authorization: Basic hidden",
        "application/x-www-form-urlencoded",
        "a=1+2&b=c%26d",
    ] {
        assert!(request.contains(part), "{part} in {request}");
    }
}

#[test]
fn a_chain_without_certificates_is_no_trust() {
    let pem = ca().pem();
    let (first, second) = (pem.clone() + &ca().pem(), pem.replace("-----BEGIN", "----BEGIN"));
    assert!(matches!(Trust::only_pem(&first), Ok(Trust::Only(found)) if found.len() == 2));
    assert_eq!(Trust::only_pem(&second), Err(BadPem));
    assert_eq!(Trust::only_pem(""), Err(BadPem));
}
