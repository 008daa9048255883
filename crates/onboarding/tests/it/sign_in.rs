//! Sign-ins that must not lead anywhere, each beside one that does.

use http::StatusCode;
use http::header::LOCATION;
use protocol::onboarding::{OnboardingState, StartedOnboarding};
use serde_json::{Value, json};
use store::Schema;
use test_support::db_test;
use time::Duration;

use crate::world::{Answer, Differently, World};

/// What the person sees in the end.
async fn result(world: &World, back: &str, cookie: &str) -> Answer {
    let answer = world.back(back, cookie).await;
    assert_eq!(
        (answer.status, answer.header(LOCATION)),
        (StatusCode::SEE_OTHER, "/result?lang=en"),
        "{}",
        answer.text
    );
    world.back("/result", cookie).await
}

async fn fails(world: &World, claim: &str, value: Value, code: u16, cause: &str) {
    world.idp.say(claim, value);
    let started = world.started().await;
    let left = world.go(&started).await;
    let page = result(world, &world.idp.sign_in(&left.url), &left.cookie).await;
    assert!(
        page.text.contains("The device could not be onboarded"),
        "{claim}: {}",
        page.text
    );
    assert_eq!(world.failure(&started).await.0, code, "{claim}");
    let said = world.cause(&started).await;
    assert!(said.contains(cause), "{claim}: {said}");
    assert!(world.ums.heard.lock().unwrap().is_empty());
    world.idp.be_honest();
}

async fn succeeds(world: &World) -> StartedOnboarding {
    world.ready().await.0
}

db_test! {
    Schema::Cloud,

    async fn tokens_of_the_provider_are_checked(db: TestDb) {
        let world = World::new(&db).await;
        let now = world.services.now().unix_timestamp();
        fails(&world, "nonce", json!("another"), 30, "another sign-in").await;
        fails(&world, "nonce", Value::Null, 30, "another sign-in").await;
        fails(&world, "iss", json!("https://evil.example"), 30, "another issuer").await;
        fails(&world, "aud", json!("another-client"), 30, "another application").await;
        fails(&world, "aud", json!(["obs-client", "another-client"]), 30, "another application").await;
        fails(&world, "azp", json!("another-client"), 30, "another application").await;
        fails(&world, "exp", json!(now - 61), 30, "could not be read").await;
        fails(&world, "iat", json!(now - 3600), 30, "expired").await;
        fails(&world, "sub", Value::Null, 30, "subject").await;
        world.idp.sign_with_a_foreign_key();
        fails(&world, "acr", json!("x"), 30, "signature").await;
        succeeds(&world).await;
    }

    async fn only_the_person_that_the_device_was_started_for(db: TestDb) {
        let world = World::new(&db).await;
        world.idp.say("preferred_username", json!("bob"));
        fails(&world, "email", json!("bob@contoso.example"), 32, "somebody else").await;
        world.idp.say("preferred_username", Value::Null);
        fails(&world, "email", Value::Null, 32, "neither").await;
        world.idp.say("preferred_username", json!("\u{212a}ada@contoso.example"));
        fails(&world, "email", json!("ada@contoso.example.evil.example"), 32, "somebody else").await;

        // An address that nobody has looked at is none, from whichever claim the name may come.
        world.idp.say("preferred_username", json!("ada"));
        fails(&world, "email_verified", json!(false), 32, "somebody else").await;
        world.idp.say("preferred_username", json!("ada"));
        world.idp.say("email_verified", json!(true));
        succeeds(&world).await;
        world.idp.be_honest();
        world.idp.say("email_verified", json!(false));
        succeeds(&world).await;
        world.idp.be_honest();

        world.idp.say("email", Value::Null);
        world.idp.say("preferred_username", json!("ADA@CONTOSO.EXAMPLE"));
        succeeds(&world).await;
        world.idp.be_honest();
        world.idp.say("preferred_username", json!("ada"));
        succeeds(&world).await;
    }

    async fn a_way_back_belongs_to_one_browser_and_one_state_once(db: TestDb) {
        let world = World::new(&db).await;
        let (started, other) = (world.started().await, world.started().await);
        let left = world.go(&started).await;
        let elsewhere = world.go(&other).await;
        let back = world.idp.sign_in(&left.url);

        let refused = async |path: &str, cookie: Option<&str>| {
            let answer = world.get_with(path, cookie).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
            assert!(answer.text.contains("This sign-in cannot be continued"));
            assert_eq!(world.poll(&started).await, OnboardingState::Pending);
        };
        refused(&back, None).await;
        refused(&back, Some("guessed")).await;
        refused(&back, Some(&elsewhere.cookie)).await;
        refused(&back.replace("state=", "state=x"), Some(&left.cookie)).await;
        refused("/?code=code-0", Some(&left.cookie)).await;
        refused(&format!("{back}&state=twice"), Some(&left.cookie)).await;
        refused("/result", Some(&left.cookie)).await;
        assert_eq!(world.idp.token_calls(), 0, "no code was sent anywhere");

        result(&world, &back, &left.cookie).await;
        world.token(&started).await;
        // The same once more: the code has been used, and so has the state.
        let again = world.back(&back, &left.cookie).await;
        assert_eq!(again.status, StatusCode::BAD_REQUEST);
        assert_eq!(world.idp.token_calls(), 1);
        world.token(&started).await;
        assert_eq!(world.poll(&other).await, OnboardingState::Pending);
    }

    async fn a_code_that_was_used_at_the_provider_is_of_no_use(db: TestDb) {
        let world = World::new(&db).await;
        let (first, second) = (world.started().await, world.started().await);
        let left = world.go(&first).await;
        let back = world.idp.sign_in(&left.url);
        result(&world, &back, &left.cookie).await;
        world.token(&first).await;
        let code = back.split("code=").nth(1).unwrap().split('&').next().unwrap();
        let left = world.go(&second).await;
        let fresh = world.idp.sign_in(&left.url);
        let replayed = fresh.replace("code=code-1", &format!("code={code}"));
        assert!(result(&world, &replayed, &left.cookie).await.text.contains("could not be onboarded"));
        assert_eq!(world.failure(&second).await.0, 30);
    }

    async fn sec_11_a_code_of_another_provider_is_sent_nowhere(db: TestDb) {
        let world = World::new(&db).await;
        let started = world.started().await;
        let left = world.go(&started).await;
        let back = world.idp.sign_in(&left.url).replace("&iss=https://login.contoso.example", "&iss=https://evil.example");
        result(&world, &back, &left.cookie).await;
        assert_eq!((world.failure(&started).await.0, world.idp.token_calls()), (30, 0));
        // The provider has promised to name itself.
        let started = world.started().await;
        let left = world.go(&started).await;
        let back = world.idp.sign_in(&left.url).replace("&iss=https://login.contoso.example", "");
        result(&world, &back, &left.cookie).await;
        assert_eq!((world.failure(&started).await.0, world.idp.token_calls()), (30, 0));
        succeeds(&world).await;
    }

    async fn a_no_of_the_provider_leaves_the_way_open(db: TestDb) {
        let world = World::new(&db).await;
        let started = world.started().await;
        let left = world.go(&started).await;
        let state = world.idp.sign_in(&left.url).split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        let no = format!("/?error=access_denied&error_description=%3Cb%3Eno%3C%2Fb%3E&state={state}");
        let page = world.back(&no, &left.cookie).await;
        assert!(page.text.contains("access_denied: &lt;b&gt;no&lt;/b&gt;") && page.text.contains("The sign-in was declined."), "{}", page.text);
        assert_eq!(world.poll(&started).await, OnboardingState::Pending);
        // Without our cookie nobody can make us say that.
        assert_eq!(world.get(&no).await.status, StatusCode::BAD_REQUEST);
        world.sign_in(&started).await;
        world.token(&started).await;
    }

    async fn time_ends_links_and_ways_back(db: TestDb) {
        let world = World::new(&db).await;
        let just = Duration::milliseconds(1);
        // The cookie: ten minutes.
        let (early, late) = (world.started().await, world.started().await);
        let (left_early, left_late) = (world.go(&early).await, world.go(&late).await);
        world.hand.advance(Duration::minutes(10) - just);
        result(&world, &world.idp.sign_in(&left_early.url), &left_early.cookie).await;
        world.token(&early).await;
        world.hand.advance(just);
        assert_eq!(world.back(&world.idp.sign_in(&left_late.url), &left_late.cookie).await.status, StatusCode::BAD_REQUEST);
        // The link: fifteen minutes.
        let path = late.sign_in_url.strip_prefix(crate::world::OBS).unwrap();
        world.hand.advance(Duration::minutes(5) - just);
        assert_eq!(world.get(path).await.status, StatusCode::OK);
        assert_eq!(world.poll(&late).await, OnboardingState::Pending);
        world.hand.advance(just);
        assert_eq!(world.get(path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(world.post(path).await.status, StatusCode::NOT_FOUND);
        let (code, message) = world.failure(&late).await;
        assert_eq!((code, message.as_str()), (30, "Nobody signed in within 15 minutes. Start again on the device."));
    }

    async fn a_provider_without_an_issuer_is_enough_but_less(db: TestDb) {
        let world = World::with(&db, Differently { no_issuer: true, ..Differently::default() }).await;
        fails(&world, "nonce", json!("another"), 30, "another sign-in").await;
        succeeds(&world).await;
        let events = world.events().await;
        let event = events.iter().find(|event| event.0 == "onboarding.signed_in").unwrap();
        assert!(event.2.contains("\"assurance\":\"reduced\""), "{}", event.2);
    }

    async fn a_provider_that_does_not_answer_is_named(db: TestDb) {
        let world = World::new(&db).await;
        let started = world.started().await;
        let left = world.go(&started).await;
        let back = world.idp.sign_in(&left.url);
        world.idp.go_down();
        result(&world, &back, &left.cookie).await;
        assert_eq!(world.failure(&started).await.0, 30);
        assert!(world.cause(&started).await.contains("could not be reached"));
        world.idp.be_honest();
        succeeds(&world).await;
    }

    async fn unknown_addresses_unproved_domains_and_missing_providers_look_the_same(db: TestDb) {
        let world = World::new(&db).await;
        let unknown = world.start("ada@nobody.example").await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unknown.text.starts_with(r#"{"code":32,"message":"#), "{}", unknown.text);
        // Mapped by Contoso, but not proved; a sub-domain; somebody else's.
        for email in ["ada@unproved.example", "ada@mail.contoso.example", "ada@gmail.com", "root@localhost.example"] {
            let answer = world.start(email).await;
            assert_eq!((answer.status, &answer.text, &answer.headers), (unknown.status, &unknown.text, &unknown.headers), "{email}");
        }
        assert_eq!(world.start("anybody@CONTOSO.example").await.status, StatusCode::CREATED);
    }

    async fn a_probe_tries_the_sign_in_and_makes_no_token(db: TestDb) {
        let world = World::new(&db).await;
        let page = world.get("/auth/ada@contoso.example").await;
        assert!(page.text.contains("Try the sign-in") && page.text.contains("ada@contoso.example"), "{}", page.text);
        assert_eq!(world.count("onboarding.probe_started").await, 0, "looking begins nothing");
        let left = world.post("/auth/ada@contoso.example").await.left();
        let page = result(&world, &world.idp.sign_in(&left.url), &left.cookie).await;
        assert!(page.text.contains("The sign-in works"), "{}", page.text);
        assert!(world.ums.heard.lock().unwrap().is_empty());
        assert_eq!(world.count("onboarding.token_issued").await, 0);
        let last = world.last().await;
        assert_eq!((last.len(), last[0].device.as_str()), (1, ""));

        // An unknown address gets the same page, and then the same refusal as any other.
        assert_eq!(world.get("/auth/ada@nobody.example").await.status, StatusCode::OK);
        let refused = world.post("/auth/ada@nobody.example").await;
        assert!(refused.text.contains("This address cannot be onboarded") && refused.headers.get("set-cookie").is_none());
        assert_eq!(world.post("/auth/ada@unproved.example").await.text.replace("unproved", "nobody"), refused.text);
    }
}
