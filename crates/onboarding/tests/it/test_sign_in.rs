//! The test sign-in of an administrator: begun in the portal, done here, shown in the portal.

use domain::os_idp_change::OsIdpActDraft;
use domain::os_idp_test::{OsIdpTest, OsIdpTestPage, TestHint, TestProblem};
use domain::permission::{DeleteOsIdp, TestOsIdp};
use http::StatusCode;
use http::header::LOCATION;
use serde_json::{Value, json};
use store::{Schema, args, sql};
use test_support::db_test;
use time::Duration;

use crate::world::browser::Left;
use crate::world::{Answer, OBS, World};

async fn page(world: &World) -> OsIdpTestPage {
    let auth = world.auth::<TestOsIdp>().await;
    portal::os_idps::test::page(&auth, world.os_idp).await.unwrap()
}

/// Begins a test: the path of the page at the Onboarding Service.
async fn begin(world: &World) -> String {
    let auth = world.auth::<TestOsIdp>().await;
    portal::os_idps::test::begin(&auth, world.os_idp).await.unwrap();
    let waiting = page(world).await.waiting.unwrap();
    assert!(!waiting.left);
    waiting.url.strip_prefix(OBS).unwrap().to_owned()
}

async fn leave(world: &World, path: &str) -> Left {
    assert_eq!(world.get(path).await.status, StatusCode::OK);
    world.post(path).await.left()
}

/// From the answer of the provider to the page that ends the test.
async fn come_back(world: &World, back: &str, cookie: &str) -> Answer {
    let answer = world.back(back, cookie).await;
    let found = (answer.status, answer.header(LOCATION));
    assert_eq!(
        found,
        (StatusCode::SEE_OTHER, "/result?lang=en"),
        "{}",
        answer.text
    );
    world.back("/result", cookie).await
}

/// A whole test: what the portal shows of it.
async fn tested(world: &World) -> OsIdpTest {
    let path = begin(world).await;
    let left = leave(world, &path).await;
    assert!(page(world).await.waiting.unwrap().left);
    let end = come_back(world, &world.idp.sign_in(&left.url), &left.cookie).await;
    assert!(end.text.contains("The test sign-in is finished"), "{}", end.text);
    let shown = page(world).await;
    assert_eq!(shown.waiting, None);
    shown.details.test.unwrap()
}

async fn count(world: &World, table: &str) -> i64 {
    let acting = world.services.acting_as_unchecked(access::Actor::System("test"));
    let mut tx = acting.read().await.unwrap();
    let text = match table {
        "runs" => sql!("select count(*) from onboardings"),
        "tokens" => sql!("select count(*) from onboarding_tokens"),
        _ => sql!("select count(*) from os_idp_tests"),
    };
    tx.scalar(text, args![]).await.unwrap()
}

db_test! {
    Schema::Cloud,

    async fn a_test_shows_what_came_and_makes_no_run(db: TestDb) {
        let world = World::new(&db).await;
        let test = tested(&world).await;
        assert_eq!((test.outcome.problem, test.by.as_str()), (None, "obs.admin@contoso.example"));
        assert_eq!(test.at, world.services.now());
        assert_eq!(test.outcome.address().unwrap().as_str(), "ada@contoso.example");
        assert_eq!(test.hints, []);
        let claims: Vec<_> = test.outcome.claims.iter().map(|claim| claim.name.as_str()).collect();
        assert!(claims.contains(&"email") && claims.contains(&"sub") && !claims.contains(&"nonce"), "{claims:?}");
        assert_eq!((count(&world, "runs").await, count(&world, "tokens").await), (0, 0));
        assert!(world.ums.heard.lock().unwrap().is_empty());
        assert_eq!((world.count("os_idp.test_begun").await, world.count("os_idp.tested").await), (1, 1));
        let idp = page(&world).await.details.idp;
        assert_eq!(idp.tested, Some((true, world.services.now())));
    }

    async fn what_is_missing_is_named(db: TestDb) {
        let world = World::new(&db).await;
        world.idp.say("email", Value::Null);
        assert_eq!(tested(&world).await.hints, [TestHint::NoEmail]);
        world.idp.say("preferred_username", Value::Null);
        let test = tested(&world).await;
        assert_eq!(test.outcome.problem, Some(TestProblem::NoName));
        assert!(test.outcome.claims.iter().any(|claim| claim.name == "sub"), "what did come is shown");
        world.idp.be_honest();
        world.idp.say("email", json!("ada@fabrikam.example"));
        world.idp.say("preferred_username", Value::Null);
        assert_eq!(tested(&world).await.hints, [TestHint::NoPreferredUsername, TestHint::OtherDomain]);
        world.idp.say("email_verified", json!(false));
        assert_eq!(tested(&world).await.outcome.problem, Some(TestProblem::NoAddress));
        world.idp.be_honest();
        assert!(tested(&world).await.outcome.passed());
    }

    async fn troubles_are_translated(db: TestDb) {
        let world = World::new(&db).await;
        world.idp.take_secret("another one");
        let test = tested(&world).await;
        assert_eq!(test.outcome.problem, Some(TestProblem::ClientSecret));
        assert!(test.outcome.said.contains("AADSTS7000215"));
        world.idp.take_secret(crate::world::idp::SECRET);
        world.idp.go_down();
        assert_eq!(tested(&world).await.outcome.problem, Some(TestProblem::Unreachable));
        world.idp.be_honest();
        world.idp.say("iss", json!("https://evil.example"));
        assert_eq!(tested(&world).await.outcome.problem, Some(TestProblem::NotThisIssuer));
        world.idp.be_honest();

        let path = begin(&world).await;
        let left = leave(&world, &path).await;
        let state = left.url.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        let said = "AADSTS53000%3A+Device+is+not+in+required+device+state";
        let back = format!("/?error=interaction_required&error_description={said}&state={state}");
        let end = come_back(&world, &back, &left.cookie).await;
        assert!(end.text.contains("did not pass"), "{}", end.text);
        let test = page(&world).await.details.test.unwrap();
        assert_eq!(test.outcome.problem, Some(TestProblem::DeviceCondition));
        assert_eq!(page(&world).await.details.idp.tested, Some((false, world.services.now())));

        let auth = world.auth::<TestOsIdp>().await;
        let explain = |text: &str| portal::os_idps::test::explain(&auth, text);
        assert_eq!(explain("AADSTS50011: The redirect URI…").unwrap(), Some(TestProblem::RedirectUri));
        assert_eq!(explain("What is this?").unwrap(), None);
        let most = domain::os_idp_test::MESSAGE_MAX;
        assert!(explain(&"x".repeat(most)).is_ok() && explain(&"x".repeat(most + 1)).is_err());
    }

    async fn a_link_is_for_one_answer_in_one_browser(db: TestDb) {
        let world = World::new(&db).await;
        let path = begin(&world).await;
        let first = leave(&world, &path).await;
        let second = leave(&world, &path).await;
        let back = world.idp.sign_in(&second.url);
        assert_eq!(world.back(&back, &first.cookie).await.status, StatusCode::BAD_REQUEST, "the newest counts");
        assert_eq!(world.get(&back).await.status, StatusCode::BAD_REQUEST, "another browser");
        let cross_site = world.post_with(&path, &[("sec-fetch-site", "cross-site")]).await;
        assert_eq!(cross_site.status, StatusCode::FORBIDDEN);
        come_back(&world, &back, &second.cookie).await;
        assert_eq!(world.back(&back, &second.cookie).await.status, StatusCode::BAD_REQUEST, "once");
        for status in [world.get(&path).await.status, world.post(&path).await.status] {
            assert_eq!(status, StatusCode::NOT_FOUND, "the link is used up");
        }
    }

    async fn a_test_waits_fifteen_minutes_and_a_new_one_replaces_it(db: TestDb) {
        let world = World::new(&db).await;
        let first = begin(&world).await;
        let second = begin(&world).await;
        assert_eq!(world.get(&first).await.status, StatusCode::NOT_FOUND);
        world.hand.advance(portal::os_idps::test::TEST_LIFE - Duration::SECOND);
        assert_eq!(world.get(&second).await.status, StatusCode::OK);
        world.hand.advance(Duration::SECOND);
        assert_eq!(world.get(&second).await.status, StatusCode::NOT_FOUND);
        assert_eq!(page(&world).await.waiting, None);
        assert_eq!(count(&world, "tests").await, 1);
        let stored = begin(&world).await;
        // Deleted with its provider.
        let auth = world.auth::<DeleteOsIdp>().await;
        let draft = OsIdpActDraft { id: world.os_idp.to_string(), version: "1".to_owned() };
        portal::os_idps::delete(&auth, draft).await.unwrap();
        assert_eq!(world.get(&stored).await.status, StatusCode::NOT_FOUND);
        assert_eq!(count(&world, "tests").await, 0);
    }

    async fn the_old_secret_that_worked_is_named(db: TestDb) {
        let world = World::new(&db).await;
        let draft = domain::os_idp_change::ClientSecretDraft {
            id: world.os_idp.to_string(),
            version: "1".to_owned(),
            client_secret: "mistyped".to_owned(),
            keep_old: "day".to_owned(),
            secret_expires: String::new(),
        };
        let auth = world.auth::<domain::permission::UpdateClientSecret>().await;
        portal::os_idps::update_secret(&auth, draft).await.unwrap();
        let test = tested(&world).await;
        assert!(test.outcome.passed() && test.outcome.by_old_secret);
    }
}
