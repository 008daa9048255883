//! The pages: server-rendered, without script, in the look of the product. Classes of the style sheet: `gate`, `gate__code`,
//! `gate__links`, `sky` with its `sky__…`, `mark`, `facts`, `facts__row`, `button`, `button--primary`, `note` with `note--warn`
//! and `note--bad`, `soft`.

mod guest;
mod html;
mod page;
pub(crate) mod pages;
pub(crate) mod texts;

use access::{Client, Error, Result, Services, Visitor};
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::Cloud;
use http::request::Parts;
use http::{HeaderValue, header};

use crate::Settings;

/// No script, no frame, forms only to ourselves: the way to the identity provider is a link (ruling 10).
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The visitor behind a request. The listener has put the client's address there.
pub(crate) fn visitor(parts: &Parts, services: &Services<Cloud>) -> Result<Visitor<Cloud>> {
    let client = parts.extensions.get::<Client>().cloned();
    let client = client.ok_or_else(|| Error::internal("a request came without its client address"))?;
    Ok(Visitor::new(services, client))
}

/// Logs the cause once and gives it a number that a person can read out.
pub(crate) fn incident(error: &Error) -> String {
    let [a, b, c, d]: [u8; 4] = access::Entropy.bytes();
    let incident = format!("{a:02X}{b:02X}-{c:02X}{d:02X}");
    tracing::error!(
        incident,
        error = error as &dyn std::error::Error,
        "the Onboarding Service could not answer"
    );
    incident
}

/// What every answer carries.
pub(crate) async fn headers(mut response: Response) -> Response {
    let set: [(_, &'static str); 4] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in set {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The style sheet. Its address holds a sum over its text, so it never changes.
pub(crate) async fn stylesheet(State(services): State<Services<Cloud>>) -> Response {
    let text = services
        .port::<Settings>()
        .map(|settings| settings.stylesheet.clone())
        .unwrap_or_default();
    let mut response = Body::from(text).into_response();
    let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
    response.headers_mut().insert(header::CACHE_CONTROL, kept);
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/css; charset=utf-8"),
    );
    response
}
