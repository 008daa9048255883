//! The whole way, steps 1 to 7.

use access::Actor;
use access::jobs::Jobs;
use domain::onboarding::OnboardingStep;
use http::StatusCode;
use http::header::{LOCATION, REFERRER_POLICY};
use protocol::onboarding::OnboardingState;
use store::{Schema, args, sql};
use test_support::db_test;
use time::Duration;

use crate::world::{EMAIL, OBS, World, ums};

const KEY: &str = "aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11";

db_test! {
    Schema::Cloud,

    async fn from_an_address_to_an_enrolled_device(db: TestDb) {
        let world = World::new(&db).await;

        // 1. The device asks.
        let started = world.started().await;
        assert!(started.sign_in_url.starts_with(&format!("{OBS}/sign-in/")));
        assert_eq!(started.expires_at, world.services.now() + Duration::minutes(15));
        assert_eq!(world.poll(&started).await, OnboardingState::Pending);
        assert!(world.last().await.is_empty(), "no record is known before the sign-in (ruling 18)");

        // 2. The person sees the device and its code, as text.
        let path = started.sign_in_url.strip_prefix(OBS).unwrap();
        let page = world.get(path).await;
        assert_eq!(page.status, StatusCode::OK);
        for text in [started.code.as_str(), "UD3 &lt;LX&gt;", "00:E0:C5:4A:1B:2C", EMAIL, "same code"] {
            assert!(page.text.contains(text), "{text} in {}", page.text);
        }
        assert_eq!(page.header(REFERRER_POLICY), "same-origin");
        assert_eq!(world.poll(&started).await, OnboardingState::Pending);

        // 3. Continue leads to the provider by a link, and back to a result.
        let left = world.go(&started).await;
        assert!(left.url.contains("login_hint=Ada%40Contoso.Example"), "{}", left.url);
        let back = world.idp.sign_in(&left.url);
        let answer = world.back(&back, &left.cookie).await;
        assert_eq!((answer.status, answer.header(LOCATION)), (StatusCode::SEE_OTHER, "/result?lang=en"));
        let result = world.back("/result?lang=en", &left.cookie).await;
        assert!(result.text.contains("Done. Go back to your device."), "{}", result.text);

        // 4 and 5. The UMS has been told, has asked, and knows what it needs.
        let heard = world.ums.heard.lock().unwrap().clone();
        let [claims] = heard.as_slice() else { panic!("{heard:?}") };
        assert_eq!(claims.audience, world.ums.id.certificate.fingerprint().to_string());
        assert_eq!((claims.unit_id.as_str(), claims.email.as_str()), ("00E0C54A1B2C", EMAIL));
        assert_eq!((claims.structure_tag.as_deref(), claims.issuer.as_str()), (Some("HQ"), "https://login.contoso.example"));
        assert_eq!(claims.expires_at, world.services.now() + Duration::minutes(5));

        // 6. The device gets addresses, chain and token, as often as it asks.
        let OnboardingState::Ready { enrolment, management, chain_pem, token } = world.poll(&started).await else { panic!() };
        assert_eq!((enrolment.to_string().as_str(), &management), ("ums.contoso.example:8443", &enrolment));
        assert_eq!(chain_pem, world.ums.chain);
        assert_eq!(world.token(&started).await, token.expose());
        assert_eq!(world.last().await[0].step, OnboardingStep::Announced);

        // 7. The UMS redeems it for the device's key.
        let redeemed = world.ums.ask(token.expose(), Some(KEY)).await;
        assert_eq!(redeemed.status, StatusCode::OK, "{}", redeemed.text);
        let last = world.last().await;
        assert_eq!(last.len(), 1);
        assert_eq!((last[0].email.as_str(), last[0].device.as_str()), (EMAIL, "UD3 <LX>, 00:E0:C5:4A:1B:2C"));
        assert_eq!((last[0].step, last[0].code, last[0].cause.as_str()), (OnboardingStep::Enrolled, None, ""));

        // Every step left its event, and none of them a secret.
        let events = world.events().await;
        let mut steps: Vec<&str> = events.iter().map(|event| event.0.as_str()).filter(|name| name.starts_with("onboarding.")).collect();
        // All of this happened at one moment of the clock, so their order says nothing.
        steps.sort_unstable();
        let expected = ["activated", "announced", "answered", "confirmed", "signed_in", "started", "token_announced", "token_issued",
            "token_redeemed"];
        assert_eq!(steps, expected.map(|step| format!("onboarding.{step}")));
        let state = back.split("state=").nth(1).unwrap().split('&').next().unwrap();
        let link = path.strip_prefix("/sign-in/").unwrap();
        for secret in [token.expose(), started.secret.expose(), left.cookie.as_str(), state, link, "code-0"] {
            assert!(!events.iter().any(|(_, target, details)| target.contains(secret) || details.contains(secret)), "{secret}");
        }
        // Nor does the database keep one in a form that can be used.
        let mut tx = world.services.acting_as_unchecked(Actor::System("test")).read().await.unwrap();
        let kept: Vec<(Vec<u8>, Vec<u8>)> = tx.all(sql!("select hash, sealed from onboarding_tokens"), args![]).await.unwrap();
        assert!(kept.iter().all(|(hash, sealed)| hash != token.expose().as_bytes() && !sealed.ends_with(token.expose().as_bytes())));
    }

    async fn a_hand_over_that_was_cut_off_is_finished_by_the_job(db: TestDb) {
        let world = World::new(&db).await;
        let started = world.started().await;
        let left = world.go(&started).await;
        let back = world.idp.sign_in(&left.url);
        world.ums.be(ums::Mood::Silent);
        tokio::select! {
            _ = world.back(&back, &left.cookie) => panic!("the UMS is silent"),
            () = world.ums.asked.notified() => {}
        }
        assert_eq!(world.poll(&started).await, OnboardingState::Pending);
        let waiting = world.back("/result", &left.cookie).await;
        assert!(waiting.text.contains("One moment") && waiting.text.contains("content=\"2;url=/result?lang=en\""), "{}", waiting.text);

        world.ums.be(ums::Mood::Well);
        let jobs = onboarding::jobs(Jobs::default());
        assert_eq!(jobs.run_due(&world.services).await.unwrap(), 0, "not while the first one may still be at it");
        world.hand.advance(Duration::seconds(60));
        assert_eq!(jobs.run_due(&world.services).await.unwrap(), 1);
        world.token(&started).await;
        assert_eq!(world.count("onboarding.announced").await, 1);
    }

    async fn a_hand_over_that_nobody_finishes_fails_in_the_end(db: TestDb) {
        let world = World::new(&db).await;
        let started = world.started().await;
        let left = world.go(&started).await;
        let back = world.idp.sign_in(&left.url);
        world.ums.be(ums::Mood::Silent);
        tokio::select! {
            _ = world.back(&back, &left.cookie) => panic!("the UMS is silent"),
            () = world.ums.asked.notified() => {}
        }
        let life = onboarding::limits::SIGN_IN_LIFE + onboarding::limits::HAND_OVER_LIFE;
        world.hand.advance(life - Duration::milliseconds(1));
        assert_eq!(world.poll(&started).await, OnboardingState::Pending);
        world.hand.advance(Duration::milliseconds(1));
        assert_eq!(world.failure(&started).await.0, 30);
    }

    async fn what_is_over_is_deleted_in_its_time(db: TestDb) {
        let world = World::new(&db).await;
        let (_, token) = world.ready().await;
        assert_eq!(world.ums.ask(&token, Some(KEY)).await.status, StatusCode::OK);
        assert_eq!(onboarding::purge(&world.services).await.unwrap(), 0);
        world.hand.advance(Duration::minutes(11));
        assert_eq!(onboarding::purge(&world.services).await.unwrap(), 4, "token, sign-in, two assertions");
        world.hand.advance(Duration::days(30) - Duration::minutes(11) - Duration::milliseconds(1));
        assert_eq!(onboarding::purge(&world.services).await.unwrap(), 0);
        world.hand.advance(Duration::milliseconds(1));
        assert_eq!(onboarding::purge(&world.services).await.unwrap(), 1);
        let mut tx = world.services.acting_as_unchecked(Actor::System("test")).read().await.unwrap();
        assert_eq!(tx.scalar::<i64>(sql!("select count(*) from onboardings"), args![]).await.unwrap(), 0);
    }

    async fn the_purge_job_queues_itself_once(db: TestDb) {
        let world = World::new(&db).await;
        let jobs = onboarding::jobs(Jobs::default());
        onboarding::start(&world.services).await.unwrap();
        assert_eq!(jobs.run_due(&world.services).await.unwrap(), 1);
        onboarding::start(&world.services).await.unwrap();
        assert_eq!(jobs.run_due(&world.services).await.unwrap(), 0, "the next one waits");
        world.hand.advance(Duration::minutes(10));
        assert_eq!(jobs.run_due(&world.services).await.unwrap(), 1);
    }
}
