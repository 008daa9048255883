use access::Visitor;
use domain::permission::{UmsSignedIn, ViewDevices};
use domain::{Fault, Reason};
use store::{Schema, args, sql};
use test_support::db_test;
use test_support::services::client;
use time::Duration;
use ums::{administrators, sign_in};

use crate::company::{PASSWORD, credentials, start};

db_test! {
    Schema::Company,

    async fn a_wrong_password_and_an_unknown_name_get_the_same_answer(db: TestDb) {
        let ums = start(&db).await;
        let me = administrators::me(&ums.may::<UmsSignedIn>().await).await.unwrap();
        assert_eq!((me.name.as_str(), me.superuser), ("Root", true));
        let wrong = Fault::field("user", Reason::WrongCredentials);
        for (user, password) in [("root", "wrong password, long"), ("nobody", PASSWORD)] {
            let refused = sign_in::sign_in(&ums.visitor(), credentials(user, password)).await.unwrap_err();
            assert_eq!(refused.fault(), Some(&wrong), "{user}");
        }
        let mut tx = ums.acting().read().await.unwrap();
        let count = sql!("select count(*) from audit_events where name = 'administrator.sign_in_refused'");
        assert_eq!(tx.scalar::<i64>(count, args![]).await.unwrap(), 2);
        // "nobody" may be a password that was typed into the wrong field.
        let typed = sql!("select count(*) from audit_events where target_name = 'nobody'");
        let known = sql!("select count(*) from audit_events where name = 'administrator.sign_in_refused' and target_name = 'Root'");
        assert_eq!(tx.scalar::<i64>(typed, args![]).await.unwrap(), 0);
        assert_eq!(tx.scalar::<i64>(known, args![]).await.unwrap(), 1);
    }

    async fn an_address_may_try_twenty_times_a_minute(db: TestDb) {
        let ums = start(&db).await;
        let visitor = Visitor::new(&ums.side.services, client(9));
        for number in 0..20 {
            let refused = sign_in::sign_in(&visitor, credentials(&format!("user{number}"), "x")).await.unwrap_err();
            assert!(matches!(refused.fault(), Some(Fault::Invalid(_))), "{number}");
        }
        let refused = sign_in::sign_in(&visitor, credentials("root", PASSWORD)).await.unwrap_err();
        assert!(matches!(refused.fault(), Some(Fault::TooMany { .. })));
        ums.side.clock.advance(Duration::MINUTE);
        sign_in::sign_in(&visitor, credentials("root", PASSWORD)).await.unwrap();
    }

    async fn a_name_may_be_tried_ten_times_from_an_address_and_its_owner_from_elsewhere(db: TestDb) {
        let ums = start(&db).await;
        let attempt = async |host: u8, user: &str, password: &str| {
            sign_in::sign_in(&Visitor::new(&ums.side.services, client(host)), credentials(user, password)).await
        };
        for (host, user) in [(20, "ROOT "), (21, "nobody")] {
            for number in 0..10 {
                let refused = attempt(host, user, "x").await.unwrap_err();
                assert!(matches!(refused.fault(), Some(Fault::Invalid(_))), "{user} {number}");
            }
            let refused = attempt(host, user, PASSWORD).await.unwrap_err();
            assert_eq!(refused.fault(), Some(&Fault::TooMany { retry_after: 60 }), "{user}");
        }
        attempt(40, "root", PASSWORD).await.unwrap();
        ums.side.clock.advance(Duration::MINUTE);
        attempt(20, "root", PASSWORD).await.unwrap();
    }
}

#[tokio::test]
async fn a_name_may_be_tried_a_hundred_times_an_hour_from_everywhere() {
    let db = test_support::db::sqlite(Schema::Company).await;
    let ums = start(&db).await;
    let attempt = async |host: u8, password: &str| {
        let visitor = Visitor::new(&ums.side.services, client(host));
        sign_in::sign_in(&visitor, credentials("root", password)).await
    };
    for number in 0..100 {
        let refused = attempt(20 + number / 10, "x").await.unwrap_err();
        assert!(matches!(refused.fault(), Some(Fault::Invalid(_))), "{number}");
    }
    let refused = attempt(40, PASSWORD).await.unwrap_err();
    assert_eq!(refused.fault(), Some(&Fault::TooMany { retry_after: 36 }));
    ums.side.clock.advance(Duration::seconds(36));
    attempt(40, PASSWORD).await.unwrap();
    // Who is welcome starts afresh.
    attempt(41, PASSWORD).await.unwrap();
}

db_test! {
    Schema::Company,

    async fn a_session_ends_by_signing_out_and_by_a_new_password(db: TestDb) {
        let ums = start(&db).await;
        sign_in::sign_out(&ums.may::<UmsSignedIn>().await).await.unwrap();
        assert!(ums.side.authorize::<UmsSignedIn>(&ums.token).await.is_err());

        let other = sign_in::sign_in(&ums.visitor(), credentials("root", PASSWORD)).await.unwrap();
        ums.side.authorize::<ViewDevices>(&other).await.unwrap();
        for (password, reason) in [("too short", Reason::TooShort { min: 15 }), ("passwordpassword", Reason::CommonPassword)] {
            let refused = administrators::set_superuser(&ums.acting(), "root", password).await.unwrap_err();
            assert_eq!(refused.fault(), Some(&Fault::field("password", reason)));
        }
        administrators::set_superuser(&ums.acting(), "chief", "another long password").await.unwrap();
        assert!(ums.side.authorize::<ViewDevices>(&other).await.is_err());
        assert!(sign_in::sign_in(&ums.visitor(), credentials("root", PASSWORD)).await.is_err());
        sign_in::sign_in(&ums.visitor(), credentials("Chief", "another long password")).await.unwrap();
    }
}
