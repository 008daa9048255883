//! "Bring your IdP" and signing in there, with a provider that signs for real.

use access::{Result, Visitor};
use domain::id::{SamlIdpId, UserId};
use domain::invitation::{AcceptDraft, InvitationDraft};
use domain::permission::{ManageSamlIdps, PortalSignedIn};
use domain::saml_idp::{CertificateEnd, SamlChangeDraft, SamlIdpDraft, SamlPlaceDraft};
use domain::sign_in::Refused;
use domain::user::UserState;
use domain::{Cloud, Conflict, Fault, Language, Reason};
use portal::federated::{self, Begun, Ended};
use portal::invitations::Accepted;
use portal::saml_idps as idps;
use store::{Schema, args, sql};
use test_support::db::TestDb;
use test_support::db_test;
use test_support::saml::{SamlIdp, SamlKey, SamlPerson, asked};
use test_support::services::{client, noon};
use time::Duration;

use crate::stage::{PASSWORD, Person, Stage, events, fault, reason};

pub const ADA: &str = "ada@contoso.example";

pub fn provider() -> SamlIdp {
    SamlIdp::new("idp.contoso.example", noon() + Duration::days(365))
}

fn draft(idp: &SamlIdp, domains: &str) -> SamlIdpDraft {
    SamlIdpDraft {
        metadata: idp.metadata(),
        domains: domains.to_owned(),
        ..SamlIdpDraft::default()
    }
}

fn visitor(stage: &Stage) -> Visitor<Cloud> {
    Visitor::new(&stage.cloud.services, client(9))
}

async fn register(admin: &Person<'_>, draft: SamlIdpDraft) -> Result<SamlIdpId> {
    idps::register(&admin.may().await, draft, Language::English).await
}

/// What the browser of `begun` brings back.
async fn answer(stage: &Stage, begun: &Begun, idp: &SamlIdp, person: &SamlPerson) -> Ended {
    let asked = asked(&begun.url);
    let response = idp.answer(&asked, person, stage.cloud.services.now());
    federated::answer(
        &visitor(stage),
        Some(&begun.browser),
        &asked.relay_state,
        response,
    )
    .await
    .unwrap()
}

async fn tested(
    stage: &Stage,
    admin: &Person<'_>,
    id: SamlIdpId,
    idp: &SamlIdp,
    person: &SamlPerson,
) -> Ended {
    let begun = idps::begin_test(&admin.may().await, id, None).await.unwrap();
    answer(stage, &begun, idp, person).await
}

/// An active provider of Contoso for its domain, and the admin who registered it.
pub async fn active<'a>(stage: &'a Stage, idp: &SamlIdp) -> (Person<'a>, SamlIdpId) {
    active_with(stage, idp, false).await
}

async fn active_with<'a>(stage: &'a Stage, idp: &SamlIdp, provision: bool) -> (Person<'a>, SamlIdpId) {
    let admin = stage.sign_in("admin@contoso.example").await;
    let form = SamlIdpDraft {
        provision,
        ..draft(idp, "contoso.example")
    };
    let id = register(&admin, form).await.unwrap();
    let tester = SamlPerson::new("tester", "tester@contoso.example");
    assert!(matches!(
        tested(stage, &admin, id, idp, &tester).await,
        Ended::Tested(_)
    ));
    idps::activate(&admin.may().await, id).await.unwrap();
    (admin, id)
}

pub async fn begun(stage: &Stage, email: &str) -> Begun {
    federated::begin(&visitor(stage), email, "/services/ums", None)
        .await
        .unwrap()
        .expect("a provider")
}

async fn sign_in(stage: &Stage, idp: &SamlIdp, person: &SamlPerson) -> Ended {
    answer(stage, &begun(stage, &person.email).await, idp, person).await
}

#[track_caller]
fn refused(ended: &Ended) -> Refused {
    match ended {
        Ended::Refused(why) => *why,
        other => panic!("{other:?}"),
    }
}

/// The session of a sign-in.
#[track_caller]
fn session(stage: &Stage, ended: Ended) -> Person<'_> {
    match ended {
        Ended::SignedIn { token, .. } => Person::new(stage, token),
        other => panic!("{other:?}"),
    }
}

pub async fn sessions(db: &TestDb) -> i64 {
    let count = sql!("select count(*) from sessions where holder is not null");
    db.read().await.unwrap().scalar(count, args![]).await.unwrap()
}

async fn requests(db: &TestDb) -> i64 {
    let count = sql!("select count(*) from saml_requests");
    db.read().await.unwrap().scalar(count, args![]).await.unwrap()
}

pub async fn ada(stage: &Stage) -> UserId {
    stage.add(stage.contoso, ADA, "obs-admin").await.unwrap()
}

pub fn at_provider() -> SamlPerson {
    SamlPerson::new("ada", ADA)
}

db_test! {
    Schema::Cloud,

    async fn metadata_fill_what_was_left_empty(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = provider();
        let admin = stage.sign_in("admin@contoso.example").await;
        let read = idps::read_metadata(&admin.may().await, draft(&idp, ""), Language::English).await.unwrap();
        assert_eq!((read.issuer.as_str(), read.endpoint.as_str(), read.host.as_str()), (idp.issuer.as_str(), idp.endpoint.as_str(), "idp.contoso.example"));
        assert!(read.certificate.contains("BEGIN CERTIFICATE"));

        // The same by their address, and without a look at the form in between.
        let url = "https://idp.contoso.example/metadata";
        let by_url = SamlIdpDraft { metadata_url: url.to_owned(), domains: "contoso.example".to_owned(), ..SamlIdpDraft::default() };
        let missing = reason(register(&admin, by_url.clone()).await, "metadata_url");
        assert!(matches!(missing, Reason::Said { .. }), "{missing:?}");
        stage.cloud.outside.answer(url, 200, idp.metadata());
        let id = register(&admin, by_url).await.unwrap();
        let all = idps::list(&admin.may().await).await.unwrap();
        assert_eq!((all.idps[0].id, all.idps[0].active, all.idps[0].certificates.len()), (id, false, 1));
        assert_eq!(all.ours.acs_url, "http://localhost:8080/saml/acs");
        assert_eq!(events(&db, "saml_idp.registered").await.len(), 1);
        assert!(idps::our_metadata(&stage.cloud.services).unwrap().contains(&all.ours.acs_url));
        assert_eq!(reason(register(&admin, draft(&idp, "contoso.example")).await, "issuer"), Reason::Taken);
    }

    async fn what_is_wrong_stands_at_its_field(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = provider();
        let admin = stage.sign_in("admin@contoso.example").await;
        let bad = SamlIdpDraft { metadata: "<html/>".to_owned(), ..draft(&idp, "contoso.example") };
        let Reason::Said { text } = reason(register(&admin, bad.clone()).await, "metadata") else { panic!() };
        assert_eq!(text, "This is no SAML 2.0 metadata.");
        let german = idps::register(&admin.may().await, bad, Language::German).await;
        assert_eq!(reason(german, "metadata"), Reason::Said { text: "Das sind keine SAML-2.0-Metadaten.".to_owned() });
        let certificate = SamlIdpDraft { certificate: "no certificate".to_owned(), ..draft(&idp, "contoso.example") };
        assert!(matches!(reason(register(&admin, certificate).await, "certificate"), Reason::Said { .. }));
        // Domains of others, of nobody and of everybody.
        for (line, expected) in [
            ("fabrikam.example", Reason::DomainNotProved),
            ("unproved.example", Reason::DomainNotProved),
            ("mail.contoso.example", Reason::DomainNotProved),
            ("gmail.com", Reason::FreeMailDomain),
        ] {
            let domains = format!("contoso.example\n{line}");
            assert_eq!(reason(register(&admin, draft(&idp, &domains)).await, "domains.2"), expected, "{line}");
        }
        let plain = SamlIdpDraft { endpoint: "http://127.0.0.1/sso".to_owned(), ..draft(&idp, "contoso.example") };
        assert_eq!(reason(register(&admin, plain).await, "endpoint"), Reason::UrlNotHttps);
        // The text between two tags will do, and the domain in another spelling.
        let bare = SamlIdpDraft { certificate: idp.key.bare(), ..draft(&idp, "contoso.example\nMÜNCHEN.example") };
        register(&admin, bare).await.unwrap();
    }

    async fn a_test_sign_in_shows_what_came_and_opens_no_session(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = provider();
        let admin = stage.sign_in("admin@contoso.example").await;
        let id = register(&admin, draft(&idp, "contoso.example")).await.unwrap();
        assert_eq!(fault(idps::activate(&admin.may().await, id).await), Conflict::NotTested.into());
        let before = sessions(&db).await;
        let shown = async || idps::get(&admin.may().await, id, Language::English).await.unwrap();

        // Another domain, another key, and then the right one.
        let foreign = SamlPerson::new("x", "x@fabrikam.example");
        tested(&stage, &admin, id, &idp, &foreign).await;
        let test = shown().await.test.unwrap();
        assert!(test.problem.unwrap().contains("fabrikam.example"));
        assert_eq!(test.email.as_deref(), Some("x@fabrikam.example"));
        let evil = SamlIdp { key: SamlKey::new(noon() + Duration::days(9)), ..provider() };
        tested(&stage, &admin, id, &evil, &at_provider()).await;
        assert_eq!(shown().await.test.unwrap().problem.unwrap(), "The signature is not of this identity provider's certificate.");
        assert_eq!(fault(idps::activate(&admin.may().await, id).await), Conflict::NotTested.into());
        tested(&stage, &admin, id, &idp, &at_provider()).await;
        let passed = shown().await;
        let test = passed.test.unwrap();
        assert_eq!((test.problem, test.by.as_str()), (None, "admin@contoso.example"));
        assert_eq!(test.name_id.unwrap().values, ["ada"]);
        assert_eq!(test.attributes.len(), 1);
        assert_eq!(passed.idp.tested_at, Some(stage.cloud.services.now()));
        assert_eq!(sessions(&db).await, before, "a test opens no session");
        assert_eq!(events(&db, "saml_idp.tested").await.len(), 3);
        idps::activate(&admin.may().await, id).await.unwrap();
        assert_eq!(requests(&db).await, 0);
    }

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
        let change = SamlChangeDraft { id: id.to_string(), domains: "contoso.example".to_owned(), provision: false };
        idps::change(&admin.may().await, change).await.unwrap();
        let next = SamlPerson::new("next", "next@contoso.example");
        assert_eq!(refused(&sign_in(&stage, &idp, &next).await), Refused::NoUser);
    }

    async fn an_expired_certificate_is_shown_and_locks_nobody_out(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = provider();
        let (admin, id) = active(&stage, &idp).await;
        ada(&stage).await;
        let end = async || {
            let admin = stage.sign_in("admin@contoso.example").await;
            idps::get(&admin.may().await, id, Language::English).await.unwrap().idp.certificates[0].end
        };
        assert_eq!(end().await, CertificateEnd::Far);
        stage.cloud.clock.advance(Duration::days(340));
        assert_eq!(end().await, CertificateEnd::Near);
        stage.cloud.clock.advance(Duration::days(30));
        assert_eq!(end().await, CertificateEnd::Over);
        session(&stage, sign_in(&stage, &idp, &at_provider()).await);
        drop(admin);
    }

    async fn two_certificates_for_a_roll_over(db: TestDb) {
        let stage = Stage::open(&db).await;
        let mut idp = provider();
        let (admin, id) = active(&stage, &idp).await;
        ada(&stage).await;
        let may = async || admin.may::<ManageSamlIdps>().await;
        let add = async |text: &str| idps::add_certificate(&may().await, id, text, Language::English).await;
        let held = async || idps::get(&may().await, id, Language::English).await.unwrap().idp.certificates;
        let old = held().await[0].fingerprint.clone();
        assert!(matches!(reason(idps::remove_certificate(&may().await, id, &old, Language::English).await, "certificate"), Reason::Said { .. }));
        assert_eq!(reason(add(&idp.key.bare()).await, "certificate"), Reason::Taken);
        assert_eq!(reason(add(" ").await, "certificate"), Reason::Required);
        assert!(matches!(reason(add("no").await, "certificate"), Reason::Said { .. }));
        let next = SamlKey::new(noon() + Duration::days(700));
        add(&next.bare()).await.unwrap();
        let third = SamlKey::new(noon() + Duration::days(800));
        assert!(matches!(reason(add(&third.bare()).await, "certificate"), Reason::Said { .. }));
        // Both are believed, and after the old one is removed the new one.
        session(&stage, sign_in(&stage, &idp, &at_provider()).await);
        let former = std::mem::replace(&mut idp.key, next);
        session(&stage, sign_in(&stage, &idp, &SamlPerson { assertion: "_new".to_owned(), ..at_provider() }).await);
        idps::remove_certificate(&may().await, id, &old, Language::English).await.unwrap();
        assert_eq!(held().await.len(), 1);
        let before = SamlIdp { key: former, ..provider() };
        assert_eq!(refused(&sign_in(&stage, &before, &SamlPerson { assertion: "_old".to_owned(), ..at_provider() }).await), Refused::Answer);
        session(&stage, sign_in(&stage, &idp, &SamlPerson { assertion: "_newer".to_owned(), ..at_provider() }).await);
        assert_eq!(fault(idps::remove_certificate(&may().await, id, &old, Language::English).await), Fault::NotFound);
    }

    async fn issuer_and_endpoint_are_changed_while_nobody_signs_in_there(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = provider();
        let (admin, id) = active(&stage, &idp).await;
        ada(&stage).await;
        session(&stage, sign_in(&stage, &idp, &at_provider()).await);
        let other = SamlIdp::new("new.contoso.example", noon() + Duration::days(365));
        let place = |issuer: &str, endpoint: &str| SamlPlaceDraft { id: id.to_string(), issuer: issuer.to_owned(), endpoint: endpoint.to_owned() };
        let shown = idps::get(&admin.may().await, id, Language::English).await.unwrap().idp;
        let new = (format!("{}-2", shown.issuer), shown.endpoint.replace("idp.", "new."));
        let refused_while_active = idps::change_place(&admin.may().await, place(&new.0, &new.1)).await;
        assert_eq!(fault(refused_while_active), Conflict::ProviderActive.into());

        idps::deactivate(&admin.may().await, id).await.unwrap();
        assert_eq!(reason(idps::change_place(&admin.may().await, place("no uri", &new.1)).await, "issuer"), Reason::NotAUrl);
        assert_eq!(reason(idps::change_place(&admin.may().await, place(&new.0, "")).await, "endpoint"), Reason::Required);
        assert_eq!(reason(idps::change_place(&admin.may().await, place(&new.0, "http://new.contoso.example/sso")).await, "endpoint"), Reason::UrlNotHttps);
        let foreign = stage.sign_in("admin@fabrikam.example").await;
        assert_eq!(fault(idps::change_place(&foreign.may().await, place(&new.0, &new.1)).await), Fault::NotFound);
        // Another endpoint of the same issuer: the names stay, the test does not count any more.
        idps::change_place(&admin.may().await, place(&shown.issuer, &new.1)).await.unwrap();
        let names = sql!("select count(*) from saml_subjects");
        assert_eq!(db.read().await.unwrap().scalar::<i64>(names, args![]).await.unwrap(), 1);
        assert_eq!(fault(idps::activate(&admin.may().await, id).await), Conflict::NotTested.into());
        // Another issuer is somebody else.
        idps::change_place(&admin.may().await, place(&new.0, &new.1)).await.unwrap();
        let names = sql!("select count(*) from saml_subjects");
        assert_eq!(db.read().await.unwrap().scalar::<i64>(names, args![]).await.unwrap(), 0);
        let now = idps::get(&admin.may().await, id, Language::English).await.unwrap().idp;
        assert_eq!((now.issuer, now.endpoint, now.tested_at), (new.0.clone(), new.1.clone(), None));
        // An issuer is registered once.
        let second = register(&admin, draft(&other, "contoso.example")).await.unwrap();
        let taken = SamlPlaceDraft { id: second.to_string(), ..place(&new.0, &new.1) };
        assert_eq!(reason(idps::change_place(&admin.may().await, taken).await, "issuer"), Reason::Taken);
        let noted = events(&db, "saml_idp.place_changed").await;
        assert_eq!(noted.len(), 2);
        // Both happened in one millisecond: in either order.
        let said = noted.iter().map(|event| event.3.as_str()).collect::<String>();
        assert!(said.contains(&format!(r#""issuer":{{"new":"{}","old":"{}"}},"names_forgotten":1"#, new.0, shown.issuer)), "{said}");
    }

    async fn a_domain_has_one_active_provider(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = provider();
        let (admin, first) = active(&stage, &idp).await;
        let other = SamlIdp::new("new-idp.contoso.example", noon() + Duration::days(9));
        let second = register(&admin, draft(&other, "contoso.test\ncontoso.example")).await.unwrap();
        let tester = SamlPerson::new("t", "t@contoso.test");
        tested(&stage, &admin, second, &other, &tester).await;
        assert_eq!(fault(idps::activate(&admin.may().await, second).await), Conflict::DomainFederated.into());
        assert_eq!(fault(idps::delete(&admin.may().await, first).await), Conflict::Stale.into());
        idps::deactivate(&admin.may().await, first).await.unwrap();
        idps::activate(&admin.may().await, second).await.unwrap();
        let change = |id: SamlIdpId, domains: &str| SamlChangeDraft { id: id.to_string(), domains: domains.to_owned(), provision: false };
        assert_eq!(reason(idps::change(&admin.may().await, change(second, "")).await, "domains"), Reason::Required);
        assert_eq!(reason(idps::change(&admin.may().await, change(second, "fabrikam.example")).await, "domains.1"), Reason::DomainNotProved);
        idps::change(&admin.may().await, change(second, "contoso.test")).await.unwrap();
        idps::activate(&admin.may().await, first).await.unwrap();
        assert_eq!(reason(idps::change(&admin.may().await, change(first, "contoso.example\ncontoso.test")).await, "domains.2"), Reason::Taken);
        idps::deactivate(&admin.may().await, first).await.unwrap();
        idps::delete(&admin.may().await, first).await.unwrap();
        assert_eq!(idps::list(&admin.may().await).await.unwrap().idps.len(), 1);
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

    async fn an_account_has_twenty_providers_at_most(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let idp = provider();
        let numbered = |number: u8| SamlIdpDraft { issuer: format!("urn:idp:{number}"), ..draft(&idp, "contoso.example") };
        for number in 0..20 {
            register(&admin, numbered(number)).await.unwrap();
        }
        assert_eq!(reason(register(&admin, numbered(20)).await, "issuer"), Reason::TooMany { max: 20 });
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
