//! A cloud side with one company, its identity provider and its UMS: both answer as the real ones do, over a fake wire. An evil
//! provider beside them is a real server.

pub mod browser;
mod device;
pub mod evil;
pub mod idp;
mod records;
pub mod ums;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, OnceLock};

use access::{
    Actor, Authorized, Client, Clock, Entropy, ManualClock, Passwords, Seal, Services, Session, sessions,
};
use axum::Router;
use domain::account::AccountDraft;
use domain::id::{OsIdpId, RoutingId};
use domain::os_idp::OsIdpDraft;
use domain::permission::{ActivateOnboarding, CreateRouting, CreateUmsInstance, RegisterOsIdp};
use domain::routing::RoutingDraft;
use domain::ums_instance::UmsInstanceDraft;
use domain::user::UserDraft;
use domain::{Cloud, Permission};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use onboarding::{Settings, Underway};
use outside::{Call, GuardedHttp, Http, HttpError, Outside, Reply};
use protocol::onboarding::StartedOnboarding;
use store::{Db, args, sql};
use test_support::db::TestDb;
use test_support::outside::FakeOutside;
use time::OffsetDateTime;

pub use browser::{Answer, send};
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
    /// What pages have begun.
    pub underway: Underway,
    wire: Arc<Wire>,
    admin: Session<Cloud>,
    _folder: tempfile::TempDir,
}

/// The wire: who is asked is told by the host.
struct Wire {
    idp: Arc<Idp>,
    ums: Arc<Ums>,
    /// The way to real servers, for every host that is not one of the above.
    real: OnceLock<GuardedHttp>,
}

impl Http for Wire {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, HttpError>> {
        async move {
            let host = url::Url::parse(&call.url).unwrap().host_str().unwrap().to_owned();
            match host.as_str() {
                idp::HOST => self.idp.hear(&call).await,
                ums::HOST => self.ums.answer(&call).await,
                SILENT => Err(HttpError::Tcp),
                _ => match self.real.get() {
                    Some(real) => real.send(call).await,
                    None => Err(HttpError::Dns),
                },
            }
        }
        .boxed()
    }
}

/// How a world differs from the usual one.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one thing that a test wants otherwise"
)]
pub struct Differently {
    pub no_record: bool,
    pub no_issuer: bool,
    pub ums_not_registered: bool,
    /// Pages wait for nothing that is not done at once.
    pub impatient: bool,
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
        let wire = Arc::new(Wire {
            idp: Arc::clone(&idp),
            ums: Arc::clone(&ums),
            real: OnceLock::new(),
        });
        let ports = Outside {
            http: Arc::clone(&wire) as Arc<dyn Http>,
            ..fake
        };
        let underway = if differently.impatient {
            Underway::with_patience(std::time::Duration::ZERO)
        } else {
            Underway::default()
        };
        let trusted = [
            ("contoso.example", "Contoso"),
            ("unproved.example", "Somebody else"),
            (evil::DOMAIN, "Evil"),
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
            .with(underway.clone())
            .unwrap()
            .with(ports)
            .unwrap();
        let admin = company(&services, "Contoso", "obs.admin@contoso.example").await;
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
            underway,
            wire,
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

    /// Lets calls to hosts that are not of this world out by that client.
    pub fn reaches(&self, real: GuardedHttp) {
        assert!(self.wire.real.set(real).is_ok(), "one way out");
    }

    pub async fn auth<P: Permission<Side = Cloud>>(&self) -> Authorized<P> {
        self.auth_of(&self.admin).await
    }

    async fn auth_of<P: Permission<Side = Cloud>>(&self, admin: &Session<Cloud>) -> Authorized<P> {
        Authorized::check(&self.services, Some(admin.clone()), &client(1))
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
}

pub fn client(last: u8) -> Client {
    Client::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)), "test")
}

/// A company, with its Super Admin signed in.
async fn company(services: &Services<Cloud>, name: &str, email: &str) -> Session<Cloud> {
    let acting = services.acting_as_unchecked(Actor::CommandLine);
    let account = portal::accounts::create(
        &acting,
        AccountDraft {
            name: name.to_owned(),
        },
    )
    .await
    .unwrap();
    let user = UserDraft {
        email: email.to_owned(),
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
