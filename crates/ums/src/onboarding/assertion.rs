use access::{Error, Result, Services};
use domain::Company;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use time::Duration;

use crate::certificates::Certificates;

/// Life of an assertion (ruling 20).
const LIFE: Duration = Duration::seconds(60);

/// A client assertion (RFC 7523, section 3).
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: &'a str,
    iat: i64,
    exp: i64,
}

/// "It is this UMS that asks": signed with the UMS ID key (ES256), for `audience` alone, once.
pub(crate) fn sign(
    services: &Services<Company>,
    held: &Certificates,
    audience: &str,
) -> Result<protocol::Secret> {
    let ums_id = held.ums_id();
    // Readers take any spelling of a fingerprint; the shortest keeps the assertion short.
    let fingerprint = ums_id.certificate.fingerprint().to_hex();
    let jti = services.entropy().secret();
    let now = services.now();
    let claims = Claims {
        iss: &fingerprint,
        sub: &fingerprint,
        aud: audience,
        jti: jti.reveal(),
        iat: now.unix_timestamp(),
        exp: (now + LIFE).unix_timestamp(),
    };
    let header = Header::new(Algorithm::ES256);
    let key = EncodingKey::from_ec_der(&ums_id.key.to_pkcs8());
    let signed = jsonwebtoken::encode(&header, &claims, &key).map_err(Error::internal)?;
    protocol::Secret::new(signed).map_err(Error::internal)
}
