use access::jobs::Jobs;
use domain::expiry::{Expiry, ExpiryKind, Nearness};
use domain::page::ListQuery;
use domain::routing::RoutingDraft;
use domain::ums_instance::{UmsIdDraft, UmsInstance, UmsInstanceDraft};
use pki::{Authority, KeyKind, SelfSignedIdentity};
use store::{Schema, args, sql};
use test_support::db_test;
use test_support::services::noon;
use time::Duration;

use crate::stage::{Person, Stage, routing_draft};

async fn listed(person: &Person<'_>, query: ListQuery) -> Vec<Expiry> {
    portal::expiry::list(&person.may().await, query)
        .await
        .unwrap()
        .rows
}

/// The UMS ID that ends so many days after noon.
fn ums_id(days: i64) -> String {
    SelfSignedIdentity::self_signed("UMS", noon(), Duration::days(days))
        .unwrap()
        .certificate
        .pem()
}

async fn register(person: &Person<'_>, name: &str, days: i64) -> UmsInstance {
    let draft = UmsInstanceDraft {
        name: name.to_owned(),
        certificate: ums_id(days),
        ..UmsInstanceDraft::default()
    };
    portal::ums_instances::register(&person.may().await, draft)
        .await
        .unwrap()
}

/// A record whose root ends so many days after noon.
async fn record(person: &Person<'_>, days: i64) {
    let root = Authority::new_root("Root", KeyKind::P256, noon(), Duration::days(days)).unwrap();
    let draft = RoutingDraft {
        chain: root.certificate().pem(),
        ..routing_draft()
    };
    portal::routing::register(&person.may().await, draft)
        .await
        .unwrap();
}

async fn work(stage: &Stage) {
    let services = &stage.cloud.services;
    portal::start(services).await.unwrap();
    portal::jobs(Jobs::default()).run_due(services).await.unwrap();
    portal::mails::jobs(Jobs::default())
        .run_due(services)
        .await
        .unwrap();
}

fn subjects(stage: &Stage, to: &str) -> Vec<String> {
    let mails = stage.cloud.outside.mails().into_iter();
    mails
        .filter(|mail| mail.to == to)
        .map(|mail| mail.subject)
        .collect()
}

db_test! {
    Schema::Cloud,

    async fn everything_that_ends_is_shown_to_those_who_may_see_it(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        stage.add(stage.contoso, "obs@contoso.example", "obs-admin").await.unwrap();
        stage.add(stage.contoso, "ums@contoso.example", "ums-admin").await.unwrap();
        stage.add(stage.contoso, "apps@contoso.example", "app-portal-user").await.unwrap();
        register(&admin, "UMS Berlin", 20).await;
        register(&admin, "UMS Rome", 2).await;
        record(&admin, 400).await;

        let all = listed(&admin, ListQuery::default()).await;
        let shown: Vec<_> = all.iter().map(|one| (one.kind, one.name.as_str(), one.nearness, one.days)).collect();
        assert_eq!(shown, [
            (ExpiryKind::UmsId, "UMS Rome", Nearness::Now, 2),
            (ExpiryKind::UmsId, "UMS Berlin", Nearness::Soon, 20),
            (ExpiryKind::RoutingCertificate, "UMS Berlin", Nearness::Far, 400),
        ]);
        for (email, count) in [("obs@contoso.example", 1), ("ums@contoso.example", 2), ("apps@contoso.example", 0), ("admin@fabrikam.example", 0)] {
            assert_eq!(listed(&stage.sign_in(email).await, ListQuery::default()).await.len(), count, "{email}");
        }
        let search = |search: &str| ListQuery { search: search.to_owned(), ..ListQuery::default() };
        assert_eq!(listed(&admin, search("rome")).await.len(), 1);
        let kind = |kind: &str| ListQuery { filters: [("kind".to_owned(), kind.to_owned())].into(), ..ListQuery::default() };
        assert_eq!(listed(&admin, kind("routing")).await.len(), 1);
        assert!(listed(&admin, kind("else")).await.is_empty());
        let first = portal::expiry::list(&admin.may().await, ListQuery { per: 2, ..ListQuery::default() }).await.unwrap();
        assert_eq!((first.rows.len(), first.previous), (2, None));
        let next = ListQuery { per: 2, cursor: first.next.unwrap(), ..ListQuery::default() };
        let next = portal::expiry::list(&admin.may().await, next).await.unwrap();
        assert_eq!((next.rows.as_slice(), next.next), (&all[2..], None));
        assert_eq!(next.previous.as_deref(), Some("0"));
    }

    async fn each_step_is_mailed_once_to_those_who_can_act(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        stage.add(stage.contoso, "ums@contoso.example", "ums-admin").await.unwrap();
        stage.add(stage.contoso, "obs@contoso.example", "obs-admin").await.unwrap();
        register(&admin, "UMS Berlin", 31).await;
        work(&stage).await;
        assert!(subjects(&stage, "ums@contoso.example").is_empty());
        let mut expected = Vec::new();
        for (advance, said) in [(Duration::days(1), Some("in 30 days")), (Duration::days(1), None), (Duration::days(15), Some("in 14 days")), (Duration::days(10), None), (Duration::days(1), Some("in 3 days")), (Duration::days(2), Some("within a day")), (Duration::days(2), None)] {
            stage.cloud.clock.advance(advance);
            work(&stage).await;
            // What was done at the moment when the process ended is done again by the next one.
            stage.cloud.clock.advance(Duration::HOUR);
            work(&stage).await;
            stage.cloud.clock.advance(-Duration::HOUR);
            expected.extend(said.map(|when| format!("UMS Berlin: the UMS ID ends {when}")));
            assert_eq!(subjects(&stage, "ums@contoso.example"), expected);
        }
        assert_eq!(expected.len(), 4);
        assert_eq!(subjects(&stage, "admin@contoso.example"), expected);
        assert!(subjects(&stage, "obs@contoso.example").is_empty());
        assert!(subjects(&stage, "admin@fabrikam.example").is_empty());
    }

    async fn a_replaced_certificate_begins_anew_and_several_are_one_mail(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let made = register(&admin, "UMS Berlin", 10).await;
        work(&stage).await;
        assert_eq!(subjects(&stage, "admin@contoso.example"), ["UMS Berlin: the UMS ID ends in 10 days"]);
        let draft = UmsIdDraft { id: made.id.to_string(), version: made.version.to_string(), certificate: ums_id(11) };
        portal::ums_instances::replace_id(&admin.may().await, draft).await.unwrap();
        record(&admin, 12).await;
        stage.cloud.clock.advance(Duration::HOUR);
        work(&stage).await;
        assert_eq!(subjects(&stage, "admin@contoso.example")[1..], ["2 certificates and secrets end soon"]);
        let noted: i64 = db.read().await.unwrap().scalar(sql!("select count(*) from expiry_mails"), args![]).await.unwrap();
        assert_eq!(noted, 3);
        // Long after the end nobody asks any more.
        stage.cloud.clock.advance(Duration::days(80));
        work(&stage).await;
        let noted: i64 = db.read().await.unwrap().scalar(sql!("select count(*) from expiry_mails"), args![]).await.unwrap();
        assert_eq!(noted, 0);
    }
}
