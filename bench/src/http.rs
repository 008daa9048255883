//! One HTTP/1.1 connection, plain or by TLS, kept open: what a browser, a proxy or an EST client has.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

use crate::failure::{Failure, Outcome};

/// An answer, whole.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The body, if the status is what it has to be.
    pub fn expect(self, status: StatusCode) -> Outcome<Bytes> {
        if self.status == status {
            return Ok(self.body);
        }
        let body = String::from_utf8_lossy(&self.body)
            .chars()
            .take(300)
            .collect::<String>();
        Err(Failure::new(format!(
            "answered {} instead of {status}: {body}",
            self.status
        )))
    }
}

/// A connection. Ends when it is dropped.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    _driver: JoinSet<()>,
}

impl Connection {
    /// By plain HTTP.
    pub async fn plain(to: SocketAddr, from: Option<IpAddr>) -> Outcome<Self> {
        Self::over(dial(to, from).await?, to.to_string()).await
    }

    /// By TLS, which `tls` decides.
    pub async fn tls(
        to: SocketAddr,
        from: Option<IpAddr>,
        host: &str,
        tls: Arc<ClientConfig>,
    ) -> Outcome<Self> {
        let name = ServerName::try_from(host.to_owned())?;
        let stream = TlsConnector::from(tls)
            .connect(name, dial(to, from).await?)
            .await?;
        Self::over(stream, format!("{host}:{}", to.port())).await
    }

    async fn over(
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        host: String,
    ) -> Outcome<Self> {
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        let mut driver = JoinSet::new();
        driver.spawn(async move {
            // Whoever sends on it learns of its end.
            let _ = connection.await;
        });
        Ok(Self {
            sender,
            host,
            _driver: driver,
        })
    }

    /// Sends a request and reads the whole answer. `Host` is added.
    pub async fn send(&mut self, mut request: Request<Full<Bytes>>) -> Outcome<Answer> {
        request
            .headers_mut()
            .insert(http::header::HOST, self.host.parse()?);
        self.sender.ready().await?;
        let (parts, body) = self.sender.send_request(request).await?.into_parts();
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await?.to_bytes(),
        })
    }
}

/// A TCP connection from an address of ours: one address has 28,000 ports, and rates are counted by address.
pub async fn dial(to: SocketAddr, from: Option<IpAddr>) -> Outcome<TcpStream> {
    let socket = if to.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    if let Some(from) = from {
        socket.bind(SocketAddr::new(from, 0))?;
    }
    let stream = socket.connect(to).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// One of the many loopback addresses: 127.0.0.2 and on.
pub fn loopback(number: u16) -> IpAddr {
    let [high, low] = number.saturating_add(2).to_be_bytes();
    IpAddr::from([127, 0, high, low])
}
