//! What is changed of an IGEL OS IdP that is there.

use domain::id::OsIdpId;
use domain::os_idp::{OsIdp, OsIdpDraft};
use domain::os_idp_change::{ClientSecretDraft, KeepOld, OsIdpActDraft, OsIdpDomainsDraft, OsIdpNameDraft};
use domain::permission::{
    DeleteOsIdp, RegisterOsIdp, RenameOsIdp, SwitchOsIdp, TestOsIdp, UpdateClientSecret, UpdateOsIdpDomains,
    ViewOsIdps,
};
use domain::saml_idp::CertificateEnd;
use domain::{Conflict, EmailAddress, Fault, Reason};
use store::{Schema, args, sql};
use test_support::db_test;
use test_support::services::noon;
use time::Duration;

use crate::stage::{Person, Stage, events, fault, reason, routing_draft};

const SECRET: &str = "the-client-secret-of-contoso";

fn draft(name: &str, domains: &str) -> OsIdpDraft {
    OsIdpDraft {
        name: name.to_owned(),
        client_id: "Client-1".to_owned(),
        client_secret: SECRET.to_owned(),
        authorization_endpoint: "https://login.contoso.example/authorize".to_owned(),
        token_endpoint: "https://login.contoso.example/token".to_owned(),
        domains: domains.to_owned(),
        ..OsIdpDraft::default()
    }
}

async fn registered(person: &Person<'_>) -> OsIdp {
    let auth = person.may::<RegisterOsIdp>().await;
    portal::os_idps::register(&auth, draft("Entra ID", "contoso.example"))
        .await
        .unwrap()
}

async fn shown(person: &Person<'_>, id: OsIdpId) -> OsIdp {
    let auth = person.may::<ViewOsIdps>().await;
    portal::os_idps::details(&auth, id).await.unwrap().idp
}

fn secret(idp: &OsIdp, secret: &str, expires: &str, keep: KeepOld) -> ClientSecretDraft {
    ClientSecretDraft {
        id: idp.id.to_string(),
        version: idp.version.to_string(),
        client_secret: secret.to_owned(),
        secret_expires: expires.to_owned(),
        keep_old: keep.key().to_owned(),
    }
}

fn act(idp: &OsIdp) -> OsIdpActDraft {
    OsIdpActDraft {
        id: idp.id.to_string(),
        version: idp.version.to_string(),
    }
}

fn rename(idp: &OsIdp, name: &str) -> OsIdpNameDraft {
    OsIdpNameDraft {
        id: idp.id.to_string(),
        version: idp.version.to_string(),
        name: name.to_owned(),
    }
}

fn map(idp: &OsIdp, domains: &str) -> OsIdpDomainsDraft {
    OsIdpDomainsDraft {
        id: idp.id.to_string(),
        version: idp.version.to_string(),
        domains: domains.to_owned(),
    }
}

/// The client secrets that a sign-in would use: the new one, and the one before.
async fn secrets(stage: &Stage) -> (String, Option<String>) {
    let email = EmailAddress::parse("user1@contoso.example").unwrap();
    let found = portal::route::provider_for(&stage.operator(), &email)
        .await
        .unwrap()
        .unwrap()
        .provider;
    (
        found.client_secret.to_string(),
        found.old_secret.map(|old| old.to_string()),
    )
}

db_test! {
    Schema::Cloud,

    async fn a_new_secret_takes_the_place_of_the_old_one_at_once_or_later(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let idp = registered(&admin).await;
        let auth = admin.may::<UpdateClientSecret>().await;
        let update = async |draft| portal::os_idps::update_secret(&auth, draft).await;
        update(secret(&idp, "second", "", KeepOld::Replace)).await.unwrap();
        assert_eq!(secrets(&stage).await, ("second".to_owned(), None));

        let idp = shown(&admin, idp.id).await;
        update(secret(&idp, "third", "2026-02-20", KeepOld::Day)).await.unwrap();
        assert_eq!(secrets(&stage).await, ("third".to_owned(), Some("second".to_owned())));
        let idp = shown(&admin, idp.id).await;
        let old = idp.secret.old.unwrap();
        assert_eq!((old.until, old.once), (noon() + Duration::DAY, false));
        assert_eq!(idp.secret.expires.unwrap().1, CertificateEnd::Far);
        stage.cloud.clock.advance(Duration::days(6));
        assert_eq!(secrets(&stage).await, ("third".to_owned(), None), "its day is over");
        let admin = stage.sign_in("admin@contoso.example").await;
        let idp = shown(&admin, idp.id).await;
        assert_eq!(idp.secret.expires.unwrap().1, CertificateEnd::Near);
        assert_eq!(idp.secret.old, None);

        let events = events(&db, "os_idp.secret_updated").await;
        assert_eq!(events.len(), 2);
        assert!(events.iter().all(|event| !event.3.contains("second") && !event.3.contains("third")), "{events:?}");
    }

    async fn a_secret_is_another_one_and_does_not_end_before_today(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let idp = registered(&admin).await;
        let auth = admin.may::<UpdateClientSecret>().await;
        let update = async |draft| portal::os_idps::update_secret(&auth, draft).await;
        let refused = update(secret(&idp, SECRET, "", KeepOld::Day)).await;
        assert_eq!(reason(refused, "client_secret"), Reason::SameSecret);
        let refused = update(secret(&idp, "second", "2026-01-14", KeepOld::Day)).await;
        assert_eq!(reason(refused, "secret_expires"), Reason::DayIsOver);
        let with = |expires: &str| OsIdpDraft { secret_expires: expires.to_owned(), ..draft("Okta", "") };
        let register = admin.may::<RegisterOsIdp>().await;
        let refused = portal::os_idps::register(&register, with("2026-01-14")).await;
        assert_eq!(reason(refused, "secret_expires"), Reason::DayIsOver);
        assert_eq!(secrets(&stage).await, (SECRET.to_owned(), None));
        assert_eq!(shown(&admin, idp.id).await.version, idp.version);
        portal::os_idps::register(&register, with("2026-01-15")).await.unwrap();
        update(secret(&idp, "second", "2026-01-15", KeepOld::Day)).await.unwrap();
    }

    async fn both_secrets_lie_sealed_each_in_its_place(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let idp = registered(&admin).await;
        let auth = admin.may::<UpdateClientSecret>().await;
        portal::os_idps::update_secret(&auth, secret(&idp, "second", "", KeepOld::UntilFirstSuccess)).await.unwrap();
        let select = sql!("select client_secret, old_secret from os_idps");
        let (new, old): (Vec<u8>, Vec<u8>) = db.read().await.unwrap().one(select, args![]).await.unwrap();
        let (seal, place) = (stage.cloud.services.seal(), uuid::Uuid::from(idp.id));
        let unseal = |column, sealed: &[u8]| seal.unseal("os_idps", column, place.as_bytes(), sealed);
        assert_eq!(*unseal("client_secret", &new).unwrap(), b"second");
        assert_eq!(*unseal("old_secret", &old).unwrap(), SECRET.as_bytes());
        assert!(unseal("client_secret", &old).is_err() && unseal("old_secret", &new).is_err());
        stage.cloud.clock.advance(Duration::days(30));
        let jobs = portal::jobs(access::jobs::Jobs::default());
        portal::start(&stage.cloud.services).await.unwrap();
        jobs.run_due(&stage.cloud.services).await.unwrap();
        let count = sql!("select count(*) from os_idps where old_secret is not null");
        assert_eq!(db.read().await.unwrap().scalar::<i64>(count, args![]).await.unwrap(), 0, "forgotten after its time");
    }

    async fn mapped_domains_change_together_or_not_at_all(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let idp = registered(&admin).await;
        let register = admin.may::<RegisterOsIdp>().await;
        portal::os_idps::register(&register, draft("Okta", "contoso.test")).await.unwrap();
        let auth = admin.may::<UpdateOsIdpDomains>().await;
        let update = async |draft| portal::os_idps::update_domains(&auth, draft).await;
        for (second, expected) in [
            ("contoso.test", Reason::Taken),
            ("co.uk", Reason::PublicSuffix),
            ("gmail.com", Reason::FreeMailDomain),
            ("no domain", Reason::NotADomain),
            ("ONE.example", Reason::Repeated),
        ] {
            let refused = update(map(&idp, &format!("one.example\n\n{second}\nthree.example"))).await;
            assert_eq!(reason(refused, "domains.3"), expected, "{second}");
        }
        let domains = async || -> Vec<String> {
            let idp = shown(&admin, idp.id).await;
            idp.domains.iter().map(|mapped| mapped.domain.to_string()).collect()
        };
        assert_eq!(domains().await, ["contoso.example"]);
        update(map(&idp, "MÜNCHEN.example\nmail.contoso.example")).await.unwrap();
        assert_eq!(domains().await, ["mail.contoso.example", "xn--mnchen-3ya.example"]);
        let events = events(&db, "os_idp.domains_updated").await;
        assert!(events.len() == 1 && events[0].3.contains("contoso.example") && events[0].3.contains("xn--"));
        let idp = shown(&admin, idp.id).await;
        update(map(&idp, "")).await.unwrap();
        assert!(domains().await.is_empty());
    }

    async fn nobody_overwrites_what_they_have_not_seen(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let idp = registered(&admin).await;
        let auth = admin.may::<RenameOsIdp>().await;
        portal::os_idps::rename(&auth, rename(&idp, "Entra")).await.unwrap();
        // All of these were opened before that.
        let stale = Fault::from(Conflict::Stale);
        assert_eq!(fault(portal::os_idps::rename(&auth, rename(&idp, "Mine")).await), stale);
        let secrets_of = admin.may::<UpdateClientSecret>().await;
        let late = secret(&idp, "second", "", KeepOld::Replace);
        assert_eq!(fault(portal::os_idps::update_secret(&secrets_of, late).await), stale);
        let domains = admin.may::<UpdateOsIdpDomains>().await;
        assert_eq!(fault(portal::os_idps::update_domains(&domains, map(&idp, "")).await), stale);
        let switch = admin.may::<SwitchOsIdp>().await;
        assert_eq!(fault(portal::os_idps::disable(&switch, act(&idp)).await), stale);
        let delete = admin.may::<DeleteOsIdp>().await;
        assert_eq!(fault(portal::os_idps::delete(&delete, act(&idp)).await), stale);
        let now = shown(&admin, idp.id).await;
        assert_eq!((now.name.as_str(), now.version, now.enabled), ("Entra", 2, true));
        portal::os_idps::rename(&auth, rename(&now, "Mine")).await.unwrap();
        assert_eq!(shown(&admin, idp.id).await.name, "Mine");

        let register = admin.may::<RegisterOsIdp>().await;
        portal::os_idps::register(&register, draft("Okta", "")).await.unwrap();
        let now = shown(&admin, idp.id).await;
        assert_eq!(reason(portal::os_idps::rename(&auth, rename(&now, " OKTA")).await, "name"), Reason::Taken);
    }

    async fn deleting_says_what_stops_and_stops_it(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let idp = registered(&admin).await;
        portal::routing::register(&admin.may().await, routing_draft()).await.unwrap();
        let auth = admin.may::<DeleteOsIdp>().await;
        let stops = portal::os_idps::stops(&auth, idp.id).await.unwrap();
        assert_eq!(stops.domains.iter().map(ToString::to_string).collect::<Vec<_>>(), ["contoso.example"]);
        assert_eq!(stops.records, ["UMS Berlin"]);
        portal::os_idps::delete(&auth, act(&idp)).await.unwrap();
        let email = EmailAddress::parse("user1@contoso.example").unwrap();
        assert!(portal::route::provider_for(&stage.operator(), &email).await.unwrap().is_none());
        assert_eq!(fault(portal::os_idps::delete(&auth, act(&idp)).await), Fault::NotFound);
        assert_eq!(events(&db, "os_idp.deleted").await.len(), 1);
        // Name and domain are free again.
        registered(&admin).await;
    }

    async fn a_provider_that_is_switched_off_is_not_sought(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let idp = registered(&admin).await;
        let auth = admin.may::<SwitchOsIdp>().await;
        let email = EmailAddress::parse("user1@contoso.example").unwrap();
        let leads = async || portal::route::provider_for(&stage.operator(), &email).await.unwrap().is_some();
        portal::os_idps::disable(&auth, act(&idp)).await.unwrap();
        assert!(!leads().await);
        portal::os_idps::enable(&auth, act(&shown(&admin, idp.id).await)).await.unwrap();
        assert!(leads().await);
    }

    async fn providers_of_others_do_not_exist(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let other = stage.sign_in("admin@fabrikam.example").await;
        let idp = registered(&admin).await;
        let id = idp.id;
        let missing = Fault::NotFound;
        assert_eq!(fault(portal::os_idps::details(&other.may().await, id).await), missing);
        assert_eq!(fault(portal::os_idps::rename(&other.may().await, rename(&idp, "x")).await), missing);
        let late = secret(&idp, "second", "", KeepOld::Replace);
        assert_eq!(fault(portal::os_idps::update_secret(&other.may().await, late).await), missing);
        assert_eq!(fault(portal::os_idps::update_domains(&other.may().await, map(&idp, "")).await), missing);
        assert_eq!(fault(portal::os_idps::disable(&other.may().await, act(&idp)).await), missing);
        assert_eq!(fault(portal::os_idps::delete(&other.may().await, act(&idp)).await), missing);
        assert_eq!(fault(portal::os_idps::stops(&other.may().await, id).await), missing);
        assert_eq!(fault(portal::os_idps::test::begin(&other.may().await, id).await), missing);
        assert_eq!(fault(portal::os_idps::test::page(&other.may().await, id).await), missing);
        assert_eq!(shown(&admin, id).await, idp, "nothing was changed");
        portal::os_idps::test::begin(&admin.may::<TestOsIdp>().await, id).await.unwrap();
    }

    async fn the_form_is_filled_from_the_issuer_or_a_pasted_endpoint(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let tenant = "https://login.microsoftonline.com/f8cdef31-a31e-4b4a-93e4-5f571e91255a";
        let document = format!(
            r#"{{"issuer":"{tenant}/v2.0","authorization_endpoint":"{tenant}/oauth2/v2.0/authorize",
                "token_endpoint":"{tenant}/oauth2/v2.0/token","jwks_uri":"{tenant}/discovery/v2.0/keys"}}"#
        );
        stage.cloud.outside.answer(&format!("{tenant}/v2.0/.well-known/openid-configuration"), 200, document);
        let keys = r#"{"keys":[{"kty":"EC","crv":"P-256","use":"sig","kid":"1","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}"#;
        stage.cloud.outside.answer(&format!("{tenant}/discovery/v2.0/keys"), 200, keys);
        let auth = admin.may::<RegisterOsIdp>().await;
        let pasted = OsIdpDraft { authorization_endpoint: format!("{tenant}/oauth2/v2.0/authorize"), ..OsIdpDraft::default() };
        let named = OsIdpDraft { issuer: format!("{tenant}/v2.0/.well-known/openid-configuration"), ..OsIdpDraft::default() };
        for typed in [pasted, named] {
            let filled = portal::os_idps::discover(&auth, typed).await.unwrap();
            assert_eq!(filled.issuer, format!("{tenant}/v2.0"));
            assert_eq!(filled.token_endpoint, format!("{tenant}/oauth2/v2.0/token"));
        }
        let nothing = portal::os_idps::discover(&auth, OsIdpDraft::default()).await;
        assert_eq!(reason(nothing, "issuer"), Reason::Required);
        let many = OsIdpDraft { issuer: "https://login.microsoftonline.com/common/v2.0".to_owned(), ..OsIdpDraft::default() };
        assert_eq!(reason(portal::os_idps::discover(&auth, many).await, "issuer"), Reason::MultiTenantEndpoint);
    }
}
