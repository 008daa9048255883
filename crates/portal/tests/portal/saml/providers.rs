//! How a company sets its provider up.

use domain::id::SamlIdpId;
use domain::permission::ManageSamlIdps;
use domain::saml_idp::{CertificateEnd, SamlChangeDraft, SamlIdpDraft, SamlPlaceDraft};
use domain::sign_in::Refused;
use domain::{Conflict, Fault, Language, Reason};
use portal::saml_idps as idps;
use store::{Schema, args, sql};
use test_support::db_test;
use test_support::saml::{SamlIdp, SamlKey, SamlPerson};
use test_support::services::noon;
use time::Duration;

use super::{
    active, ada, at_provider, draft, provider, refused, register, requests, seen, session, sessions, sign_in,
    tested,
};
use crate::stage::{Stage, events, fault, reason};

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
        let place = async |issuer: &str, endpoint: &str| SamlPlaceDraft { id: id.to_string(), version: seen(&admin, id).await, issuer: issuer.to_owned(), endpoint: endpoint.to_owned() };
        let shown = idps::get(&admin.may().await, id, Language::English).await.unwrap().idp;
        let new = (format!("{}-2", shown.issuer), shown.endpoint.replace("idp.", "new."));
        let refused_while_active = idps::change_place(&admin.may().await, place(&new.0, &new.1).await).await;
        assert_eq!(fault(refused_while_active), Conflict::ProviderActive.into());

        idps::deactivate(&admin.may().await, id).await.unwrap();
        assert_eq!(reason(idps::change_place(&admin.may().await, place("no uri", &new.1).await).await, "issuer"), Reason::NotAUrl);
        assert_eq!(reason(idps::change_place(&admin.may().await, place(&new.0, "").await).await, "endpoint"), Reason::Required);
        assert_eq!(reason(idps::change_place(&admin.may().await, place(&new.0, "http://new.contoso.example/sso").await).await, "endpoint"), Reason::UrlNotHttps);
        let foreign = stage.sign_in("admin@fabrikam.example").await;
        assert_eq!(fault(idps::change_place(&foreign.may().await, place(&new.0, &new.1).await).await), Fault::NotFound);
        // Another endpoint of the same issuer: the names stay, the test does not count any more.
        idps::change_place(&admin.may().await, place(&shown.issuer, &new.1).await).await.unwrap();
        let names = sql!("select count(*) from saml_subjects");
        assert_eq!(db.read().await.unwrap().scalar::<i64>(names, args![]).await.unwrap(), 1);
        assert_eq!(fault(idps::activate(&admin.may().await, id).await), Conflict::NotTested.into());
        // Another issuer is somebody else.
        idps::change_place(&admin.may().await, place(&new.0, &new.1).await).await.unwrap();
        let names = sql!("select count(*) from saml_subjects");
        assert_eq!(db.read().await.unwrap().scalar::<i64>(names, args![]).await.unwrap(), 0);
        let now = idps::get(&admin.may().await, id, Language::English).await.unwrap().idp;
        assert_eq!((now.issuer, now.endpoint, now.tested_at), (new.0.clone(), new.1.clone(), None));
        // An issuer is registered once.
        let second = register(&admin, draft(&other, "contoso.example")).await.unwrap();
        let taken = SamlPlaceDraft { id: second.to_string(), version: seen(&admin, second).await, ..place(&new.0, &new.1).await };
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
        let change = async |id: SamlIdpId, domains: &str| SamlChangeDraft { id: id.to_string(), version: seen(&admin, id).await, domains: domains.to_owned(), provision: false };
        assert_eq!(reason(idps::change(&admin.may().await, change(second, "").await).await, "domains"), Reason::Required);
        assert_eq!(reason(idps::change(&admin.may().await, change(second, "fabrikam.example").await).await, "domains.1"), Reason::DomainNotProved);
        let overtaken = change(second, "contoso.test").await;
        idps::change(&admin.may().await, change(second, "contoso.test").await).await.unwrap();
        assert_eq!(fault(idps::change(&admin.may().await, overtaken).await), Conflict::Stale.into());
        idps::activate(&admin.may().await, first).await.unwrap();
        assert_eq!(reason(idps::change(&admin.may().await, change(first, "contoso.example\ncontoso.test").await).await, "domains.2"), Reason::Taken);
        idps::deactivate(&admin.may().await, first).await.unwrap();
        idps::delete(&admin.may().await, first).await.unwrap();
        assert_eq!(idps::list(&admin.may().await).await.unwrap().idps.len(), 1);
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
