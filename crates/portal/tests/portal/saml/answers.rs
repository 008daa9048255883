//! Which answers count, and whose.

use domain::sign_in::Refused;
use domain::{Fault, Language, Reason};
use portal::federated::{self, Ended};
use portal::saml_idps as idps;
use store::{Schema, args, sql};
use test_support::db_test;
use test_support::saml::{SamlIdp, SamlPerson, asked};
use test_support::services::noon;
use time::Duration;

use super::{
    ADA, active, ada, answer, at_provider, begun, draft, provider, refused, register, requests, session,
    sign_in, tested, visitor,
};
use crate::stage::{Stage, events, fault, reason};

db_test! {
    Schema::Cloud,

    async fn sec_10_an_answer_needs_the_request_of_this_browser(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = provider();
        active(&stage, &idp).await;
        ada(&stage).await;
        let (mine, theirs) = (begun(&stage, ADA).await, begun(&stage, ADA).await);
        let (my_request, their_request) = (asked(&mine.url), asked(&theirs.url));
        let now = stage.cloud.services.now();
        let response = idp.answer(&my_request, &at_provider(), now);
        let their_response = idp.answer(&their_request, &at_provider(), now);
        let bring = async |browser: Option<&str>, relay_state: &str, response: &str| {
            federated::answer(&visitor(&stage), browser, relay_state, response.to_owned()).await.unwrap()
        };
        let long = "x".repeat(101);
        for (browser, relay_state) in [
            (None, my_request.relay_state.as_str()),
            (Some(theirs.browser.as_str()), my_request.relay_state.as_str()),
            (Some("x"), my_request.relay_state.as_str()),
            (Some(mine.browser.as_str()), ""),
            (Some(mine.browser.as_str()), "https://evil.example"),
            (Some(mine.browser.as_str()), long.as_str()),
        ] {
            assert_eq!(refused(&bring(browser, relay_state, &response).await), Refused::Unknown, "{browser:?} {relay_state}");
        }
        // A foreign answer under a request of one's own.
        let (second, third) = (begun(&stage, ADA).await, begun(&stage, ADA).await);
        let foreign = bring(Some(&second.browser), &asked(&second.url).relay_state, &their_response).await;
        assert_eq!(refused(&foreign), Refused::Answer);
        assert!(events(&db, "user.sign_in_refused").await.iter().any(|event| event.3.contains("wrong_request")));
        // None of that has used up the request; what is too old has gone.
        session(&stage, bring(Some(&mine.browser), &my_request.relay_state, &response).await);
        let late = idp.answer(&asked(&third.url), &SamlPerson { assertion: "_late".to_owned(), ..at_provider() }, now);
        stage.cloud.clock.advance(federated::LIFE);
        assert_eq!(refused(&bring(Some(&third.browser), &asked(&third.url).relay_state, &late).await), Refused::Unknown);
        assert!(federated::purge(&stage.cloud.services).await.unwrap() > 0);
        assert_eq!(requests(&db).await, 0);
    }

    async fn an_assertion_is_remembered_as_long_as_it_would_be_accepted(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = provider();
        active(&stage, &idp).await;
        ada(&stage).await;
        session(&stage, sign_in(&stage, &idp, &at_provider()).await);
        // The same assertion id in a new request of the same provider.
        assert_eq!(refused(&sign_in(&stage, &idp, &at_provider()).await), Refused::Unknown);
        let kept = async || {
            let count = sql!("select count(*) from saml_assertions");
            federated::purge(&stage.cloud.services).await.unwrap();
            db.read().await.unwrap().scalar::<i64>(count, args![]).await.unwrap()
        };
        // 300 s of the provider and 60 s of leeway.
        stage.cloud.clock.advance(Duration::seconds(359));
        assert_eq!(kept().await, 2);
        stage.cloud.clock.advance(Duration::SECOND);
        assert_eq!(kept().await, 0);
    }

    async fn sec_09_a_provider_speaks_for_the_proved_domains_of_its_account_alone(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = provider();
        active(&stage, &idp).await;
        ada(&stage).await;
        stage.add(stage.fabrikam, "bob@fabrikam.example", "obs-admin").await.unwrap();
        // Somebody of Fabrikam has an address of Contoso's domain: no user of Contoso's.
        stage.add(stage.fabrikam, "guest@contoso.example", "obs-admin").await.unwrap();
        for (email, why) in [
            ("bob@fabrikam.example", Refused::Domain),
            ("new@fabrikam.example", Refused::Domain),
            ("ada@unproved.example", Refused::Domain),
            // Proved, but not associated with this provider.
            ("ada@contoso.test", Refused::Domain),
            ("ada@sub.contoso.example", Refused::Domain),
            ("guest@contoso.example", Refused::NoUser),
        ] {
            let begun = begun(&stage, ADA).await;
            let person = SamlPerson::new(&email.replace('@', "-"), email);
            assert_eq!(refused(&answer(&stage, &begun, &idp, &person).await), why, "{email}");
        }
        session(&stage, sign_in(&stage, &idp, &at_provider()).await);
    }

    async fn a_domain_leads_to_the_provider_of_whoever_has_proved_it(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = provider();
        let leads = async |email: &str| federated::begin(&visitor(&stage), email, "/", None).await.unwrap().is_some();
        assert!(!leads(ADA).await, "there is no provider yet");
        let (admin, id) = active(&stage, &idp).await;
        // Known and unknown people alike; the spelling makes no difference.
        for (email, expected) in [
            (ADA, true),
            ("nobody@contoso.example", true),
            ("NOBODY@CONTOSO.example", true),
            ("admin@contoso.example", true),
            ("ada@contoso.test", false),
            ("ada@sub.contoso.example", false),
            ("bob@fabrikam.example", false),
            ("ada", false),
            ("", false),
        ] {
            assert_eq!(leads(email).await, expected, "{email}");
        }
        // A provider of Fabrikam cannot name it, nor see Contoso's.
        let other = stage.sign_in("admin@fabrikam.example").await;
        let theirs = SamlIdp::new("idp.fabrikam.example", noon() + Duration::days(9));
        assert_eq!(reason(register(&other, draft(&theirs, "contoso.example")).await, "domains.1"), Reason::DomainNotProved);
        assert!(idps::list(&other.may().await).await.unwrap().idps.is_empty());
        assert_eq!(fault(idps::get(&other.may().await, id, Language::English).await), Fault::NotFound);
        assert_eq!(fault(idps::deactivate(&other.may().await, id).await), Fault::NotFound);
        assert_eq!(fault(idps::begin_test(&other.may().await, id, None).await), Fault::NotFound);
        idps::deactivate(&admin.may().await, id).await.unwrap();
        assert!(!leads(ADA).await);
    }

    async fn an_inactive_provider_and_a_switched_off_one_sign_nobody_in(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = provider();
        let (admin, id) = active(&stage, &idp).await;
        ada(&stage).await;
        let waiting = begun(&stage, ADA).await;
        idps::deactivate(&admin.may().await, id).await.unwrap();
        assert_eq!(refused(&answer(&stage, &waiting, &idp, &at_provider()).await), Refused::Inactive);
        idps::activate(&admin.may().await, id).await.unwrap();
        let waiting = begun(&stage, ADA).await;
        assert!(idps::switch::set(&stage.operator(), stage.contoso, false).await.unwrap());
        assert!(!idps::switch::set(&stage.operator(), stage.contoso, false).await.unwrap());
        assert_eq!(refused(&answer(&stage, &waiting, &idp, &at_provider()).await), Refused::Inactive);
        assert!(idps::list(&admin.may().await).await.unwrap().off_since.is_some());
        // Tests go on, so that the provider can be repaired.
        let tester = SamlPerson::new("again", "again@contoso.example");
        assert!(matches!(tested(&stage, &admin, id, &idp, &tester).await, Ended::Tested(_)));
        assert!(idps::switch::set(&stage.operator(), stage.contoso, true).await.unwrap());
        assert_eq!(events(&db, "account.federated_sign_in_changed").await.len(), 2);
        session(&stage, sign_in(&stage, &idp, &at_provider()).await);
    }
}

#[tokio::test]
async fn sixty_answers_a_minute_from_one_address() {
    let db = test_support::db::sqlite(Schema::Cloud).await;
    let stage = Stage::open(&db).await;
    let bring = async || {
        let ended = federated::answer(&visitor(&stage), None, "x", String::new())
            .await
            .unwrap();
        refused(&ended)
    };
    for _ in 0..60 {
        assert_eq!(bring().await, Refused::Unknown);
    }
    assert_eq!(bring().await, Refused::TooMany);
    stage.cloud.clock.advance(Duration::SECOND);
    assert_eq!(bring().await, Refused::Unknown);
}
