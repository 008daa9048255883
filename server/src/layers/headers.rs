use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use url::{Host, Url};

/// How browsers come to a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// By HTTPS, and from the first answer on never otherwise (RFC 6797): for a year.
    HttpsOnly,
    /// Nothing is said: by plain HTTP; or on this machine's own name, which other programs use too (ruling 4).
    Unsaid,
}

impl Transport {
    /// What the public address of a system says.
    pub fn of(public_url: &str) -> Self {
        let Ok(url) = Url::parse(public_url) else {
            return Self::Unsaid;
        };
        let loopback = match url.host() {
            Some(Host::Domain(name)) => {
                let name = name.trim_end_matches('.');
                name == "localhost" || name.ends_with(".localhost")
            }
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
            None => true,
        };
        if url.scheme() == "https" && !loopback {
            Self::HttpsOnly
        } else {
            Self::Unsaid
        }
    }
}

/// What a browser is told about every answer. A page sets its own policy, with a nonce; everything else gets one that allows
/// nothing.
pub async fn security(State(transport): State<Transport>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if transport == Transport::HttpsOnly {
        set(headers, "strict-transport-security", "max-age=31536000");
    }
    set(
        headers,
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    );
    set(headers, "x-content-type-options", "nosniff");
    set(headers, "x-frame-options", "DENY");
    set(headers, "referrer-policy", "same-origin");
    set(headers, "cross-origin-opener-policy", "same-origin");
    set(headers, "cross-origin-resource-policy", "same-origin");
    set(
        headers,
        "permissions-policy",
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    );
    response
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &'static str) {
    headers
        .entry(HeaderName::from_static(name))
        .or_insert(HeaderValue::from_static(value));
}

/// The policy of a page: scripts by nonce, and WebAssembly; everything else from here.
pub fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_is_asked_for_under_public_names_alone() {
        for (url, transport) in [
            ("https://portal.contoso.example", Transport::HttpsOnly),
            ("https://portal.contoso.example:8443", Transport::HttpsOnly),
            ("https://localhost.contoso.example", Transport::HttpsOnly),
            ("http://portal.contoso.example", Transport::Unsaid),
            ("https://localhost:8080", Transport::Unsaid),
            ("https://LOCALHOST.", Transport::Unsaid),
            ("https://portal.localhost", Transport::Unsaid),
            ("https://127.0.0.1", Transport::Unsaid),
            ("https://[::1]:8443", Transport::Unsaid),
            ("http://localhost:8080", Transport::Unsaid),
            ("", Transport::Unsaid),
        ] {
            assert_eq!(Transport::of(url), transport, "{url}");
        }
    }
}
