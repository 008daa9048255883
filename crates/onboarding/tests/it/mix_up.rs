//! SEC-11: a code goes to nobody but the provider that it came from. The evil provider is a real server whose every byte is read.

use http::StatusCode;
use protocol::onboarding::OnboardingState;
use serde_json::json;
use store::Schema;
use test_support::db_test;

use crate::world::browser::Left;
use crate::world::evil::{EVE, Evil};
use crate::world::{EMAIL, World};

/// The value of a parameter of an address.
fn parameter(url: &str, name: &str) -> String {
    let query = url.split_once('?').unwrap().1;
    let found = url::form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name);
    found.unwrap().1.into_owned()
}

/// Ada and Eve have both pressed Continue.
struct Both {
    ada: Left,
    eve: Left,
    /// The code with which Ada's provider would send her back.
    code: String,
}

async fn both(world: &World, address: u8) -> Both {
    let ada = world.go(&world.started_from(EMAIL, address).await).await;
    let eve = world.go(&world.started_from(EVE, address).await).await;
    let code = parameter(&world.idp.sign_in(&ada.url), "code");
    Both { ada, eve, code }
}

/// Who signs in at the evil provider is whom it says, under its own name.
async fn evil_speaks_for_itself(world: &World, evil: &Evil) {
    let started = world.started_from(EVE, 23).await;
    let left = world.go(&started).await;
    let back = world.back(&evil.idp.sign_in(&left.url), &left.cookie).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    assert_eq!(
        world.failure(&started).await.0,
        32,
        "signed in; there is no record"
    );
    let events = world.events().await;
    let mut signed_in = events.iter().filter(|event| event.0 == "onboarding.signed_in");
    assert!(signed_in.any(|event| event.2.contains(&evil.issuer)));
    assert!(
        evil.heard().contains("code_verifier="),
        "and the traffic was read"
    );
}

db_test! {
    Schema::Cloud,

    async fn sec_11_no_code_of_the_honest_provider_reaches_the_evil_one(db: TestDb) {
        let world = World::new(&db).await;
        let evil = world.meet_evil().await;
        let honest = crate::world::idp::ISSUER;
        let Both { ada, eve, code } = both(&world, 30).await;
        let (hers, evils) = (parameter(&ada.url, "state"), parameter(&eve.url, "state"));
        // The evil provider has seen Ada's address, state and code, and sends browsers back with them, in every mixture.
        for (cookie, state, iss) in [
            (&eve.cookie, &hers, Some(evil.issuer.as_str())),
            (&eve.cookie, &hers, Some(honest)),
            (&eve.cookie, &hers, None),
            (&ada.cookie, &evils, Some(honest)),
            (&ada.cookie, &evils, Some(evil.issuer.as_str())),
            (&ada.cookie, &evils, None),
        ] {
            let iss = iss.map(|iss| format!("&iss={iss}")).unwrap_or_default();
            let answer = world.back(&format!("/?code={code}&state={state}{iss}"), cookie).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{iss}");
        }
        assert_eq!((world.idp.token_calls(), evil.heard().as_str()), (0, ""));

        // Its own browser and its own state, with the honest provider's code and name; and names that only look like it.
        for (place, iss) in [honest.to_owned(), format!("{}/", evil.issuer), evil.issuer.to_uppercase(), format!("{}.example", evil.issuer), String::new()].into_iter().enumerate() {
            let address = u8::try_from(place).unwrap() + 31;
            let Both { eve, code, .. } = both(&world, address).await;
            let path = format!("/?code={code}&state={}&iss={iss}", parameter(&eve.url, "state"));
            assert_eq!(world.back(&path, &eve.cookie).await.status, StatusCode::SEE_OTHER, "{iss}");
            let page = world.back("/result", &eve.cookie).await;
            assert!(page.text.contains("could not be onboarded"), "{iss}: {}", page.text);
            // It has promised to name itself: no name is no way round.
            let Both { eve, code, .. } = both(&world, address).await;
            let path = format!("/?code={code}&state={}", parameter(&eve.url, "state"));
            assert_eq!(world.back(&path, &eve.cookie).await.status, StatusCode::SEE_OTHER);
        }
        assert_eq!(evil.heard(), "", "not one byte");
        let mixed = world.events().await.iter().filter(|event| event.2.contains(r#""error":"mix_up""#)).count();
        assert_eq!(mixed, 10);

        evil_speaks_for_itself(&world, &evil).await;
        assert!(!evil.heard().contains(&format!("code={code}")));
        world.ready().await;
    }

    async fn sec_11_what_the_evil_provider_says_of_others_counts_nowhere(db: TestDb) {
        let world = World::new(&db).await;
        let evil = world.meet_evil().await;
        for (claim, value) in [
            ("email", json!("ada@contoso.example")),
            ("preferred_username", json!(EMAIL)),
            ("iss", json!(crate::world::idp::ISSUER)),
        ] {
            evil.idp.say("email", json!("ada@contoso.example"));
            evil.idp.say("preferred_username", json!("ada@contoso.example"));
            evil.idp.say(claim, value);
            let started = world.started_from(EVE, 24).await;
            let left = world.go(&started).await;
            world.back(&evil.idp.sign_in(&left.url), &left.cookie).await;
            assert!(matches!(world.poll(&started).await, OnboardingState::Failed { .. }), "{claim}");
            evil.idp.be_honest();
        }
        assert_eq!((world.count("onboarding.signed_in").await, world.idp.token_calls()), (0, 0));
        // Whoever comes back to Ada's sign-in with the evil provider's code gets as far as Ada's provider, which knows no such code.
        let Both { ada, eve, .. } = both(&world, 30).await;
        let foreign = parameter(&evil.idp.sign_in(&eve.url), "code") + "-of-evil";
        let path = format!("/?code={foreign}&state={}&iss={}", parameter(&ada.url, "state"), crate::world::idp::ISSUER);
        world.back(&path, &ada.cookie).await;
        assert_eq!(world.count("onboarding.signed_in").await, 0);
        evil_speaks_for_itself(&world, &evil).await;
        world.ready().await;
    }

    async fn sec_13_an_address_alone_links_nobody(db: TestDb) {
        let world = World::new(&db).await;
        // No user name that would speak for the address: it stands alone.
        for (case, verified, ready) in [
            ("a new person, verified", Some(json!(true)), true),
            ("the same person again", Some(json!(true)), true),
            ("not said, by the provider of a proved domain", None, true),
            ("not verified", Some(json!(false)), false),
            ("verified in words", Some(json!("true")), false),
            ("not verified in words", Some(json!("false")), false),
            ("verified by a number", Some(json!(1)), false),
        ] {
            world.idp.say("preferred_username", serde_json::Value::Null);
            if let Some(verified) = verified {
                world.idp.say("email_verified", verified);
            }
            let started = world.started_from(EMAIL, 25).await;
            world.sign_in(&started).await;
            let state = world.poll(&started).await;
            assert_eq!(matches!(state, OnboardingState::Ready { .. }), ready, "{case}: {state:?}");
            world.idp.be_honest();
        }
        // An existing person at another provider: the address is Ada's, the provider is not that of her domain.
        let evil = world.meet_evil().await;
        evil.idp.say("email", json!("ada@contoso.example"));
        evil.idp.say("email_verified", json!(true));
        let before = world.count("onboarding.signed_in").await;
        let started = world.started_from(EVE, 26).await;
        let left = world.go(&started).await;
        evil.idp.say("preferred_username", json!("ada@contoso.example"));
        world.back(&evil.idp.sign_in(&left.url), &left.cookie).await;
        assert_eq!(world.failure(&started).await.0, 32);
        assert_eq!(world.count("onboarding.signed_in").await, before);
        evil.idp.be_honest();
        evil_speaks_for_itself(&world, &evil).await;
    }
}
