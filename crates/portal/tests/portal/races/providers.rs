//! F28: requests to a company's identity provider, each answered once, and fifty answers at once at two servers.

use access::Authorized;
use domain::invitation::AcceptDraft;
use domain::permission::InviteUsers;
use domain::sign_in::Refused;
use portal::federated::{self, Ended};
use portal::invitations::{self, Accepted};
use store::{Schema, sql};
use test_support::db_test;
use test_support::race::{RACERS, race, winner};
use test_support::rounds::rounds;
use test_support::saml::{SamlPerson, asked};
use time::Duration;

use super::{count, draft, token, visitor};
use crate::saml;
use crate::stage::Stage;

/// One is signed in; all others are refused for this one reason.
#[track_caller]
fn one_is_signed_in(ended: &[Ended], why: Refused) {
    let signed_in = |ended: &Ended| matches!(ended, Ended::SignedIn { .. });
    winner(
        ended,
        signed_in,
        |ended| matches!(ended, Ended::Refused(told) if *told == why),
    );
}

db_test! {
    Schema::Cloud,

    /// Each signs in at the provider for a sign-in of their own; all of these end the same invitation.
    async fn f28_race_for_an_invitation_that_is_accepted_at_the_provider(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = saml::provider();
        let (admin, _) = saml::active(&stage, &idp).await;
        let invite: Authorized<InviteUsers> = admin.may().await;
        let nodes = stage.nodes(&db, 2).await;
        for round in 1..=rounds(2, 1000) {
            stage.cloud.clock.advance(Duration::minutes(3));
            let email = format!("guest{round}@contoso.example");
            invitations::invite(&invite, draft(&email)).await.unwrap();
            let token = token(&stage, &email).await;
            let mut answers = Vec::new();
            for host in 0..RACERS {
                let draft = AcceptDraft { token: token.clone(), first_name: "Ada".to_owned(), ..AcceptDraft::default() };
                let begun = match invitations::accept(&visitor(&nodes[0], host), draft, None, None).await.unwrap() {
                    Accepted::AtProvider(begun) => begun,
                    Accepted::Joined(_) => panic!("without a password"),
                };
                let person = SamlPerson { assertion: format!("_{round}-{host}"), ..SamlPerson::new(&email, &email) };
                let asked = asked(&begun.url);
                let response = idp.answer(&asked, &person, stage.cloud.services.now());
                answers.push((begun.browser, asked.relay_state, response));
            }
            let ended = race(&nodes, |node, host| {
                let (browser, relay_state, response) = &answers[usize::from(host)];
                async move { federated::answer(&visitor(node, host), Some(browser), relay_state, response.clone()).await.unwrap() }
            });
            one_is_signed_in(&ended.await, Refused::Invitation);
        }
        let joined = sql!("select count(*) from users where email like 'guest%'");
        assert_eq!(count(&db, joined).await, i64::from(rounds(2, 1000)));
    }

    async fn f28_race_for_the_request_of_a_sign_in(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = saml::provider();
        saml::active(&stage, &idp).await;
        saml::ada(&stage).await;
        let nodes = stage.nodes(&db, 2).await;
        for round in 1..=rounds(2, 1000) {
            stage.cloud.clock.advance(Duration::minutes(3));
            let before = saml::sessions(&db).await;
            let begun = &saml::begun(&stage, saml::ADA).await;
            let asked = &asked(&begun.url);
            let person = SamlPerson { assertion: format!("_{round}"), ..saml::at_provider() };
            let response = &idp.answer(asked, &person, stage.cloud.services.now());
            let ended = race(&nodes, |node, host| async move {
                federated::answer(&visitor(node, host), Some(&begun.browser), &asked.relay_state, response.clone()).await.unwrap()
            });
            one_is_signed_in(&ended.await, Refused::Unknown);
            assert_eq!(saml::sessions(&db).await, before + 1);
        }
    }
}
