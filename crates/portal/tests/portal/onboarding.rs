//! What the Onboarding Service asks.

use domain::EmailAddress;
use domain::os_idp::OsIdpDraft;
use domain::permission::CreateRouting;
use domain::resolution::Outcome;
use domain::routing::RoutingDraft;
use store::{Schema, args, sql};
use test_support::db_test;

use crate::stage::{Stage, routing_draft};
use crate::{domains, os_idps};

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

    async fn a_mapped_user_who_has_signed_in_proves_one_address(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (admin, other) = (stage.active_admin().await, stage.sign_in("admin@fabrikam.example").await);
        let draft = RoutingDraft {
            users: "Ann@litware.com\nbob@litware.com\nboss@fabrikam.example".into(),
            domains: "litware.com\nfabrikam.example".into(),
            ..routing_draft()
        };
        portal::routing::register(&admin.may::<CreateRouting>().await, draft).await.unwrap();
        os_idps::publish(&stage.cloud.outside, "https://login.contoso.example");
        let idp = OsIdpDraft { domains: "litware.com\nfabrikam.example".into(), ..os_idps::by_issuer("https://login.contoso.example") };
        os_idps::register(&admin, idp).await.unwrap();
        let operator = stage.operator();
        let leads = async |address: &str| {
            let address = email(address);
            let record = portal::route::record_for(&operator, stage.contoso, &address).await.unwrap();
            let provider = portal::route::provider_for(&operator, &address).await.unwrap();
            (provider.is_some_and(|found| found.account == stage.contoso), record.is_some())
        };
        let why = async |address: &str| portal::resolver::resolve(&admin.may().await, address).await.unwrap().outcome();

        assert_eq!(leads("ann@litware.com").await, (false, false));
        for address in ["ann@litware.com", "eve@litware.com", "boss@fabrikam.example"] {
            stage.add(stage.contoso, address, "obs-admin").await.unwrap();
        }
        assert_eq!(leads("ann@litware.com").await, (false, false), "nobody has signed in yet");
        for address in ["ann@litware.com", "eve@litware.com", "boss@fabrikam.example"] {
            stage.sign_in(address).await;
        }
        assert_eq!(leads("ANN@litware.com").await, (true, true));
        assert_eq!(why("ann@litware.com").await, Outcome::ByUser);
        // Mapped and no user, a user and not mapped, and a domain that is another account's.
        for address in ["bob@litware.com", "eve@litware.com", "carl@litware.com", "boss@fabrikam.example"] {
            assert_eq!(leads(address).await, (false, false), "{address}");
            assert_eq!(why(address).await, Outcome::NotProved, "{address}");
        }

        // Whoever proves the domain has it, with everybody in it.
        domains::prove(&stage, &other, "litware.com").await;
        assert_eq!(leads("ann@litware.com").await, (false, false));
        assert_eq!(why("ann@litware.com").await, Outcome::NotProved);
    }

    async fn a_user_who_was_deactivated_proves_nothing(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let draft = RoutingDraft { users: "ann@litware.com".into(), domains: String::new(), ..routing_draft() };
        portal::routing::register(&admin.may::<CreateRouting>().await, draft).await.unwrap();
        stage.add(stage.contoso, "ann@litware.com", "obs-admin").await.unwrap();
        stage.sign_in("ann@litware.com").await;
        let leads = async || {
            let found = portal::route::record_for(&stage.operator(), stage.contoso, &email("ann@litware.com")).await;
            found.unwrap().is_some()
        };
        assert!(leads().await);
        let mut tx = db.begin().await.unwrap();
        let deactivate = sql!("update users set state = 'deactivated' where email_key = 'ann@litware.com'");
        tx.execute_one(deactivate, args![]).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!leads().await);
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
