//! Client assertions (RFC 7523, section 3): how a UMS proves that it holds the UMS ID key registered in the portal.

use access::{Result, Secret, Visitor};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::Cloud;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use pki::{Certificate, Fingerprint};
use portal::ums_instances::RegisteredUms;
use protocol::onboarding::CLIENT_ASSERTION_TYPE;
use serde::Deserialize;
use time::OffsetDateTime;

use crate::limits::{ASSERTION_LIFE, CLOCK_LEEWAY, JTI_MAX};

/// A proved assertion. Whether it was used before, the database tells.
pub(crate) struct Assertion {
    /// Of the UMS ID, as shown everywhere: upper-case hex with colons.
    pub fingerprint: String,
    /// Whose it is.
    pub ums: RegisteredUms,
    pub jti_hash: Vec<u8>,
    pub expires_at: OffsetDateTime,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    jti: String,
    iat: i64,
    exp: i64,
}

/// The one claim that is read before the signature is checked: it names the key to check with.
#[derive(Deserialize)]
struct Named {
    iss: String,
}

impl Assertion {
    /// The assertion of a registered UMS for us (`audience` is our public address), or `None`. Why not stands in the log only.
    pub async fn verify(
        visitor: &Visitor<Cloud>,
        (assertion, kind): (&protocol::Secret, &str),
        audience: &str,
    ) -> Result<Option<Self>> {
        if kind != CLIENT_ASSERTION_TYPE {
            return Ok(refused("type"));
        }
        let text = assertion.expose();
        let Some(fingerprint) = named(text) else {
            return Ok(refused("form"));
        };
        let shown = fingerprint.to_string();
        let Some(ums) = portal::ums_instances::registered_unscoped(visitor, &shown).await? else {
            return Ok(refused("not registered"));
        };
        let certificate =
            Certificate::from_file(ums.certificate_pem.as_bytes()).map_err(access::Error::internal)?;
        if !certificate.is_valid_at(visitor.now()) {
            return Ok(refused("UMS ID expired"));
        }
        let (key, algorithm) = key_of(&certificate);
        let Some(claims) = signed(text, &key, algorithm) else {
            return Ok(refused("signature"));
        };
        let names_it = |name: &str| {
            name.parse::<Fingerprint>()
                .is_ok_and(|named| named == fingerprint)
        };
        if !names_it(&claims.iss) || !names_it(&claims.sub) {
            return Ok(refused("issuer or subject"));
        }
        if claims.aud.trim_end_matches('/') != audience {
            return Ok(refused("audience"));
        }
        if claims.jti.is_empty() || claims.jti.len() > JTI_MAX {
            return Ok(refused("jti"));
        }
        let Some(expires_at) = in_time(&claims, visitor.now()) else {
            return Ok(refused("time"));
        };
        Ok(Some(Self {
            fingerprint: shown,
            ums,
            jti_hash: Secret::hash_of(&claims.jti),
            expires_at,
        }))
    }
}

fn refused(why: &'static str) -> Option<Assertion> {
    tracing::info!(why, "the client assertion of a UMS was refused");
    None
}

/// Whose assertion it claims to be.
fn named(text: &str) -> Option<Fingerprint> {
    let payload = text.split('.').nth(1)?;
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?;
    serde_json::from_slice::<Named>(&payload).ok()?.iss.parse().ok()
}

/// The registered key with the one algorithm that goes with it: the header of a token decides nothing (RFC 8725, 3.1).
fn key_of(certificate: &Certificate) -> (DecodingKey, Algorithm) {
    let bits = certificate.public_key_bits();
    // An uncompressed point begins with 4, an RSA key is a DER sequence.
    if bits.first() == Some(&4) {
        (DecodingKey::from_ec_der(bits), Algorithm::ES256)
    } else {
        (DecodingKey::from_rsa_der(bits), Algorithm::RS256)
    }
}

fn signed(text: &str, key: &DecodingKey, algorithm: Algorithm) -> Option<Claims> {
    let mut validation = Validation::new(algorithm);
    // The library would take the time from the machine; ours comes from our clock. The rest is checked by the caller.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    jsonwebtoken::decode::<Claims>(text, key, &validation)
        .ok()
        .map(|token| token.claims)
}

/// Its end, if it holds now and gave itself no more than [`ASSERTION_LIFE`].
fn in_time(claims: &Claims, now: OffsetDateTime) -> Option<OffsetDateTime> {
    let issued = OffsetDateTime::from_unix_timestamp(claims.iat).ok()?;
    let expires = OffsetDateTime::from_unix_timestamp(claims.exp).ok()?;
    let life = expires - issued;
    let sensible = life.is_positive() && life <= ASSERTION_LIFE;
    (sensible && issued <= now + CLOCK_LEEWAY && expires > now - CLOCK_LEEWAY).then_some(expires)
}
