//! Every limit, at it and past it.

use axum::body::Body;
use http::{Request, StatusCode};
use onboarding::limits;
use serde_json::json;
use store::{Schema, args, sql};
use test_support::db_test;
use time::Duration;

use crate::world::{EMAIL, World, send};

async fn post(world: &World, body: String) -> StatusCode {
    let request = Request::post("/api/v1/onboardings")
        .body(Body::from(body))
        .unwrap();
    send(&world.router, request, 1).await.status
}

fn request(email: &str, product: &str) -> serde_json::Value {
    json!({"email": email, "unit_id": "00E0C54A1B2C", "mac": "00E0C54A1B2C", "product": product, "version": "12"})
}

db_test! {
    Schema::Cloud,

    async fn bodies_and_texts_are_bounded(db: TestDb) {
        let world = World::new(&db).await;
        let body = request(EMAIL, "UD3").to_string();
        let padded = |length: usize| format!("{body}{}", " ".repeat(length - body.len()));
        assert_eq!(post(&world, padded(limits::BODY_MAX)).await, StatusCode::CREATED);
        assert_eq!(post(&world, padded(limits::BODY_MAX + 1)).await, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(post(&world, request(EMAIL, &"x".repeat(100)).to_string()).await, StatusCode::CREATED);
        assert_eq!(post(&world, request(EMAIL, &"x".repeat(101)).to_string()).await, StatusCode::BAD_REQUEST);
        // 254 bytes of an address are one that nobody has; 255 are none.
        let label = "a".repeat(60);
        let long = |local: usize| format!("{}@{label}.{label}.{label}.bb.example", "a".repeat(local));
        let room = 254 - long(0).len();
        assert_eq!(post(&world, request(&long(room), "UD3").to_string()).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(post(&world, request(&long(room + 1), "UD3").to_string()).await, StatusCode::BAD_REQUEST);
        assert_eq!(post(&world, "{".to_owned()).await, StatusCode::BAD_REQUEST);
    }

    async fn runs_of_one_address_that_wait_are_bounded_for_each_client(db: TestDb) {
        let world = World::new(&db).await;
        let first = world.started().await;
        for _ in 1..limits::PENDING_PER_EMAIL_AND_CLIENT {
            world.started().await;
        }
        let refused = world.start(EMAIL).await;
        assert_eq!((refused.status, refused.header(http::header::RETRY_AFTER)), (StatusCode::TOO_MANY_REQUESTS, "60"));
        assert!(refused.text.starts_with(r#"{"code":30,"#), "{}", refused.text);
        assert_eq!(world.start("bob@contoso.example").await.status, StatusCode::CREATED, "others go on");
        assert_eq!(world.start_from(EMAIL, 2).await.status, StatusCode::CREATED, "a stranger keeps nobody away");
        world.sign_in(&first).await;
        world.started().await;
        assert_eq!(world.start(EMAIL).await.status, StatusCode::TOO_MANY_REQUESTS);
        world.hand.advance(Duration::minutes(15));
        world.started().await;
    }

    async fn runs_of_one_address_that_wait_are_bounded_altogether(db: TestDb) {
        let world = World::new(&db).await;
        let clients = u8::try_from(limits::PENDING_PER_EMAIL / limits::PENDING_PER_EMAIL_AND_CLIENT).unwrap();
        for client in 0..clients {
            for _ in 0..limits::PENDING_PER_EMAIL_AND_CLIENT {
                assert_eq!(world.start_from(EMAIL, client + 10).await.status, StatusCode::CREATED);
            }
        }
        assert_eq!(world.start_from(EMAIL, 2).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(world.start_from("bob@contoso.example", 2).await.status, StatusCode::CREATED);
    }

    async fn runs_of_one_account_that_wait_are_bounded(db: TestDb) {
        let world = World::new(&db).await;
        let first = world.started().await;
        // The rest stands there as if it had been begun from everywhere.
        let copy = sql!(
            "insert into onboardings (id, account_id, idp_id, probe, email, email_key, client, product, version, code, step, failure_cause,
                created_at, expires_at, step_at)
             select $2, account_id, idp_id, true, 'x@contoso.example', 'x@contoso.example', 'elsewhere', '', '', '', 'started', '',
                created_at, expires_at, step_at
               from onboardings where id = $1"
        );
        let mut tx = world.services.acting_as_unchecked(access::Actor::System("test")).begin().await.unwrap();
        for _ in 2..limits::PENDING_PER_ACCOUNT {
            let id: domain::id::OnboardingId = tx.id();
            tx.execute_one(copy, args![first.id, id]).await.unwrap();
        }
        tx.commit_without_event_because("a test").await.unwrap();
        assert_eq!(world.start("last@contoso.example").await.status, StatusCode::CREATED);
        assert_eq!(world.start_from("more@contoso.example", 2).await.status, StatusCode::TOO_MANY_REQUESTS);
        let evil = world.meet_evil().await;
        assert_eq!(world.start_from(crate::world::evil::EVE, 2).await.status, StatusCode::CREATED, "another account");
        drop(evil);
        world.sign_in(&first).await;
        assert_eq!(world.start_from("more@contoso.example", 2).await.status, StatusCode::CREATED);
    }

    async fn beginnings_are_counted_by_client(db: TestDb) {
        let world = World::new(&db).await;
        for number in 0..limits::START_PER_CLIENT.burst {
            assert_eq!(world.start(&format!("p{number}@contoso.example")).await.status, StatusCode::CREATED);
        }
        assert_eq!(world.start("more@contoso.example").await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(world.start_from("more@contoso.example", 2).await.status, StatusCode::CREATED);
        // A minute later the rate has rested; in the fourth minute the number of waiting runs speaks.
        let mut waiting = i64::from(limits::START_PER_CLIENT.burst);
        while waiting < limits::PENDING_PER_CLIENT {
            world.hand.advance(Duration::seconds(1));
            assert_eq!(world.start(&format!("p{waiting}@contoso.example")).await.status, StatusCode::CREATED, "{waiting}");
            waiting += 1;
        }
        world.hand.advance(Duration::minutes(1));
        assert_eq!(world.start("last@contoso.example").await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(world.start_from("last@contoso.example", 2).await.status, StatusCode::CREATED);
    }

    async fn beginnings_are_counted_by_address_and_client_known_or_not(db: TestDb) {
        let world = World::new(&db).await;
        for _ in 0..limits::START_PER_EMAIL_AND_CLIENT.burst {
            assert_eq!(world.start("x@nobody.example").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(world.start("X@nobody.example").await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(world.start("y@nobody.example").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(world.start_from("x@nobody.example", 2).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn beginnings_are_counted_by_address_from_everywhere(db: TestDb) {
        let world = World::new(&db).await;
        for number in 0..limits::START_PER_EMAIL.burst {
            let client = u8::try_from(number).unwrap() + 10;
            assert_eq!(world.start_from("x@nobody.example", client).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(world.start_from("X@nobody.example", 2).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(world.start_from("y@nobody.example", 2).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn devices_pages_and_answers_are_bounded(db: TestDb) {
        let world = World::new(&db).await;
        let started = world.started().await;
        // Who knows the id alone uses nothing up.
        for _ in 0..limits::POLL_MISSES.burst {
            assert_eq!(world.poll_from(&started.id.to_string(), "guessed", 3).await.status, StatusCode::UNAUTHORIZED);
        }
        for _ in 0..limits::POLL.burst {
            world.poll(&started).await;
        }
        let answer = world.poll_with(&started.id.to_string(), started.secret.expose()).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        let other = world.started().await;
        world.poll(&other).await;
        for _ in 0..limits::POLL_MISSES.burst {
            let id = access::Entropy.id::<domain::id::OnboardingId>(world.services.now()).to_string();
            assert_eq!(world.poll_with(&id, "guessed").await.status, StatusCode::UNAUTHORIZED);
        }
        let id = access::Entropy.id::<domain::id::OnboardingId>(world.services.now()).to_string();
        assert_eq!(world.poll_with(&id, "guessed").await.status, StatusCode::TOO_MANY_REQUESTS);
        // Past the limit nothing is looked up, so a right secret is not known to be one; other clients go on.
        let (id, secret) = (other.id.to_string(), other.secret.expose().to_owned());
        assert_eq!(world.poll_with(&id, &secret).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(world.poll_from(&id, &secret, 2).await.status, StatusCode::OK);

        world.hand.advance(Duration::minutes(1));
        let left = world.go(&other).await;
        let back = world.idp.sign_in(&left.url);
        let long = |length: usize| back.replace("code=code-0", &format!("code={}", "c".repeat(length)));
        assert_eq!(world.back(&long(limits::ANSWER_MAX + 1), &left.cookie).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(world.back(&long(limits::ANSWER_MAX), &left.cookie).await.status, StatusCode::SEE_OTHER);

        world.hand.advance(Duration::minutes(1));
        for _ in 0..limits::PAGES.burst {
            assert_eq!(world.get("/").await.status, StatusCode::OK);
        }
        let page = world.get("/").await;
        assert!(page.status == StatusCode::TOO_MANY_REQUESTS && page.text.contains("Too many tries"));
    }

    async fn questions_of_a_ums_are_counted(db: TestDb) {
        let world = World::new(&db).await;
        for _ in 0..limits::VALIDATE.burst {
            assert_eq!(world.ums.ask_with("t", None, "x").await.status, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(world.ums.ask_with("t", None, "x").await.status, StatusCode::TOO_MANY_REQUESTS);
    }
}
