//! Step 4 on bad days: what the device and the administrator are told (ruling 21).

use domain::onboarding::OnboardingStep;
use http::StatusCode;
use outside::{HttpError, Refusal};
use store::Schema;
use test_support::db_test;
use time::Duration;

use crate::world::ums::Mood;
use crate::world::{Differently, SILENT, World};

db_test! {
    Schema::Cloud,

    async fn each_trouble_has_its_code_and_its_cause(db: TestDb) {
        let world = World::new(&db).await;
        let place = "ums.contoso.example:8443";
        for (mood, code, cause) in [
            (Mood::Broken(HttpError::Tcp), 30, "does not answer"),
            (Mood::Broken(HttpError::NotTls), 30, "not with TLS"),
            (Mood::Broken(HttpError::Dns), 30, "could not be resolved"),
            (Mood::Broken(HttpError::Timeout), 30, "too long"),
            (Mood::Broken(HttpError::Redirect), 30, "redirect"),
            (Mood::Broken(HttpError::Refused { reason: Refusal::PrivateAddress }), 30, "may not call"),
            (Mood::Status(502), 30, "status 502"),
            (Mood::Status(404), 30, "status 404"),
            (Mood::Nonsense, 30, "not that of a UMS"),
            (Mood::Credulous, 30, "without asking"),
            (Mood::Broken(HttpError::TlsName), 45, "does not name this host"),
            (Mood::Broken(HttpError::TlsOther), 45, "TLS"),
            (Mood::Broken(HttpError::TlsChain), 46, "chain is not trusted"),
        ] {
            world.ums.be(mood);
            world.hand.advance(Duration::milliseconds(1));
            let started = world.started().await;
            let left = world.go(&started).await;
            let back = world.idp.sign_in(&left.url);
            assert_eq!(world.back(&back, &left.cookie).await.status, StatusCode::SEE_OTHER);
            let (shown, message) = world.failure(&started).await;
            assert_eq!(shown, code, "{cause}");
            assert!(!message.contains(place), "the cause is for the administrator: {message}");
            let last = &world.last().await[0];
            assert_eq!((last.step, last.code), (OnboardingStep::Failed, Some(code)));
            assert!(last.cause.contains(cause), "{cause}: {}", last.cause);
            let page = world.back("/result?lang=de", &left.cookie).await;
            assert!(page.text.contains(&format!("Code: {code}")) && page.text.contains("UMS"), "{}", page.text);
        }
        // F14: a token leaves for nobody who has not shown the right chain and the right UMS ID.
        assert_eq!(world.count("onboarding.token_issued").await, 1, "for the one that did not ask back");
        assert!(world.ums.heard.lock().unwrap().is_empty());
        world.ums.be(Mood::Well);
        world.ready().await;
    }

    async fn a_ums_of_nobody_is_refused_until_it_is_registered(db: TestDb) {
        let world = World::with(&db, Differently { ums_not_registered: true, ..Differently::default() }).await;
        let started = world.started().await;
        world.sign_in(&started).await;
        let (code, message) = world.failure(&started).await;
        assert_eq!(code, 30);
        assert!(message.starts_with("This UMS is not registered."), "{message}");
        assert!(world.last().await[0].cause.contains(&world.ums.id.certificate.fingerprint().to_string()));
        assert_eq!(world.count("onboarding.token_issued").await, 0, "no token leaves for a UMS that is not known");
        world.register_ums(&world.ums.id.certificate.pem(), "UMS").await;
        world.ready().await;
    }

    async fn without_a_record_the_person_learns_what_to_do(db: TestDb) {
        let world = World::with(&db, Differently { no_record: true, ..Differently::default() }).await;
        let started = world.started().await;
        let left = world.go(&started).await;
        let back = world.idp.sign_in(&left.url);
        assert_eq!(world.back(&back, &left.cookie).await.status, StatusCode::SEE_OTHER);
        let page = world.back("/result", &left.cookie).await;
        assert!(page.text.contains("No UMS is set up for your address.") && page.text.contains("Ask your administrator"), "{}", page.text);
        assert_eq!(world.failure(&started).await.0, 32);
        assert_eq!(world.count("onboarding.failed").await, 1);
    }

    async fn where_nothing_answers_the_next_address_is_tried(db: TestDb) {
        let world = World::new(&db).await;
        world.move_to(SILENT).await;
        let started = world.started().await;
        world.sign_in(&started).await;
        assert_eq!(world.failure(&started).await.0, 30);
        world.add_target(crate::world::ums::HOST).await;
        let (_, token) = world.ready().await;
        assert!(!token.is_empty());
        let told = world.ums.heard.lock().unwrap().len();
        assert_eq!(told, 1);
        // Whatever else is wrong there ends the run: another UMS would not be the one that was meant.
        world.move_to(crate::world::ums::HOST).await;
        world.add_target(SILENT).await;
        world.ums.be(Mood::Broken(HttpError::TlsChain));
        let started = world.started().await;
        world.sign_in(&started).await;
        assert_eq!(world.failure(&started).await.0, 46);
        assert!(!world.cause(&started).await.contains(SILENT));
    }

    async fn what_the_doctor_found_to_fail_comes_last(db: TestDb) {
        let world = World::new(&db).await;
        world.move_to(SILENT).await;
        world.add_target(crate::world::ums::HOST).await;
        let email = domain::EmailAddress::parse(crate::world::EMAIL).unwrap();
        let order = async || {
            let acting = world.services.acting_as_unchecked(access::Actor::System("test"));
            let account = world.auth::<domain::permission::ViewRouting>().await.account().unwrap();
            let route = portal::route::record_for(&acting, account, &email).await.unwrap().unwrap();
            route.each().into_iter().map(|one| one.host).collect::<Vec<_>>()
        };
        assert_eq!(order().await, [SILENT, crate::world::ums::HOST]);
        world.presents();
        onboarding::route_doctor::check(&world.auth().await, world.routing.unwrap()).await.unwrap();
        assert_eq!(order().await, [crate::world::ums::HOST, SILENT]);
    }

    async fn a_record_that_is_off_leads_nobody(db: TestDb) {
        let world = World::new(&db).await;
        world.switch(false).await;
        let started = world.started().await;
        world.sign_in(&started).await;
        assert_eq!(world.failure(&started).await.0, 32);
        world.switch(true).await;
        world.ready().await;
    }
}
