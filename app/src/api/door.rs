//! The guarded door: who is calling, may they, and what they are told when not.

use std::sync::{Arc, Mutex, PoisonError};

use access::{Authorized, Caller, Client, Services, Session, SessionToken, Visitor};
use domain::{Fault, Language, Permission, Side};
use http::StatusCode;
use http::header::{ACCEPT, COOKIE, HeaderValue, SET_COOKIE};
use http::request::Parts;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use crate::error::AppError;
use crate::paths;

/// Where the server's form layer finds the fault of a form that was posted without script.
#[derive(Clone, Default)]
pub struct Faults(Arc<Mutex<Option<Fault>>>);

impl Faults {
    fn put(&self, fault: &Fault) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault.clone());
    }

    /// The fault of this request, if it had one.
    pub fn take(&self) -> Option<Fault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Who is signed in on that side, if anybody is: for endpoints that anybody may call.
pub async fn holder<S: Side>() -> Result<Option<uuid::Uuid>, AppError> {
    let (services, parts) = caller::<S>()?;
    Ok(session::<S>(&services, &parts)
        .await?
        .map(|session| session.holder()))
}

async fn session<S: Side>(services: &Services<S>, parts: &Parts) -> Result<Option<Session<S>>, AppError> {
    let token = parts
        .extensions
        .get::<tower_sessions::Session>()
        .and_then(tower_sessions::Session::id);
    match token {
        Some(id) => Session::load(services, &SessionToken::new(id.0.to_le_bytes()))
            .await
            .map_err(reply),
        None => Ok(None),
    }
}

/// The proof that the caller may do what the use case below asks for. The permission is inferred from that call.
pub async fn authorize<P: Permission>() -> Result<Authorized<P>, AppError> {
    let (services, parts) = caller::<P::Side>()?;
    // The gate has looked before the page was begun.
    let known = parts.extensions.get::<Caller<P::Side>>().cloned();
    if known.is_some() {
        return Authorized::of(&services, known, &client(&parts)).map_err(reply);
    }
    let session = session::<P::Side>(&services, &parts).await?;
    Authorized::check(&services, session, &client(&parts))
        .await
        .map_err(reply)
}

/// Does what a form asks for, once ([`Authorized::once`]): `key` is that of the form, the permission is inferred from `act`.
pub async fn once<P, D, T, F>(
    key: String,
    draft: D,
    act: impl FnOnce(Arc<Authorized<P>>, D) -> F,
) -> Result<T, AppError>
where
    P: Permission,
    D: serde::Serialize,
    T: serde::de::DeserializeOwned,
    F: Future<Output = access::Result<T>>,
{
    let auth = authorize::<P>().await?;
    auth.once(&key, draft, act).await.map_err(reply)
}

/// The same for `form`, which anybody may send ([`Visitor::once`]).
pub async fn once_for_visitors<S, D, T, F>(
    form: &'static str,
    key: String,
    draft: D,
    act: impl FnOnce(Visitor<S>, D) -> F,
) -> Result<T, AppError>
where
    S: Side,
    D: serde::Serialize,
    T: serde::de::DeserializeOwned,
    F: Future<Output = access::Result<T>>,
{
    visitor()?.once(form, &key, draft, act).await.map_err(reply)
}

/// Somebody who has not signed in, for the endpoints that anybody may call.
pub fn visitor<S: Side>() -> Result<Visitor<S>, AppError> {
    let (services, parts) = caller::<S>()?;
    Ok(Visitor::new(&services, client(&parts)))
}

/// What the caller is told. A cause of our own goes to the log, under a number that the person gets; the status is set for
/// calls by script only, since `leptos_axum` would overwrite the redirect of a plain form otherwise.
pub fn reply(error: access::Error) -> AppError {
    let fault = match error {
        access::Error::Fault(fault) => fault,
        access::Error::Internal(cause) => {
            let incident = incident();
            tracing::error!(
                incident,
                error = &*cause as &dyn std::error::Error,
                "internal error"
            );
            Fault::Internal { incident }
        }
    };
    let parts = use_context::<Parts>();
    if let Some(faults) = parts.as_ref().and_then(|parts| parts.extensions.get::<Faults>()) {
        faults.put(&fault);
    }
    if let (Some(parts), Some(response)) = (parts, use_context::<ResponseOptions>()) {
        let path = parts.uri.path();
        let called = paths::is_api(path);
        if !called || !is_plain_form(&parts) {
            response.set_status(status(&fault));
        }
    }
    AppError::Fault(fault)
}

/// Whether a form was sent without script.
fn is_plain_form(parts: &Parts) -> bool {
    parts
        .headers
        .get(ACCEPT)
        .is_some_and(|accept| accept.as_bytes().windows(9).any(|part| part == b"text/html"))
}

/// Whether this request is a form that was sent without script.
pub fn is_plain() -> bool {
    use_context::<Parts>().is_some_and(|parts| is_plain_form(&parts))
}

/// Leads the browser back to `path` after a success without script; with it the page stays where it is, as it is.
pub fn back<T>(path: &'static str) -> impl FnOnce(T) -> T {
    move |done| {
        if use_context::<Parts>().is_some_and(|parts| is_plain_form(&parts)) {
            leptos_axum::redirect(path);
        }
        done
    }
}

/// Leads the browser to `path` after a success without script; with it the page shows what came of it.
pub fn back_to(path: &str) {
    if use_context::<Parts>().is_some_and(|parts| is_plain_form(&parts)) {
        leptos_axum::redirect(path);
    }
}

/// Leads the browser to `path` after a success, with and without script.
pub fn then<T>(path: &'static str) -> impl FnOnce(T) -> T {
    move |done| {
        leptos_axum::redirect(path);
        done
    }
}

/// Gives the browser the token of its new session.
pub fn hand_out<S: Side>(token: &SessionToken) {
    set_cookie(&session_cookie::<S>(token));
}

/// The header that gives a browser the token of its new session.
pub fn session_cookie<S: Side>(token: &SessionToken) -> String {
    let id = tower_sessions::session::Id(i128::from_le_bytes(token.reveal()));
    format!("{}={id}; Path=/; Secure; HttpOnly; SameSite=Lax", S::COOKIE)
}

/// Takes the token back from the browser.
pub fn take_back<S: Side>() {
    set_cookie(&format!(
        "{}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0",
        S::COOKIE
    ));
}

/// The cookie of a sign-in that waits for its code.
const HELD: &str = "__Host-portal-code";

/// Gives the browser the secret of a sign-in that waits for its code.
pub fn hold(secret: &access::Secret) {
    let secret = secret.reveal();
    set_cookie(&format!(
        "{HELD}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax"
    ));
}

/// The secret of the sign-in that waits in this browser; empty where none does.
pub fn held() -> String {
    cookie(HELD).unwrap_or_default()
}

/// Takes that secret back.
pub fn let_go() {
    set_cookie(&format!(
        "{HELD}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"
    ));
}

/// Binds a sign-in at a company's provider to this browser. A browser without script is led to the page that goes on there, since
/// a form may not lead to another site; with script the page goes to the address itself.
pub fn leave(begun: portal::federated::Begun) -> String {
    let (name, life) = (portal::federated::COOKIE, portal::federated::LIFE.whole_seconds());
    let value = begun.browser;
    set_cookie(&format!(
        "{name}={value}; Path=/; Secure; HttpOnly; SameSite=None; Max-Age={life}"
    ));
    back_to(paths::LOGIN_COMPANY);
    begun.url
}

/// What binds sign-ins at a company's provider to this browser, if there are any.
pub fn browser() -> Option<String> {
    cookie(portal::federated::COOKIE)
}

/// How long the browser remembers the language, in seconds: a year.
const LANGUAGE_KEPT: u32 = 31_536_000;

/// Shows the pages of this browser in `language` from now on.
pub fn speak(language: Language) {
    set_cookie(&language_cookie(language));
}

/// The header that has a browser remember a language.
pub fn language_cookie(language: Language) -> String {
    let key = language.key();
    format!("lang={key}; Path=/; Max-Age={LANGUAGE_KEPT}; SameSite=Lax")
}

/// Shows the pages in the language of whoever has signed in, unless one was chosen in this browser.
pub fn greet(language: Language) {
    if cookie("lang").is_none() {
        speak(language);
    }
}

/// A cookie of the request.
fn cookie(name: &str) -> Option<String> {
    let parts = use_context::<Parts>()?;
    let lines = parts.headers.get_all(COOKIE).into_iter();
    let mut pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(key, _)| *key == name)?;
    Some(value.to_owned())
}

fn set_cookie(cookie: &str) {
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(cookie)) {
        response.append_header(SET_COOKIE, value);
    }
}

fn caller<S: Side>() -> Result<(Services<S>, Parts), AppError> {
    let missing = || reply(Fault::NotFound.into());
    Ok((
        use_context::<Services<S>>().ok_or_else(missing)?,
        use_context::<Parts>().ok_or_else(missing)?,
    ))
}

fn client(parts: &Parts) -> Client {
    let unknown = || Client::new(std::net::Ipv4Addr::UNSPECIFIED.into(), "");
    parts.extensions.get::<Client>().cloned().unwrap_or_else(unknown)
}

/// The HTTP status of a fault.
pub fn status(fault: &Fault) -> StatusCode {
    match fault {
        Fault::SignIn => StatusCode::UNAUTHORIZED,
        Fault::Forbidden => StatusCode::FORBIDDEN,
        Fault::NotFound => StatusCode::NOT_FOUND,
        Fault::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Fault::Conflict { .. } => StatusCode::CONFLICT,
        Fault::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Fault::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Fault::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A number to find the cause by: short enough to be read out on the telephone.
fn incident() -> String {
    let [a, b, c, d] = access::Entropy.bytes();
    format!("{a:02X}{b:02X}-{c:02X}{d:02X}")
}
