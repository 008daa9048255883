//! Forms without script. A refused form goes back to its page, with what was typed (secrets excepted) and the reasons, kept
//! for ten minutes with the session; a form that was accepted goes on to the page that its endpoint names. The Referer plays
//! no part.

use app::api::Faults;
use app::paths;
use app::state::kept_form::{KEPT_FORM, KeptForm};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, REFERER};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::Fault;
use http_body_util::BodyExt as _;

/// Largest body of a form, in bytes.
pub const BODY_MAX: usize = 2 * 1024 * 1024;

/// Most that is kept of a refused form, in bytes: the largest certificate chain and what stands around it.
const KEPT: usize = 320 * 1024;
/// Most that is kept for somebody who has not signed in, in bytes.
const KEPT_OF_VISITOR: usize = 2 * 1024;
/// What a field counts besides its text, in bytes, so that empty ones are bounded too.
const FIELD: usize = 16;

/// Fields whose content is never kept.
const SECRETS: [&str; 4] = ["password", "old_password", "client_secret", "token"];

pub async fn plain_forms(mut request: Request, next: Next) -> Response {
    request.headers_mut().remove(REFERER);
    let path = request.uri().path().to_owned();
    let called = paths::is_api(&path);
    if request.method() == Method::GET && paths::is_form_page(&path) {
        bring_back(&mut request).await;
    }
    if called && declared_length(request.headers()).is_some_and(|length| length > BODY_MAX) {
        return too_large();
    }
    if request.method() != Method::POST || !called || !wants_page(request.headers()) {
        return next.run(request).await;
    }
    let Some(page) = paths::form_page(&path) else {
        return (StatusCode::NOT_FOUND, "No form of ours posts here.").into_response();
    };
    let (mut parts, body) = request.into_parts();
    let Ok(body) = http_body_util::Limited::new(body, BODY_MAX).collect().await else {
        return too_large();
    };
    let body = body.to_bytes();
    let fields = fields(&parts.headers, &body);
    let faults = Faults::default();
    parts.extensions.insert(faults.clone());
    let session = parts.extensions.get::<tower_sessions::Session>().cloned();
    let mut response = next.run(Request::from_parts(parts, Body::from(body))).await;
    match faults.take() {
        None if response.headers().contains_key(LOCATION) => {
            *response.status_mut() = StatusCode::SEE_OTHER;
            response
        }
        None if response.status().is_success() => Redirect::to(page).into_response(),
        None => response,
        Some(fault) => go_back(session, page, fields, fault).await,
    }
}

/// Hands a form that was refused a moment ago to its page, once.
async fn bring_back(request: &mut Request) {
    let Some(session) = request.extensions().get::<tower_sessions::Session>().cloned() else {
        return;
    };
    if session.id().is_none() {
        return;
    }
    match session.remove::<KeptForm>(KEPT_FORM).await {
        Ok(Some(kept)) => {
            request.extensions_mut().insert(kept);
        }
        Ok(None) => {}
        Err(error) => tracing::error!(
            error = &error as &dyn std::error::Error,
            "a refused form could not be brought back"
        ),
    }
}

/// Keeps what was typed with the reasons, and leads back to the form.
pub async fn go_back(
    session: Option<tower_sessions::Session>,
    page: &'static str,
    fields: Vec<(String, String)>,
    fault: Fault,
) -> Response {
    if fault == Fault::SignIn {
        return Redirect::to(paths::login_for(page)).into_response();
    }
    let back = back_to(page, &fields);
    let fields = kept_fields(page, fields);
    let kept = KeptForm {
        page: page.to_owned(),
        fields,
        fault,
    };
    if let Some(session) = session
        && let Err(error) = session.insert(KEPT_FORM, kept).await
    {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "a refused form could not be kept"
        );
    }
    Redirect::to(&back).into_response()
}

/// What is kept of a form: no secrets, and as much as has room. Anybody may post to a sign-in page, so of those little is kept.
fn kept_fields(page: &str, fields: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut room = if paths::is_public(page) {
        KEPT_OF_VISITOR
    } else {
        KEPT
    };
    let mut fits = |name: &str, value: &str| {
        let left = room.checked_sub(name.len() + value.len() + FIELD);
        room = left.unwrap_or(room);
        left.is_some()
    };
    let is_secret = |name: &str, value: &str| SECRETS.contains(&name) || has_private_key(value);
    fields
        .into_iter()
        .filter(|(name, value)| !is_secret(name, value) && fits(name, value))
        .collect()
}

/// Whether somebody has put a private key into a field for certificates, or a file that is no text and may be one: it is refused,
/// and forgotten (SEC-36). Of UTF-16 without a mark every second byte is a zero.
fn has_private_key(value: &str) -> bool {
    value.contains("PRIVATE KEY") || value.contains(['\0', char::REPLACEMENT_CHARACTER])
}

/// The address of the form. That of a sign-in still says which page was wanted, and that of a link from a mail its token.
fn back_to(page: &str, fields: &[(String, String)]) -> String {
    if let Some((_, token)) = fields.iter().find(|(name, _)| name == "token") {
        return paths::with_token(page, token);
    }
    if matches!(page, paths::APPROVE_REGISTRATION | paths::REFUSE_REGISTRATION) {
        let id = fields.iter().find(|(name, _)| name == "id");
        let id = id.and_then(|(_, id)| id.parse().ok());
        return id.map_or_else(|| paths::REGISTRATIONS.to_owned(), paths::registration);
    }
    if page.starts_with(paths::ROUTING_RECORD) {
        let record = fields
            .iter()
            .find(|(name, _)| matches!(name.as_str(), "record" | "id"));
        return paths::of_record(page, record.map_or("", |(_, record)| record));
    }
    if let Some(back) = paths::back_to_case(page, fields) {
        return back;
    }
    let id = fields.iter().find(|(name, _)| name == "id");
    if let Some(back) = id.and_then(|(_, id)| paths::back_to_os_idp(page, id)) {
        return back;
    }
    let next = fields.iter().find(|(name, _)| name == "next");
    let Some((_, next)) = next.filter(|(_, next)| paths::is_public(page) && !next.is_empty()) else {
        return page.to_owned();
    };
    let wanted = match paths::System::of(page) {
        paths::System::Operator => paths::safe_operator_next(next),
        system => paths::safe_next(next, system == paths::System::Ums),
    };
    if wanted != *next {
        return page.to_owned();
    }
    let wanted: String = url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
    format!("{page}?next={wanted}")
}

fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large() -> Response {
    (StatusCode::PAYLOAD_TOO_LARGE, "This form is larger than 2 MiB.").into_response()
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// The fields of an urlencoded form; `draft[name]` is called `name`.
fn fields(headers: &HeaderMap, body: &Bytes) -> Vec<(String, String)> {
    let urlencoded = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if !urlencoded {
        return Vec::new();
    }
    url::form_urlencoded::parse(body)
        .map(|(name, value)| (bare(&name).to_owned(), value.into_owned()))
        .collect()
}

/// `name` of `draft[name]`.
pub fn bare(name: &str) -> &str {
    name.strip_prefix("draft[")
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(page: &str, name: &str, bytes: usize) -> usize {
        let fields = vec![
            (name.to_owned(), "x".repeat(bytes - name.len() - FIELD)),
            ("name".to_owned(), String::new()),
        ];
        kept_fields(page, fields).len()
    }

    #[test]
    fn of_a_refused_form_secrets_are_not_kept_and_of_the_rest_what_has_room() {
        assert_eq!(kept(paths::NEW_ROUTING, "chain", KEPT - FIELD - 4), 2);
        assert_eq!(kept(paths::NEW_ROUTING, "chain", KEPT + 1), 1);
        assert_eq!(kept(paths::LOGIN, "user", KEPT_OF_VISITOR - FIELD - 4), 2);
        assert_eq!(kept(paths::UMS_LOGIN, "user", KEPT_OF_VISITOR + 1), 1);
        assert_eq!(kept(paths::LOGIN, "password", 100), 1);
        assert_eq!(kept(paths::NEW_OS_IDP, "client_secret", 100), 1);
        for (text, left) in [
            ("-----BEGIN EC PRIVATE KEY-----\nMHc", 0),
            ("0\u{fffd}\u{fffd}", 0),
            ("-----BEGIN CERTIFICATE-----", 1),
        ] {
            let fields = vec![("chain".to_owned(), text.to_owned())];
            assert_eq!(kept_fields(paths::NEW_ROUTING, fields).len(), left, "{text}");
        }
        let empty = vec![(String::new(), String::new()); 1_000_000];
        assert_eq!(kept_fields(paths::LOGIN, empty).len(), KEPT_OF_VISITOR / FIELD);
    }
}
