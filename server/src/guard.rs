//! The guarded door for plain routes: the same check as for server functions, as an extractor.

use access::{Authorized, Client, Services, Session, SessionToken};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use domain::{Fault, Permission};

/// Proof that the caller holds `P`.
pub struct Auth<P: Permission>(pub Authorized<P>);

/// A refusal of a plain route: a status and a sentence.
pub struct Refusal(access::Error);

impl<S, P> FromRequestParts<S> for Auth<P>
where
    S: Send + Sync,
    P: Permission,
    Services<P::Side>: FromRef<S>,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let services = Services::<P::Side>::from_ref(state);
        let token = session_token(parts);
        let session = match &token {
            Some(token) => Session::load(&services, token).await?,
            None => None,
        };
        let client = parts.extensions.get::<Client>().cloned();
        let client = client.unwrap_or_else(|| Client::new(std::net::Ipv4Addr::UNSPECIFIED.into(), ""));
        Ok(Self(Authorized::check(&services, session, &client).await?))
    }
}

/// The token that the browser's cookie holds, as read by tower-sessions.
pub fn session_token(parts: &Parts) -> Option<SessionToken> {
    let session = parts.extensions.get::<tower_sessions::Session>()?;
    session.id().map(|id| SessionToken::new(id.0.to_le_bytes()))
}

impl From<access::Error> for Refusal {
    fn from(error: access::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let app::error::AppError::Fault(fault) = app::api::reply(self.0) else {
            return axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let sentence = match &fault {
            Fault::SignIn => "Please sign in first.",
            Fault::Forbidden => "Your roles do not allow this.",
            Fault::NotFound => "There is nothing here.",
            Fault::TooMany { .. } => "Too many tries. Please wait a little.",
            _ => "This did not work.",
        };
        (app::api::status(&fault), sentence).into_response()
    }
}
