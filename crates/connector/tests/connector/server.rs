//! A UMS behind a real TLS port on loopback.

use std::sync::Arc;

use access::{Acting, Actor, Authorized, Clock, Visitor};
use connector::admission::Limits;
use connector::{Timing, listener, router_with, tls};
use domain::first_auth_key::FirstAuthKeyDraft;
use domain::sign_in::SignInDraft;
use domain::{Company, Permission};
use time::OffsetDateTime;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use ums::{
    Administrators, Live, ReconnectRate, Settings, administrators, background, certificates, first_auth_keys,
    sign_in,
};

use test_support::services::{TestCompany, client, start};

use crate::tools::Files;

pub const OBS: &str = "https://obs.contoso.example";
const PASSWORD: &str = "a lamp above the harbour";

pub struct Server {
    pub side: TestCompany,
    pub port: u16,
    pub files: Files,
    pub stop: CancellationToken,
    pub tasks: JoinSet<()>,
}

impl Server {
    pub async fn start(db: &store::Db) -> Self {
        Self::start_with(db, Timing::default()).await
    }

    pub async fn start_with(db: &store::Db, timing: Timing) -> Self {
        Self::start_limited(db, timing, Limits::default()).await
    }

    pub async fn start_limited(db: &store::Db, timing: Timing, limits: Limits) -> Self {
        Self::start_live(db, timing, limits, Live::new).await
    }

    /// The clock starts at the real time, because curl and openssl know no other.
    pub async fn start_live(
        db: &store::Db,
        timing: Timing,
        limits: Limits,
        live: impl FnOnce(OffsetDateTime) -> Live,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let now = Clock::system().now();
        let settings = Settings {
            public_host: Some("localhost".to_owned()),
            public_port: port,
            onboarding_services: vec![OBS.to_owned()],
            reconnects_per_second: ReconnectRate::new(10).unwrap(),
            ..Settings::default()
        };
        let side: TestCompany = start(db, Arc::new(Administrators), now)
            .await
            .with(settings)
            .with(live(now));
        let services = side.services.clone();
        let acting = services.acting_as_unchecked(Actor::CommandLine);
        let held = certificates::start(&acting).await.unwrap();
        administrators::set_superuser(&acting, "root", PASSWORD)
            .await
            .unwrap();

        let files = Files::new();
        files.write("root.pem", held.web_root().certificate().pem());
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        let (config, app) = (
            tls::server_config(&services).unwrap(),
            router_with(services.clone(), timing),
        );
        let stopping = stop.clone();
        tasks.spawn(async move {
            listener::serve_with(listener, config, app, stopping, limits, Handle::current())
                .await
                .unwrap();
        });
        let stopping = stop.clone();
        tasks.spawn(async move { background::run(&services, stopping).await });
        Self {
            side,
            port,
            files,
            stop,
            tasks,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    pub fn acting(&self) -> Acting<Company> {
        self.side.services.acting_as_unchecked(Actor::CommandLine)
    }

    /// The superuser with a permission.
    pub async fn may<P: Permission<Side = Company>>(&self) -> Authorized<P> {
        let draft = SignInDraft {
            user: "root".to_owned(),
            password: PASSWORD.to_owned(),
            next: String::new(),
        };
        let token = sign_in::sign_in(&Visitor::new(&self.side.services, client(7)), draft)
            .await
            .unwrap();
        self.side.authorize(&token).await.unwrap()
    }

    /// A one-time first-authentication key.
    pub async fn key(&self) -> String {
        first_auth_keys::make_by_command_line(&self.acting(), FirstAuthKeyDraft::default())
            .await
            .unwrap()
            .secret
    }
}
