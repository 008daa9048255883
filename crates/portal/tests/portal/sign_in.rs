use domain::permission::{CreateUmsInstance, PortalSignedIn, RegisterOsIdp};
use domain::sign_in::SignInDraft;
use domain::user::UserState;
use domain::{Fault, Reason};
use store::{Schema, args, sql};
use test_support::db_test;
use time::Duration;

use crate::stage::{PASSWORD, Stage, events, fault};

fn wrong() -> Fault {
    Fault::field("user", Reason::WrongCredentials)
}

db_test! {
    Schema::Cloud,

    async fn signing_in_starts_a_session_and_signing_out_ends_it(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in(" Admin@Contoso.example ").await;
        let auth = admin.may::<PortalSignedIn>().await;
        assert_eq!(auth.account().unwrap(), stage.contoso);
        portal::sign_in::sign_out(&admin.may().await).await.unwrap();
        assert_eq!(fault(stage.cloud.authorize::<PortalSignedIn>(&admin.token).await.map(drop)), Fault::SignIn);
        for name in ["user.signed_in", "user.signed_out"] {
            let events = events(&db, name).await;
            assert_eq!(events.len(), 1, "{name}");
            assert_eq!((events[0].0.as_str(), events[0].2), ("admin@contoso.example", Some(stage.contoso.into())));
        }
    }

    async fn all_refusals_are_alike_and_noted(db: TestDb) {
        let stage = Stage::open(&db).await;
        let acting = stage.operator().within(stage.contoso);
        for (email, state) in [("pending@contoso.example", UserState::Pending), ("gone@contoso.example", UserState::Deactivated)] {
            stage.add(stage.contoso, email, "obs-admin").await.unwrap();
            portal::users::set_state(&acting, email, state).await.unwrap();
        }
        for (email, password) in [
            ("admin@contoso.example", "not the password"),
            ("nobody@contoso.example", PASSWORD),
            ("pending@contoso.example", PASSWORD),
            ("gone@contoso.example", PASSWORD),
            ("my password typed here", PASSWORD),
        ] {
            assert_eq!(fault(stage.try_sign_in(email, password).await), wrong(), "{email}");
        }
        let refused = events(&db, "user.sign_in_refused").await;
        assert_eq!(refused.len(), 5);
        assert!(refused.iter().all(|event| !event.1.contains("password") && !event.3.contains(PASSWORD)));
        assert_eq!(refused.iter().filter(|event| event.2 == Some(stage.contoso.into())).count(), 3);
        let sessions: i64 = db.read().await.unwrap().scalar(sql!("select count(*) from sessions"), args![]).await.unwrap();
        assert_eq!(sessions, 0);
        stage.sign_in("admin@contoso.example").await;
    }

    async fn twenty_tries_a_minute_from_one_address(db: TestDb) {
        let stage = Stage::open(&db).await;
        let attempt = async |host: u8, user: &str| {
            let draft = SignInDraft { user: user.to_owned(), password: "x".repeat(129), next: String::new() };
            fault(stage.sign_in_from(host, draft).await)
        };
        for number in 0..20 {
            assert_eq!(attempt(7, &format!("user{number}@contoso.example")).await, wrong());
        }
        assert_eq!(attempt(7, "user20@contoso.example").await, Fault::TooMany { retry_after: 3 });
        assert_eq!(attempt(8, "user20@contoso.example").await, wrong());
        stage.cloud.clock.advance(Duration::seconds(3));
        assert_eq!(attempt(7, "user20@contoso.example").await, wrong());
    }

    async fn ten_tries_for_one_user_from_one_address_known_or_not(db: TestDb) {
        let stage = Stage::open(&db).await;
        let attempt = async |host: u8, user: &str, password: &str| {
            let draft = SignInDraft { user: user.to_owned(), password: password.to_owned(), next: String::new() };
            stage.sign_in_from(host, draft).await
        };
        for (host, user) in [(9, "admin@contoso.example"), (10, "nobody@contoso.example")] {
            for _ in 0..10 {
                assert_eq!(fault(attempt(host, user, "not the password").await), wrong(), "{user}");
            }
            assert_eq!(fault(attempt(host, user, PASSWORD).await), Fault::TooMany { retry_after: 60 }, "{user}");
        }
        // Nobody is kept out by a stranger.
        attempt(100, "Admin@contoso.example", PASSWORD).await.unwrap();
        stage.cloud.clock.advance(Duration::MINUTE);
        attempt(9, "admin@contoso.example", PASSWORD).await.unwrap();
    }

    async fn roles_decide_what_a_session_may(db: TestDb) {
        let stage = Stage::open(&db).await;
        stage.add(stage.contoso, "obs@contoso.example", "obs-admin").await.unwrap();
        let obs = stage.sign_in("obs@contoso.example").await;
        obs.may::<RegisterOsIdp>().await;
        let other = stage.cloud.authorize::<CreateUmsInstance>(&obs.token).await;
        assert_eq!(fault(other.map(drop)), Fault::Forbidden);
    }
}

#[tokio::test]
async fn a_hundred_tries_an_hour_for_one_user_from_everywhere() {
    let db = test_support::db::sqlite(Schema::Cloud).await;
    let stage = Stage::open(&db).await;
    let attempt = async |host: u8, password: &str| {
        let draft = SignInDraft {
            user: "admin@contoso.example".to_owned(),
            password: password.to_owned(),
            next: String::new(),
        };
        stage.sign_in_from(host, draft).await
    };
    for number in 0..100 {
        let refused = fault(attempt(number / 10, "not the password").await);
        assert_eq!(refused, wrong(), "{number}");
    }
    assert_eq!(
        fault(attempt(100, PASSWORD).await),
        Fault::TooMany { retry_after: 36 }
    );
    stage.cloud.clock.advance(Duration::seconds(36));
    attempt(100, PASSWORD).await.unwrap();
    // Who is welcome starts afresh.
    attempt(101, PASSWORD).await.unwrap();
}
