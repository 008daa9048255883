//! One HTTP/1.1 request after another on one connection. Redirects are not followed: nobody may send a device elsewhere.

use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures::future::Fuse;
use futures::{FutureExt as _, future::BoxFuture};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use pki::TlsProblem;
use tokio::io::{AsyncRead, AsyncWrite};

/// Longest that a request may take. Signing takes a server no time, asking another server first may take some.
const PATIENCE: Duration = Duration::from_mins(1);
/// Read buffer, in bytes: the smallest that the library takes.
const BUFFER: usize = 8 * 1024;

/// A connection on which requests are made.
pub struct Connection {
    sender: http1::SendRequest<Full<Bytes>>,
    driver: Pin<Box<Fuse<BoxFuture<'static, hyper::Result<()>>>>>,
}

/// An answer, whatever its status.
#[derive(Debug)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// All of its body.
    pub body: Bytes,
}

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpProblem {
    /// TLS: under version 1.3 a refused client certificate shows here, at the first read.
    #[error("TLS: {0:?}")]
    Tls(TlsProblem),
    /// The connection ended, or what came is no HTTP.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// The body is larger than allowed.
    #[error("the answer is too large")]
    TooLarge,
    /// Nothing came in time.
    #[error("no answer in time")]
    Timeout,
}

impl Connection {
    /// Takes over an open connection.
    pub async fn open(
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) -> Result<Self, HttpProblem> {
        let mut builder = http1::Builder::new();
        builder.max_buf_size(BUFFER);
        let (sender, driver) = builder
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| HttpProblem::of(&error))?;
        Ok(Self {
            sender,
            driver: Box::pin(driver.boxed().fuse()),
        })
    }

    /// Makes a request and reads the answer, up to `max` bytes of body.
    pub async fn send(&mut self, request: Request<Full<Bytes>>, max: usize) -> Result<Reply, HttpProblem> {
        let exchange = exchange(&mut self.sender, request, max).fuse();
        let mut exchange = std::pin::pin!(exchange);
        let driver = &mut self.driver;
        let both = async {
            tokio::select! {
                reply = &mut exchange => reply,
                // Bytes move only while it is polled. Its good end may still leave an answer to be taken.
                Err(error) = driver.as_mut() => Err(HttpProblem::of(&error)),
            }
        };
        tokio::time::timeout(PATIENCE, both)
            .await
            .unwrap_or(Err(HttpProblem::Timeout))
    }
}

async fn exchange(
    sender: &mut http1::SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
    max: usize,
) -> Result<Reply, HttpProblem> {
    sender.ready().await.map_err(|error| HttpProblem::of(&error))?;
    let response = sender
        .send_request(request)
        .await
        .map_err(|error| HttpProblem::of(&error))?;
    let (parts, body) = response.into_parts();
    match Limited::new(body, max).collect().await {
        Ok(body) => Ok(Reply {
            status: parts.status,
            headers: parts.headers,
            body: body.to_bytes(),
        }),
        Err(error) if error.is::<LengthLimitError>() => Err(HttpProblem::TooLarge),
        Err(error) => Err(HttpProblem::of(error.as_ref())),
    }
}

impl HttpProblem {
    fn of(error: &(dyn std::error::Error + 'static)) -> Self {
        if let Some(problem) = pki::tls_problem(error) {
            return Self::Tls(problem);
        }
        let cause = error
            .source()
            .map(|cause| format!(": {cause}"))
            .unwrap_or_default();
        Self::Broken(format!("{error}{cause}"))
    }
}

impl Reply {
    /// The server asks to come back later: 429 and 5xx with `Retry-After` in seconds, at most ten minutes.
    pub fn retry_after(&self) -> Option<Duration> {
        let busy = self.status == StatusCode::TOO_MANY_REQUESTS || self.status.is_server_error();
        busy.then(|| seconds(&self.headers)).flatten()
    }

    /// Status, and the first words of a plain text, for the one who looks for the cause.
    pub fn told(&self) -> String {
        let media = self
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if !media.starts_with("text/plain") {
            return format!("the server answered with status {}", self.status);
        }
        let text = String::from_utf8_lossy(&self.body);
        format!("the server answered with status {}: {}", self.status, text.trim())
    }
}

/// Longest that a server may send a device away.
const AWAY: u64 = 600;

/// `Retry-After` in seconds.
pub fn seconds(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    value
        .trim()
        .parse::<u64>()
        .ok()
        .map(|seconds| Duration::from_secs(seconds.min(AWAY)))
}
