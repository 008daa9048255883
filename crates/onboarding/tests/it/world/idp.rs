//! The company's identity provider: real signed ID tokens, PKCE, codes that work once.

use std::collections::HashMap;
use std::sync::Mutex;

use access::Clock;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use outside::{Call, HttpError, Reply};
use pki::{KeyKind, PrivateKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;
use url::Url;

use super::OBS;

/// Makes a token out of the honest claims.
pub type Forge = fn(&Pen<'_>, Value) -> String;

pub const HOST: &str = "login.contoso.example";
pub const ISSUER: &str = "https://login.contoso.example";
pub const CLIENT: &str = "obs-client";
pub const SECRET: &str = "obs-client-secret-value";

pub struct Idp {
    clock: Clock,
    issuer: String,
    /// Whoever signs in.
    person: String,
    /// Says that a call waits, while it stalls.
    pub asked: Notify,
    go_on: Notify,
    key: PrivateKey,
    next_key: PrivateKey,
    other_key: PrivateKey,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    published: bool,
    codes: HashMap<String, Code>,
    /// What the next tokens say otherwise; null removes a claim.
    otherwise: Vec<(String, Value)>,
    signs_with: SigningKey,
    /// The key id that the next tokens name, whatever they are signed with.
    key_id: Option<String>,
    /// The client secret that it takes, if not [`SECRET`].
    secret: Option<String>,
    down: bool,
    stalls: bool,
    forge: Option<Forge>,
    token_calls: u32,
    key_calls: u32,
    issued: u32,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum SigningKey {
    #[default]
    First,
    /// The one after a change, which is published then.
    Next,
    Foreign,
}

struct Code {
    nonce: String,
    challenge: String,
}

impl Idp {
    pub fn new(clock: Clock) -> Self {
        Self::named(clock, ISSUER, "ada@contoso.example")
    }

    pub fn named(clock: Clock, issuer: &str, person: &str) -> Self {
        let key = || PrivateKey::generate(KeyKind::P256).unwrap();
        Self {
            clock,
            issuer: issuer.to_owned(),
            person: person.to_owned(),
            asked: Notify::new(),
            go_on: Notify::new(),
            key: key(),
            next_key: key(),
            other_key: key(),
            state: Mutex::default(),
        }
    }

    /// Whether it has a discovery document.
    pub fn publish(&self, published: bool) {
        self.state.lock().unwrap().published = published;
    }

    /// Lets tokens say something else than they should; null leaves the claim out.
    pub fn say(&self, claim: &str, value: Value) {
        self.state
            .lock()
            .unwrap()
            .otherwise
            .push((claim.to_owned(), value));
    }

    pub fn sign_with_a_foreign_key(&self) {
        self.state.lock().unwrap().signs_with = SigningKey::Foreign;
    }

    /// From now on it signs with another key.
    pub fn rotate_key(&self) {
        self.state.lock().unwrap().signs_with = SigningKey::Next;
    }

    /// Lets tokens name a key that it does not have.
    pub fn name_key(&self, id: &str) {
        self.state.lock().unwrap().key_id = Some(id.to_owned());
    }

    /// From now on it takes this client secret and no other.
    pub fn take_secret(&self, secret: &str) {
        self.state.lock().unwrap().secret = Some(secret.to_owned());
    }

    /// How often it was asked for its keys.
    pub fn key_calls(&self) -> u32 {
        self.state.lock().unwrap().key_calls
    }

    /// Lets the next tokens be forged so.
    pub fn forge(&self, forge: Forge) {
        self.state.lock().unwrap().forge = Some(forge);
    }

    /// From now on it takes calls and lets them wait.
    pub fn stall(&self) {
        self.state.lock().unwrap().stalls = true;
    }

    /// Answers the call that waits, and all that come.
    pub fn go_on(&self) {
        self.state.lock().unwrap().stalls = false;
        self.go_on.notify_one();
    }

    pub fn go_down(&self) {
        self.state.lock().unwrap().down = true;
    }

    pub fn be_honest(&self) {
        let mut state = self.state.lock().unwrap();
        state.otherwise.clear();
        if state.signs_with == SigningKey::Foreign {
            state.signs_with = SigningKey::First;
        }
        state.key_id = None;
        state.down = false;
        state.forge = None;
    }

    pub fn token_calls(&self) -> u32 {
        self.state.lock().unwrap().token_calls
    }

    /// The person signs in: the path with which the browser comes back.
    pub fn sign_in(&self, url: &str) -> String {
        let url = Url::parse(url).unwrap();
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(url.origin().ascii_serialization(), self.issuer);
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("redirect_uri", &format!("{OBS}/")),
            ("scope", "openid email profile"),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(asked[name], value);
        }
        let mut state = self.state.lock().unwrap();
        let whose = if self.issuer == ISSUER { "" } else { "evil-" };
        let code = format!("{whose}code-{}", state.issued);
        state.issued += 1;
        let kept = Code {
            nonce: asked["nonce"].clone(),
            challenge: asked["code_challenge"].clone(),
        };
        state.codes.insert(code.clone(), kept);
        let iss = if state.published {
            format!("&iss={}", self.issuer)
        } else {
            String::new()
        };
        format!("/?code={code}&state={}{iss}", asked["state"])
    }

    /// A call as it comes.
    pub async fn hear(&self, call: &Call) -> Result<Reply, HttpError> {
        let stalls = self.state.lock().unwrap().stalls;
        if stalls {
            self.asked.notify_one();
            self.go_on.notified().await;
        }
        self.answer(call)
    }

    pub fn answer(&self, call: &Call) -> Result<Reply, HttpError> {
        let mut state = self.state.lock().unwrap();
        let path = call.url.strip_prefix(&self.issuer).unwrap();
        match path {
            "/token" => state.token_calls += 1,
            "/jwks" => state.key_calls += 1,
            _ => {}
        }
        if state.down {
            return Err(HttpError::Tcp);
        }
        let (status, body) = match path {
            "/.well-known/openid-configuration" if state.published => (200, self.discovery()),
            "/jwks" if state.published => (
                200,
                json!({ "keys": [self.jwk(state.signs_with == SigningKey::Next)] }),
            ),
            "/token" => self.token(&mut state, call),
            _ => (404, json!({})),
        };
        Ok(Reply {
            status,
            headers: http::HeaderMap::new(),
            body: body.to_string().into(),
        })
    }

    fn token(&self, state: &mut State, call: &Call) -> (u16, Value) {
        let form: HashMap<String, String> = url::form_urlencoded::parse(&call.body).into_owned().collect();
        let secret = state.secret.as_deref().unwrap_or(SECRET);
        if form["client_secret"] != secret {
            let said = "AADSTS7000215: Invalid client secret provided.";
            return (401, json!({"error": "invalid_client", "error_description": said}));
        }
        let Some(code) = state.codes.remove(&form["code"]) else {
            return (400, json!({"error": "invalid_grant"}));
        };
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
        assert_eq!(challenge, code.challenge, "PKCE");
        let sent = ["client_id", "redirect_uri", "grant_type"].map(|name| form[name].as_str());
        assert_eq!(sent, [CLIENT, "https://obs.example/", "authorization_code"]);
        let now = self.clock.now().unix_timestamp();
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT, "sub": "ada-1", "nonce": code.nonce, "iat": now, "exp": now + 300,
            "email": self.person, "preferred_username": self.person
        });
        for (claim, value) in &state.otherwise {
            let claims = claims.as_object_mut().unwrap();
            if value.is_null() {
                claims.remove(claim);
            } else {
                claims.insert(claim.clone(), value.clone());
            }
        }
        let (key, id) = match state.signs_with {
            SigningKey::Foreign => (&self.other_key, "k1"),
            SigningKey::Next => (&self.next_key, "k2"),
            SigningKey::First => (&self.key, "k1"),
        };
        let id = state.key_id.as_deref().unwrap_or(id);
        let key = EncodingKey::from_ec_der(&key.to_pkcs8());
        let header = Header {
            kid: Some(id.to_owned()),
            ..Header::new(Algorithm::ES256)
        };
        let id_token = match state.forge {
            Some(forge) => forge(&Pen(self), claims),
            None => jsonwebtoken::encode(&header, &claims, &key).unwrap(),
        };
        (
            200,
            json!({ "id_token": id_token, "access_token": "access", "token_type": "Bearer" }),
        )
    }

    fn discovery(&self) -> Value {
        let issuer = &self.issuer;
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": true
        })
    }

    fn jwk(&self, rotated: bool) -> Value {
        let (key, id) = if rotated {
            (&self.next_key, "k2")
        } else {
            (&self.key, "k1")
        };
        // The last 64 bytes of the SubjectPublicKeyInfo of a P-256 key are its two coordinates.
        let public = key.public_key();
        let (x, y) = public[public.len() - 64..].split_at(32);
        let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        json!({ "kty": "EC", "crv": "P-256", "kid": id, "use": "sig", "alg": "ES256", "x": text(x), "y": text(y) })
    }
}

/// Writes tokens, with the provider's keys and with those of others.
pub struct Pen<'a>(&'a Idp);

impl Pen<'_> {
    /// The header of an honest token.
    pub fn header() -> Value {
        json!({ "alg": "ES256", "kid": "k1", "typ": "JWT" })
    }

    /// Header and payload as they are, signed by the provider.
    pub fn sign(&self, header: &str, payload: &str) -> String {
        signed(&self.0.key, header, payload)
    }

    /// ... by somebody else.
    pub fn sign_foreign(&self, header: &str, payload: &str) -> String {
        signed(&self.0.other_key, header, payload)
    }

    /// ... with a secret that everybody knows: the public key.
    pub fn sign_symmetric(&self, header: &str, payload: &str) -> String {
        let message = format!("{}.{}", encoded(header), encoded(payload));
        let key = EncodingKey::from_secret(self.jwk().to_string().as_bytes());
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
        format!("{message}.{signature}")
    }

    /// The provider's public key.
    pub fn jwk(&self) -> Value {
        self.0.jwk(false)
    }
}

fn signed(key: &PrivateKey, header: &str, payload: &str) -> String {
    let message = format!("{}.{}", encoded(header), encoded(payload));
    let key = EncodingKey::from_ec_der(&key.to_pkcs8());
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::ES256).unwrap();
    format!("{message}.{signature}")
}

pub fn encoded(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(text)
}
