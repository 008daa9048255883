use domain::os_idp::{OsIdp, OsIdpDraft};
use domain::page::{ListQuery, Total};
use domain::permission::{RegisterOsIdp, ViewOsIdps};
use domain::{Fault, Reason};
use store::{Schema, args, sql};
use test_support::db::TestDb;
use test_support::db_test;
use test_support::outside::FakeOutside;
use time::Duration;

use crate::stage::{Person, Stage, events, fault, reason};

const SECRET: &str = "the-client-secret-of-contoso";

/// Without an issuer.
fn draft() -> OsIdpDraft {
    OsIdpDraft {
        name: "Contoso sign-in".to_owned(),
        client_id: "Client-1".to_owned(),
        client_secret: SECRET.to_owned(),
        issuer: String::new(),
        authorization_endpoint: "https://login.contoso.example/authorize".to_owned(),
        token_endpoint: "https://login.contoso.example/token".to_owned(),
        domains: "contoso.example".to_owned(),
        ..OsIdpDraft::default()
    }
}

/// With an issuer that is asked.
pub fn by_issuer(issuer: &str) -> OsIdpDraft {
    OsIdpDraft {
        issuer: issuer.to_owned(),
        authorization_endpoint: String::new(),
        token_endpoint: String::new(),
        ..draft()
    }
}

pub fn publish(outside: &FakeOutside, issuer: &str) {
    let document = format!(
        r#"{{"issuer":"{issuer}","authorization_endpoint":"{issuer}/authorize","token_endpoint":"{issuer}/token",
            "jwks_uri":"{issuer}/keys","userinfo_endpoint":"{issuer}/me","response_types_supported":["code"],
            "token_endpoint_auth_methods_supported":["client_secret_basic"],
            "authorization_response_iss_parameter_supported":true}}"#
    );
    outside.answer(
        &format!("{issuer}/.well-known/openid-configuration"),
        200,
        document,
    );
    let keys = r#"{"keys":[{"kty":"EC","crv":"P-256","use":"sig","kid":"1","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}"#;
    outside.answer(&format!("{issuer}/keys"), 200, keys);
}

pub async fn register(person: &Person<'_>, draft: OsIdpDraft) -> access::Result<OsIdp> {
    portal::os_idps::register(&person.may::<RegisterOsIdp>().await, draft).await
}

async fn listed(person: &Person<'_>, query: ListQuery) -> Vec<String> {
    let page = portal::os_idps::list(&person.may::<ViewOsIdps>().await, query)
        .await
        .unwrap();
    page.rows.into_iter().map(|row| row.name).collect()
}

async fn count(db: &TestDb) -> i64 {
    db.read()
        .await
        .unwrap()
        .scalar(sql!("select count(*) from os_idps"), args![])
        .await
        .unwrap()
}

db_test! {
    Schema::Cloud,

    async fn a_provider_without_an_issuer_is_of_reduced_assurance(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let domains = "contoso.example\nmail.contoso.example\nMÜNCHEN.example";
        let made = register(&admin, OsIdpDraft { domains: domains.to_owned(), ..draft() }).await.unwrap();
        assert!(made.reduced_assurance);
        let shown: Vec<_> = made.domains.iter().map(|mapped| (mapped.domain.as_str(), mapped.proof.routes())).collect();
        assert_eq!(shown, [("contoso.example", true), ("mail.contoso.example", false), ("xn--mnchen-3ya.example", true)]);
        let page = portal::os_idps::list(&admin.may().await, ListQuery::default()).await.unwrap();
        assert_eq!((page.rows, page.total), (vec![made], Total::Exact(1)));

        let events = events(&db, "os_idp.registered").await;
        assert_eq!((events.len(), events[0].0.as_str(), events[0].2), (1, "admin@contoso.example", Some(stage.contoso.into())));
        assert!(events[0].3.contains("login.contoso.example") && !events[0].3.contains(SECRET));
    }

    async fn the_secret_is_sealed_for_its_place(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let made = register(&admin, draft()).await.unwrap();
        let select = sql!("select client_secret from os_idps");
        let sealed: Vec<u8> = db.read().await.unwrap().scalar(select, args![]).await.unwrap();
        assert!(!sealed.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()));
        let seal = stage.cloud.services.seal();
        let row = |id: uuid::Uuid| seal.unseal("os_idps", "client_secret", id.as_bytes(), &sealed);
        assert_eq!(*row(made.id.into()).unwrap(), SECRET.as_bytes());
        assert!(row(uuid::Uuid::nil()).is_err());
        assert!(!format!("{made:?}").contains(SECRET));
    }

    async fn an_issuer_fills_the_endpoints_and_pins_the_keys(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let issuer = "https://idp.contoso.example/tenant";
        assert!(matches!(reason(register(&admin, by_issuer(issuer)).await, "issuer"), Reason::Discovery { .. }));
        publish(&stage.cloud.outside, issuer);
        let other = OsIdpDraft { token_endpoint: "https://evil.example/token".to_owned(), ..by_issuer(issuer) };
        assert!(matches!(reason(register(&admin, other).await, "token_endpoint"), Reason::Discovery { .. }));
        assert_eq!(count(&db).await, 0);

        let well_known = format!("{issuer}/.well-known/openid-configuration");
        let made = register(&admin, by_issuer(&well_known)).await.unwrap();
        assert_eq!(made.issuer.as_deref(), Some(issuer));
        assert_eq!(made.token_endpoint, format!("{issuer}/token"));
        assert!(!made.reduced_assurance);

        let email = domain::EmailAddress::parse("user1@contoso.example").unwrap();
        let found = portal::route::provider_for(&stage.operator(), &email).await.unwrap().unwrap();
        assert_eq!((found.idp, found.account), (made.id, stage.contoso));
        assert_eq!(found.provider.client_secret.as_str(), SECRET);
        assert_eq!(found.provider.token_auth, federation::TokenAuth::Basic);
        assert!(found.provider.response_iss && found.provider.keys.unwrap().contains("P-256"));
    }

    async fn the_issuer_behind_pasted_addresses_is_tried(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let org = "https://contoso.okta.example";
        publish(&stage.cloud.outside, org);
        // What the issuer publishes is another address than the one pasted: it is not the one behind it.
        let pasted = OsIdpDraft {
            authorization_endpoint: format!("{org}/oauth2/v1/authorize"),
            token_endpoint: format!("{org}/oauth2/v1/token"),
            ..draft()
        };
        assert_eq!(register(&admin, pasted.clone()).await.unwrap().issuer, None);
        let document = format!(
            r#"{{"issuer":"{org}","authorization_endpoint":"{org}/oauth2/v1/authorize","token_endpoint":"{org}/oauth2/v1/token","jwks_uri":"{org}/keys"}}"#
        );
        stage.cloud.outside.answer(&format!("{org}/.well-known/openid-configuration"), 200, document);
        let second = OsIdpDraft { name: "Second".to_owned(), domains: String::new(), ..pasted };
        assert_eq!(register(&admin, second).await.unwrap().issuer.as_deref(), Some(org));
    }

    async fn addresses_for_many_tenants_and_without_tls_are_refused_on_their_field(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let entra = |tenant: &str| OsIdpDraft {
            authorization_endpoint: format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize"),
            token_endpoint: format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"),
            ..draft()
        };
        let many = register(&admin, entra("common")).await;
        assert_eq!(reason(many, "token_endpoint"), Reason::MultiTenantEndpoint);
        let issuer = register(&admin, by_issuer("https://login.microsoftonline.com/organizations/v2.0")).await;
        assert_eq!(reason(issuer, "issuer"), Reason::MultiTenantEndpoint);

        let plain = || OsIdpDraft { token_endpoint: "http://127.0.0.1:9000/token".to_owned(), ..draft() };
        assert_eq!(reason(register(&admin, plain()).await, "token_endpoint"), Reason::UrlNotHttps);
        let local = "http://127.0.0.1:9000";
        assert_eq!(reason(register(&admin, by_issuer(local)).await, "issuer"), Reason::UrlNotHttps);
        stage.cloud.outside.allow_plain_http(local);
        publish(&stage.cloud.outside, local);
        // Allowed there, but without an issuer nothing would prove an identity.
        assert_eq!(reason(register(&admin, plain()).await, "token_endpoint"), Reason::UrlNotHttps);
        assert_eq!(count(&db).await, 0);
        assert_eq!(register(&admin, by_issuer(local)).await.unwrap().issuer.as_deref(), Some(local));
        let own = OsIdpDraft { name: "Entra".to_owned(), domains: String::new(), ..entra("f8cdef31-a31e-4b4a-93e4-5f571e91255a") };
        register(&admin, own).await.unwrap();
    }

    async fn the_second_of_three_domains_stops_everything(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        register(&admin, draft()).await.unwrap();
        let with = |second: &str| OsIdpDraft { name: "Second".to_owned(), domains: format!("one.example\n\n{second}\nthree.example"), ..draft() };
        for (second, expected) in [
            ("contoso.example", Reason::Taken),
            ("co.uk", Reason::PublicSuffix),
            ("gmail.com", Reason::FreeMailDomain),
            ("no domain", Reason::NotADomain),
            ("ONE.example", Reason::Repeated),
        ] {
            assert_eq!(reason(register(&admin, with(second)).await, "domains.3"), expected, "{second}");
        }
        assert_eq!(count(&db).await, 1);
        let mapped: i64 = db.read().await.unwrap().scalar(sql!("select count(*) from os_idp_domains"), args![]).await.unwrap();
        assert_eq!(mapped, 1);
        assert_eq!(events(&db, "os_idp.registered").await.len(), 1);
        register(&admin, with("two.example")).await.unwrap();
        let same = OsIdpDraft { name: " second ".to_owned(), domains: String::new(), ..draft() };
        assert_eq!(reason(register(&admin, same).await, "name"), Reason::Taken);
    }

    async fn all_faults_are_told_at_once(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let Fault::Invalid(invalid) = fault(register(&admin, OsIdpDraft { domains: "co.uk".to_owned(), ..OsIdpDraft::default() }).await) else { panic!() };
        let fields: Vec<_> = invalid.fields.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["name", "client_id", "client_secret", "authorization_endpoint", "token_endpoint", "domains.1"]);
    }

    async fn accounts_do_not_see_each_other(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let other = stage.sign_in("admin@fabrikam.example").await;
        register(&admin, draft()).await.unwrap();
        assert!(listed(&other, ListQuery::default()).await.is_empty());
        // The same name and domain are free for them; the domain stays pending and routes nobody.
        let theirs = register(&other, draft()).await.unwrap();
        assert!(!theirs.domains[0].proof.routes());
        let email = domain::EmailAddress::parse("user1@CONTOSO.example").unwrap();
        let found = portal::route::provider_for(&stage.operator(), &email).await.unwrap().unwrap();
        assert_eq!(found.account, stage.contoso);
        assert_eq!(portal::os_idps::redirect_uri(&other.may().await).unwrap(), "http://localhost:8081/");
    }

    async fn the_list_is_sorted_searched_and_paged(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        for (name, domains) in [("Beta", "b.example"), ("alpha", "a.example\nx.example"), ("Gamma", "")] {
            register(&admin, OsIdpDraft { name: name.to_owned(), domains: domains.to_owned(), ..draft() }).await.unwrap();
            stage.cloud.clock.advance(Duration::SECOND);
        }
        let sorted = |sort: &str, descending| ListQuery { sort: sort.to_owned(), descending, ..ListQuery::default() };
        assert_eq!(listed(&admin, ListQuery::default()).await, ["alpha", "Beta", "Gamma"]);
        assert_eq!(listed(&admin, sorted("created", false)).await, ["Beta", "alpha", "Gamma"]);
        assert_eq!(listed(&admin, sorted("updated", true)).await, ["Gamma", "alpha", "Beta"]);
        for search in ["ALPH", "x.exam"] {
            assert_eq!(listed(&admin, ListQuery { search: search.to_owned(), ..ListQuery::default() }).await, ["alpha"]);
        }
        let first = portal::os_idps::list(&admin.may().await, ListQuery { per: 2, ..ListQuery::default() }).await.unwrap();
        let next = ListQuery { per: 2, cursor: first.next.unwrap(), ..ListQuery::default() };
        assert_eq!(listed(&admin, next).await, ["Gamma"]);
    }
}
