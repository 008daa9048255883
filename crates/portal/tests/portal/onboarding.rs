//! What the Onboarding Service asks.

use domain::EmailAddress;
use domain::permission::CreateRouting;
use domain::routing::RoutingDraft;
use store::{Schema, args, sql};
use test_support::db_test;

use crate::stage::{Stage, routing_draft};

fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

db_test! {
    Schema::Cloud,

    async fn a_mapped_user_beats_a_mapped_domain(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let auth = admin.may::<CreateRouting>().await;
        let all = RoutingDraft { name: "All".into(), domains: "contoso.example\nMünchen.example".into(), ..routing_draft() };
        let all = portal::routing::register(&auth, all).await.unwrap();
        let one = RoutingDraft { name: "One".into(), users: "Boss@contoso.example\nx@münchen.example".into(), domains: String::new(), port: "9443".into(), ..routing_draft() };
        let one = portal::routing::register(&auth, one).await.unwrap();

        let operator = stage.operator();
        for (address, expected) in [
            ("boss@Contoso.example", Some(one.row.id)),
            ("X@xn--mnchen-3ya.example", Some(one.row.id)),
            ("user1@contoso.example", Some(all.row.id)),
            ("y@münchen.example", Some(all.row.id)),
            ("boss@mail.contoso.example", None),
            ("boss@fabrikam.example", None),
        ] {
            let found = portal::route::record_for(&operator, stage.contoso, &email(address)).await.unwrap();
            assert_eq!(found.as_ref().map(|route| route.routing), expected, "{address}");
        }
        let route = portal::route::record_for(&operator, stage.contoso, &email("boss@contoso.example")).await.unwrap().unwrap();
        assert_eq!((route.host.as_str(), route.port, route.chain_pem), ("UMS.contoso.example", 9443, one.chain_pem));
        assert_eq!(portal::route::record_for(&operator, stage.fabrikam, &email("boss@contoso.example")).await.unwrap(), None);
    }

    async fn an_unproved_domain_leads_nowhere_also_for_a_mapped_user(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let draft = RoutingDraft { users: "boss@fabrikam.example".into(), domains: "fabrikam.example\nnobody.example".into(), ..routing_draft() };
        portal::routing::register(&admin.may::<CreateRouting>().await, draft).await.unwrap();
        let mapped: i64 = db.read().await.unwrap().scalar(sql!("select count(*) from routing_domains"), args![]).await.unwrap();
        assert_eq!(mapped, 2);
        let operator = stage.operator();
        for account in [stage.contoso, stage.fabrikam] {
            for address in ["boss@fabrikam.example", "user1@fabrikam.example", "user1@nobody.example"] {
                assert_eq!(portal::route::record_for(&operator, account, &email(address)).await.unwrap(), None, "{address}");
            }
        }
        assert!(portal::route::provider_for(&operator, &email("user1@nobody.example")).await.unwrap().is_none());
    }
}
