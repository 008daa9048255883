//! The accept loops: that of the UMS port with TLS, that of plain HTTP; their bounds, and what a request has to know of its
//! connection.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use access::Client;
use axum::Router;
use axum::extract::ConnectInfo;
use http::{Request, header};
use hyper::body::Incoming;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::StartHandshake;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::admission::{Admission, Limits, Place};
use crate::identity::PeerCertificate;

/// Longest handshake, from the acceptance of the connection.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Longest that the headers of a request may take, and a connection until its first request.
const HEADERS: Duration = Duration::from_secs(15);
/// Largest headers of a request, in bytes (security design, named limits).
pub const HEADERS_MAX: usize = 16 * 1024;
/// Streams of one HTTP/2 connection.
const STREAMS: u32 = 100;
/// How long open requests have at the stop.
const DRAIN: Duration = Duration::from_secs(10);
/// Pause after a failed accept: out of descriptors, most likely.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Headers by which proxies hand on client certificates. Nobody is trusted to do so here, so they are deleted on arrival,
/// in the spelling with underscores too, which some gateways turn into the other.
const FORWARDED_CERTIFICATES: [&str; 4] = ["x-ssl-cert", "x_ssl_cert", "x-client-cert", "client-cert"];

/// Serves `app` on `listener` until `stop`, then lets open requests end. Each request carries [`Client`] and
/// [`PeerCertificate`] in its extensions.
pub async fn serve(
    listener: TcpListener,
    tls: Arc<ServerConfig>,
    app: Router,
    stop: CancellationToken,
) -> io::Result<()> {
    serve_with(listener, tls, app, stop, Limits::default(), Handle::current()).await
}

/// The same with other limits. Browsers are answered in the runtime `people`, devices in the one that this is called in, so that
/// the threads of devices can have a lower priority.
pub async fn serve_with(
    listener: TcpListener,
    tls: Arc<ServerConfig>,
    app: Router,
    stop: CancellationToken,
    limits: Limits,
    people: Handle,
) -> io::Result<()> {
    let admission = Admission::new(limits);
    let open = TaskTracker::new();
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => {
                let address = peer.ip().to_canonical();
                let Some(place) = admission.enter(address) else {
                    tracing::debug!(%address, "a connection was dropped: too many have not begun yet");
                    continue;
                };
                let arrival = Arrival {
                    address,
                    place,
                    deadline: Instant::now() + HANDSHAKE,
                    tls: Arc::clone(&tls),
                    app: app.clone(),
                    stop: stop.clone(),
                };
                let (people, tracker) = (people.clone(), open.clone());
                open.spawn(async move {
                    if let Err(error) = arrival.greet(stream, &people, &tracker).await {
                        tracing::debug!(%address, %error, "TLS handshake failed");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    drain(&open).await;
    Ok(())
}

/// The same by plain HTTP, for what stands behind a proxy or on this machine alone: with the same bounds, without TLS. Each
/// request carries [`ConnectInfo`]; who the client behind a proxy is, `app` has to find out.
pub async fn serve_plain(listener: TcpListener, app: Router, stop: CancellationToken) -> io::Result<()> {
    let open = TaskTracker::new();
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => {
                // As above: nothing depends on it.
                let _ = stream.set_nodelay(true);
                let prepare = move |request: &mut Request<Incoming>| {
                    take_forwarded(request);
                    request.extensions_mut().insert(ConnectInfo(peer));
                };
                let (app, stop) = (app.clone(), stop.clone());
                open.spawn(converse(stream, peer.ip(), prepare, app, stop, HEADERS));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    drain(&open).await;
    Ok(())
}

async fn drain(open: &TaskTracker) {
    open.close();
    if tokio::time::timeout(DRAIN, open.wait()).await.is_err() {
        tracing::warn!(
            connections = open.len(),
            "connections were still open at the stop"
        );
    }
}

/// A connection that has come.
struct Arrival {
    address: IpAddr,
    place: Place,
    /// When the handshake has to be over.
    deadline: Instant,
    tls: Arc<ServerConfig>,
    app: Router,
    stop: CancellationToken,
}

impl Arrival {
    /// Reads who says hello, and serves the connection where it belongs.
    async fn greet(self, stream: TcpStream, people: &Handle, open: &TaskTracker) -> io::Result<()> {
        // Without it, small frames wait for the peer's acknowledgement; nothing else depends on it.
        let _ = stream.set_nodelay(true);
        let hello = timeout_at(self.deadline, self.place.hello(stream)).await??;
        if !is_browser(&hello) {
            return self.talk(hello).await;
        }
        let address = self.address;
        let moving = async move {
            let done = match moved_here(hello) {
                Ok(hello) => self.talk(hello).await,
                Err(error) => Err(error),
            };
            if let Err(error) = done {
                tracing::debug!(%address, %error, "TLS handshake of a browser failed");
            }
        };
        open.spawn_on(moving, people);
        Ok(())
    }

    /// The handshake, and all that is asked after it.
    async fn talk(self, hello: StartHandshake<TcpStream>) -> io::Result<()> {
        let Self { address, place, .. } = self;
        let stream = timeout_at(self.deadline, place.handshake(hello, self.tls)).await??;
        drop(place);
        let peer = PeerCertificate::new(stream.get_ref().1.peer_certificates());
        let prepare = move |request: &mut Request<Incoming>| prepare(request, address, &peer);
        converse(stream, address, prepare, self.app, self.stop, HEADERS).await;
        Ok(())
    }
}

/// Browsers offer HTTP/2, devices the WebSocket of HTTP/1.1, so they are told apart before anything is computed. Whoever says
/// the one and is the other only gets its priority.
fn is_browser(hello: &StartHandshake<TcpStream>) -> bool {
    let offered = hello.client_hello().alpn();
    offered.is_some_and(|mut offered| offered.any(|protocol| protocol == b"h2"))
}

/// Lets the current runtime wait for the connection instead of the one that has accepted it.
fn moved_here(hello: StartHandshake<TcpStream>) -> io::Result<StartHandshake<TcpStream>> {
    let stream = TcpStream::from_std(hello.io.into_std()?)?;
    Ok(StartHandshake::from_parts(hello.accepted, stream))
}

/// Answers the requests of one connection until it ends. The first one has to come within `patience`.
async fn converse<I>(
    stream: I,
    address: IpAddr,
    prepare: impl Fn(&mut Request<Incoming>),
    app: Router,
    stop: CancellationToken,
    patience: Duration,
) where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let app = TowerToHyperService::new(app);
    let asked = CancellationToken::new();
    let first = asked.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        first.cancel();
        prepare(&mut request);
        app.call(request)
    });
    // The library waits without end for the bytes that tell it the version of HTTP.
    let silent = async {
        if tokio::time::timeout(patience, asked.cancelled()).await.is_ok() {
            std::future::pending::<()>().await;
        }
    };
    let builder = builder();
    let serving = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    tokio::pin!(serving);
    let done = tokio::select! {
        done = serving.as_mut() => done,
        () = silent => return tracing::debug!(%address, "a connection asked for nothing"),
        () = stop.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = done {
        tracing::debug!(%address, %error, "connection ended");
    }
}

/// Tells a request where it comes from, and takes from it what nobody may say.
fn prepare(request: &mut Request<Incoming>, address: IpAddr, peer: &PeerCertificate) {
    take_forwarded(request);
    let agent = request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let client = Client::new(address, agent);
    request.extensions_mut().insert(client);
    request.extensions_mut().insert(*peer);
}

fn take_forwarded(request: &mut Request<Incoming>) {
    for name in FORWARDED_CERTIFICATES {
        request.headers_mut().remove(name);
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_buf_size(HEADERS_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(u32::try_from(HEADERS_MAX).unwrap_or(u32::MAX))
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(20));
    builder
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
    use tokio::task::JoinSet;

    use super::*;

    fn talk(tasks: &mut JoinSet<()>, patience: Duration) -> DuplexStream {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let app = Router::new().route("/", get(|| async { "here" }));
        let address = std::net::Ipv4Addr::LOCALHOST.into();
        let stop = CancellationToken::new();
        tasks.spawn(converse(theirs, address, |_| {}, app, stop, patience));
        ours
    }

    #[tokio::test]
    async fn a_connection_that_never_asks_is_given_up_and_one_that_has_asked_is_not() {
        let mut tasks = JoinSet::new();
        let short = Duration::from_millis(50);
        // "P" could be the beginning of HTTP/2: the library waits for the rest.
        for said in ["", "P", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
            let mut silent = talk(&mut tasks, short);
            silent.write_all(said.as_bytes()).await.unwrap();
            tasks.join_next().await.unwrap().unwrap();
        }

        let mut asking = talk(&mut tasks, Duration::from_secs(2));
        let mut other = talk(&mut tasks, Duration::from_secs(1));
        for _ in 0..2 {
            asking
                .write_all(b"GET / HTTP/1.1\r\nhost: ums\r\n\r\n")
                .await
                .unwrap();
            let mut answer = [0; 512];
            let length = asking.read(&mut answer).await.unwrap();
            assert!(answer[..length].starts_with(b"HTTP/1.1 200 OK"));
            assert!(answer[..length].ends_with(b"here"));
            // By the second round the time for a first request is over.
            if tasks.len() == 2 {
                other.write_all(b"P").await.unwrap();
                tasks.join_next().await.unwrap().unwrap();
                tokio::time::timeout(Duration::from_secs(2), tasks.join_next())
                    .await
                    .unwrap_err();
            }
        }
    }
}
