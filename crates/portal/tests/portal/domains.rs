use access::jobs::Jobs;
use access::{Result, Visitor};
use domain::domain_claim::{DomainClaim, DomainFinding, DomainsDraft, ProofBy, UseKind};
use domain::domain_proof::DomainProof;
use domain::id::{DomainId, OsIdpId};
use domain::os_idp::OsIdpDraft;
use domain::os_idp_test::{TestOutcome, TestProblem};
use domain::page::ListQuery;
use domain::routing::RoutingDraft;
use domain::{Conflict, EmailAddress, Fault, Reason};
use futures::future::join;
use outside::DnsError;
use portal::os_idps::test;
use store::Schema;
use test_support::db_test;
use test_support::services::client;
use time::Duration;
use uuid::Uuid;

use crate::os_idps;
use crate::stage::{Person, Stage, events, fault, reason, routing_draft};

const LITWARE: &str = "litware.com";
const OF_TENANT: &str = "contoso.onmicrosoft.com";
const TENANT: &str = "https://login.microsoftonline.com/7f4c0c5e-0000-4000-8000-000000000001/v2.0";
const DISCOVERY: &str =
    "https://login.microsoftonline.com/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration";

async fn add(person: &Person<'_>, domains: &str) -> Result<()> {
    let domains = domains.to_owned();
    portal::domains::add(&person.may().await, DomainsDraft { domains }).await
}

async fn listed(person: &Person<'_>) -> Vec<DomainClaim> {
    portal::domains::list(&person.may().await, ListQuery::default())
        .await
        .unwrap()
        .rows
}

async fn claim(person: &Person<'_>, domain: &str) -> DomainClaim {
    let mut all = listed(person).await.into_iter();
    all.find(|claim| claim.domain.as_str() == domain)
        .unwrap_or_else(|| panic!("{domain} is not listed"))
}

async fn check(person: &Person<'_>, id: DomainId) -> DomainClaim {
    portal::domains::check(&person.may().await, id).await.unwrap()
}

/// Publishes the record of a claim, beside what is there.
fn publish(stage: &Stage, claims: &[&DomainClaim]) {
    let values: Vec<_> = claims.iter().map(|claim| claim.record_value.as_str()).collect();
    stage.cloud.outside.text(&claims[0].record_name, &values);
}

/// Adds a domain and proves it.
pub async fn prove(stage: &Stage, person: &Person<'_>, domain: &str) -> DomainClaim {
    add(person, domain).await.unwrap();
    let made = claim(person, domain).await;
    publish(stage, &[&made]);
    check(person, made.id).await
}

async fn work(stage: &Stage) {
    let services = &stage.cloud.services;
    portal::start(services).await.unwrap();
    portal::jobs(Jobs::default()).run_due(services).await.unwrap();
}

/// Subjects of the mails to an address.
async fn mails(stage: &Stage, to: &str) -> Vec<String> {
    let services = &stage.cloud.services;
    portal::mails::jobs(Jobs::default())
        .run_due(services)
        .await
        .unwrap();
    let mails = stage.cloud.outside.mails().into_iter();
    mails
        .filter(|mail| mail.to == to)
        .map(|mail| mail.subject)
        .collect()
}

async fn routes(stage: &Stage, email: &str) -> bool {
    let email = EmailAddress::parse(email).unwrap();
    let found = portal::route::record_for(&stage.operator(), stage.contoso, &email).await;
    found.unwrap().is_some()
}

/// Registers a provider and signs in there for a test.
async fn tested(stage: &Stage, person: &Person<'_>, issuer: &str, passed: bool) -> OsIdpId {
    let draft = OsIdpDraft {
        name: issuer.to_owned(),
        domains: String::new(),
        ..os_idps::by_issuer(issuer)
    };
    let idp = os_idps::register(person, draft).await.unwrap().id;
    test_again(stage, person, idp, passed).await;
    idp
}

async fn test_again(stage: &Stage, person: &Person<'_>, idp: OsIdpId, passed: bool) {
    let auth = person.may().await;
    test::begin(&auth, idp).await.unwrap();
    let url = test::page(&auth, idp).await.unwrap().waiting.unwrap().url;
    let visitor = Visitor::new(&stage.cloud.services, client(7));
    let open = test::look(&visitor, url.rsplit('/').next().unwrap())
        .await
        .unwrap();
    let outcome = TestOutcome {
        problem: (!passed).then_some(TestProblem::Denied),
        email: passed.then(|| "ann@contoso.onmicrosoft.com".to_owned()),
        ..TestOutcome::default()
    };
    test::keep(&visitor, &open.unwrap(), &outcome).await.unwrap();
}

db_test! {
    Schema::Cloud,

    async fn a_domain_is_proved_by_its_text_record_and_routes_from_then_on(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let draft = RoutingDraft { domains: LITWARE.to_owned(), ..routing_draft() };
        let record = portal::routing::register(&admin.may().await, draft).await.unwrap();
        let made = claim(&admin, LITWARE).await;
        assert_eq!((made.proof, made.finding), (DomainProof::Pending, None));
        assert_eq!(made.record_name, "_cosmos-challenge.litware.com");
        assert!(!routes(&stage, "ann@litware.com").await);
        let details = portal::domains::get(&admin.may().await, made.id).await.unwrap();
        assert_eq!(details.used_by.len(), 1);
        assert_eq!((details.used_by[0].kind, details.used_by[0].id), (UseKind::Routing, record.row.id.into()));

        let outside = &stage.cloud.outside;
        assert_eq!(check(&admin, made.id).await.finding, Some(DomainFinding::NoName));
        outside.text(&made.record_name, &[]);
        assert_eq!(check(&admin, made.id).await.finding, Some(DomainFinding::NoName));
        outside.text_error(&made.record_name, DnsError::Timeout);
        assert_eq!(check(&admin, made.id).await.finding, Some(DomainFinding::NoServer));
        outside.text(&made.record_name, &["cosmos-domain=another"]);
        let other = check(&admin, made.id).await;
        assert_eq!((other.finding, other.proof, other.seen), (Some(DomainFinding::OtherValue), DomainProof::Pending, vec!["cosmos-domain=another".to_owned()]));
        assert!(!routes(&stage, "ann@litware.com").await);
        outside.text(&made.record_name, &["cosmos-domain=another", &made.record_value]);
        let proved = check(&admin, made.id).await;
        assert_eq!((proved.finding, proved.proof, proved.seen), (Some(DomainFinding::Found), DomainProof::Proved, vec![]));
        assert!(routes(&stage, "ann@LITWARE.com").await);
        assert!(!routes(&stage, "ann@mail.litware.com").await);
        assert_eq!(events(&db, "domain.proved").await.len(), 1);
        check(&admin, made.id).await;
        assert_eq!(events(&db, "domain.proved").await.len(), 1);
    }

    async fn the_domain_of_a_tenant_is_proved_by_its_provider_and_a_test_sign_in(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (admin, other) = (stage.active_admin().await, stage.sign_in("admin@fabrikam.example").await);
        let outside = &stage.cloud.outside;
        let draft = RoutingDraft { domains: OF_TENANT.to_owned(), ..routing_draft() };
        portal::routing::register(&admin.may().await, draft).await.unwrap();
        add(&other, OF_TENANT).await.unwrap();
        let (made, others) = (claim(&admin, OF_TENANT).await, claim(&other, OF_TENANT).await);
        assert_eq!((made.by, claim(&admin, OF_TENANT).await.proof), (ProofBy::Tenant, DomainProof::Pending));
        assert_eq!(check(&admin, made.id).await.finding, Some(DomainFinding::NoServer));
        outside.answer(DISCOVERY, 400, r#"{"error":"invalid_tenant"}"#);
        assert_eq!(check(&admin, made.id).await.finding, Some(DomainFinding::OtherTenant));
        outside.answer(DISCOVERY, 200, format!(r#"{{"issuer":"{TENANT}"}}"#));
        assert_eq!(check(&admin, made.id).await.finding, Some(DomainFinding::OtherTenant));

        // A text record and a provider of somebody's own say nothing about a tenant.
        publish(&stage, &[&made, &others]);
        let evil = "https://login.evil.example/tenant/v2.0";
        for issuer in [TENANT, evil] {
            os_idps::publish(outside, issuer);
        }
        tested(&stage, &other, evil, true).await;
        assert_eq!(check(&other, others.id).await.finding, Some(DomainFinding::OtherTenant));

        let idp = tested(&stage, &admin, TENANT, false).await;
        let untested = check(&admin, made.id).await;
        assert_eq!((untested.finding, untested.proof), (Some(DomainFinding::NoTest), DomainProof::Pending));
        assert!(!routes(&stage, "ann@contoso.onmicrosoft.com").await);
        test_again(&stage, &admin, idp, true).await;
        let proved = check(&admin, made.id).await;
        assert_eq!((proved.finding, proved.proof), (Some(DomainFinding::Found), DomainProof::Proved));
        assert!(routes(&stage, "ann@contoso.onmicrosoft.com").await);

        // Another application of the same tenant comes too late, and a test that fails later takes nothing back.
        tested(&stage, &other, TENANT, true).await;
        assert_eq!(check(&other, others.id).await.finding, Some(DomainFinding::Taken));
        test_again(&stage, &admin, idp, false).await;
        assert_eq!(check(&admin, made.id).await.finding, Some(DomainFinding::Found));

        // The domain went to another tenant: a week later it leads nobody.
        outside.answer(DISCOVERY, 200, r#"{"issuer":"https://login.microsoftonline.com/another/v2.0"}"#);
        assert_eq!(check(&admin, made.id).await.proof, DomainProof::Proved);
        stage.cloud.clock.advance(Duration::days(7));
        let lapsed = check(&stage.sign_in("admin@contoso.example").await, made.id).await;
        assert_eq!((lapsed.finding, lapsed.proof), (Some(DomainFinding::OtherTenant), DomainProof::Pending));
        assert!(!routes(&stage, "ann@contoso.onmicrosoft.com").await);
    }

    async fn of_two_accounts_exactly_one_wins_and_neither_learns_of_the_other(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (contoso, fabrikam) = (stage.sign_in("admin@contoso.example").await, stage.sign_in("admin@fabrikam.example").await);
        add(&contoso, LITWARE).await.unwrap();
        add(&fabrikam, "LitWare.COM").await.unwrap();
        let (first, second) = (claim(&contoso, LITWARE).await, claim(&fabrikam, LITWARE).await);
        assert_ne!(first.record_value, second.record_value);
        publish(&stage, &[&first, &second]);
        let (first, second) = join(check(&contoso, first.id), check(&fabrikam, second.id)).await;
        let (mut won, mut lost) = (first, second);
        let mut people = (&contoso, &fabrikam);
        if won.proof == DomainProof::Pending {
            (won, lost) = (lost, won);
            people = (&fabrikam, &contoso);
        }
        assert_eq!((won.proof, won.finding), (DomainProof::Proved, Some(DomainFinding::Found)));
        assert_eq!((lost.proof, lost.finding), (DomainProof::Pending, Some(DomainFinding::Taken)));
        let seen = serde_json::to_string(&lost).unwrap() + &events(&db, "domain.refused").await[0].3;
        assert!(!seen.to_lowercase().contains(if lost.id == claim(&fabrikam, LITWARE).await.id { "contoso" } else { "fabrikam" }), "{seen}");
        assert_eq!(fault(portal::domains::get(&people.1.may().await, won.id).await), Fault::NotFound);
        assert_eq!(check(people.1, lost.id).await.finding, Some(DomainFinding::Taken));
        // Given up, it is free.
        portal::domains::remove(&people.0.may().await, won.id).await.unwrap();
        assert_eq!(check(people.1, lost.id).await.proof, DomainProof::Proved);
    }

    async fn relatives_of_a_proved_domain_belong_to_its_account(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (contoso, fabrikam) = (stage.sign_in("admin@contoso.example").await, stage.sign_in("admin@fabrikam.example").await);
        assert_eq!(prove(&stage, &contoso, "mail.litware.com").await.proof, DomainProof::Proved);
        for taken in ["litware.com", "a.mail.litware.com", "MAIL.litware.com"] {
            let refused = prove(&stage, &fabrikam, &taken.to_lowercase()).await;
            assert_eq!((refused.proof, refused.finding), (DomainProof::Pending, Some(DomainFinding::Taken)), "{taken}");
        }
        // A sister is no relative, and the account itself may have them all.
        assert_eq!(prove(&stage, &fabrikam, "shop.litware.com").await.proof, DomainProof::Proved);
        assert_eq!(prove(&stage, &contoso, "a.mail.litware.com").await.proof, DomainProof::Proved);
        // What the configuration trusts for another account cannot be proved around.
        assert_eq!(prove(&stage, &fabrikam, "eu.contoso.example").await.finding, Some(DomainFinding::Taken));
        assert_eq!(prove(&stage, &fabrikam, "eu.fabrikam.example").await.proof, DomainProof::Proved);
    }

    async fn only_domains_that_a_company_can_own_are_added(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        for (domain, expected) in [
            ("co.uk", Reason::PublicSuffix),
            ("gmail.com", Reason::FreeMailDomain),
            ("xn--litware-.com", Reason::NotADomain),
            ("litware", Reason::NotADomain),
        ] {
            assert_eq!(reason(add(&admin, &format!("first.com\n{domain}")).await, "domains.2"), expected, "{domain}");
        }
        assert!(listed(&admin).await.is_empty());
        assert_eq!(reason(add(&admin, " ").await, "domains"), Reason::Required);
        add(&admin, "Zürich-Litware.com\n\nlitware.co.uk").await.unwrap();
        let domains: Vec<_> = listed(&admin).await.into_iter().map(|claim| claim.domain.to_string()).collect();
        assert_eq!(domains, ["litware.co.uk", "xn--zrich-litware-wob.com"]);
        assert_eq!(reason(add(&admin, "new.com\nzürich-litware.com").await, "domains.2"), Reason::Taken);
        assert_eq!(listed(&admin).await.len(), 2);
        assert_eq!(events(&db, "domain.added").await.len(), 2);
    }

    async fn a_record_that_is_gone_makes_a_domain_stale_and_ends_it_after_a_week(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        stage.add(stage.contoso, "obs@contoso.example", "obs-admin").await.unwrap();
        stage.add(stage.contoso, "ums@contoso.example", "ums-admin").await.unwrap();
        let draft = RoutingDraft { domains: LITWARE.to_owned(), ..routing_draft() };
        portal::routing::register(&admin.may().await, draft).await.unwrap();
        let made = claim(&admin, LITWARE).await;
        publish(&stage, &[&made]);
        check(&admin, made.id).await;
        let later = async |time: Duration| {
            stage.cloud.clock.advance(time);
            work(&stage).await;
            let admin = stage.sign_in("admin@contoso.example").await;
            claim(&admin, LITWARE).await
        };
        let daily = later(Duration::hours(27)).await;
        assert_eq!((daily.proof, daily.finding), (DomainProof::Proved, Some(DomainFinding::Found)));
        assert!(daily.checked_at > made.checked_at);

        // No answer is no reason.
        let outside = &stage.cloud.outside;
        outside.text_error(&made.record_name, DnsError::Failed);
        assert_eq!(later(Duration::days(9)).await.proof, DomainProof::Proved);
        outside.text_error(&made.record_name, DnsError::NotFound);
        let missing = later(Duration::hours(2)).await;
        assert_eq!(missing.proof, DomainProof::Proved);
        assert!(missing.missing_since.is_some() && routes(&stage, "ann@litware.com").await);
        assert_eq!(later(Duration::hours(23)).await.proof, DomainProof::Proved);
        assert!(mails(&stage, "obs@contoso.example").await.is_empty());
        assert_eq!(later(Duration::hours(2)).await.proof, DomainProof::Stale);
        assert_eq!(later(Duration::hours(2)).await.proof, DomainProof::Stale);
        assert!(routes(&stage, "ann@litware.com").await);
        assert_eq!(mails(&stage, "obs@contoso.example").await, ["The proof of litware.com is missing"]);

        let lapsed = later(Duration::days(6)).await;
        assert_eq!(lapsed.proof, DomainProof::Pending);
        assert!(lapsed.lapsed_at.is_some() && !routes(&stage, "ann@litware.com").await);
        later(Duration::days(2)).await;
        for to in ["obs@contoso.example", "admin@contoso.example"] {
            let said = mails(&stage, to).await;
            assert_eq!(said, ["The proof of litware.com is missing", "litware.com is not proved any more"]);
        }
        assert!(mails(&stage, "ums@contoso.example").await.is_empty());
        assert_eq!((events(&db, "domain.stale").await.len(), events(&db, "domain.lapsed").await.len()), (1, 1));

        publish(&stage, &[&made]);
        let admin = stage.sign_in("admin@contoso.example").await;
        assert_eq!(check(&admin, made.id).await.proof, DomainProof::Proved);
        assert!(routes(&stage, "ann@litware.com").await);
    }

    async fn a_domain_that_is_mapped_or_trusted_stays(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let draft = RoutingDraft { domains: format!("contoso.example\n{LITWARE}"), ..routing_draft() };
        portal::routing::register(&admin.may().await, draft).await.unwrap();
        let trusted = claim(&admin, "contoso.example").await;
        assert_eq!(trusted.proof, DomainProof::Trusted);
        let trusted = portal::domains::check(&admin.may().await, trusted.id).await;
        assert_eq!(fault(trusted), Conflict::DomainTrusted.into());
        let mapped = claim(&admin, LITWARE).await;
        assert_eq!(fault(portal::domains::remove(&admin.may().await, mapped.id).await), Conflict::DomainMapped.into());
        add(&admin, "free.com").await.unwrap();
        let free = claim(&admin, "free.com").await;
        let other = stage.sign_in("admin@fabrikam.example").await;
        for id in [free.id, DomainId::from(Uuid::from_u128(7))] {
            assert_eq!(fault(portal::domains::get(&other.may().await, id).await), Fault::NotFound);
            assert_eq!(fault(portal::domains::check(&other.may().await, id).await), Fault::NotFound);
            assert_eq!(fault(portal::domains::remove(&other.may().await, id).await), Fault::NotFound);
        }
        portal::domains::remove(&admin.may().await, free.id).await.unwrap();
        assert_eq!(listed(&admin).await.len(), 2);
    }

    async fn an_account_may_look_sixty_times_an_hour(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        add(&admin, LITWARE).await.unwrap();
        let made = claim(&admin, LITWARE).await;
        for _ in 0..60 {
            check(&admin, made.id).await;
        }
        let refused = portal::domains::check(&admin.may().await, made.id).await;
        assert!(matches!(fault(refused), Fault::TooMany { .. }));
        let other = stage.sign_in("admin@fabrikam.example").await;
        assert_eq!(prove(&stage, &other, "other.com").await.proof, DomainProof::Proved);
    }
}
