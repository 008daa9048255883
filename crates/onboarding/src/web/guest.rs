//! Who asks for a page: address, language, cookie, and whether the request came from a page of ours.

use access::{Error, Services, Visitor};
use axum::extract::FromRequestParts;
use axum::response::Response;
use domain::{Cloud, Fault, Language};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use url::form_urlencoded;

use super::html::el;
use super::page::{Frame, Page};
use super::texts::texts;
use crate::Settings;
use crate::limits::{COOKIE_LIFE, PAGES};

const COOKIE: &str = "__Host-onboarding";

/// Somebody who asks for a page, within the rate of their address.
pub(crate) struct Guest {
    pub visitor: Visitor<Cloud>,
    pub language: Language,
    /// The value of our cookie.
    pub cookie: Option<String>,
    pub same_origin: bool,
    stylesheet: String,
    path: String,
    /// Whether the page can be asked for again.
    is_get: bool,
}

impl FromRequestParts<Services<Cloud>> for Guest {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, services: &Services<Cloud>) -> Result<Self, Response> {
        let language = language(parts);
        let settings = services.port::<Settings>();
        let bare = |language| Frame {
            language,
            stylesheet: String::new(),
            path: None,
        };
        let (settings, visitor) = match (settings, super::visitor(parts, services)) {
            (Ok(settings), Ok(visitor)) => (settings, visitor),
            (Err(error), _) | (_, Err(error)) => return Err(trouble(&error, language).show(&bare(language))),
        };
        let guest = Self {
            cookie: cookie(&parts.headers),
            same_origin: same_origin(&parts.headers, &settings.origin()),
            stylesheet: settings.stylesheet_path(),
            visitor,
            language,
            path: parts.uri.path().to_owned(),
            is_get: parts.method == http::Method::GET,
        };
        match guest.visitor.limit(PAGES) {
            Ok(()) => Ok(guest),
            Err(error) => Err(guest.trouble(&error)),
        }
    }
}

impl Guest {
    pub fn show(&self, page: Page) -> Response {
        page.show(&Frame {
            language: self.language,
            stylesheet: self.stylesheet.clone(),
            path: self.is_get.then(|| self.path.clone()),
        })
    }

    /// The path of this page, as the browser sent it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The page for what did not work.
    pub fn trouble(&self, error: &Error) -> Response {
        let mut response = self.show(trouble(error, self.language));
        if let Some(Fault::TooMany { retry_after }) = error.fault() {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(*retry_after));
        }
        response
    }

    /// The header that gives the browser our cookie.
    pub fn set_cookie(value: &access::Secret) -> Option<HeaderValue> {
        let seconds = COOKIE_LIFE.whole_seconds();
        let text = format!(
            "{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}",
            value.reveal()
        );
        HeaderValue::from_str(&text).ok().map(|mut value| {
            value.set_sensitive(true);
            value
        })
    }
}

fn trouble(error: &Error, language: Language) -> Page {
    let texts = texts(language);
    if let Some(Fault::TooMany { .. }) = error.fault() {
        return Page::plain(
            StatusCode::TOO_MANY_REQUESTS,
            texts.too_many_title,
            texts.too_many_text,
        );
    }
    let incident = super::incident(error);
    let number = el("p")
        .class("soft")
        .text(&format!("{}: {incident}", texts.incident));
    let body = vec![el("p").text(texts.broken_text), number];
    Page::new(StatusCode::INTERNAL_SERVER_ERROR, texts.broken_title, body)
}

fn language(parts: &Parts) -> Language {
    let query = parts.uri.query().unwrap_or_default();
    let chosen = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "lang");
    if let Some((_, key)) = chosen {
        return Language::parse(&key).unwrap_or_default();
    }
    let header = parts
        .headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    Language::accepted(header.unwrap_or_default())
}

/// The value of our cookie; none where it was sent twice, which no browser does.
fn cookie(headers: &HeaderMap) -> Option<String> {
    let lines = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let pairs = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let mut ours = pairs
        .filter(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value.to_owned());
    let first = ours.next();
    if ours.next().is_some() { None } else { first }
}

/// Whether a change was asked for by a page of ours (rule D6): the browser says so, or names our origin. Neither is a no.
fn same_origin(headers: &HeaderMap, origin: &str) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => headers.get(header::ORIGIN).is_some_and(|sent| sent == origin),
    }
}
