//! Answers that are no certificates: a status, and a plain sentence for the person who looks for the reason.

use access::Error;
use axum::response::{IntoResponse as _, Response};
use domain::Fault;
use http::{HeaderValue, StatusCode, header};
use ums::enrolment::EnrolError;
use ums::onboarding::TokenError;

use crate::identity::IdentityError;

/// A device that could not be served now comes back after this many seconds (plus its own jitter).
const RETRY_SECONDS: u32 = 10;

/// A refusal with its reason.
pub(crate) fn refused(status: StatusCode, reason: impl std::fmt::Display) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
        format!("{reason}\n"),
    )
        .into_response()
}

/// 401 with the two ways to prove oneself at `simpleenroll` (RFC 7030, 3.2.3).
pub(crate) fn unauthorized(reason: impl std::fmt::Display) -> Response {
    let mut response = refused(StatusCode::UNAUTHORIZED, reason);
    let headers = response.headers_mut();
    headers.append(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Bearer realm=\"est\""),
    );
    headers.append(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Basic realm=\"est\", charset=\"UTF-8\""),
    );
    response
}

fn later(status: StatusCode, seconds: u32, reason: impl std::fmt::Display) -> Response {
    let mut response = refused(status, reason);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// What a use case refused, or our own failure, which is logged and not told.
pub(crate) fn of_access(error: &Error) -> Response {
    match error {
        Error::Fault(Fault::TooMany { retry_after }) => later(
            StatusCode::TOO_MANY_REQUESTS,
            *retry_after,
            "too many tries from this address",
        ),
        Error::Fault(Fault::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Error::Fault(fault) => {
            tracing::debug!(?fault, "refused");
            refused(StatusCode::BAD_REQUEST, "the request cannot be accepted")
        }
        Error::Internal(_) => {
            tracing::error!(
                error = error as &dyn std::error::Error,
                "a request of a device failed"
            );
            later(
                StatusCode::INTERNAL_SERVER_ERROR,
                RETRY_SECONDS,
                "the server could not do this now",
            )
        }
    }
}

pub(crate) fn of_enrolment(error: &EnrolError) -> Response {
    match error {
        EnrolError::Credentials => unauthorized(error),
        EnrolError::Request(reason) => refused(StatusCode::BAD_REQUEST, reason),
        EnrolError::WantsToReturn => refused(StatusCode::CONFLICT, error),
        EnrolError::Service(cause) => {
            tracing::warn!(
                error = cause as &dyn std::error::Error,
                "a token could not be redeemed"
            );
            later(StatusCode::SERVICE_UNAVAILABLE, RETRY_SECONDS, error)
        }
        EnrolError::Access(error) => of_access(error),
    }
}

pub(crate) fn of_token(error: &TokenError) -> Response {
    match error {
        TokenError::UnknownService | TokenError::InvalidToken => refused(StatusCode::FORBIDDEN, error),
        TokenError::Unreachable(_) | TokenError::Answer(_) => {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "an announcement could not be checked"
            );
            later(StatusCode::BAD_GATEWAY, RETRY_SECONDS, error)
        }
        TokenError::Access(error) => of_access(error),
    }
}

pub(crate) fn of_identity(error: &IdentityError) -> Response {
    match error {
        IdentityError::Access(error) => of_access(error),
        IdentityError::NoCertificate | IdentityError::Certificate(_) | IdentityError::NotManaged => {
            tracing::info!(reason = %error, "a peer is no device of ours");
            let mut response = refused(StatusCode::UNAUTHORIZED, error);
            let scheme = HeaderValue::from_static("ClientCertificate");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
            response
        }
    }
}
