//! F10: a provider that does not answer, or answers late. Whoever waits sees a page that says so; nobody is sent to a provider that
//! is away; everybody else goes on.

use http::StatusCode;
use http::header::{LOCATION, RETRY_AFTER};
use outside::http::TOTAL_TIME;
use protocol::onboarding::{OnboardingState, StartedOnboarding};
use store::Schema;
use test_support::db_test;
use time::Duration;

use crate::world::browser::Left;
use crate::world::evil::EVE;
use crate::world::{Differently, EMAIL, OBS, World};

/// A run whose person comes back from the provider; whether the device is told to go on.
async fn signs_in(world: &World) -> bool {
    let started = world.started().await;
    world.sign_in(&started).await;
    matches!(world.poll(&started).await, OnboardingState::Ready { .. })
}

fn path(started: &StartedOnboarding) -> &str {
    started.sign_in_url.strip_prefix(OBS).unwrap()
}

/// A person on the way back to a page that waits for nothing.
async fn impatient(db: &test_support::db::TestDb) -> (World, StartedOnboarding, Left, String) {
    let differently = Differently {
        impatient: true,
        ..Differently::default()
    };
    let world = World::with(db, differently).await;
    let started = world.started().await;
    let left = world.go(&started).await;
    let back = world.idp.sign_in(&left.url);
    (world, started, left, back)
}

db_test! {
    Schema::Cloud,

    async fn five_failures_and_nobody_is_sent_there_for_half_a_minute(db: TestDb) {
        let world = World::new(&db).await;
        let evil = world.meet_evil().await;
        let (early, late) = (world.started().await, world.started().await);
        let underway = world.go(&early).await;
        world.idp.go_down();
        for _ in 0..4 {
            assert!(!signs_in(&world).await);
        }
        assert_eq!(world.post(path(&late)).await.status, StatusCode::OK, "four are too few");
        assert!(!signs_in(&world).await);
        assert_eq!(world.idp.token_calls(), 5);

        // Continue itself says so, in the person's language, and the way stays open.
        let away = world.post(path(&late)).await;
        assert_eq!((away.status, away.header(RETRY_AFTER)), (StatusCode::SERVICE_UNAVAILABLE, "30"));
        assert!(away.text.contains("is not answering") && away.text.contains(&format!("action=\"{}?lang=en\"", path(&late))), "{}", away.text);
        assert!(away.headers.get("set-cookie").is_none());
        let away = world.post(&format!("{}?lang=de", path(&late))).await;
        assert!(away.text.contains("antwortet nicht"), "{}", away.text);
        assert_eq!(world.poll(&late).await, OnboardingState::Pending);
        let probe = world.post("/auth/ada@contoso.example").await;
        assert!(probe.status == StatusCode::SERVICE_UNAVAILABLE && probe.text.contains("action=\"/auth/ada@contoso.example?lang=en\""), "{}", probe.text);
        // Whoever was there already is told at the end, and the provider is not asked.
        world.back(&world.idp.sign_in(&underway.url), &underway.cookie).await;
        assert!(world.cause(&early).await.contains(r#""error":"not_answering""#));
        assert_eq!(world.idp.token_calls(), 5);

        // Another company's provider is asked as ever.
        let eve = world.started_from(EVE, 2).await;
        let left = world.go(&eve).await;
        world.back(&evil.idp.sign_in(&left.url), &left.cookie).await;
        assert_eq!((world.count("onboarding.signed_in").await, evil.idp.token_calls()), (1, 1));

        world.hand.advance(Duration::seconds(30));
        assert!(!signs_in(&world).await, "one call tries");
        assert_eq!(world.idp.token_calls(), 6);
        assert_eq!(world.post(path(&late)).await.status, StatusCode::SERVICE_UNAVAILABLE);
        world.idp.be_honest();
        world.hand.advance(Duration::seconds(30));
        assert!(signs_in(&world).await && signs_in(&world).await, "it is back");
        world.sign_in(&late).await;
        world.token(&late).await;
    }

    async fn a_provider_that_stalls_leaves_nobody_before_an_empty_page(db: TestDb) {
        let (world, started, left, back) = impatient(&db).await;
        world.idp.stall();
        let answer = world.back(&back, &left.cookie).await;
        assert_eq!((answer.status, answer.header(LOCATION)), (StatusCode::SEE_OTHER, "/result?lang=en"));
        world.idp.asked.notified().await;
        let page = world.back("/result", &left.cookie).await;
        assert!(page.text.contains("has not answered yet") && page.text.contains("content=\"2;url=/result?lang=en\""), "{}", page.text);
        assert_eq!(world.poll(&started).await, OnboardingState::Pending);
        assert_eq!(world.back(&back, &left.cookie).await.status, StatusCode::BAD_REQUEST, "the answer counts once");
        // Late is not never.
        world.idp.go_on();
        world.underway.finish().await;
        world.token(&started).await;
        assert!(world.back("/result", &left.cookie).await.text.contains("Go back to your device"));
    }

    async fn a_provider_that_never_answers_is_given_ten_seconds_in_all(db: TestDb) {
        let (world, started, left, back) = impatient(&db).await;
        world.idp.stall();
        world.back(&back, &left.cookie).await;
        world.idp.asked.notified().await;
        let end = std::time::Duration::from_millis(500);
        // Nothing but the provider is being waited for.
        tokio::time::pause();
        tokio::time::advance(TOTAL_TIME.checked_sub(end).unwrap()).await;
        tokio::time::resume();
        assert_eq!(world.poll(&started).await, OnboardingState::Pending);
        tokio::time::pause();
        tokio::time::advance(end).await;
        tokio::time::resume();
        world.underway.finish().await;
        assert_eq!(world.failure(&started).await.0, 30);
        assert!(world.cause(&started).await.contains(r#""error":"timeout""#));
        let page = world.back("/result", &left.cookie).await;
        assert!(page.text.contains("could not be onboarded"), "{}", page.text);
        world.idp.go_on();
        assert_eq!(world.start(EMAIL).await.status, StatusCode::CREATED);
    }

    async fn a_page_that_nobody_finishes_says_so_in_the_end(db: TestDb) {
        let (world, _, left, back) = impatient(&db).await;
        world.idp.stall();
        world.back(&back, &left.cookie).await;
        let life = onboarding::limits::ASKING_LIFE;
        world.hand.advance(life - Duration::milliseconds(1));
        assert!(world.back("/result", &left.cookie).await.text.contains("has not answered yet"));
        world.hand.advance(Duration::milliseconds(1));
        assert_eq!(world.back("/result", &left.cookie).await.status, StatusCode::BAD_REQUEST);
    }
}
