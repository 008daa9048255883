//! The ID token: what it must be, and the identity that is read from it (OpenID Connect Core 3.1.3.7).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256, Sha384, Sha512};
use time::{Duration, OffsetDateTime};

use crate::error::SignInError;
use crate::json;
use crate::keys::{KeyFault, Keys, accepted};

/// Longest ID token, in bytes.
pub const ID_TOKEN_LIMIT: usize = 64 * 1024;
/// How far two clocks may differ (fault F19).
pub const CLOCK_LEEWAY: Duration = Duration::seconds(60);
/// Oldest ID token: it was made for this exchange, a moment ago.
pub const TOKEN_AGE: Duration = Duration::minutes(10);
/// Longest subject, in bytes (OpenID Connect Core 2).
const SUBJECT: usize = 255;
/// Longest e-mail address or user name that is taken, in bytes.
const NAME: usize = 320;

/// How well the identity is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// Known issuer, verified signature.
    Full,
    /// The TLS connection to the token endpoint is the only proof.
    Reduced,
}

/// Who signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The issuer that the token names; equal to the provider's where that is known.
    pub issuer: String,
    /// The person, within the issuer.
    pub subject: String,
    /// An e-mail address: routes and displays, never identifies (rule D4).
    pub email: Option<String>,
    /// Whether the provider has checked the address; `None` where it says nothing about that. Only the JSON value `true` is a yes.
    pub email_verified: Option<bool>,
    /// The user name, often an e-mail address.
    pub preferred_username: Option<String>,
    /// How well this is proved.
    pub assurance: Assurance,
    /// The provider refused the client secret and took the one before.
    pub by_old_secret: bool,
    /// All claims that were read, as JSON; those of `UserInfo` under the name `userinfo`.
    pub raw_claims: String,
    /// The provider's new keys, as [`crate::Provider::keys`], where the pinned ones did not have the one used.
    pub new_keys: Option<String>,
}

/// What the token must agree with.
pub struct Expected<'a> {
    pub client_id: &'a str,
    pub issuer: Option<&'a str>,
    pub nonce: &'a str,
    pub access_token: Option<&'a str>,
    pub now: OffsetDateTime,
}

/// The parts of a signed token, before its signature is checked.
pub struct Parts<'a> {
    algorithm: Algorithm,
    kid: Option<String>,
    message: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    /// Takes the token apart and reads its header, which must ask for nothing but a signature.
    pub fn read(token: &'a str) -> Result<Self, SignInError> {
        if token.len() > ID_TOKEN_LIMIT {
            return Err(SignInError::BadToken);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(SignInError::BadToken)?;
        let (header, payload) = message.split_once('.').ok_or(SignInError::BadToken)?;
        // More dots are an encrypted token: five parts, and whatever is inside has not been signed for us.
        if payload.contains('.') || signature.is_empty() {
            return Err(SignInError::BadToken);
        }
        let header = decode(header).ok_or(SignInError::BadToken)?;
        let name = header
            .get("alg")
            .and_then(Value::as_str)
            .ok_or(SignInError::BadToken)?;
        let algorithm = accepted(name).ok_or(SignInError::BadAlgorithm)?;
        // A token never brings its own key or asks for rules that we do not know (RFC 8725, 3.10 and 3.1).
        let beyond = ["crit", "jku", "jwk", "x5u", "x5c", "enc", "zip", "cty", "b64"];
        if beyond.iter().any(|name| header.contains_key(*name)) {
            return Err(SignInError::BadToken);
        }
        // "at+jwt" and its like are made for others than us (RFC 8725, 3.11).
        match header.get("typ") {
            None => {}
            Some(Value::String(kind)) if kind.eq_ignore_ascii_case("JWT") => {}
            Some(_) => return Err(SignInError::BadToken),
        }
        let kid = match header.get("kid") {
            None => None,
            Some(Value::String(kid)) => Some(kid.clone()),
            Some(_) => return Err(SignInError::BadToken),
        };
        Ok(Self {
            algorithm,
            kid,
            message,
            payload,
            signature,
        })
    }

    /// Whether one of the keys signed the token.
    pub fn verify(&self, keys: &Keys) -> Result<(), KeyFault> {
        keys.verify(self.algorithm, self.kid.as_deref(), self.message, self.signature)
    }

    /// The claims, checked against what is expected. The caller has verified the signature, or has decided that the
    /// connection to the token endpoint is proof enough.
    pub fn claims(&self, expected: &Expected<'_>) -> Result<Claims, SignInError> {
        let claims = Claims(decode(self.payload).ok_or(SignInError::BadToken)?);
        claims.check_parties(expected)?;
        claims.check_times(expected.now)?;
        if claims.text("nonce") != Some(expected.nonce) {
            return Err(SignInError::WrongNonce);
        }
        claims.check_access_token(self.algorithm, expected.access_token)?;
        claims.subject()?;
        Ok(claims)
    }
}

/// The claims of an ID token that has passed all checks, or of a `UserInfo` answer.
pub struct Claims(pub Map<String, Value>);

impl Claims {
    /// A claim that is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// The person's id within the issuer.
    pub fn subject(&self) -> Result<&str, SignInError> {
        let usable =
            |sub: &&str| !sub.trim().is_empty() && sub.len() <= SUBJECT && !sub.chars().any(char::is_control);
        self.text("sub").filter(usable).ok_or(SignInError::NoSubject)
    }

    /// A name of a person: not empty, not endless, on one line.
    pub fn name(&self, claim: &str) -> Option<String> {
        let usable =
            |name: &&str| !name.is_empty() && name.len() <= NAME && !name.chars().any(char::is_control);
        self.text(claim).map(str::trim).filter(usable).map(str::to_owned)
    }

    /// Whether the provider has checked the address. Some say so in words or numbers: who reads a yes into these reads it into
    /// `"false"` too (SEC-13).
    pub fn email_verified(&self) -> Option<bool> {
        let said = self.0.get("email_verified").filter(|said| !said.is_null())?;
        Some(*said == Value::Bool(true))
    }

    fn check_parties(&self, expected: &Expected<'_>) -> Result<(), SignInError> {
        match (self.text("iss"), expected.issuer) {
            (Some(iss), Some(issuer)) if iss == issuer => {}
            (Some(iss), None) if !iss.is_empty() => {}
            _ => return Err(SignInError::WrongIssuer),
        }
        // Further audiences are parties that we do not know, and so do not trust.
        let ours = |audience: &Value| audience.as_str() == Some(expected.client_id);
        let for_us = match self.0.get("aud") {
            Some(Value::Array(audiences)) => !audiences.is_empty() && audiences.iter().all(ours),
            Some(audience) => ours(audience),
            None => false,
        };
        if !for_us {
            return Err(SignInError::WrongAudience);
        }
        match self.0.get("azp") {
            Some(azp) if !ours(azp) => Err(SignInError::WrongAuthorizedParty),
            _ => Ok(()),
        }
    }

    fn check_times(&self, now: OffsetDateTime) -> Result<(), SignInError> {
        let expires = self.time("exp")?.ok_or(SignInError::BadToken)?;
        let issued = self.time("iat")?.ok_or(SignInError::BadToken)?;
        if expires <= issued {
            return Err(SignInError::BadToken);
        }
        if now >= expires + CLOCK_LEEWAY || now > issued + TOKEN_AGE + CLOCK_LEEWAY {
            return Err(SignInError::Expired);
        }
        let not_before = self.time("nbf")?.unwrap_or(issued);
        if issued > now + CLOCK_LEEWAY || not_before > now + CLOCK_LEEWAY {
            return Err(SignInError::NotYetValid);
        }
        Ok(())
    }

    /// A time in seconds since 1970, whole or with a fraction (RFC 7519, 2); none where the claim is absent.
    fn time(&self, name: &str) -> Result<Option<OffsetDateTime>, SignInError> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        let seconds = value
            .as_i64()
            .or_else(|| whole(value.as_f64()?))
            .ok_or(SignInError::BadToken)?;
        // Up to the year 9999, so that adding a leeway cannot overflow.
        if !(0..253_402_000_000).contains(&seconds) {
            return Err(SignInError::BadToken);
        }
        OffsetDateTime::from_unix_timestamp(seconds)
            .map(Some)
            .map_err(|_| SignInError::BadToken)
    }

    /// `at_hash`, where it is sent, binds the access token to this token (OpenID Connect Core 3.1.3.6).
    fn check_access_token(&self, algorithm: Algorithm, token: Option<&str>) -> Result<(), SignInError> {
        let (Some(stated), Some(token)) = (self.0.get("at_hash"), token) else {
            return Ok(());
        };
        let digest = match algorithm {
            Algorithm::RS384 | Algorithm::PS384 | Algorithm::ES384 => Sha384::digest(token).to_vec(),
            Algorithm::RS512 | Algorithm::PS512 | Algorithm::EdDSA => Sha512::digest(token).to_vec(),
            _ => Sha256::digest(token).to_vec(),
        };
        let (half, _) = digest.split_at(digest.len() / 2);
        if stated.as_str() == Some(BASE64_URL_SAFE_NO_PAD.encode(half).as_str()) {
            Ok(())
        } else {
            Err(SignInError::WrongAccessToken)
        }
    }
}

/// The whole part of a time with a fraction.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked, and a fraction is to be cut off"
)]
fn whole(seconds: f64) -> Option<i64> {
    (0.0..1e12).contains(&seconds).then_some(seconds as i64)
}

/// A part of a token: base64url without padding over a JSON object without repeated names.
fn decode(part: &str) -> Option<Map<String, Value>> {
    json::object(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?)
}
