//! The UMS: its superuser, an administrator without rights, its devices.

use std::sync::Arc;

use access::{Actor, Visitor};
use domain::first_auth_key::FirstAuthKeyDraft;
use domain::id::{AdministratorId, DeviceId};
use domain::{Company, UnitId};
use pki::authority::{DEVICE_LIFETIME, ROOT_LIFETIME};
use pki::csr::new_csr;
use pki::{Authority, Certificate, Csr, KeyKind, PrivateKey};
use store::{args, sql};
use test_support::db::TestDb;
use test_support::services::{TestCompany, client, start};
use time::OffsetDateTime;
use ums::presence::{Connection, Contact};
use uuid::Uuid;

use super::{OBS, PASSWORD};

/// A UMS that has started.
pub async fn open(db: &TestDb, now: OffsetDateTime) -> TestCompany {
    let settings = ums::Settings {
        public_host: Some("localhost".to_owned()),
        public_port: 8443,
        onboarding_services: vec![OBS.to_owned()],
        ..ums::Settings::default()
    };
    let side = start::<Company>(db, Arc::new(ums::Administrators), now)
        .await
        .with(settings)
        .with(ums::Live::new(now));
    let acting = side.services.acting_as_unchecked(Actor::System("start"));
    ums::certificates::start(&acting).await.unwrap();
    side
}

/// The superuser `root`.
pub async fn superuser(side: &TestCompany) -> Uuid {
    let acting = side.services.acting_as_unchecked(Actor::CommandLine);
    ums::administrators::set_superuser(&acting, "root", PASSWORD)
        .await
        .unwrap()
        .into()
}

/// An administrator who may do nothing yet.
pub async fn administrator(side: &TestCompany) -> Uuid {
    let acting = side.services.acting_as_unchecked(Actor::CommandLine);
    let mut tx = acting.begin().await.unwrap();
    let (id, now): (AdministratorId, _) = (tx.id(), tx.now());
    let insert = sql!(
        "insert into administrators (id, name, name_key, password_hash, superuser, created_at, changed_at)
         values ($1, 'Helper', 'helper', '', false, $2, $2)"
    );
    tx.execute_one(insert, args![id, now]).await.unwrap();
    tx.commit_without_event_because("a test").await.unwrap();
    id.into()
}

/// A device with its key and its certificate.
pub struct Device {
    pub id: DeviceId,
    pub key: PrivateKey,
    pub certificate: Certificate,
}

/// A first-authentication key for one device.
pub async fn first_auth_key(side: &TestCompany) -> String {
    let acting = side.services.acting_as_unchecked(Actor::CommandLine);
    ums::first_auth_keys::make_by_command_line(&acting, FirstAuthKeyDraft::default())
        .await
        .unwrap()
        .secret
}

/// Enrols a device of that Unit ID.
pub async fn device(side: &TestCompany, unit: &str) -> Device {
    let (key, request) = new_request();
    let secret = first_auth_key(side).await;
    let visitor = Visitor::new(&side.services, client(9));
    let unit = UnitId::parse(unit).unwrap();
    let enrolled = ums::enrolment::enrol_with_key(&visitor, &unit, &secret, &request)
        .await
        .unwrap();
    Device {
        id: enrolled.device,
        key,
        certificate: enrolled.certificate,
    }
}

/// The certificate that the UMS of somebody else gave to a device of the same Unit ID.
pub fn foreign_device(unit: &str, now: OffsetDateTime) -> (PrivateKey, Certificate) {
    let other = Authority::new_root("Another EST CA", KeyKind::P256, now, ROOT_LIFETIME).unwrap();
    let (key, request) = new_request();
    let request = Csr::parse(&request).unwrap();
    let unit = UnitId::parse(unit).unwrap();
    (
        key,
        other.issue_device(&request, &unit, now, DEVICE_LIFETIME).unwrap(),
    )
}

/// A key and the request for a certificate.
pub fn new_request() -> (PrivateKey, Vec<u8>) {
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    let request = new_csr(&key, "a device").unwrap();
    (key, request)
}

/// Makes a device online.
pub fn connect(side: &TestCompany, device: DeviceId) -> Connection {
    let contact = Contact {
        at: side.services.now(),
        ip: "192.0.2.9".to_owned(),
        runtime: None,
        total_operating_time: None,
        battery_level: None,
    };
    let looked = ums::presence::stamp(&side.services).unwrap();
    ums::presence::connect(&side.services, device, contact, looked)
        .unwrap()
        .unwrap()
}
