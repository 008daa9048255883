use domain::Reason;
use domain::chain::ChainProblem;
use domain::id::UmsInstanceId;
use domain::page::ListQuery;
use domain::permission::{CreateUmsInstance, ViewUmsInstances};
use domain::ums_instance::{UmsIdDraft, UmsInstance, UmsInstanceDraft, UmsInstanceEditDraft};
use domain::{Conflict, Fault};
use futures::future::join;
use pki::SelfSignedIdentity;
use store::{Schema, args, sql};
use test_support::db_test;
use test_support::services::noon;
use time::Duration;

use crate::stage::{Person, Stage, events, fault, reason, ums_id};

fn draft(name: &str, certificate: String) -> UmsInstanceDraft {
    UmsInstanceDraft {
        name: name.to_owned(),
        comments: "in the cellar".to_owned(),
        app_portal: true,
        insight: false,
        certificate,
    }
}

async fn register(person: &Person<'_>, draft: UmsInstanceDraft) -> access::Result<UmsInstance> {
    portal::ums_instances::register(&person.may::<CreateUmsInstance>().await, draft).await
}

async fn listed(person: &Person<'_>, query: ListQuery) -> Vec<String> {
    let page = portal::ums_instances::list(&person.may::<ViewUmsInstances>().await, query)
        .await
        .unwrap();
    page.rows.into_iter().map(|row| row.name).collect()
}

db_test! {
    Schema::Cloud,

    async fn a_ums_is_registered_and_found_by_its_ums_id(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let id = ums_id("UMS Berlin").certificate;
        let made = register(&admin, draft("UMS Berlin", format!("exported\r\n{}", id.pem()))).await.unwrap();
        assert_eq!((made.fingerprint.clone(), made.expires_at), (id.fingerprint().to_string(), id.not_after()));
        assert_eq!((made.certificate.as_str(), made.app_portal, made.insight), (id.subject(), true, false));
        assert_eq!(portal::ums_instances::get(&admin.may().await, made.id).await.unwrap(), made);
        assert_eq!(events(&db, "ums_instance.registered").await.len(), 1);

        let operator = stage.operator();
        for fingerprint in [id.fingerprint().to_string(), id.fingerprint().to_hex()] {
            let found = portal::ums_instances::registered(&operator, stage.contoso, &fingerprint).await.unwrap().unwrap();
            assert_eq!((found.id, found.certificate_pem), (made.id, id.pem()));
            assert!(portal::ums_instances::registered(&operator, stage.fabrikam, &fingerprint).await.unwrap().is_none());
            let found = portal::ums_instances::registered_unscoped(&operator, &fingerprint).await.unwrap().unwrap();
            assert_eq!(found.account, stage.contoso);
        }
        assert!(portal::ums_instances::registered_unscoped(&operator, "no fingerprint").await.unwrap().is_none());
    }

    async fn the_file_holds_one_certificate_that_is_valid_now(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let (one, two) = (ums_id("One").certificate.pem(), ums_id("Two").certificate.pem());
        let old = SelfSignedIdentity::self_signed("Old", noon() - Duration::days(2), Duration::DAY).unwrap().certificate;
        let next = SelfSignedIdentity::self_signed("Next", noon() + Duration::days(2), Duration::DAY).unwrap().certificate;
        let subject = |of: &pki::Certificate| of.subject().to_owned();
        for (file, expected) in [
            (String::new(), Reason::Required),
            ("no certificate".to_owned(), Reason::Chain(ChainProblem::NotPem)),
            (format!("{one}{two}"), Reason::NotOneCertificate),
            (format!("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n{one}"), Reason::Chain(ChainProblem::PrivateKey { block: 1 })),
            (old.pem(), Reason::Chain(ChainProblem::RootExpired { subject: subject(&old), block: 1 })),
            (next.pem(), Reason::Chain(ChainProblem::RootNotYetValid { subject: subject(&next), block: 1 })),
        ] {
            assert_eq!(reason(register(&admin, draft("UMS", file)).await, "certificate"), expected);
        }
        let stored: i64 = db.read().await.unwrap().scalar(sql!("select count(*) from ums_instances"), args![]).await.unwrap();
        assert_eq!(stored, 0);
        register(&admin, draft("UMS", one)).await.unwrap();
    }

    async fn a_ums_id_belongs_to_one_account_of_the_whole_product(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let other = stage.sign_in("admin@fabrikam.example").await;
        let id = ums_id("UMS").certificate.pem();
        let made = register(&admin, draft("UMS", id.clone())).await.unwrap();
        assert_eq!(reason(register(&admin, draft("Again", id.clone())).await, "certificate"), Reason::Taken);
        assert_eq!(reason(register(&other, draft("UMS", id)).await, "certificate"), Reason::Taken);
        let second = ums_id("UMS").certificate.pem();
        assert_eq!(reason(register(&admin, draft(" ums ", second.clone())).await, "name"), Reason::Taken);
        register(&other, draft("UMS", second)).await.unwrap();

        assert_eq!(listed(&other, ListQuery::default()).await.len(), 1);
        let foreign = fault(portal::ums_instances::get(&other.may().await, made.id).await);
        let missing = fault(portal::ums_instances::get(&other.may().await, UmsInstanceId::from(uuid::Uuid::from_u128(7))).await);
        assert_eq!(foreign, Fault::NotFound);
        assert_eq!(serde_json::to_vec(&foreign).unwrap(), serde_json::to_vec(&missing).unwrap());
    }

    async fn the_newest_change_stands_first(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        for name in ["Beta", "alpha", "Gamma"] {
            register(&admin, draft(name, ums_id(name).certificate.pem())).await.unwrap();
            stage.cloud.clock.advance(Duration::SECOND);
        }
        assert_eq!(listed(&admin, ListQuery::default()).await, ["Gamma", "alpha", "Beta"]);
        let sorted = |sort: &str, descending| ListQuery { sort: sort.to_owned(), descending, ..ListQuery::default() };
        assert_eq!(listed(&admin, sorted("name", false)).await, ["alpha", "Beta", "Gamma"]);
        assert_eq!(listed(&admin, sorted("created", false)).await, ["Beta", "alpha", "Gamma"]);
        assert_eq!(listed(&admin, sorted("expires", false)).await.len(), 3);
        assert_eq!(listed(&admin, ListQuery { search: "ALP".to_owned(), ..ListQuery::default() }).await, ["alpha"]);
        let first = portal::ums_instances::list(&admin.may().await, ListQuery { per: 2, ..ListQuery::default() }).await.unwrap();
        let next = ListQuery { per: 2, cursor: first.next.unwrap(), ..ListQuery::default() };
        assert_eq!(listed(&admin, next).await, ["Beta"]);
    }
}

fn edit(of: &UmsInstance, name: &str) -> UmsInstanceEditDraft {
    UmsInstanceEditDraft {
        id: of.id.to_string(),
        version: of.version.to_string(),
        name: name.to_owned(),
        comments: "moved to the roof".to_owned(),
        app_portal: false,
        insight: true,
    }
}

fn new_id(of: &UmsInstance, certificate: String) -> UmsIdDraft {
    UmsIdDraft {
        id: of.id.to_string(),
        version: of.version.to_string(),
        certificate,
    }
}

db_test! {
    Schema::Cloud,

    async fn a_save_over_a_newer_one_is_refused_and_changes_nothing(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let made = register(&admin, draft("UMS", ums_id("UMS").certificate.pem())).await.unwrap();
        register(&admin, draft("Other", ums_id("Other").certificate.pem())).await.unwrap();
        stage.cloud.clock.advance(Duration::MINUTE);
        let saved = portal::ums_instances::edit(&admin.may().await, edit(&made, " UMS Hamburg ")).await.unwrap();
        assert_eq!((saved.name.as_str(), saved.comments.as_str(), saved.app_portal, saved.insight, saved.version), ("UMS Hamburg", "moved to the roof", false, true, 2));
        assert!(saved.updated_at > made.updated_at);
        let stale = portal::ums_instances::edit(&admin.may().await, edit(&made, "UMS Bremen")).await;
        assert_eq!(fault(stale), Conflict::Stale.into());
        assert_eq!(portal::ums_instances::get(&admin.may().await, made.id).await.unwrap(), saved);
        assert_eq!(reason(portal::ums_instances::edit(&admin.may().await, edit(&saved, "OTHER")).await, "name"), Reason::Taken);
        assert_eq!(reason(portal::ums_instances::edit(&admin.may().await, edit(&saved, " ")).await, "name"), Reason::Required);
        assert_eq!(portal::ums_instances::edit(&admin.may().await, edit(&saved, "UMS Bremen")).await.unwrap().version, 3);
        let events = events(&db, "ums_instance.changed").await;
        assert_eq!(events.len(), 2);
        // Both at one moment of the clock, so in no order.
        assert_eq!(events.iter().filter(|event| event.3.contains("app_portal")).count(), 1, "{events:?}");

        let found = portal::ums_instances::registered_unscoped(&stage.operator(), &made.fingerprint).await.unwrap().unwrap();
        assert_eq!((found.app_portal, found.insight), (false, true));
    }

    async fn of_two_saves_at_once_one_is_made(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let mut made = register(&admin, draft("UMS", ums_id("UMS").certificate.pem())).await.unwrap();
        for round in 0..20 {
            let (first, second) = (admin.may().await, admin.may().await);
            let (a, b) = (format!("A {round}"), format!("B {round}"));
            let (first, second) = join(
                portal::ums_instances::edit(&first, edit(&made, &a)),
                portal::ums_instances::edit(&second, edit(&made, &b)),
            ).await;
            let (won, lost) = if first.is_ok() { (first, second) } else { (second, first) };
            assert_eq!(fault(lost), Conflict::Stale.into());
            made = won.unwrap();
            assert_eq!(portal::ums_instances::get(&admin.may().await, made.id).await.unwrap(), made);
        }
        assert_eq!(made.version, 21);
    }

    async fn a_new_ums_id_takes_the_place_of_the_old_one(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let other = stage.sign_in("admin@fabrikam.example").await;
        let (old, next, theirs) = (ums_id("UMS").certificate, ums_id("UMS").certificate, ums_id("Theirs").certificate);
        let made = register(&admin, draft("UMS", old.pem())).await.unwrap();
        register(&other, draft("Theirs", theirs.pem())).await.unwrap();
        let replace = async |of: &UmsInstance, pem: String| portal::ums_instances::replace_id(&admin.may().await, new_id(of, pem)).await;
        for (file, expected) in [
            (String::new(), Reason::Required),
            ("nothing".to_owned(), Reason::Chain(ChainProblem::NotPem)),
            (format!("{}{}", next.pem(), old.pem()), Reason::NotOneCertificate),
            (old.pem(), Reason::Taken),
            (theirs.pem(), Reason::Taken),
        ] {
            assert_eq!(reason(replace(&made, file).await, "certificate"), expected);
        }
        let replaced = replace(&made, next.pem()).await.unwrap();
        assert_eq!((replaced.fingerprint.as_str(), replaced.version), (next.fingerprint().to_string().as_str(), 2));
        assert_eq!(fault(replace(&made, old.pem()).await), Conflict::Stale.into());
        let operator = stage.operator();
        assert!(portal::ums_instances::registered_unscoped(&operator, &old.fingerprint().to_string()).await.unwrap().is_none());
        assert!(portal::ums_instances::registered_unscoped(&operator, &next.fingerprint().to_string()).await.unwrap().is_some());
        // What was given up is free again.
        register(&other, draft("Second hand", old.pem())).await.unwrap();
        assert_eq!(events(&db, "ums_instance.id_replaced").await.len(), 1);
    }

    async fn a_deleted_ums_is_known_to_no_service(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let other = stage.sign_in("admin@fabrikam.example").await;
        let made = register(&admin, draft("UMS", ums_id("UMS").certificate.pem())).await.unwrap();
        assert_eq!(fault(portal::ums_instances::delete(&other.may().await, made.id).await), Fault::NotFound);
        assert_eq!(fault(portal::ums_instances::edit(&other.may().await, edit(&made, "x")).await), Fault::NotFound);
        assert_eq!(fault(portal::ums_instances::replace_id(&other.may().await, new_id(&made, ums_id("x").certificate.pem())).await), Fault::NotFound);
        portal::ums_instances::delete(&admin.may().await, made.id).await.unwrap();
        assert!(listed(&admin, ListQuery::default()).await.is_empty());
        assert_eq!(fault(portal::ums_instances::delete(&admin.may().await, made.id).await), Fault::NotFound);
        assert!(portal::ums_instances::registered_unscoped(&stage.operator(), &made.fingerprint).await.unwrap().is_none());
        assert_eq!(events(&db, "ums_instance.deleted").await.len(), 1);
    }
}
