//! Who is signed in by a provider, and who is not.

use domain::invitation::{AcceptDraft, InvitationDraft};
use domain::permission::PortalSignedIn;
use domain::saml_idp::SamlChangeDraft;
use domain::sign_in::Refused;
use domain::user::UserState;
use domain::{Fault, Language, Reason};
use portal::federated::{self, Ended};
use portal::invitations::Accepted;
use portal::saml_idps as idps;
use store::Schema;
use test_support::db_test;
use test_support::saml::SamlPerson;
use time::Duration;

use super::{
    ADA, active, active_with, ada, answer, at_provider, begun, provider, refused, seen, session, sign_in,
    visitor,
};
use crate::stage::{PASSWORD, Person, Stage, events, fault};

db_test! {
    Schema::Cloud,

    async fn a_user_signs_in_and_is_known_by_name_from_then_on(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = provider();
        active(&stage, &idp).await;
        let user = ada(&stage).await;
        let Ended::SignedIn { token, language, next } = sign_in(&stage, &idp, &at_provider()).await else { panic!() };
        assert_eq!((language, next.as_str()), (Language::English, "/services/ums"));
        let auth = Person::new(&stage, token).may::<PortalSignedIn>().await;
        assert_eq!(portal::users::me(&auth).await.unwrap().id, user);
        let signed_in = events(&db, "user.signed_in").await;
        assert_eq!(signed_in.iter().filter(|event| event.3.contains("idp.contoso.example")).count(), 1);

        // The address has changed at the provider: the name counts (SEC-09, rule D4).
        let renamed = SamlPerson { email: "ada.berg@contoso.example".to_owned(), assertion: "_2".to_owned(), ..at_provider() };
        let auth = session(&stage, sign_in(&stage, &idp, &renamed).await).may::<PortalSignedIn>().await;
        assert_eq!(portal::users::me(&auth).await.unwrap().id, user);
        // Another person with the old address is not her.
        let other = SamlPerson { name: "eve".to_owned(), assertion: "_3".to_owned(), ..at_provider() };
        assert_eq!(refused(&sign_in(&stage, &idp, &other).await), Refused::OtherName);
        assert!(events(&db, "user.sign_in_refused").await[0].3.contains("other-name"));
    }

    async fn who_has_no_access_is_not_signed_in(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = provider();
        let (admin, _) = active(&stage, &idp).await;
        let contoso = stage.operator().within(stage.contoso);
        for (email, state) in [("pending@contoso.example", UserState::Pending), ("gone@contoso.example", UserState::Deactivated)] {
            stage.add(stage.contoso, email, "obs-admin").await.unwrap();
            portal::users::set_state(&contoso, email, state).await.unwrap();
            assert_eq!(refused(&sign_in(&stage, &idp, &SamlPerson::new(email, email)).await), Refused::NoAccess, "{email}");
        }
        // Nobody, and somebody who has not opened the link yet.
        let nobody = SamlPerson::new("nobody", "nobody@contoso.example");
        assert_eq!(refused(&sign_in(&stage, &idp, &nobody).await), Refused::NoUser);
        let invited = InvitationDraft { email: nobody.email.clone(), role: "obs-admin".to_owned(), ..InvitationDraft::default() };
        portal::invitations::invite(&admin.may().await, invited).await.unwrap();
        assert_eq!(refused(&sign_in(&stage, &idp, &nobody).await), Refused::Invited);
        // Who was linked and then deactivated.
        ada(&stage).await;
        session(&stage, sign_in(&stage, &idp, &at_provider()).await);
        portal::users::set_state(&contoso, ADA, UserState::Deactivated).await.unwrap();
        let again = SamlPerson { assertion: "_again".to_owned(), ..at_provider() };
        assert_eq!(refused(&sign_in(&stage, &idp, &again).await), Refused::NoAccess);
        assert_eq!(events(&db, "user.sign_in_refused").await.len(), 5);
    }

    async fn whoever_is_new_becomes_a_user_where_that_is_wanted(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = provider();
        let (admin, id) = active_with(&stage, &idp, true).await;
        let newcomer = SamlPerson::new("new", "new@contoso.example");
        let auth = session(&stage, sign_in(&stage, &idp, &newcomer).await).may::<PortalSignedIn>().await;
        let me = portal::users::me(&auth).await.unwrap();
        assert_eq!((me.email.as_str(), me.roles.as_slice()), ("new@contoso.example", &[domain::Role::AppPortalUser][..]));
        assert!(!portal::my_account::get(&auth).await.unwrap().has_password);
        let change = SamlChangeDraft { id: id.to_string(), version: seen(&admin, id).await, domains: "contoso.example".to_owned(), provision: false };
        idps::change(&admin.may().await, change).await.unwrap();
        let next = SamlPerson::new("next", "next@contoso.example");
        assert_eq!(refused(&sign_in(&stage, &idp, &next).await), Refused::NoUser);
    }

    async fn passwords_count_where_no_provider_does_and_always_for_super_admins(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = provider();
        ada(&stage).await;
        stage.add(stage.fabrikam, "guest@contoso.example", "obs-admin").await.unwrap();
        stage.try_sign_in(ADA, PASSWORD).await.unwrap();
        let (admin, id) = active(&stage, &idp).await;
        let wrong = Fault::field("user", Reason::WrongCredentials);
        assert_eq!(fault(stage.try_sign_in(ADA, PASSWORD).await), wrong);
        assert!(events(&db, "user.sign_in_refused").await[0].3.contains("identity provider"));
        // The provider is broken, and whoever can repair it gets in. Another company's people are not Contoso's.
        stage.try_sign_in("admin@contoso.example", PASSWORD).await.unwrap();
        stage.try_sign_in("guest@contoso.example", PASSWORD).await.unwrap();
        // A mailbox is no way around it.
        stage.forget(1, ADA, ADA).await.unwrap();
        stage.work().await;
        assert!(events(&db, "user.password_reset_refused").await[0].3.contains("identity provider"));
        assert!(stage.cloud.outside.mails().is_empty());

        idps::switch::set(&stage.operator(), stage.contoso, false).await.unwrap();
        stage.try_sign_in(ADA, PASSWORD).await.unwrap();
        idps::switch::set(&stage.operator(), stage.contoso, true).await.unwrap();
        assert_eq!(fault(stage.try_sign_in(ADA, PASSWORD).await), wrong);
        idps::deactivate(&admin.may().await, id).await.unwrap();
        stage.try_sign_in(ADA, PASSWORD).await.unwrap();
        stage.forget(2, ADA, ADA).await.unwrap();
        stage.work().await;
        assert_eq!(stage.cloud.outside.mails().len(), 1);
    }

    async fn an_invitation_ends_with_the_sign_in_at_the_provider(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = provider();
        let (admin, _) = active(&stage, &idp).await;
        let invited = InvitationDraft { email: ADA.to_owned(), role: "ums-admin".to_owned(), language: "de".to_owned(), ..InvitationDraft::default() };
        portal::invitations::invite(&admin.may().await, invited).await.unwrap();
        stage.work().await;
        portal::mails::jobs(access::jobs::Jobs::default()).run_due(&stage.cloud.services).await.unwrap();
        let mail = stage.cloud.outside.mails().pop().unwrap();
        let token = mail.text.split("token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        let domain::invitation::OpenedInvitation::Open(offer) = portal::invitations::open(&visitor(&stage), &token, None).await.unwrap() else { panic!() };
        assert!(offer.federated);
        let accept = async || {
            let draft = AcceptDraft { token: token.clone(), first_name: "Ada".to_owned(), ..AcceptDraft::default() };
            match portal::invitations::accept(&visitor(&stage), draft, None, None).await.unwrap() {
                Accepted::AtProvider(begun) => begun,
                Accepted::Joined(_) => panic!("without a password"),
            }
        };
        // Another address does not take it, and leaves it open.
        let other = SamlPerson::new("eve", "eve@contoso.example");
        assert_eq!(refused(&answer(&stage, &accept().await, &idp, &other).await), Refused::Invitation);
        let ended = answer(&stage, &accept().await, &idp, &at_provider()).await;
        assert!(matches!(ended, Ended::SignedIn { language: Language::German, .. }), "{ended:?}");
        let auth = session(&stage, ended).may::<PortalSignedIn>().await;
        let me = portal::users::me(&auth).await.unwrap();
        assert_eq!((me.name.as_str(), me.roles.as_slice()), ("Ada", &[domain::Role::UmsAdmin][..]));
        assert!(!portal::my_account::get(&auth).await.unwrap().has_password);
        assert_eq!(events(&db, "invitation.accepted").await.len(), 1);
        // Known by name from now on; the link is used up.
        session(&stage, sign_in(&stage, &idp, &SamlPerson { assertion: "_next".to_owned(), ..at_provider() }).await);
        assert!(portal::invitations::accept(&visitor(&stage), AcceptDraft { token, ..AcceptDraft::default() }, None, None).await.is_err());
    }

    async fn one_browser_may_have_several_sign_ins_under_way(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = provider();
        active(&stage, &idp).await;
        ada(&stage).await;
        let first = begun(&stage, ADA).await;
        stage.cloud.clock.advance(Duration::SECOND);
        let second = federated::begin(&visitor(&stage), ADA, "/", Some(&first.browser)).await.unwrap().unwrap();
        assert_eq!(first.browser, second.browser);
        assert_eq!(federated::leads_to(&visitor(&stage), Some(&first.browser)).await.unwrap(), second.url);
        assert_eq!(fault(federated::leads_to(&visitor(&stage), None).await), Fault::NotFound);
        // A cookie that is none of ours is not taken over.
        let strange = federated::begin(&visitor(&stage), ADA, "/", Some("chosen by somebody")).await.unwrap().unwrap();
        assert_ne!(strange.browser, "chosen by somebody");
        session(&stage, answer(&stage, &first, &idp, &at_provider()).await);
        let again = SamlPerson { assertion: "_second".to_owned(), ..at_provider() };
        session(&stage, answer(&stage, &second, &idp, &again).await);
    }
}
