//! A cloud side with one company, its identity provider and its UMS: both answer as the real ones do, over a fake wire.

pub mod idp;
pub mod ums;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use access::{
    Actor, Authorized, Client, Clock, Entropy, ManualClock, Passwords, Seal, Services, Session, sessions,
};
use axum::Router;
use axum::body::Body;
use domain::account::AccountDraft;
use domain::id::{OsIdpId, RoutingId};
use domain::onboarding::LastOnboarding;
use domain::os_idp::OsIdpDraft;
use domain::permission::{
    ActivateOnboarding, CreateRouting, CreateUmsInstance, EditRouting, RegisterOsIdp, SwitchRouting,
    ViewRouting,
};
use domain::routing::RoutingDraft;
use domain::routing_change as change;
use domain::ums_instance::UmsInstanceDraft;
use domain::user::UserDraft;
use domain::{Cloud, Permission};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use onboarding::Settings;
use outside::{Call, Http, HttpError, Outside, Presented, Reply, TlsVersion};
use protocol::onboarding::{OnboardingState, StartedOnboarding};
use store::{Db, args, sql};
use test_support::db::TestDb;
use test_support::outside::FakeOutside;
use time::OffsetDateTime;
use tower::ServiceExt as _;

use idp::Idp;
use ums::Ums;

pub const OBS: &str = "https://obs.example";
/// A host on which nothing accepts connections.
pub const SILENT: &str = "silent.contoso.example";
pub const EMAIL: &str = "Ada@Contoso.Example";

/// Everything, behind one door.
pub struct World {
    pub services: Services<Cloud>,
    pub hand: ManualClock,
    /// What hosts present.
    pub outside: FakeOutside,
    pub idp: Arc<Idp>,
    pub ums: Arc<Ums>,
    pub routing: Option<RoutingId>,
    /// Where the provider is registered.
    pub os_idp: OsIdpId,
    pub router: Router,
    admin: Session<Cloud>,
    _folder: tempfile::TempDir,
}

/// The wire: who is asked is told by the host.
struct Wire {
    idp: Arc<Idp>,
    ums: Arc<Ums>,
}

impl Http for Wire {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, HttpError>> {
        async move {
            let host = url::Url::parse(&call.url).unwrap().host_str().unwrap().to_owned();
            match host.as_str() {
                idp::HOST => self.idp.answer(&call),
                ums::HOST => self.ums.answer(&call).await,
                SILENT => Err(HttpError::Tcp),
                _ => Err(HttpError::Dns),
            }
        }
        .boxed()
    }
}

/// How a world differs from the usual one.
#[derive(Default)]
pub struct Differently {
    pub no_record: bool,
    pub no_issuer: bool,
    pub ums_not_registered: bool,
}

impl World {
    pub async fn new(db: &TestDb) -> Self {
        Self::with(db, Differently::default()).await
    }

    pub async fn with(db: &TestDb, differently: Differently) -> Self {
        let db: Db = (**db).clone();
        let (clock, hand) = Clock::manual(OffsetDateTime::from_unix_timestamp(1_790_000_000).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let seal = Seal::open(&folder.path().join("seal.key"), &db, &Entropy)
            .await
            .unwrap();
        let idp = Arc::new(Idp::new(clock.clone()));
        let ums = Arc::new(Ums::new(clock.clone()));
        let outside = FakeOutside::default();
        let fake = outside.ports();
        let wire = Wire {
            idp: Arc::clone(&idp),
            ums: Arc::clone(&ums),
        };
        let ports = Outside {
            http: Arc::new(wire),
            ..fake
        };
        let trusted = [
            ("contoso.example", "Contoso"),
            ("unproved.example", "Somebody else"),
        ];
        let portal = portal::Settings {
            portal_url: "https://portal.example".to_owned(),
            onboarding_url: OBS.to_owned(),
            trusted_domains: trusted
                .map(|(domain, account)| (domain.to_owned(), account.to_owned()))
                .into(),
        };
        let settings = Settings {
            public_url: OBS.to_owned(),
            stylesheet: "body{}".to_owned(),
        };
        let services = Services::<Cloud>::new(db, clock, seal, Passwords::new(1), Arc::new(portal::Users));
        let services = services
            .with(portal)
            .unwrap()
            .with(settings)
            .unwrap()
            .with(onboarding::Providers::default())
            .unwrap()
            .with(ports)
            .unwrap();
        let admin = company(&services).await;
        let router = onboarding::router(services.clone());
        ums.reaches(router.clone());
        let mut world = Self {
            services,
            hand,
            outside,
            idp,
            ums,
            routing: None,
            os_idp: OsIdpId::from(uuid::Uuid::nil()),
            router,
            admin,
            _folder: folder,
        };
        world.register(&differently).await;
        world
    }

    async fn register(&mut self, differently: &Differently) {
        let auth = self.auth::<ActivateOnboarding>().await;
        portal::activation::activate(&auth).await.unwrap();
        let auth = self.auth::<RegisterOsIdp>().await;
        let issuer = if differently.no_issuer {
            String::new()
        } else {
            idp::ISSUER.to_owned()
        };
        self.idp.publish(!differently.no_issuer);
        let draft = OsIdpDraft {
            name: "Contoso".to_owned(),
            client_id: idp::CLIENT.to_owned(),
            client_secret: idp::SECRET.to_owned(),
            issuer,
            authorization_endpoint: format!("{}/authorize", idp::ISSUER),
            token_endpoint: format!("{}/token", idp::ISSUER),
            domains: "contoso.example\nunproved.example".to_owned(),
            ..OsIdpDraft::default()
        };
        self.os_idp = portal::os_idps::register(&auth, draft).await.unwrap().id;
        if !differently.no_record {
            let auth = self.auth::<CreateRouting>().await;
            let draft = RoutingDraft {
                name: "Headquarters".to_owned(),
                host: ums::HOST.to_owned(),
                port: "8443".to_owned(),
                domains: "contoso.example".to_owned(),
                chain: self.ums.chain.clone(),
                ..RoutingDraft::default()
            };
            self.routing = Some(portal::routing::register(&auth, draft).await.unwrap().row.id);
        }
        if !differently.ums_not_registered {
            self.register_ums(&self.ums.id.certificate.pem(), "UMS").await;
        }
    }

    pub async fn register_ums(&self, certificate: &str, name: &str) {
        let auth = self.auth::<CreateUmsInstance>().await;
        let certificate = certificate.to_owned();
        let draft = UmsInstanceDraft {
            name: name.to_owned(),
            certificate,
            ..UmsInstanceDraft::default()
        };
        portal::ums_instances::register(&auth, draft).await.unwrap();
    }

    pub async fn auth<P: Permission<Side = Cloud>>(&self) -> Authorized<P> {
        Authorized::check(&self.services, Some(self.admin.clone()), &client(1))
            .await
            .unwrap()
    }

    async fn record(&self) -> (String, String) {
        let auth = self.auth::<ViewRouting>().await;
        let record = portal::routing::get(&auth, self.routing.unwrap()).await.unwrap();
        (record.row.id.to_string(), record.version.to_string())
    }

    /// Gives the record another host.
    pub async fn move_to(&self, host: &str) {
        let (record, version) = self.record().await;
        let draft = change::EditRouting {
            record,
            version,
            name: "Headquarters".to_owned(),
            host: host.to_owned(),
            port: "8443".to_owned(),
        };
        portal::routing::edit(&self.auth::<EditRouting>().await, draft)
            .await
            .unwrap();
    }

    /// Gives the record a further address, in the place of others.
    pub async fn add_target(&self, host: &str) {
        let auth = self.auth::<ViewRouting>().await;
        for target in portal::routing::get(&auth, self.routing.unwrap())
            .await
            .unwrap()
            .targets
        {
            let (record, version) = self.record().await;
            let draft = change::RemoveTarget {
                record,
                version,
                host: target.host,
                port: target.port.to_string(),
            };
            let auth = self.auth::<EditRouting>().await;
            portal::routing::remove_target(&auth, draft).await.unwrap();
        }
        let (record, version) = self.record().await;
        let draft = change::AddTarget {
            record,
            version,
            host: host.to_owned(),
            port: "8443".to_owned(),
            chain: String::new(),
        };
        portal::routing::add_target(&self.auth::<EditRouting>().await, draft)
            .await
            .unwrap();
    }

    /// Switches the record off or on.
    pub async fn switch(&self, enabled: bool) {
        let (record, version) = self.record().await;
        let draft = change::SwitchRouting {
            record,
            version,
            enabled,
        };
        portal::routing::switch(&self.auth::<SwitchRouting>().await, draft)
            .await
            .unwrap();
    }

    /// Lets the UMS present its certificates in handshakes.
    pub fn presents(&self) {
        self.presents_as(TlsVersion::Tls13);
    }

    pub fn presents_as(&self, version: TlsVersion) {
        let certificates = self.ums.presented.iter().map(|one| one.der().clone()).collect();
        let presented = Presented {
            address: [192, 0, 2, 80].into(),
            version,
            certificates,
        };
        self.outside.present(ums::HOST, 8443, Ok(presented));
    }

    /// "Last onboardings" as the OBS Admin sees them.
    pub async fn last(&self) -> Vec<LastOnboarding> {
        let auth = self.auth::<ViewRouting>().await;
        onboarding::last::list(&auth, self.routing.unwrap())
            .await
            .unwrap()
    }

    /// Every audit event: name, target's name, details.
    pub async fn events(&self) -> Vec<(String, String, String)> {
        let acting = self.services.acting_as_unchecked(Actor::System("test"));
        let mut tx = acting.read().await.unwrap();
        tx.all(
            sql!("select name, target_name, details from audit_events order by at, id"),
            args![],
        )
        .await
        .unwrap()
    }

    /// What the administrator is told about a run that failed.
    pub async fn cause(&self, started: &StartedOnboarding) -> String {
        let acting = self.services.acting_as_unchecked(Actor::System("test"));
        let mut tx = acting.read().await.unwrap();
        let text =
            sql!("select details from audit_events where name = 'onboarding.failed' and target_id = $1");
        tx.scalar(text, args![started.id]).await.unwrap()
    }

    pub async fn count(&self, name: &str) -> usize {
        self.events().await.iter().filter(|event| event.0 == name).count()
    }

    // The device

    pub async fn start(&self, email: &str) -> Answer {
        self.start_from(email, 1).await
    }

    pub async fn start_from(&self, email: &str, address: u8) -> Answer {
        let body = serde_json::json!({
            "email": email, "unit_id": "00E0C54A1B2C", "mac": "00:e0:c5:4a:1b:2c", "product": "UD3 <LX>",
            "version": "12.4.0", "structure_tag": "HQ"
        });
        let request = Request::post("/api/v1/onboardings")
            .body(Body::from(body.to_string()))
            .unwrap();
        send(&self.router, request, address).await
    }

    pub async fn started(&self) -> StartedOnboarding {
        let answer = self.start(EMAIL).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        serde_json::from_str(&answer.text).unwrap()
    }

    pub async fn poll(&self, started: &StartedOnboarding) -> OnboardingState {
        let answer = self
            .poll_with(&started.id.to_string(), started.secret.expose())
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        serde_json::from_str(&answer.text).unwrap()
    }

    pub async fn poll_with(&self, id: &str, secret: &str) -> Answer {
        self.poll_from(id, secret, 1).await
    }

    pub async fn poll_from(&self, id: &str, secret: &str, address: u8) -> Answer {
        let request = Request::get(format!("/api/v1/onboardings/{id}"));
        let request = request
            .header(header::AUTHORIZATION, format!("Bearer {secret}"))
            .body(Body::empty())
            .unwrap();
        send(&self.router, request, address).await
    }

    /// The token, where the run is ready.
    pub async fn token(&self, started: &StartedOnboarding) -> String {
        match self.poll(started).await {
            OnboardingState::Ready { token, .. } => token.expose().to_owned(),
            other => panic!("not ready: {other:?}"),
        }
    }

    /// The code and the message, where the run has failed.
    pub async fn failure(&self, started: &StartedOnboarding) -> (u16, String) {
        match self.poll(started).await {
            OnboardingState::Failed { code, message } => (code.number(), message),
            other => panic!("not failed: {other:?}"),
        }
    }

    // The person

    /// Opens the address, presses Continue: the provider's address and the browser's cookie.
    pub async fn go(&self, started: &StartedOnboarding) -> Left {
        self.post(started.sign_in_url.strip_prefix(OBS).unwrap())
            .await
            .left()
    }

    /// Signs in at the provider and comes back.
    pub async fn sign_in(&self, started: &StartedOnboarding) -> Answer {
        let left = self.go(started).await;
        let back = self.idp.sign_in(&left.url);
        self.back(&back, &left.cookie).await
    }

    /// A run up to the device's token.
    pub async fn ready(&self) -> (StartedOnboarding, String) {
        let started = self.started().await;
        let answer = self.sign_in(&started).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let token = self.token(&started).await;
        (started, token)
    }

    pub async fn back(&self, path: &str, cookie: &str) -> Answer {
        self.get_with(path, Some(cookie)).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, None).await
    }

    pub async fn get_with(&self, path: &str, cookie: Option<&str>) -> Answer {
        let mut request = Request::get(path);
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, format!("other=1; __Host-onboarding={cookie}"));
        }
        send(&self.router, request.body(Body::empty()).unwrap(), 1).await
    }

    pub async fn post(&self, path: &str) -> Answer {
        self.post_with(path, &[("sec-fetch-site", "same-origin")]).await
    }

    pub async fn post_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = headers
            .iter()
            .fold(Request::post(path), |request, (name, value)| {
                request.header(*name, *value)
            });
        send(&self.router, request.body(Body::empty()).unwrap(), 1).await
    }
}

/// A person on the way to the provider.
pub struct Left {
    pub url: String,
    pub cookie: String,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers
            .get(name)
            .map(|value| value.to_str().unwrap())
            .unwrap_or_default()
    }

    pub fn left(&self) -> Left {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        let link = self
            .text
            .split("<a class=\"button button--primary\" href=\"")
            .nth(1)
            .expect("a link");
        let url = link.split('"').next().unwrap().replace("&amp;", "&");
        let set = self.header(header::SET_COOKIE);
        let (name, rest) = set.split_once('=').expect("a cookie");
        assert_eq!(name, "__Host-onboarding");
        let (cookie, attributes) = rest.split_once(';').unwrap();
        assert_eq!(attributes, " Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600");
        Left {
            url,
            cookie: cookie.to_owned(),
        }
    }
}

pub fn client(last: u8) -> Client {
    Client::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)), "test")
}

pub async fn send(router: &Router, mut request: Request<Body>, address: u8) -> Answer {
    request.extensions_mut().insert(client(address));
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        text,
    }
}

async fn company(services: &Services<Cloud>) -> Session<Cloud> {
    let acting = services.acting_as_unchecked(Actor::CommandLine);
    let account = portal::accounts::create(
        &acting,
        AccountDraft {
            name: "Contoso".to_owned(),
        },
    )
    .await
    .unwrap();
    let user = UserDraft {
        email: "obs.admin@contoso.example".to_owned(),
        first_name: "Olga".to_owned(),
        last_name: "Berg".to_owned(),
        language: "en".to_owned(),
        roles: vec!["super-admin".to_owned()],
    };
    let within = acting.within(account.id);
    let user = portal::users::add(&within, user, "seven quiet harbours")
        .await
        .unwrap();
    let mut tx = within.begin().await.unwrap();
    let token = sessions::start(&mut tx, services, user, &client(1))
        .await
        .unwrap();
    tx.commit_without_event_because("a test signs in").await.unwrap();
    Session::load(services, &token).await.unwrap().unwrap()
}
