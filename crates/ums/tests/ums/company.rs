//! A UMS with its certificates and a signed-in superuser.

use std::sync::Arc;

use access::{Acting, Actor, Authorized, Services, SessionToken, Visitor};
use domain::first_auth_key::FirstAuthKeyDraft;
use domain::id::DeviceId;
use domain::sign_in::SignInDraft;
use domain::{Company, Permission, UnitId};
use pki::csr::new_csr;
use pki::{KeyKind, PrivateKey};
use test_support::db::TestDb;
use test_support::services::{TestCompany, client, company, noon};
use ums::{
    Administrators, Live, ReconnectRate, Settings, administrators, certificates, enrolment, first_auth_keys,
    sign_in,
};

pub const OBS: &str = "https://obs.contoso.example";
pub const PASSWORD: &str = "a lamp above the harbour";

pub struct Ums {
    pub side: TestCompany,
    pub token: SessionToken,
}

pub fn settings() -> Settings {
    Settings {
        public_host: Some("ums.contoso.example".to_owned()),
        public_port: 8443,
        onboarding_services: vec![format!("{OBS}/")],
        reconnects_per_second: ReconnectRate::new(10).unwrap(),
        ..Settings::default()
    }
}

/// A UMS that has started.
pub async fn start(db: &store::Db) -> Ums {
    let side = company(db, Arc::new(Administrators))
        .await
        .with(settings())
        .with(Live::new(noon()));
    let acting = side.services.acting_as_unchecked(Actor::CommandLine);
    certificates::start(&acting).await.unwrap();
    administrators::set_superuser(&acting, "Root", PASSWORD)
        .await
        .unwrap();
    let token = sign_in::sign_in(
        &Visitor::new(&side.services, client(7)),
        credentials("root", PASSWORD),
    )
    .await
    .unwrap();
    Ums { side, token }
}

pub fn credentials(user: &str, password: &str) -> SignInDraft {
    SignInDraft {
        user: user.to_owned(),
        password: password.to_owned(),
        next: String::new(),
    }
}

impl Ums {
    /// Another server of this UMS over the same database.
    pub async fn node(&self, db: &TestDb) -> Services<Company> {
        let node = self.side.node(&db.again().await, Arc::new(Administrators));
        let node = node
            .with(settings())
            .and_then(|node| node.with(Live::new(noon())));
        let node = node.unwrap();
        let acting = node.acting_as_unchecked(Actor::CommandLine);
        certificates::start(&acting).await.unwrap();
        node
    }

    /// The superuser with a permission.
    pub async fn may<P: Permission<Side = Company>>(&self) -> Authorized<P> {
        self.side.authorize(&self.token).await.unwrap()
    }

    pub fn visitor(&self) -> Visitor<Company> {
        Visitor::new(&self.side.services, client(8))
    }

    pub fn acting(&self) -> Acting<Company> {
        self.side.services.acting_as_unchecked(Actor::CommandLine)
    }

    /// A first-authentication key.
    pub async fn key(&self, unit_id: &str, uses: &str) -> String {
        let draft = FirstAuthKeyDraft {
            unit_id: unit_id.to_owned(),
            uses: uses.to_owned(),
            days: String::new(),
        };
        first_auth_keys::make_by_command_line(&self.acting(), draft)
            .await
            .unwrap()
            .secret
    }

    /// An enrolled device.
    pub async fn device(&self, unit_id: &str) -> DeviceId {
        let key = self.key("", "").await;
        enrolment::enrol_with_key(&self.visitor(), &unit(unit_id), &key, &Device::new().request)
            .await
            .unwrap()
            .device
    }
}

pub fn unit(text: &str) -> UnitId {
    UnitId::parse(text).unwrap()
}

/// A device's key and request.
pub struct Device {
    pub key: PrivateKey,
    pub request: Vec<u8>,
}

impl Device {
    pub fn new() -> Self {
        let key = PrivateKey::generate(KeyKind::P256).unwrap();
        let request = new_csr(&key, "somebody else").unwrap();
        Self { key, request }
    }
}
