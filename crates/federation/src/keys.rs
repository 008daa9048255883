//! The public keys of a provider.

use std::pin::Pin;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use outside::http::{HeaderValue, header};
use outside::{Call, Http, Trust};
use serde_json::{Value, json};

use crate::error::SignInError;
use crate::json;

/// Most keys that are kept of a set.
const KEYS: usize = 100;

/// The algorithms whose signature we accept: asymmetric ones only. `none` is no algorithm here at all, and the HMAC
/// family would let a public key be used as a secret.
const ACCEPTED: &[(&str, Algorithm)] = &[
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("EdDSA", Algorithm::EdDSA),
];

/// The accepted algorithm of that name (RFC 7518), compared exactly.
pub fn accepted(name: &str) -> Option<Algorithm> {
    ACCEPTED
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, algorithm)| *algorithm)
}

/// Keeps the keys of a provider up to date for many sign-ins at once.
pub trait KeyRing: Send + Sync {
    /// The keys as they are by now, asked for where a token names one that is not among the pinned ones. `None` where no others
    /// are known and the provider was asked a moment ago: tokens with unknown keys must not become a flood of calls (fault F13).
    fn newer(&self) -> Pin<Box<dyn Future<Output = Result<Option<String>, SignInError>> + Send + '_>>;
}

/// The keys that a provider publishes now, as [`crate::Provider::keys`].
pub async fn published_keys(http: &dyn Http, jwks_uri: &str, trust: Trust) -> Result<String, SignInError> {
    let call = Call::get(jwks_uri).header(header::ACCEPT, HeaderValue::from_static("application/json"));
    let reply = http.send(call.trust(trust)).await?;
    if reply.status != 200 {
        return Err(SignInError::NoKeys);
    }
    Ok(Keys::parse(&reply.body).ok_or(SignInError::NoKeys)?.to_json())
}

/// The usable keys of a JWK set.
#[derive(Debug)]
pub struct Keys(Vec<Jwk>);

/// Why no key of a set fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFault {
    /// No key has the id that the token names: it may be newer than the set.
    Unknown,
    /// A key fits, but the signature is not its.
    Wrong,
}

impl Keys {
    /// Reads a JWK set and leaves out what cannot verify a signature of ours: symmetric keys, keys for encryption,
    /// kinds we do not know. `None` where nothing is left.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let set = json::object(text)?;
        let keys = set.get("keys")?.as_array()?.iter().take(KEYS);
        let keys: Vec<Jwk> = keys.filter_map(read_key).filter(can_sign).collect();
        if keys.is_empty() { None } else { Some(Self(keys)) }
    }

    /// The set as JSON text, to be stored and parsed again.
    pub fn to_json(&self) -> String {
        json!({ "keys": self.0 }).to_string()
    }

    /// Whether one of the keys made the signature (in base64url) over the message.
    pub fn verify(
        &self,
        algorithm: Algorithm,
        kid: Option<&str>,
        message: &str,
        signature: &str,
    ) -> Result<(), KeyFault> {
        let named = |key: &&Jwk| kid.is_none() || key.common.key_id.as_deref() == kid;
        let mut candidates = self
            .0
            .iter()
            .filter(named)
            .filter(|key| fits(key, algorithm))
            .peekable();
        if candidates.peek().is_none() {
            return Err(KeyFault::Unknown);
        }
        let verified = |key: &Jwk| {
            DecodingKey::from_jwk(key)
                .and_then(|key| jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, algorithm))
                .unwrap_or(false)
        };
        if candidates.any(verified) {
            Ok(())
        } else {
            Err(KeyFault::Wrong)
        }
    }
}

/// Reads a key; `None` for one of a kind that the library does not know.
fn read_key(value: &Value) -> Option<Jwk> {
    // Certificates that come with a key prove nothing here and would only be stored.
    let mut fields = value.as_object()?.clone();
    for unused in ["x5c", "x5u", "x5t", "x5t#S256", "key_ops"] {
        fields.remove(unused);
    }
    serde_json::from_value(Value::Object(fields)).ok()
}

fn can_sign(key: &Jwk) -> bool {
    let for_signatures = !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption));
    for_signatures
        && ACCEPTED.iter().any(|(_, algorithm)| fits(key, *algorithm))
        && DecodingKey::from_jwk(key).is_ok()
}

/// Whether a signature of the algorithm can be verified with the key; a key that names its algorithm is used for
/// no other (RFC 8725, 3.1).
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let kind = match (&key.algorithm, algorithm) {
        (
            AlgorithmParameters::RSA(_),
            Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512,
        ) => true,
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES256) => key.curve == EllipticCurve::P256,
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES384) => key.curve == EllipticCurve::P384,
        (AlgorithmParameters::OctetKeyPair(key), Algorithm::EdDSA) => key.curve == EllipticCurve::Ed25519,
        _ => false,
    };
    let stated = key.common.key_algorithm.map(|stated| stated.to_string());
    kind && stated.is_none_or(|stated| accepted(&stated) == Some(algorithm))
}
