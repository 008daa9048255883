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
use url::Url;

pub const HOST: &str = "login.contoso.example";
pub const ISSUER: &str = "https://login.contoso.example";
pub const CLIENT: &str = "obs-client";
pub const SECRET: &str = "obs-client-secret-value";

pub struct Idp {
    clock: Clock,
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
        let key = || PrivateKey::generate(KeyKind::P256).unwrap();
        Self {
            clock,
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
    }

    pub fn token_calls(&self) -> u32 {
        self.state.lock().unwrap().token_calls
    }

    /// The person signs in: the path with which the browser comes back.
    pub fn sign_in(&self, url: &str) -> String {
        let url = Url::parse(url).unwrap();
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(url.origin().ascii_serialization(), ISSUER);
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("redirect_uri", "https://obs.example/"),
            ("scope", "openid email profile"),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(asked[name], value);
        }
        let mut state = self.state.lock().unwrap();
        let code = format!("code-{}", state.issued);
        state.issued += 1;
        let kept = Code {
            nonce: asked["nonce"].clone(),
            challenge: asked["code_challenge"].clone(),
        };
        state.codes.insert(code.clone(), kept);
        let iss = if state.published {
            format!("&iss={ISSUER}")
        } else {
            String::new()
        };
        format!("/?code={code}&state={}{iss}", asked["state"])
    }

    pub fn answer(&self, call: &Call) -> Result<Reply, HttpError> {
        let mut state = self.state.lock().unwrap();
        let path = call.url.strip_prefix(ISSUER).unwrap();
        match path {
            "/token" => state.token_calls += 1,
            "/jwks" => state.key_calls += 1,
            _ => {}
        }
        if state.down {
            return Err(HttpError::Tcp);
        }
        let (status, body) = match path {
            "/.well-known/openid-configuration" if state.published => (200, discovery()),
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
            "iss": ISSUER, "aud": CLIENT, "sub": "ada-1", "nonce": code.nonce, "iat": now, "exp": now + 300,
            "email": "ada@contoso.example", "preferred_username": "ada@contoso.example"
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
        let id_token = jsonwebtoken::encode(&header, &claims, &key).unwrap();
        (
            200,
            json!({ "id_token": id_token, "access_token": "access", "token_type": "Bearer" }),
        )
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

fn discovery() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": format!("{ISSUER}/authorize"),
        "token_endpoint": format!("{ISSUER}/token"),
        "jwks_uri": format!("{ISSUER}/jwks"),
        "response_types_supported": ["code"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "authorization_response_iss_parameter_supported": true
    })
}
