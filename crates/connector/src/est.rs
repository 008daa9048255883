//! Enrolment over Secure Transport (RFC 7030): CA certificates, attributes, enrolment and renewal. What is not here (full CMC,
//! keys made by the server, labels) does not exist. A certificate is committed before it is answered.

use access::{Client, Visitor};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::UnitId;
use http::{HeaderMap, HeaderName, StatusCode, header};
use pki::Certificate;
use pki::est::{
    CACERTS_TYPE, CERTS_ONLY_TYPE, CSR_TYPE, CSRATTRS_TYPE, TRANSFER_ENCODING, certs_only, csr_attributes,
};
use ums::enrolment::{self, EnrolError, Enrolled};

use crate::Connector;
use crate::identity::{PeerCertificate, identify};
use crate::reply::{of_access, of_enrolment, of_identity, refused, unauthorized};

/// `GET cacerts`: EST authority and web root (ruling 24). Public, so that a device can learn whom to trust by its
/// communication token.
pub(crate) async fn ca_certificates(State(connector): State<Connector>) -> Response {
    match ums::certificates::current(&connector.services) {
        Ok(held) => certificates(CACERTS_TYPE, held.authorities()),
        Err(error) => of_access(&error),
    }
}

/// `GET csrattrs`: P-256, please.
pub(crate) async fn request_attributes() -> Response {
    encoded(CSRATTRS_TYPE, csr_attributes())
}

/// `POST simpleenroll`, with the token of the Onboarding Service or with Unit ID and first-authentication key.
pub(crate) async fn simple_enroll(
    State(connector): State<Connector>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // The proof comes before the content: nothing of a stranger is parsed.
    let proof = match Proof::of(&headers) {
        Ok(proof) => proof,
        Err(reason) => return unauthorized(reason),
    };
    if let Err(response) = is_request(&headers) {
        return *response;
    }
    let visitor = Visitor::new(&connector.services, client);
    answer(match proof {
        Proof::Token(token) => enrolment::enrol_with_token(&visitor, token, &body).await,
        Proof::Key { unit, key } => enrolment::enrol_with_key(&visitor, &unit, &key, &body).await,
    })
}

/// `POST simplereenroll`, by the certificate in use. The request's own names do not matter.
pub(crate) async fn simple_reenroll(
    State(connector): State<Connector>,
    Extension(peer): Extension<PeerCertificate>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let identity = match identify(&connector.services, peer).await {
        Ok(identity) => identity,
        Err(error) => return of_identity(&error),
    };
    if let Err(response) = is_request(&headers) {
        return *response;
    }
    answer(enrolment::re_enrol(&identity.acting(&connector.services), identity.device(), &body).await)
}

/// How a device without a certificate proves that it may have one.
enum Proof<'a> {
    Token(&'a str),
    Key { unit: UnitId, key: String },
}

impl<'a> Proof<'a> {
    fn of(headers: &'a HeaderMap) -> Result<Self, &'static str> {
        let mut all = headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (all.next(), all.next()) else {
            return Err(
                "enrolment needs a token of the Onboarding Service, or Unit ID and first-authentication key",
            );
        };
        let text = value.to_str().map_err(|_| "the proof cannot be read")?;
        let (scheme, rest) = text.split_once(' ').ok_or("the proof cannot be read")?;
        if scheme.eq_ignore_ascii_case("bearer") {
            return Ok(Self::Token(rest.trim()));
        }
        if !scheme.eq_ignore_ascii_case("basic") {
            return Err("only the schemes Bearer and Basic are known here");
        }
        let decoded = STANDARD
            .decode(rest.trim())
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok());
        let decoded = decoded.ok_or("the proof cannot be read")?;
        let (unit, key) = decoded
            .split_once(':')
            .ok_or("the proof has to be Unit ID, colon, key")?;
        let unit = UnitId::parse(unit).map_err(|_| "the user name has to be the Unit ID of the device")?;
        Ok(Self::Key {
            unit,
            key: key.to_owned(),
        })
    }
}

/// Refuses anything but PKCS#10.
fn is_request(headers: &HeaderMap) -> Result<(), Box<Response>> {
    let given = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media = given.split(';').next().unwrap_or_default().trim();
    if media.eq_ignore_ascii_case(CSR_TYPE) {
        return Ok(());
    }
    let reason = format!("the body has to be a certificate request of type {CSR_TYPE}");
    Err(Box::new(refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason)))
}

fn answer(enrolled: Result<Enrolled, EnrolError>) -> Response {
    match enrolled {
        Ok(enrolled) => certificates(CERTS_ONLY_TYPE, [&enrolled.certificate]),
        Err(error) => of_enrolment(&error),
    }
}

fn certificates<'a>(
    media: &'static str,
    certificates: impl IntoIterator<Item = &'a Certificate>,
) -> Response {
    match certs_only(certificates.into_iter().map(Certificate::der)) {
        Ok(body) => encoded(media, body),
        Err(error) => of_access(&access::Error::internal(error)),
    }
}

fn encoded(media: &'static str, body: String) -> Response {
    let (name, value) = TRANSFER_ENCODING;
    (
        [
            (header::CONTENT_TYPE, media),
            (HeaderName::from_static(name), value),
        ],
        body,
    )
        .into_response()
}
