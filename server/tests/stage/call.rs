//! A request as a browser sends it, and what came back.

use axum::Router;
use axum::body::{Body, HttpBody};
use http::{HeaderMap, Method, Request, Response, header};
use http_body_util::BodyExt as _;
use std::sync::atomic::{AtomicU8, Ordering};
use test_support::services::client;
use tower::ServiceExt as _;

pub struct Call {
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    cookies: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

const BOUNDARY: &str = "----a-line-between-two-parts";

impl Call {
    pub fn new(method: &str, path: impl Into<String>) -> Self {
        Self {
            method: method.parse().unwrap(),
            path: path.into(),
            headers: vec![("host".to_owned(), "localhost:8080".to_owned())],
            cookies: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Opens a page.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path).header("accept", "text/html")
    }

    /// Calls an endpoint by script, from a page of ours.
    pub fn post(path: impl Into<String>) -> Self {
        Self::new("POST", path)
            .header("accept", "application/json")
            .header("sec-fetch-site", "same-origin")
    }

    /// Sends a form without script, from a page of ours.
    pub fn submit(path: impl Into<String>) -> Self {
        Self::new("POST", path)
            .header("accept", "text/html")
            .header("sec-fetch-site", "same-origin")
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(header, _)| header != name);
        self
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn cookie(mut self, cookie: (&'static str, String)) -> Self {
        self.cookies.push(cookie);
        self
    }

    pub fn cookies(self, cookies: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        cookies.into_iter().fold(self, Self::cookie)
    }

    pub fn body(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", kind)
    }

    pub fn form<K: AsRef<str>, V: AsRef<str>>(self, fields: &[(K, V)]) -> Self {
        let pairs: Vec<_> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        self.body("application/x-www-form-urlencoded", pairs.join("&"))
    }

    pub fn multipart<K: AsRef<str>, V: AsRef<str>>(self, fields: &[(K, V)]) -> Self {
        let part = |(name, value): &(K, V)| {
            let (name, value) = (name.as_ref(), value.as_ref());
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let parts: Vec<_> = fields.iter().map(part).collect();
        let text = format!("{}--{BOUNDARY}--\r\n", parts.concat());
        self.body(&format!("multipart/form-data; boundary={BOUNDARY}"), text)
    }

    pub fn request(self) -> Request<Body> {
        let mut request = Request::builder().method(self.method).uri(self.path);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header(header::COOKIE, pairs.join("; "));
        }
        request
            .header(header::CONTENT_LENGTH, self.body.len())
            .body(Body::from(self.body))
            .unwrap()
    }

    /// Each call comes from another address, so that no rate is met by chance.
    pub async fn send(self, router: &Router) -> Reply {
        static HOST: AtomicU8 = AtomicU8::new(1);
        self.send_from(router, HOST.fetch_add(1, Ordering::Relaxed)).await
    }

    pub async fn send_from(self, router: &Router, host: u8) -> Reply {
        let mut request = self.request();
        request.extensions_mut().insert(client(host));
        Reply::read(router.clone().oneshot(request).await.unwrap()).await
    }
}

fn encode(text: impl AsRef<str>) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let one = |byte: u8| {
        if plain(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.as_ref().bytes().map(one).collect()
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    pub async fn read<B>(response: Response<B>) -> Self
    where
        B: HttpBody,
        B::Error: std::fmt::Debug,
    {
        let (parts, body) = response.into_parts();
        let mut reply = Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::new(),
        };
        // A stream of events has no end, and after a change of protocol there is nothing to read.
        if reply.status != 101 && !reply.header("content-type").starts_with("text/event-stream") {
            reply.body = String::from_utf8_lossy(&body.collect().await.unwrap().to_bytes()).into_owned();
        }
        reply
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(|value| value.to_str().unwrap())
            .unwrap_or_default()
    }

    /// The value that a cookie was given, with its attributes.
    pub fn cookie(&self, name: &str) -> Option<(String, String)> {
        let lines = self
            .headers
            .get_all(header::SET_COOKIE)
            .iter()
            .map(|line| line.to_str().unwrap());
        let mut ours = lines.filter_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        let (value, attributes) = ours.next()?.split_once(';')?;
        assert!(ours.next().is_none(), "{name} is set twice: {self:?}");
        Some((value.to_owned(), attributes.to_owned()))
    }
}
