//! The company's UMS: shows its UMS ID, and asks back before it says yes.

use std::sync::{Mutex, OnceLock};

use access::Clock;
use axum::Router;
use axum::body::Body;
use domain::chain::CHAIN_MAX_BYTES;
use http::{HeaderMap, Method, Request, StatusCode};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use outside::{Call, HttpError, Reply, Trust};
use pki::authority::{ROOT_LIFETIME, SERVER_LIFETIME};
use pki::{Authority, Certificate, KeyKind, SelfSignedIdentity, ServerNames};
use protocol::onboarding::{AnnounceOnboarding, CLIENT_ASSERTION_TYPE, TokenClaims};
use protocol::paths::{EST_CACERTS, UMS_CHECK_STATUS, UMS_ONBOARDING};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::OBS;
use super::browser::{Answer, send};

pub const HOST: &str = "ums.contoso.example";

pub struct Ums {
    pub clock: Clock,
    /// The root certificate, as uploaded in the record.
    pub chain: String,
    /// What it presents in a handshake: its own certificate, and the root.
    pub presented: Vec<Certificate>,
    pub id: SelfSignedIdentity,
    router: OnceLock<Router>,
    mood: Mutex<Mood>,
    /// What it has been told, newest last.
    pub heard: Mutex<Vec<TokenClaims>>,
    /// The last token in [`Mood::Slow`].
    pub told: Mutex<String>,
    /// Says that a call is waiting, in [`Mood::Silent`].
    pub asked: Notify,
}

/// How it answers.
#[derive(Clone, Default)]
pub enum Mood {
    #[default]
    Well,
    /// Not at all.
    Broken(HttpError),
    /// With this status, to both.
    Status(u16),
    /// With something that no UMS says.
    Nonsense,
    /// Never.
    Silent,
    /// Yes, without asking back.
    Credulous,
    /// Not yet: keeps the token in [`Ums::told`] and lets the announcement wait.
    Slow,
}

impl Ums {
    pub fn new(clock: Clock) -> Self {
        let root =
            Authority::new_root("Contoso UMS root", KeyKind::P256, clock.now(), ROOT_LIFETIME).unwrap();
        let chain = root.certificate().pem();
        let names = ServerNames::new([HOST]).unwrap();
        let own = root.issue_server(&names, clock.now(), SERVER_LIFETIME).unwrap();
        let presented = vec![own.certificate, root.certificate().clone()];
        assert!(chain.len() < CHAIN_MAX_BYTES);
        let id = another_id(&clock);
        let (router, mood, heard, told, asked) = Default::default();
        Self {
            clock,
            chain,
            presented,
            id,
            router,
            mood,
            heard,
            told,
            asked,
        }
    }

    pub fn reaches(&self, router: Router) {
        assert!(self.router.set(router).is_ok());
    }

    pub fn be(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub fn router(&self) -> &Router {
        self.router.get().unwrap()
    }

    pub async fn answer(&self, call: &Call) -> Result<Reply, HttpError> {
        let path = call.url.strip_prefix(&format!("https://{HOST}:8443")).unwrap();
        assert_eq!(
            call.trust,
            Trust::only_pem(&self.chain).unwrap(),
            "only the record's chain"
        );
        let reply = |status, body: Value| {
            Ok(Reply {
                status,
                headers: HeaderMap::new(),
                body: body.to_string().into(),
            })
        };
        let mood = self.mood.lock().unwrap().clone();
        match mood {
            Mood::Broken(error) => return Err(error),
            Mood::Status(status) => return reply(status, json!({})),
            Mood::Nonsense => return reply(200, json!({"hello": "world"})),
            Mood::Silent => {
                self.asked.notify_one();
                return std::future::pending().await;
            }
            Mood::Credulous if call.method == Method::POST => return reply(201, json!({})),
            Mood::Slow if call.method == Method::POST => {
                let told: AnnounceOnboarding = serde_json::from_slice(&call.body).unwrap();
                told.token.expose().clone_into(&mut self.told.lock().unwrap());
                self.asked.notify_one();
                return std::future::pending().await;
            }
            Mood::Well | Mood::Credulous | Mood::Slow => {}
        }
        match path {
            UMS_ONBOARDING => {}
            UMS_CHECK_STATUS => return reply(200, json!({"status": "ok"})),
            EST_CACERTS => {
                let root = self.presented.last().unwrap().der();
                return Ok(Reply {
                    status: 200,
                    headers: HeaderMap::new(),
                    body: pki::est::certs_only([root]).unwrap().into(),
                });
            }
            other => panic!("{other} is no path of a UMS that the service knows"),
        }
        if call.method == Method::GET {
            let fingerprint = self.id.certificate.fingerprint().to_string();
            return reply(
                200,
                json!({"ums_id_fingerprint": fingerprint, "certificate_pem": self.id.certificate.pem()}),
            );
        }
        let told: AnnounceOnboarding = serde_json::from_slice(&call.body).unwrap();
        assert_eq!(told.service, OBS);
        let answer = self.ask(told.token.expose(), None).await;
        if answer.status != StatusCode::OK {
            return reply(403, json!({}));
        }
        self.heard
            .lock()
            .unwrap()
            .push(serde_json::from_str(&answer.text).unwrap());
        reply(201, json!({}))
    }

    /// Asks what a token means, with an assertion of its own.
    pub async fn ask(&self, token: &str, key_id: Option<&str>) -> Answer {
        self.ask_with(token, key_id, &assertion(&self.id, &self.claims()))
            .await
    }

    pub async fn ask_with(&self, token: &str, key_id: Option<&str>, assertion: &str) -> Answer {
        let body = json!({
            "token": token, "client_assertion": assertion, "client_assertion_type": CLIENT_ASSERTION_TYPE, "key_id": key_id
        });
        let request = Request::post("/api/v1/tokens/validate")
            .body(Body::from(body.to_string()))
            .unwrap();
        send(self.router(), request, 9).await
    }

    /// Asks whether it is registered.
    pub async fn registration(&self, assertion: &str) -> Answer {
        let body = json!({ "client_assertion": assertion, "client_assertion_type": CLIENT_ASSERTION_TYPE });
        let request = Request::post("/api/v1/ums-registration")
            .body(Body::from(body.to_string()))
            .unwrap();
        send(self.router(), request, 9).await
    }

    /// What its assertions say.
    pub fn claims(&self) -> Value {
        claims(&self.id, &self.clock)
    }
}

pub fn another_id(clock: &Clock) -> SelfSignedIdentity {
    SelfSignedIdentity::self_signed("UMS ID", clock.now(), ROOT_LIFETIME).unwrap()
}

pub fn claims(id: &SelfSignedIdentity, clock: &Clock) -> Value {
    let fingerprint = id.certificate.fingerprint().to_string();
    let now = clock.now().unix_timestamp();
    let jti = access::Entropy.secret().reveal().to_owned();
    json!({ "iss": fingerprint, "sub": fingerprint, "aud": OBS, "jti": jti, "iat": now, "exp": now + 60 })
}

pub fn assertion(id: &SelfSignedIdentity, claims: &Value) -> String {
    let key = EncodingKey::from_ec_der(&id.key.to_pkcs8());
    jsonwebtoken::encode(&Header::new(Algorithm::ES256), claims, &key).unwrap()
}
