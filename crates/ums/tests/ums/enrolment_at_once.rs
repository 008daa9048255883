//! Devices that enrol and renew at the same moment.

use std::collections::HashSet;

use access::Visitor;
use domain::first_auth_key::FirstAuthKey;
use domain::page::ListQuery;
use domain::permission::ManageFirstAuthKeys;
use futures::future::join_all;
use store::{Schema, args, sql};
use test_support::db_test;
use test_support::services::client;
use ums::devices::{self, Known};
use ums::enrolment::{EnrolError, Enrolled, enrol_with_key, re_enrol};
use ums::first_auth_keys;

use crate::company::{Device, Ums, start, unit};

/// Enrols them all at once, each with its unit, key and device.
async fn at_once(ums: &Ums, wanted: &[(&str, &str, &Device)]) -> Vec<Result<Enrolled, EnrolError>> {
    let visitor = ums.visitor();
    let one = async |(name, key, device): &(&str, &str, &Device)| {
        enrol_with_key(&visitor, &unit(name), key, &device.request).await
    };
    join_all(wanted.iter().map(one)).await
}

async fn keys(ums: &Ums) -> Vec<FirstAuthKey> {
    let may = ums.may::<ManageFirstAuthKeys>().await;
    first_auth_keys::list(&may, ListQuery::default())
        .await
        .unwrap()
        .rows
}

async fn count(ums: &Ums, sql: store::Sql) -> i64 {
    let mut tx = ums.acting().read().await.unwrap();
    tx.scalar(sql, args![]).await.unwrap()
}

/// Makes the database refuse every certificate of the unit "REFUSED".
async fn refuse_one(ums: &Ums) {
    let refuse = sql!(
        sqlite: "create trigger refused before insert on device_certificates
                 when new.device_id = (select id from devices where unit_id = 'REFUSED')
                 begin select raise(abort, 'refused'); end",
        postgres: "create function refused() returns trigger as $f$
                   begin
                     if new.device_id = (select id from devices where unit_id = 'REFUSED') then raise exception 'refused'; end if;
                     return new;
                   end $f$ language plpgsql",
    );
    let mut tx = ums.acting().begin().await.unwrap();
    tx.execute(refuse, args![]).await.unwrap();
    if tx.engine() == store::Engine::Postgres {
        let trigger = sql!(
            sqlite: "select 1",
            postgres: "create trigger refused before insert on device_certificates for each row execute function refused()",
        );
        tx.execute(trigger, args![]).await.unwrap();
    }
    tx.commit_without_event_because("a test").await.unwrap();
}

fn known(enrolled: &Enrolled) -> Known {
    Known {
        id: enrolled.device,
        unit_id: enrolled.unit_id.clone(),
    }
}

db_test! {
    Schema::Company,

    async fn two_keys_are_used_exactly_as_often_as_they_say_by_new_devices_and_by_those_that_return(db: TestDb) {
        let ums = start(&db).await;
        let (first, few, many) = (ums.key("", "6").await, ums.key("", "7").await, ums.key("", "20").await);
        let devices: Vec<_> = (0..24).map(|number| (format!("UNIT-{number:04}"), Device::new())).collect();
        // Six exist; they come with their own keys once more, among others that are new.
        let old: Vec<_> = devices[..6].iter().map(|(name, device)| (name.as_str(), first.as_str(), device)).collect();
        assert!(at_once(&ums, &old).await.iter().all(Result::is_ok));
        let wanted: Vec<_> = devices
            .iter()
            .enumerate()
            .map(|(number, (name, device))| (name.as_str(), if number % 2 == 0 { few.as_str() } else { many.as_str() }, device))
            .collect();
        let done = at_once(&ums, &wanted).await;
        let of = |parity: usize| done.iter().skip(parity).step_by(2).filter(|done| done.is_ok()).count();
        assert_eq!((of(0), of(1)), (7, 12));
        assert!(done.iter().all(|done| matches!(done, Ok(_) | Err(EnrolError::Credentials))), "{done:?}");
        let left: HashSet<_> = keys(&ums).await.into_iter().map(|key| key.uses_left).collect();
        assert_eq!(left, HashSet::from([0, 8]));
        assert_eq!(count(&ums, sql!("select count(*) from first_auth_uses")).await, 6 + 7 + 12);
        assert_eq!(count(&ums, sql!("select count(*) from device_certificates")).await, 6 + 7 + 12);
    }

    async fn one_who_is_in_the_way_of_an_existing_unit_leaves_the_others_enrolled(db: TestDb) {
        let ums = start(&db).await;
        ums.device("UNIT-0002").await;
        let (key, own, over) = (ums.key("", "10").await, ums.key("UNIT-0005", "").await, ums.key("UNIT-0009", "").await);
        let devices: Vec<_> = (0..6).map(|_| Device::new()).collect();
        let wanted = [
            ("UNIT-0000", &*key, &devices[0]),
            ("UNIT-0001", "no such key", &devices[1]),
            ("UNIT-0002", &key, &devices[2]),
            ("UNIT-0003", &key, &devices[3]),
            ("UNIT-0004", &over, &devices[4]),
            ("UNIT-0005", &own, &devices[5]),
        ];
        let done = at_once(&ums, &wanted).await;
        let told: Vec<_> = done
            .iter()
            .map(|done| match done {
                Ok(enrolled) => enrolled.unit_id.as_str(),
                Err(EnrolError::WantsToReturn) => "returns",
                Err(EnrolError::Credentials) => "refused",
                Err(error) => panic!("{error:?}"),
            })
            .collect();
        assert_eq!(told, ["UNIT-0000", "refused", "returns", "UNIT-0003", "refused", "UNIT-0005"]);
        for (done, (_, _, device)) in done.iter().zip(&wanted) {
            let Ok(enrolled) = done else { continue };
            assert_eq!(enrolled.certificate.key_id(), device.key.key_id());
            let look = devices::by_certificate(&ums.side.services, &enrolled.certificate.fingerprint()).await.unwrap().unwrap();
            assert_eq!((look.device, look.not_after), (known(enrolled), enrolled.certificate.not_after()));
        }
        assert_eq!(count(&ums, sql!("select uses_left from first_auth_keys where uses = 10")).await, 8);
        assert_eq!(count(&ums, sql!("select count(*) from returning_devices")).await, 1);
    }

    async fn what_is_asked_twice_at_once_is_answered_as_if_it_came_one_after_the_other(db: TestDb) {
        let ums = start(&db).await;
        let (once, key) = (ums.key("", "").await, ums.key("", "9").await);
        let devices: Vec<_> = (0..4).map(|_| Device::new()).collect();
        let wanted = [
            // The same request, with a key for one use.
            ("UNIT-0000", &*once, &devices[0]),
            ("UNIT-0000", &once, &devices[0]),
            // Two devices with one Unit ID.
            ("UNIT-0001", &key, &devices[1]),
            ("UNIT-0001", &key, &devices[2]),
            // One device that has two Unit IDs.
            ("UNIT-0002", &key, &devices[3]),
            ("UNIT-0003", &key, &devices[3]),
        ];
        let done = at_once(&ums, &wanted).await;
        let certificate = |number: usize| &done[number].as_ref().unwrap().certificate;
        assert_eq!(certificate(0), certificate(1));
        assert_eq!(done[2..4].iter().filter(|done| done.is_ok()).count(), 1);
        assert!(done[2..4].iter().any(|done| matches!(done, Err(EnrolError::WantsToReturn))));
        assert_ne!(certificate(4), certificate(5));
        assert_eq!(count(&ums, sql!("select uses_left from first_auth_keys where uses = 9")).await, 6);
        assert_eq!(count(&ums, sql!("select count(*) from devices")).await, 4);
        // Their answers were lost.
        for (number, (name, key, device)) in wanted.iter().enumerate().take(2) {
            let again = enrol_with_key(&ums.visitor(), &unit(name), key, &device.request).await.unwrap();
            assert_eq!(again.certificate, *certificate(number));
        }
    }

    async fn a_group_that_the_database_refuses_takes_nobody_with_it_who_could_join_alone(db: TestDb) {
        let ums = start(&db).await;
        refuse_one(&ums).await;
        let key = ums.key("", "5").await;
        let devices: Vec<_> = (0..4).map(|_| Device::new()).collect();
        let names = ["UNIT-0000", "UNIT-0001", "REFUSED", "UNIT-0003"];
        let wanted: Vec<_> = names.iter().zip(&devices).map(|(name, device)| (*name, &*key, device)).collect();
        let done = at_once(&ums, &wanted).await;
        let joined: Vec<_> = done.iter().map(Result::is_ok).collect();
        assert_eq!(joined, [true, true, false, true]);
        assert_eq!(count(&ums, sql!("select uses_left from first_auth_keys")).await, 2);
        assert_eq!(count(&ums, sql!("select count(*) from devices")).await, 3);
        let enrolled = sql!("select count(*) from audit_events where name = 'device.enrolled'");
        assert_eq!(count(&ums, enrolled).await, 3);
    }

    async fn each_enrolment_is_noted_with_where_it_came_from(db: TestDb) {
        let ums = start(&db).await;
        let key = ums.key("", "3").await;
        let one = async |host: u8| {
            let visitor = Visitor::new(&ums.side.services, client(host));
            enrol_with_key(&visitor, &unit(&format!("UNIT-{host:04}")), &key, &Device::new().request).await.unwrap()
        };
        let enrolled = join_all((1..=3).map(one)).await;
        let find = sql!(
            "select target_id, address, actor_kind, details from audit_events
              where name = 'device.enrolled' and target_name = $1"
        );
        let mut tx = ums.acting().read().await.unwrap();
        for (host, enrolled) in (1..).zip(enrolled) {
            let (device, address, actor, details): (uuid::Uuid, Option<String>, String, String) =
                tx.one(find, args![enrolled.unit_id.as_str()]).await.unwrap();
            assert_eq!(device, uuid::Uuid::from(enrolled.device));
            assert_eq!(address, Some(format!("192.0.2.{host}")));
            assert_eq!(actor, "anonymous");
            assert!(details.contains(&enrolled.certificate.fingerprint().to_string()), "{details}");
        }
    }

    async fn a_key_that_is_gone_is_refused_though_it_was_in_use_a_moment_ago(db: TestDb) {
        let ums = start(&db).await;
        let key = ums.key("", "9").await;
        let enrol = async |name: &str| enrol_with_key(&ums.visitor(), &unit(name), &key, &Device::new().request).await;
        enrol("UNIT-0001").await.unwrap();
        let change = async |sql| {
            let mut tx = ums.acting().begin().await.unwrap();
            tx.execute(sql, args![]).await.unwrap();
            tx.commit_without_event_because("a test").await.unwrap();
        };
        change(sql!("update first_auth_keys set expires_at = expires_at - 10000000000")).await;
        assert!(matches!(enrol("UNIT-0002").await, Err(EnrolError::Credentials)));
        change(sql!("update first_auth_keys set expires_at = expires_at + 10000000000")).await;
        enrol("UNIT-0002").await.unwrap();
        change(sql!("delete from first_auth_uses")).await;
        change(sql!("delete from first_auth_keys")).await;
        for _ in 0..2 {
            assert!(matches!(enrol("UNIT-0003").await, Err(EnrolError::Credentials)));
        }
        assert_eq!(count(&ums, sql!("select count(*) from devices")).await, 2);
    }

    async fn devices_renew_at_once_and_one_that_was_revoked_does_not(db: TestDb) {
        let ums = start(&db).await;
        let key = ums.key("", "9").await;
        let first: Vec<_> = (0..4).map(|_| Device::new()).collect();
        let names = ["UNIT-0000", "UNIT-0001", "UNIT-0002", "REFUSED"];
        let wanted: Vec<_> = names.iter().zip(&first).map(|(name, device)| (*name, &*key, device)).collect();
        let enrolled: Vec<_> = at_once(&ums, &wanted).await.into_iter().map(Result::unwrap).collect();
        devices::revoke(&ums.acting(), enrolled[1].device).await.unwrap();
        let keys: Vec<_> = (0..5).map(|_| Device::new()).collect();
        let renew = async |turn: &[usize]| {
            let acting = ums.acting();
            let one = async |(device, key): (&usize, &Device)| re_enrol(&acting, &known(&enrolled[*device]), &key.request).await;
            join_all(turn.iter().zip(&keys).map(one)).await
        };
        // One of them twice.
        let renewed = renew(&[0, 1, 2, 0, 3]).await;
        assert!(matches!(renewed[1], Err(EnrolError::Credentials)));
        for number in [0, 2, 3, 4] {
            let Ok(renewed) = &renewed[number] else { panic!("{renewed:?}") };
            assert_eq!(renewed.certificate.key_id(), keys[number].key.key_id());
            assert_eq!(renewed.certificate.common_name(), Some(renewed.unit_id.as_str()));
            let look = devices::by_certificate(&ums.side.services, &renewed.certificate.fingerprint()).await.unwrap().unwrap();
            assert_eq!(look.device, known(renewed));
        }
        let noted = sql!("select count(*) from audit_events where name = 'device.certificate_renewed'");
        assert_eq!(count(&ums, noted).await, 4);
        // Its key is that of the later request.
        let may_return = sql!("select key_id from devices where unit_id = 'UNIT-0000'");
        let key_id: Vec<u8> = ums.acting().read().await.unwrap().scalar(may_return, args![]).await.unwrap();
        assert_eq!(key_id, keys[3].key.key_id());

        refuse_one(&ums).await;
        let renewed: Vec<_> = renew(&[0, 3, 2]).await.iter().map(Result::is_ok).collect();
        assert_eq!(renewed, [true, false, true]);
        assert_eq!(count(&ums, noted).await, 6);
    }
}
