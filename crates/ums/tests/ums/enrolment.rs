use domain::Fault;
use domain::first_auth_key::FirstAuthKeyDraft;
use domain::page::ListQuery;
use domain::permission::ManageFirstAuthKeys;
use futures::future::join_all;
use store::{Schema, args, sql};
use test_support::db_test;
use time::Duration;
use ums::enrolment::{EnrolError, enrol_with_key, re_enrol};
use ums::{certificates, devices, first_auth_keys};

use crate::company::{Device, Ums, start, unit};

async fn count(ums: &Ums, sql: store::Sql) -> i64 {
    ums.acting()
        .read()
        .await
        .unwrap()
        .scalar(sql, args![])
        .await
        .unwrap()
}

db_test! {
    Schema::Company,

    async fn a_one_time_key_enrols_one_device_which_may_ask_again(db: TestDb) {
        let ums = start(&db).await;
        let key = ums.key("", "").await;
        let device = Device::new();
        let visitor = ums.visitor();
        let first = enrol_with_key(&visitor, &unit("00E0C54A1B2C"), &key, &device.request).await.unwrap();
        assert_eq!(first.certificate.common_name(), Some("00E0C54A1B2C"));
        assert_eq!(first.certificate.key_id(), device.key.key_id());
        // The answer was lost.
        let again = enrol_with_key(&visitor, &unit("00E0C54A1B2C"), &key, &device.request).await.unwrap();
        assert_eq!(again.certificate, first.certificate);
        // Somebody else, and the same key for another unit.
        for (unit_id, request) in [("00E0C54A1B2D", &Device::new().request), ("00E0C54A1B2D", &device.request)] {
            let refused = enrol_with_key(&visitor, &unit(unit_id), &key, request).await.unwrap_err();
            assert!(matches!(refused, EnrolError::Credentials), "{refused:?}");
        }
        assert_eq!(count(&ums, sql!("select count(*) from devices")).await, 1);
        assert_eq!(count(&ums, sql!("select count(*) from device_certificates")).await, 1);
    }

    async fn a_key_for_one_unit_serves_that_unit_alone_and_not_for_ever(db: TestDb) {
        let ums = start(&db).await;
        let key = ums.key("00E0C54A1B2C", "").await;
        let refused = enrol_with_key(&ums.visitor(), &unit("00E0C54A1B2D"), &key, &Device::new().request).await;
        assert!(matches!(refused, Err(EnrolError::Credentials)));
        let unknown = enrol_with_key(&ums.visitor(), &unit("00E0C54A1B2C"), "no such key", &Device::new().request).await;
        assert!(matches!(unknown, Err(EnrolError::Credentials)));
        ums.side.clock.advance(Duration::days(30) - Duration::MILLISECOND);
        let late = ums.key("00E0C54A1B2E", "").await;
        enrol_with_key(&ums.visitor(), &unit("00E0C54A1B2C"), &key, &Device::new().request).await.unwrap();
        ums.side.clock.advance(Duration::days(30));
        let over = enrol_with_key(&ums.visitor(), &unit("00E0C54A1B2E"), &late, &Device::new().request).await;
        assert!(matches!(over, Err(EnrolError::Credentials)));
    }

    async fn a_mass_key_is_used_exactly_as_often_as_it_says_however_many_come_at_once(db: TestDb) {
        let ums = start(&db).await;
        let key = ums.key("", "5").await;
        let visitor = ums.visitor();
        let devices: Vec<_> = (0..12).map(|number| (unit(&format!("UNIT-{number:04}")), Device::new())).collect();
        let tries = devices.iter().map(|(unit, device)| enrol_with_key(&visitor, unit, &key, &device.request));
        let enrolled = join_all(tries).await.into_iter().flatten().count();
        assert_eq!(enrolled, 5);
        assert_eq!(count(&ums, sql!("select count(*) from devices")).await, 5);
        let keys = first_auth_keys::list(&ums.may::<ManageFirstAuthKeys>().await, ListQuery::default()).await.unwrap();
        assert_eq!(keys.rows[0].uses_left, 0);
    }

    async fn a_device_that_exists_comes_back_with_its_key_and_waits_with_another(db: TestDb) {
        let ums = start(&db).await;
        let key = ums.key("", "10").await;
        let (device, unit) = (Device::new(), unit("00E0C54A1B2C"));
        let first = enrol_with_key(&ums.visitor(), &unit, &key, &device.request).await.unwrap();
        let other = ums.key("", "").await;
        let again = enrol_with_key(&ums.visitor(), &unit, &other, &device.request).await.unwrap();
        assert_eq!(again.device, first.device);
        assert_ne!(again.certificate, first.certificate);

        let stranger = enrol_with_key(&ums.visitor(), &unit, &key, &Device::new().request).await;
        assert!(matches!(stranger, Err(EnrolError::WantsToReturn)));
        assert_eq!(count(&ums, sql!("select count(*) from returning_devices")).await, 1);
        let left = sql!("select uses_left from first_auth_keys where uses = 10");
        assert_eq!(count(&ums, left).await, 9, "a refused device uses nothing up");

        devices::revoke(&ums.acting(), first.device).await.unwrap();
        let revoked = enrol_with_key(&ums.visitor(), &unit, &key, &device.request).await;
        assert!(matches!(revoked, Err(EnrolError::WantsToReturn)), "{revoked:?}");
    }

    async fn a_renewed_certificate_is_for_the_same_device_whatever_the_request_says(db: TestDb) {
        let ums = start(&db).await;
        let key = ums.key("", "").await;
        let enrolled = enrol_with_key(&ums.visitor(), &unit("00E0C54A1B2C"), &key, &Device::new().request).await.unwrap();
        let known = devices::by_certificate(&ums.side.services, &enrolled.certificate.fingerprint()).await.unwrap().unwrap().device;
        let other = ums.device("00E0C54A1B2D").await;
        ums.side.clock.advance(Duration::days(340));
        let renewed = re_enrol(&ums.acting(), &known, &Device::new().request).await.unwrap();
        assert_eq!(renewed.certificate.common_name(), Some("00E0C54A1B2C"));
        assert!(renewed.certificate.not_after() > enrolled.certificate.not_after());
        assert!(renewed.certificate.is_issued_by(certificates::current(&ums.side.services).unwrap().est().certificate()));
        for certificate in [&enrolled.certificate, &renewed.certificate] {
            let found = devices::by_certificate(&ums.side.services, &certificate.fingerprint()).await.unwrap().unwrap();
            assert_eq!((&found.device, found.not_after), (&known, certificate.not_after()));
        }
        // It is seen: the old one is over, and that is noted once.
        let replaced = sql!("select count(*) from audit_events where name = 'device.certificates_replaced'");
        let (old, new) = (enrolled.certificate.fingerprint(), renewed.certificate.fingerprint());
        let look = async |print| devices::by_certificate(&ums.side.services, print).await.unwrap();
        let take_up = async |print| {
            let look = look(print).await.unwrap();
            devices::take_up_certificate(&ums.acting(), &look, print).await.unwrap()
        };
        assert!(!take_up(&old).await);
        assert_eq!(count(&ums, replaced).await, 0, "nothing is older than the old one");
        for first in [true, false] {
            assert_eq!(take_up(&new).await, first);
            assert_eq!(count(&ums, replaced).await, 1);
        }
        assert!(look(&old).await.is_none());
        assert_eq!(look(&new).await.unwrap().device, known);
        let good = sql!("select count(*) from device_certificates where revoked_at is null and device_id = $1");
        let mut tx = ums.acting().read().await.unwrap();
        assert_eq!(tx.scalar::<i64>(good, args![other]).await.unwrap(), 1, "other devices keep theirs");
        drop(tx);

        devices::revoke(&ums.acting(), known.id).await.unwrap();
        assert!(look(&new).await.is_none());
        assert!(re_enrol(&ums.acting(), &known, &Device::new().request).await.is_err());
    }

    async fn a_key_is_made_with_its_communication_token_and_listed_without_its_secret(db: TestDb) {
        let ums = start(&db).await;
        let draft = FirstAuthKeyDraft { uses: "500".to_owned(), ..FirstAuthKeyDraft::default() };
        let made = first_auth_keys::make(&ums.may::<ManageFirstAuthKeys>().await, draft).await.unwrap();
        let root = certificates::current(&ums.side.services).unwrap();
        assert!(root.web_root().certificate().fingerprint().matches_token(&made.communication_token));
        assert_eq!(made.key.created_by, "Root");
        let page = first_auth_keys::list(&ums.may::<ManageFirstAuthKeys>().await, ListQuery::default()).await.unwrap();
        assert_eq!(page.rows, [made.key]);
        let hashed: Vec<u8> =
            ums.acting().read().await.unwrap().scalar(sql!("select secret_hash from first_auth_keys"), args![]).await.unwrap();
        assert_eq!(hashed.len(), 32);
    }

    async fn sixty_refused_proofs_a_minute_are_told_so_and_a_good_one_is_always_taken(db: TestDb) {
        let ums = start(&db).await;
        let key = ums.key("", "").await;
        let device = Device::new();
        for number in 0..60 {
            let refused = enrol_with_key(&ums.visitor(), &unit("UNIT-0001"), "guess", &device.request).await;
            assert!(matches!(refused, Err(EnrolError::Credentials)), "{number}");
        }
        let refused = enrol_with_key(&ums.visitor(), &unit("UNIT-0001"), "guess", &device.request).await.unwrap_err();
        let EnrolError::Access(refused) = refused else { panic!("{refused:?}") };
        assert!(matches!(refused.fault(), Some(Fault::TooMany { .. })));
        enrol_with_key(&ums.visitor(), &unit("UNIT-0001"), &key, &device.request).await.unwrap();
    }

    async fn a_device_renews_ten_times_an_hour_and_its_wish_to_return_is_noted_as_often(db: TestDb) {
        let ums = start(&db).await;
        let key = ums.key("", "2").await;
        let enrolled = enrol_with_key(&ums.visitor(), &unit("00E0C54A1B2C"), &key, &Device::new().request).await.unwrap();
        let known = devices::by_certificate(&ums.side.services, &enrolled.certificate.fingerprint()).await.unwrap().unwrap().device;
        let device = Device::new();
        for _ in 0..10 {
            re_enrol(&ums.acting(), &known, &device.request).await.unwrap();
        }
        let EnrolError::Access(refused) = re_enrol(&ums.acting(), &known, &device.request).await.unwrap_err() else { panic!() };
        assert!(matches!(refused.fault(), Some(Fault::TooMany { .. })));
        ums.side.clock.advance(Duration::minutes(6));
        re_enrol(&ums.acting(), &known, &device.request).await.unwrap();

        let noted = sql!("select count(*) from audit_events where name = 'device.wants_to_return'");
        let stranger = Device::new();
        for number in 1..=11_i64 {
            let waits = enrol_with_key(&ums.visitor(), &unit("00E0C54A1B2C"), &key, &stranger.request).await;
            assert!(matches!(waits, Err(EnrolError::WantsToReturn)), "{waits:?}");
            assert_eq!(count(&ums, noted).await, number.min(10));
        }
    }
}
