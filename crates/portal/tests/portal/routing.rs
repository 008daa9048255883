use domain::id::RoutingId;
use domain::page::ListQuery;
use domain::permission::{CreateRouting, ViewRouting};
use domain::routing::{Routing, RoutingDraft};
use domain::{Conflict, Fault, Reason};
use store::{Schema, args, sql};
use test_support::db::TestDb;
use test_support::db_test;
use time::Duration;

use crate::stage::{Person, Stage, events, fault, reason, root, routing_draft, server};

async fn register(person: &Person<'_>, draft: RoutingDraft) -> access::Result<Routing> {
    portal::routing::register(&person.may::<CreateRouting>().await, draft).await
}

async fn listed(person: &Person<'_>, query: ListQuery) -> Vec<String> {
    let page = portal::routing::list(&person.may::<ViewRouting>().await, query)
        .await
        .unwrap();
    page.rows.into_iter().map(|row| row.name).collect()
}

async fn stored(db: &TestDb) -> [i64; 3] {
    let mut tx = db.read().await.unwrap();
    [
        tx.scalar(sql!("select count(*) from routings"), args![])
            .await
            .unwrap(),
        tx.scalar(sql!("select count(*) from routing_domains"), args![])
            .await
            .unwrap(),
        tx.scalar(sql!("select count(*) from routing_users"), args![])
            .await
            .unwrap(),
    ]
}

db_test! {
    Schema::Cloud,

    async fn a_record_is_registered_listed_and_shown(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let root = root("Contoso Root");
        let end = server(&root, "ums.contoso.example").certificate;
        let draft = RoutingDraft {
            users: "Chief@fabrikam.example\nboss@contoso.example".to_owned(),
            domains: "contoso.example\nsub.contoso.example".to_owned(),
            // Any order, any line ends, text around the blocks.
            chain: format!("our chain\n{}{}", end.pem(), root.certificate().pem()).replace('\n', "\r\n"),
            ..routing_draft()
        };
        let made = register(&admin, draft).await.unwrap();
        assert_eq!((made.row.host.as_str(), made.row.port, made.row.created_by.as_str()), ("UMS.contoso.example", 8443, "admin@contoso.example"));
        assert_eq!(made.row.root, root.certificate().subject());
        assert_eq!(made.row.fingerprint, root.certificate().fingerprint().to_string());
        assert_eq!(made.row.expires_at, end.not_after());
        assert_eq!(made.chain_pem, format!("{}{}", root.certificate().pem(), end.pem()));
        assert_eq!(made.chain.certificates.len(), 2);
        assert_eq!(made.first_users, ["boss@contoso.example", "Chief@fabrikam.example"]);
        assert_eq!((made.users, made.version, made.updated_by.as_str()), (2, 1, "admin@contoso.example"));
        let proved: Vec<_> = made.domains.iter().map(|mapped| (mapped.domain.as_str(), mapped.proof.routes())).collect();
        assert_eq!(proved, [("contoso.example", true), ("sub.contoso.example", false)]);

        let page = portal::routing::list(&admin.may().await, ListQuery::default()).await.unwrap();
        assert_eq!(page.rows.as_slice(), std::slice::from_ref(&made.row));
        assert_eq!(portal::routing::get(&admin.may().await, made.row.id).await.unwrap(), made);
        assert_eq!(events(&db, "routing.registered").await.len(), 1);
    }

    async fn an_expired_chain_is_still_shown(db: TestDb) {
        let stage = Stage::open(&db).await;
        let made = register(&stage.active_admin().await, routing_draft()).await.unwrap();
        stage.cloud.clock.advance(Duration::days(365 * 30));
        let later = stage.sign_in("admin@contoso.example").await;
        assert_eq!(portal::routing::get(&later.may().await, made.row.id).await.unwrap(), made);
    }

    async fn onboarding_has_to_be_active_first(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        assert_eq!(fault(register(&admin, routing_draft()).await), Fault::from(Conflict::NotActive));
        portal::activation::activate(&admin.may().await).await.unwrap();
        register(&admin, routing_draft()).await.unwrap();
    }

    async fn every_bad_field_is_named_and_nothing_is_stored(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let good = routing_draft();
        for (field, expected, draft) in [
            ("host", Reason::HostnameHasScheme, RoutingDraft { host: "https://ums.contoso.example".into(), ..good.clone() }),
            ("host", Reason::HostnameHasPath, RoutingDraft { host: "ums.contoso.example/webapp".into(), ..good.clone() }),
            ("port", Reason::NotAPort, RoutingDraft { port: "0".into(), ..good.clone() }),
            ("port", Reason::NotAPort, RoutingDraft { port: "70000".into(), ..good.clone() }),
            ("users.1", Reason::NotAnEmail, RoutingDraft { users: "nobody".into(), ..good.clone() }),
            ("users", Reason::NobodyMapped, RoutingDraft { domains: String::new(), ..good.clone() }),
            ("domains.2", Reason::FreeMailDomain, RoutingDraft { domains: "one.example\ngmx.de\nthree.example".into(), ..good.clone() }),
            ("domains.1", Reason::PublicSuffix, RoutingDraft { domains: "co.uk".into(), ..good.clone() }),
        ] {
            assert_eq!(reason(register(&admin, draft).await, field), expected);
        }
        assert_eq!(stored(&db).await, [0, 0, 0]);
        for port in ["1", "65535"] {
            register(&admin, RoutingDraft { name: port.into(), port: port.into(), domains: format!("p{port}.example"), ..good.clone() }).await.unwrap();
        }
    }

    async fn what_is_taken_is_named_by_its_line_and_nothing_is_stored(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        register(&admin, RoutingDraft { users: "boss@contoso.example".into(), ..routing_draft() }).await.unwrap();
        let second = || RoutingDraft { name: "Second".into(), users: "new@contoso.example".into(), domains: "one.example\ntwo.example".into(), ..routing_draft() };
        let name = RoutingDraft { name: "ums  BERLIN".into(), ..second() };
        assert_eq!(reason(register(&admin, name).await, "name"), Reason::Taken);
        let domain = RoutingDraft { domains: "one.example\nContoso.example\nthree.example".into(), ..second() };
        assert_eq!(reason(register(&admin, domain).await, "domains.2"), Reason::Taken);
        let user = RoutingDraft { users: "new@contoso.example\n\nBoss@contoso.example".into(), ..second() };
        assert_eq!(reason(register(&admin, user).await, "users.3"), Reason::Taken);
        assert_eq!(stored(&db).await, [1, 1, 1]);
        assert_eq!(events(&db, "routing.registered").await.len(), 1);
        register(&admin, second()).await.unwrap();
        assert_eq!(stored(&db).await, [2, 3, 2]);
    }

    async fn a_foreign_record_is_like_one_that_is_missing(db: TestDb) {
        let stage = Stage::open(&db).await;
        let made = register(&stage.active_admin().await, routing_draft()).await.unwrap();
        let other = stage.sign_in("admin@fabrikam.example").await;
        assert!(listed(&other, ListQuery::default()).await.is_empty());
        let foreign = fault(portal::routing::get(&other.may().await, made.row.id).await);
        let missing = fault(portal::routing::get(&other.may().await, RoutingId::from(uuid::Uuid::from_u128(7))).await);
        assert_eq!(foreign, Fault::NotFound);
        assert_eq!(serde_json::to_vec(&foreign).unwrap(), serde_json::to_vec(&missing).unwrap());
    }

    async fn the_list_is_sorted_searched_and_paged(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        for (name, host, user) in [("Beta", "c.contoso.example", "u1"), ("alpha", "B.contoso.example", "u2"), ("Gamma", "a.contoso.example", "u3")] {
            let draft = RoutingDraft {
                name: name.into(),
                host: host.into(),
                users: format!("{user}@contoso.example"),
                domains: String::new(),
                ..routing_draft()
            };
            register(&admin, draft).await.unwrap();
            stage.cloud.clock.advance(Duration::SECOND);
        }
        let sorted = |sort: &str, descending| ListQuery { sort: sort.to_owned(), descending, ..ListQuery::default() };
        assert_eq!(listed(&admin, ListQuery::default()).await, ["alpha", "Beta", "Gamma"]);
        assert_eq!(listed(&admin, sorted("host", false)).await, ["Gamma", "alpha", "Beta"]);
        assert_eq!(listed(&admin, sorted("created", true)).await, ["Gamma", "alpha", "Beta"]);
        assert_eq!(listed(&admin, sorted("expires", false)).await.len(), 3);
        for search in ["alp", "b.contoso", "U2@"] {
            assert_eq!(listed(&admin, ListQuery { search: search.to_owned(), ..ListQuery::default() }).await, ["alpha"], "{search}");
        }
    }
}
