//! The messages of devices and UMSs, as JSON. No cookies here, so no other site can speak for anybody.

use access::{Error, Result, Services};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequestParts, Path};
use axum::response::{IntoResponse as _, Response};
use domain::id::OnboardingId;
use domain::{Cloud, Fault};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use protocol::DeviceError;
use protocol::onboarding::{AskRegistration, Refusal, StartOnboarding, ValidateToken};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::tokens::Validated;
use crate::{onboardings, registration, tokens, web};

type Visitor = access::Visitor<Cloud>;

/// The caller of a message.
pub(crate) struct Caller(Visitor);

impl FromRequestParts<Services<Cloud>> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, services: &Services<Cloud>) -> Result<Self, Response> {
        web::visitor(parts, services)
            .map(Self)
            .map_err(|error| trouble(&error))
    }
}

/// `POST /api/v1/onboardings`: step 1.
pub(crate) async fn start(Caller(visitor): Caller, body: Result<Bytes, BytesRejection>) -> Response {
    let request: StartOnboarding = match read(body) {
        Ok(request) => request,
        Err(status) => return unreadable(status),
    };
    if !request.is_bounded() {
        return unreadable(StatusCode::BAD_REQUEST);
    }
    match onboardings::start(&visitor, &request).await {
        Ok(Some(started)) => reply(StatusCode::CREATED, &started),
        Ok(None) => neutral(),
        Err(error) => trouble(&error),
    }
}

/// `GET /api/v1/onboardings/{id}`: step 6.
pub(crate) async fn state(Caller(visitor): Caller, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let (Ok(id), Some(secret)) = (id.parse::<OnboardingId>(), bearer(&headers)) else {
        return unauthorized();
    };
    match onboardings::state(&visitor, id, secret).await {
        Ok(Some(state)) => reply(StatusCode::OK, &state),
        Ok(None) => unauthorized(),
        Err(error) => trouble(&error),
    }
}

/// `POST /api/v1/tokens/validate`: step 5, and the redeeming of step 7.
pub(crate) async fn validate(Caller(visitor): Caller, body: Result<Bytes, BytesRejection>) -> Response {
    let mut question: ValidateToken = match read(body) {
        Ok(question) => question,
        Err(status) => return unreadable(status),
    };
    if let Some(key_id) = &mut question.key_id {
        key_id.make_ascii_lowercase();
        if key_id.len() != 64 || !key_id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return unreadable(StatusCode::BAD_REQUEST);
        }
    }
    match tokens::validate(&visitor, &question).await {
        Ok(Validated::Claims(claims)) => reply(StatusCode::OK, &claims),
        Ok(Validated::NotAUms) => refuse(
            StatusCode::UNAUTHORIZED,
            DeviceError::OnboardingServiceUnreachable,
            NOT_A_UMS.to_owned(),
        ),
        Ok(Validated::NoToken) => refuse(
            StatusCode::FORBIDDEN,
            DeviceError::NotEnrolled,
            NO_TOKEN.to_owned(),
        ),
        Err(error) => trouble(&error),
    }
}

/// `POST /api/v1/ums-registration`: a UMS asks whether it is registered.
pub(crate) async fn registration(Caller(visitor): Caller, body: Result<Bytes, BytesRejection>) -> Response {
    let question: AskRegistration = match read(body) {
        Ok(question) => question,
        Err(status) => return unreadable(status),
    };
    match registration::look(&visitor, &question).await {
        Ok(Some(found)) => reply(StatusCode::OK, &found),
        Ok(None) => refuse(
            StatusCode::UNAUTHORIZED,
            DeviceError::OnboardingServiceUnreachable,
            NOT_A_UMS.to_owned(),
        ),
        Err(error) => trouble(&error),
    }
}

const NOT_A_UMS: &str = "The client assertion does not prove a registered UMS. Register the UMS ID in the Customer Portal and check the clock.";
const NO_TOKEN: &str =
    "The token cannot be used: it is unknown, has ended, is for another UMS, or was used with another key.";

/// The message, or the status that says why there is none.
fn read<T: DeserializeOwned>(body: Result<Bytes, BytesRejection>) -> Result<T, StatusCode> {
    let body = body.map_err(|rejection| rejection.status())?;
    serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)
}

fn unreadable(status: StatusCode) -> Response {
    let too_large = status == StatusCode::PAYLOAD_TOO_LARGE;
    let text = if too_large {
        "The request is too large."
    } else {
        "The request cannot be read."
    };
    refuse(status, DeviceError::InvalidArguments, text.to_owned())
}

/// The secret of `Authorization: Bearer`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    let secret = secret.trim();
    let fits =
        scheme.eq_ignore_ascii_case("bearer") && (1..=protocol::secret::MAX_SECRET).contains(&secret.len());
    fits.then_some(secret)
}

fn reply(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => {
            let mut response = (status, bytes).into_response();
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
        Err(error) => trouble(&Error::from(error)),
    }
}

fn refuse(status: StatusCode, code: DeviceError, message: String) -> Response {
    reply(status, &Refusal { code, message })
}

/// The one answer for an unknown address, an unproved domain and a missing provider.
fn neutral() -> Response {
    let code = DeviceError::InvalidArguments;
    let message = format!("{} {}", code.sentence(), code.next_step());
    refuse(StatusCode::UNPROCESSABLE_ENTITY, code, message)
}

/// One answer for a wrong id and a wrong secret.
fn unauthorized() -> Response {
    let text = "No onboarding with this id and secret.".to_owned();
    let mut response = refuse(StatusCode::UNAUTHORIZED, DeviceError::InvalidArguments, text);
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

fn trouble(error: &Error) -> Response {
    let code = DeviceError::OnboardingServiceUnreachable;
    if let Some(Fault::TooMany { retry_after }) = error.fault() {
        let text = format!("Too many requests. Try again in {retry_after} seconds.");
        let mut response = refuse(StatusCode::TOO_MANY_REQUESTS, code, text);
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(*retry_after));
        return response;
    }
    let incident = web::incident(error);
    let text = format!(
        "The Onboarding Service has a problem of its own (incident {incident}). Try again in a few minutes."
    );
    refuse(StatusCode::INTERNAL_SERVER_ERROR, code, text)
}
