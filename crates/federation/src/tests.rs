//! Sign-ins against a provider that lives in the test: keys made here, answers written here.

mod discovery;
mod exchange;
mod inward;
mod mutations;
mod response;

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use outside::http::HeaderMap;
use outside::{Call, Http, HttpError, Reply, Trust};
use rcgen::{KeyPair, RsaKeySize};
use serde_json::{Value, json};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::*;

pub const ISSUER: &str = "https://login.contoso.example";
pub const CLIENT: &str = "cosmos-client";
pub const NONCE: &str = "the-nonce-of-this-sign-in";
pub const REDIRECT: &str = "https://obs.example/";
pub const NOW: i64 = 1_800_000_000;

/// A key of a provider.
pub struct Key {
    pub algorithm: Algorithm,
    pub signing: EncodingKey,
    pub kid: &'static str,
}

impl Key {
    fn new(pair: &KeyPair, algorithm: Algorithm, kid: &'static str) -> Self {
        let pem = pair.serialize_pem();
        let signing = match algorithm {
            Algorithm::ES256 | Algorithm::ES384 => EncodingKey::from_ec_pem(pem.as_bytes()),
            _ => EncodingKey::from_rsa_pem(pem.as_bytes()),
        };
        Self {
            algorithm,
            signing: signing.unwrap(),
            kid,
        }
    }

    pub fn ec(kid: &'static str) -> Self {
        Self::new(&KeyPair::generate().unwrap(), Algorithm::ES256, kid)
    }

    /// The public half as a JWK.
    pub fn public(&self) -> Value {
        let mut jwk =
            serde_json::to_value(Jwk::from_encoding_key(&self.signing, self.algorithm).unwrap()).unwrap();
        jwk["kid"] = self.kid.into();
        jwk["use"] = "sig".into();
        jwk
    }

    pub fn header(&self) -> Value {
        json!({ "alg": self.algorithm, "kid": self.kid, "typ": "JWT" })
    }

    /// A token with this header and payload, given as text, signed by this key whatever they say.
    pub fn sign(&self, header: &str, payload: &str) -> String {
        let message = format!("{}.{}", b64(header), b64(payload));
        let signature =
            jsonwebtoken::crypto::sign(message.as_bytes(), &self.signing, self.algorithm).unwrap();
        format!("{message}.{signature}")
    }

    pub fn token(&self, claims: &Value) -> String {
        self.sign(&self.header().to_string(), &claims.to_string())
    }
}

pub fn b64(text: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(text)
}

static RSA_PAIR: LazyLock<KeyPair> =
    LazyLock::new(|| KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap());
/// The provider's elliptic key and RSA key, and the attacker's key, which bears the name of the first.
pub static EC: LazyLock<Key> = LazyLock::new(|| Key::ec("ec-1"));
pub static RSA: LazyLock<Key> = LazyLock::new(|| Key::new(&RSA_PAIR, Algorithm::RS256, "rsa-1"));
pub static PSS: LazyLock<Key> = LazyLock::new(|| Key::new(&RSA_PAIR, Algorithm::PS256, "rsa-1"));
pub static EVIL: LazyLock<Key> = LazyLock::new(|| Key::ec("ec-1"));

pub fn jwks(keys: &[&Key]) -> String {
    json!({ "keys": keys.iter().map(|key| key.public()).collect::<Vec<_>>() }).to_string()
}

/// The honest provider's keys; the RSA key as most publish it, without an algorithm.
pub fn pinned() -> String {
    let mut rsa = RSA.public();
    rsa.as_object_mut().unwrap().remove("alg");
    json!({ "keys": [EC.public(), rsa] }).to_string()
}

/// The claims of an honest token.
pub fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "user-7", "aud": CLIENT, "nonce": NONCE, "iat": NOW - 5, "exp": NOW + 3600,
        "email": "ada@contoso.example", "email_verified": true,
    })
}

/// The honest claims with some replaced; `null` removes one.
pub fn with(changes: &Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

/// The world outside: answers by address, and a record of what was asked.
#[derive(Default)]
pub struct Fake {
    replies: HashMap<String, (u16, String)>,
    pub calls: Mutex<Vec<Call>>,
}

impl Fake {
    pub fn on(mut self, url: &str, status: u16, body: impl Into<String>) -> Self {
        self.replies.insert(url.to_owned(), (status, body.into()));
        self
    }

    /// A provider whose token endpoint gives out this ID token.
    pub fn giving(id_token: &str) -> Self {
        let tokens = json!({ "id_token": id_token, "access_token": "access", "token_type": "Bearer" });
        Self::default().on(&format!("{ISSUER}/token"), 200, tokens.to_string())
    }

    pub fn asked(&self, url: &str) -> usize {
        self.calls
            .lock()
            .unwrap()
            .iter()
            .filter(|call| call.url == url)
            .count()
    }

    /// The last call as text: address, headers, body.
    pub fn last(&self) -> String {
        let calls = self.calls.lock().unwrap();
        let call = calls.last().unwrap();
        format!(
            "{} {} {:?} {}",
            call.method,
            call.url,
            auth(&call.headers),
            String::from_utf8_lossy(&call.body)
        )
    }
}

fn auth(headers: &HeaderMap) -> &str {
    headers
        .get("authorization")
        .map_or("", |value| value.to_str().unwrap())
}

impl Http for Fake {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, HttpError>> {
        let found = self.replies.get(&call.url).cloned();
        self.calls.lock().unwrap().push(call);
        async move {
            let (status, body) = found.ok_or(HttpError::Tcp)?;
            Ok(Reply {
                status,
                headers: HeaderMap::new(),
                body: Bytes::from(body),
            })
        }
        .boxed()
    }
}

/// A provider with a known issuer and pinned keys.
pub fn provider() -> Provider {
    Provider {
        client_id: CLIENT.to_owned(),
        client_secret: Zeroizing::new("s3cret: &".to_owned()),
        old_secret: None,
        authorization_endpoint: format!("{ISSUER}/authorize?policy=a"),
        token_endpoint: format!("{ISSUER}/token"),
        issuer: Some(ISSUER.to_owned()),
        jwks_uri: Some(format!("{ISSUER}/jwks")),
        keys: Some(pinned()),
        userinfo_endpoint: Some(format!("{ISSUER}/userinfo")),
        token_auth: TokenAuth::Post,
        response_iss: false,
    }
}

/// A provider known by its two addresses only.
pub fn nameless() -> Provider {
    Provider {
        issuer: None,
        keys: None,
        jwks_uri: None,
        userinfo_endpoint: None,
        ..provider()
    }
}

pub fn answer() -> Exchange<'static> {
    Exchange {
        code: "the-code",
        redirect_uri: REDIRECT,
        pkce_verifier: "the-verifier",
        nonce: NONCE,
        now: OffsetDateTime::from_unix_timestamp(NOW).unwrap(),
        trust: Trust::System,
        ring: None,
    }
}

/// One exchange with a provider that gives out this token.
pub async fn sign_in(provider: &Provider, id_token: &str) -> Result<Identity, SignInError> {
    exchange(&Fake::giving(id_token), provider, answer()).await
}
