//! HTTP: what is sent, what comes back, what can go wrong. [`GuardedHttp`] is the implementation.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

mod classify;
mod guarded;
mod policy;
mod resolve;
mod slots;
mod target;
#[cfg(test)]
mod tests;
mod trust;

pub use guarded::GuardedHttp;
pub use policy::Policy;
pub use resolve::{NameLookup, SystemNames};
pub(crate) use target::place_to_dial;

/// Longest that a call may take from the first name look-up to the last byte (fault F11).
pub const TOTAL_TIME: Duration = Duration::from_secs(10);
/// Longest that a connection to a public server may take: somebody waits before the page (fault F10). A company's own server, known
/// by its chain, has [`TOTAL_TIME`].
pub const CONNECT_TIME: Duration = Duration::from_millis(2500);
/// Largest body of an answer, in bytes (fault F11).
pub const BODY_LIMIT: usize = 1024 * 1024;
/// Calls in flight to one host and port; more wait (fault F11).
pub const CALLS_PER_TARGET: usize = 32;
/// Calls in flight altogether; more wait.
pub const CALLS_IN_ALL: usize = 512;

/// A way to make HTTP calls. Object safe, so that use cases hold `Arc<dyn Http>`.
pub trait Http: Send + Sync {
    /// Makes one call. An answer with any status but a redirect is a success here; a redirect is never followed.
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, HttpError>>;

    /// Whether our own rules let the address be called, without calling it: for a form whose addresses are called later.
    /// Without an answer of its own an implementation admits https only.
    fn admits<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<(), HttpError>> {
        let plain = url
            .get(..5)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:"));
        let refused = Err(HttpError::Refused {
            reason: Refusal::PlainHttp,
        });
        Box::pin(std::future::ready(if plain { refused } else { Ok(()) }))
    }
}

/// Which roots may vouch for the server. The host name is checked in every case (ruling 5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Trust {
    /// The roots of the operating system.
    #[default]
    System,
    /// The roots of the operating system and those of the configuration ([`Policy::extra_roots`]).
    SystemPlus,
    /// These certificates (DER) and nothing else: the chain of one routing record.
    Only(Vec<CertificateDer<'static>>),
}

impl Trust {
    /// Trust in exactly the certificates of a PEM text, for a routing record's chain.
    /// Fails where a block cannot be read or none is there.
    pub fn only_pem(pem: &str) -> Result<Self, BadPem> {
        roots_from_pem(pem).map(Self::Only)
    }
}

/// The text holds no readable certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text holds no readable certificates in PEM form")]
pub struct BadPem;

/// All certificates of a PEM text, as DER.
pub fn roots_from_pem(pem: &str) -> Result<Vec<CertificateDer<'static>>, BadPem> {
    let roots: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|_| BadPem)?;
    if roots.is_empty() { Err(BadPem) } else { Ok(roots) }
}

/// How much a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the first name look-up to the last byte of the body.
    pub total: Duration,
    /// Bytes of the answer's body.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            total: TOTAL_TIME,
            body: BODY_LIMIT,
        }
    }
}

/// One request.
#[derive(Clone)]
pub struct Call {
    /// The verb.
    pub method: Method,
    /// The absolute address. Parsed and checked when sent.
    pub url: String,
    /// Headers beyond those that the client sets itself (`host`, `content-length`).
    pub headers: HeaderMap,
    /// The body; empty for none.
    pub body: Bytes,
    /// Who may vouch for the server.
    pub trust: Trust,
    /// Time and size.
    pub limits: Limits,
}

impl Call {
    fn new(method: Method, url: impl Into<String>, body: impl Into<Bytes>) -> Self {
        let (headers, trust, limits) = (HeaderMap::new(), Trust::System, Limits::default());
        Self {
            method,
            url: url.into(),
            headers,
            body: body.into(),
            trust,
            limits,
        }
    }

    /// A GET without a body.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::GET, url, Bytes::new())
    }

    /// A POST with a body of the given type, such as `application/json`.
    pub fn post(url: impl Into<String>, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self::new(Method::POST, url, body)
            .header(header::CONTENT_TYPE, HeaderValue::from_static(content_type))
    }

    /// A POST of form fields (`application/x-www-form-urlencoded`).
    pub fn form(url: impl Into<String>, fields: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        Self::post(url, "application/x-www-form-urlencoded", body)
    }

    /// The same call with one more header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// The same call with other roots.
    #[must_use]
    pub fn trust(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }

    /// The same call with other limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

/// Shows the verb and the address without its query: headers, query and body may carry secrets.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.url.split(['?', '#']).next().unwrap_or_default();
        write!(f, "Call({} {address})", self.method)
    }
}

/// One answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status code; never a redirect.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Reply {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Why a call was not made at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Plain HTTP to an address outside of the ranges that permit it.
    #[error("plain http is not allowed, use https")]
    PlainHttp,
    /// A scheme other than http and https.
    #[error("only https addresses are allowed")]
    Scheme,
    /// The host is, or resolves to, an address that is not public and in no allowed range.
    #[error("the host is in a network that this service may not call")]
    PrivateAddress,
    /// A port that belongs to another protocol.
    #[error("this port belongs to another protocol")]
    Port,
    /// A user name or password in the address.
    #[error("the address must not contain a user name or password")]
    Userinfo,
}

impl Refusal {
    /// A short word for machines: events, metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::PlainHttp => "refused_plain_http",
            Self::Scheme => "refused_scheme",
            Self::PrivateAddress => "refused_private_address",
            Self::Port => "refused_port",
            Self::Userinfo => "refused_userinfo",
        }
    }
}

/// Why there is no answer. The OBS turns these into the codes that the device shows (ruling 21): no TCP, plain
/// HTTP and 5xx into 30, the name into 45, the chain into 46.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The text is no absolute web address.
    #[error("the address is not valid")]
    BadUrl,
    /// Our own rules forbid the call; nothing was sent.
    #[error("the call was not made: {reason}")]
    Refused {
        /// The rule.
        reason: Refusal,
    },
    /// The host name has no address.
    #[error("the host name could not be resolved")]
    Dns,
    /// Nothing accepts connections there.
    #[error("no connection: the host or port does not answer")]
    Tcp,
    /// Something answers, but it does not speak TLS.
    #[error("the port answers, but not with TLS")]
    NotTls,
    /// The chain is trusted, but the certificate does not name the host.
    #[error("the certificate does not name this host")]
    TlsName,
    /// The certificate does not lead to a trusted root, or is expired.
    #[error("the certificate chain is not trusted")]
    TlsChain,
    /// The handshake failed for another reason, such as no common version.
    #[error("no common ground for a TLS connection")]
    TlsOther,
    /// The time was used up.
    #[error("the answer took too long")]
    Timeout,
    /// The body is larger than allowed.
    #[error("the answer is too large")]
    TooLarge,
    /// The server wants us to go elsewhere; we do not.
    #[error("the server answered with a redirect, which is not followed")]
    Redirect,
    /// The answer broke off or is no HTTP.
    #[error("the answer could not be read")]
    Protocol,
}

impl HttpError {
    /// A short word for machines: events, metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadUrl => "bad_url",
            Self::Refused { reason } => reason.code(),
            Self::Dns => "dns",
            Self::Tcp => "tcp",
            Self::NotTls => "not_tls",
            Self::TlsName => "tls_name",
            Self::TlsChain => "tls_chain",
            Self::TlsOther => "tls_other",
            Self::Timeout => "timeout",
            Self::TooLarge => "too_large",
            Self::Redirect => "redirect",
            Self::Protocol => "protocol",
        }
    }
}
