//! Two companies in the cloud and one UMS, behind the product's own routers.

pub mod call;
pub mod company;
pub mod tenant;
pub mod tls;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use access::{Actor, Clock, Services, sessions};
use axum::Router;
use domain::{Cloud, Company, Side};
use leptos::prelude::LeptosOptions;
use server::router::{self, Context};
use store::Schema;
use test_support::db::{self, TestDb};
use test_support::services::{TestCloud, TestCompany, client, start};
use time::OffsetDateTime;
use tower_sessions::session::Id;
use uuid::Uuid;

pub use call::{Call, Reply};
pub use tenant::Tenant;

pub const PASSWORD: &str = "rye bread at seven";
pub const OBS: &str = "https://obs.example";

/// Everything. The clocks of both sides start at the real time, because TLS libraries know no other, and stand still.
pub struct Stage {
    pub cloud: TestCloud,
    pub company: TestCompany,
    pub contoso: Tenant,
    pub fabrikam: Tenant,
    pub superuser: Uuid,
    /// `operator@vendor.example`.
    pub operator: Uuid,
    /// The portal's listener, with the UMS Web App on it.
    pub router: Router,
    /// The listener of the Onboarding Service.
    pub onboarding: Router,
    pub cloud_db: TestDb,
    pub company_db: TestDb,
    count: AtomicU32,
}

impl Stage {
    pub async fn open() -> Self {
        let now = Clock::system().now();
        let (cloud_db, company_db) = (db::sqlite(Schema::Cloud).await, db::sqlite(Schema::Company).await);
        let cloud = cloud_side(&cloud_db, now).await;
        let company = company::open(&company_db, now).await;
        let superuser = company::superuser(&company).await;
        let operator = tenant::add_operator(&cloud, "operator@vendor.example").await;
        let contoso = Tenant::open(&cloud, "Contoso", "contoso.example").await;
        let fabrikam = Tenant::open(&cloud, "Fabrikam", "fabrikam.example").await;

        let options = options();
        let pages =
            router::portal(&cloud.services, &options).merge(router::webapp(&company.services, &options));
        let here = Context {
            cloud: Some(cloud.services.clone()),
            company: Some(company.services.clone()),
        };
        let router = router::listener(pages, &options, here, Vec::new());
        let onboarding = router::onboarding(&cloud.services, Vec::new());
        Self {
            cloud,
            company,
            contoso,
            fabrikam,
            superuser,
            operator,
            router,
            onboarding,
            cloud_db,
            company_db,
            count: AtomicU32::new(0),
        }
    }

    pub async fn call(&self, call: Call) -> Reply {
        call.send(&self.router).await
    }

    /// A number that was not used before.
    pub fn fresh(&self) -> u32 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }

    /// A new session of a user of the portal: the value of the cookie.
    pub async fn portal_session(&self, holder: impl Into<Uuid>) -> String {
        session(&self.cloud.services, holder.into()).await
    }

    /// A new session of an operator: the value of the cookie.
    pub async fn operator_session(&self, holder: impl Into<Uuid>) -> String {
        session(&portal::operators::side(&self.cloud.services), holder.into()).await
    }

    /// A further operator.
    pub async fn add_operator(&self, email: &str) -> Uuid {
        tenant::add_operator(&self.cloud, email).await
    }

    /// Deletes an operator; the sessions stay.
    pub async fn forget_operator(&self, id: Uuid) {
        tenant::forget_operator(&self.cloud, id).await;
    }

    /// A new session of an administrator of the UMS: the value of the cookie.
    pub async fn ums_session(&self, holder: impl Into<Uuid>) -> String {
        session(&self.company.services, holder.into()).await
    }

    /// The bytes that the databases have written: the same again means that nothing was changed.
    pub fn written(&self) -> Vec<Vec<u8>> {
        let read = |db: &TestDb| {
            let file = db.url().strip_prefix("sqlite:").unwrap().to_owned();
            [file.clone(), format!("{file}-wal")].map(|name| std::fs::read(name).unwrap_or_default())
        };
        [read(&self.cloud_db), read(&self.company_db)].concat()
    }
}

/// No built site is needed: pages are rendered here.
pub fn options() -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("cosmos")
        .site_root("no-such-folder")
        .site_pkg_dir("wums-app")
        .build()
}

async fn cloud_side(db: &TestDb, now: OffsetDateTime) -> TestCloud {
    // Nobody has an address of the others: they are for identity providers.
    let trusted = [
        ("contoso.example", "Contoso"),
        ("contoso.test", "Contoso"),
        ("fabrikam.example", "Fabrikam"),
        ("fabrikam.test", "Fabrikam"),
    ];
    let settings = portal::Settings {
        portal_url: "http://localhost:8080".to_owned(),
        onboarding_url: OBS.to_owned(),
        trusted_domains: trusted
            .map(|(domain, account)| (domain.to_owned(), account.to_owned()))
            .into(),
    };
    let obs = onboarding::Settings {
        public_url: OBS.to_owned(),
        stylesheet: "body{}".to_owned(),
    };
    let side = start::<Cloud>(db, Arc::new(portal::Users), now).await;
    let desk = portal::cases::Desk {
        mail: "support@vendor.example".to_owned(),
        room: 200,
        files: portal::cases::Files::new(side.files()),
    };
    side.with(desk)
        .with(settings)
        .with(portal::registrations::Settings::default())
        .with(portal::saml_idps::Saml(Arc::new(saml::Saml::default())))
        .with(obs)
        .with(onboarding::Providers::default())
        .with(onboarding::Underway::default())
}

async fn session<S: Side>(services: &Services<S>, holder: Uuid) -> String {
    let mut tx = services
        .acting_as_unchecked(Actor::System("test"))
        .begin()
        .await
        .unwrap();
    let token = sessions::start(&mut tx, services, holder, &client(7))
        .await
        .unwrap();
    tx.commit_without_event_because("a test signs in").await.unwrap();
    Id(i128::from_le_bytes(token.reveal())).to_string()
}

/// The cookie of a side with that value.
pub fn cookie<S: Side>(value: &str) -> (&'static str, String) {
    (S::COOKIE, value.to_owned())
}

pub fn portal_cookie(value: &str) -> (&'static str, String) {
    cookie::<Cloud>(value)
}

pub fn ums_cookie(value: &str) -> (&'static str, String) {
    cookie::<Company>(value)
}
