//! What attackers and careless files bring to the portal: one bad thing among good ones (SEC-19b), domains of others (SEC-21),
//! addresses inside (SEC-23, F16), files with keys (SEC-36).

use std::sync::Arc;

use domain::chain::{ChainProblem, ChainQuestion};
use domain::domain_claim::{DomainClaim, DomainFinding, DomainsDraft};
use domain::domain_proof::DomainProof;
use domain::os_idp::OsIdpDraft;
use domain::page::ListQuery;
use domain::permission::{AddDomains, CreateRouting, InspectChain, RegisterOsIdp, ViewDomains};
use domain::routing::RoutingDraft;
use domain::saml_idp::SamlIdpDraft;
use domain::{Language, Reason};
use outside::{GuardedHttp, GuardedTls, Outside, Policy};
use pki::{Authority, KeyKind};
use store::{Schema, args, sql};
use test_support::canary::{Canary, INWARD};
use test_support::db::TestDb;
use test_support::db_test;
use test_support::services::noon;
use time::Duration;

use crate::stage::{Person, Stage, reason, root, routing_draft, server};

async fn records(db: &TestDb) -> i64 {
    let mut tx = db.read().await.unwrap();
    tx.scalar(sql!("select count(*) from routings"), args![])
        .await
        .unwrap()
}

async fn register(person: &Person<'_>, draft: RoutingDraft) -> access::Result<domain::routing::Routing> {
    portal::routing::register(&person.may::<CreateRouting>().await, draft).await
}

async fn claims(person: &Person<'_>) -> Vec<DomainClaim> {
    let auth = person.may::<ViewDomains>().await;
    let query = ListQuery {
        per: 200,
        ..ListQuery::default()
    };
    portal::domains::list(&auth, query).await.unwrap().rows
}

/// What comes of a claim whose text record is there.
async fn prove(stage: &Stage, person: &Person<'_>, domain: &str) -> (DomainProof, Option<DomainFinding>) {
    let before = claims(person).await;
    let draft = DomainsDraft {
        domains: domain.to_owned(),
    };
    portal::domains::add(&person.may::<AddDomains>().await, draft)
        .await
        .unwrap();
    let mut made = claims(person).await.into_iter();
    let claim = made
        .find(|claim| before.iter().all(|earlier| earlier.id != claim.id))
        .unwrap();
    stage
        .cloud
        .outside
        .text(&claim.record_name, &[&claim.record_value]);
    let claim = portal::domains::check(&person.may().await, claim.id)
        .await
        .unwrap();
    (claim.proof, claim.finding)
}

/// The same text as another system writes it: two bytes a letter.
fn utf16(text: &str, mark: bool) -> String {
    let mark = if mark { "\u{feff}" } else { "" };
    let bytes: Vec<u8> = format!("{mark}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    // As a page or a form without script hands it on.
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A file, and what it is refused for; `None` where it is taken, with so many certificates.
type File = (&'static str, String, Option<ChainProblem>, usize);

#[expect(clippy::too_many_lines, reason = "a table, one file a row")]
fn files(key: &str) -> Vec<File> {
    let top = root("Contoso Root");
    let end = server(&top, "ums.contoso.example").certificate.pem();
    let pem = top.certificate().pem();
    let other = root("Other Root").certificate().pem();
    let over = Authority::new_root(
        "Old Root",
        KeyKind::P256,
        noon() - Duration::days(9),
        Duration::days(8),
    )
    .unwrap();
    let expired = ChainProblem::RootExpired {
        subject: over.certificate().subject().to_owned(),
        block: 1,
    };
    let alone = crate::stage::ums_id("Leaf").certificate;
    let not_ca = ChainProblem::RootNotCa {
        subject: alone.subject().to_owned(),
        block: 1,
    };
    let many = |count: usize| {
        (0..count)
            .map(|n| root(&format!("Root {n}")).certificate().pem())
            .collect::<String>()
    };
    let taken = |count| (None, count);
    let refused = |problem| (Some(problem), 0);
    let rows = [
        ("root first", format!("{pem}{end}"), taken(2)),
        ("wrong order", format!("{end}{pem}"), taken(2)),
        ("twice", format!("{pem}{end}{pem}"), taken(2)),
        ("CRLF", format!("{pem}{end}").replace('\n', "\r\n"), taken(2)),
        ("CR", format!("{pem}{end}").replace('\n', "\r"), taken(2)),
        ("a byte order mark", format!("\u{feff}{pem}{end}"), taken(2)),
        (
            "a mark in the middle, of two files put together",
            format!("{pem}\u{feff}{end}"),
            taken(2),
        ),
        (
            "no line end between blocks",
            format!("{}{end}", pem.trim_end()),
            taken(2),
        ),
        (
            "no line end at the end",
            format!("{pem}{}", end.trim_end()),
            taken(2),
        ),
        (
            "text around blocks",
            format!("Bag Attributes\n  subject=x\n{end}\nissuer=y\n{pem}\nbye"),
            taken(2),
        ),
        ("two roots", format!("{pem}{other}"), taken(2)),
        ("20 certificates", many(20), taken(20)),
        (
            "21 certificates",
            many(21),
            refused(ChainProblem::TooManyCertificates { max: 20 }),
        ),
        (
            "50 certificates",
            many(50),
            refused(ChainProblem::TooManyCertificates { max: 20 }),
        ),
        ("an end alone", end.clone(), refused(ChainProblem::NoCa)),
        ("a self-signed leaf", alone.pem(), refused(not_ca)),
        ("expired", over.certificate().pem(), refused(expired)),
        (
            "UTF-16 with a mark",
            utf16(&pem, true),
            refused(ChainProblem::NotPem),
        ),
        (
            "UTF-16 without a mark",
            utf16(&pem, false),
            refused(ChainProblem::NotPem),
        ),
        (
            "DER as if it were text",
            String::from_utf8_lossy(top.certificate().der()).into_owned(),
            refused(ChainProblem::NotPem),
        ),
        (
            "a key",
            key.to_owned(),
            refused(ChainProblem::PrivateKey { block: 1 }),
        ),
        (
            "a key behind",
            format!("{pem}{key}"),
            refused(ChainProblem::PrivateKey { block: 2 }),
        ),
        (
            "a key between",
            format!("{pem}{key}{end}"),
            refused(ChainProblem::PrivateKey { block: 2 }),
        ),
        (
            "a key without a line end before it",
            format!("{}{key}", pem.trim_end()),
            refused(ChainProblem::PrivateKey { block: 2 }),
        ),
        (
            "a key with CRLF",
            format!("{pem}{key}").replace('\n', "\r\n"),
            refused(ChainProblem::PrivateKey { block: 2 }),
        ),
        (
            "a key with a mark",
            format!("{pem}\u{feff}{key}"),
            refused(ChainProblem::PrivateKey { block: 2 }),
        ),
        (
            "a key that is cut off",
            format!("{pem}{}", &key[..key.len() / 2]),
            refused(ChainProblem::PrivateKey { block: 2 }),
        ),
        (
            "a key in UTF-16",
            utf16(&format!("{pem}{key}"), false),
            refused(ChainProblem::NotPem),
        ),
    ];
    rows.into_iter()
        .map(|(name, file, (problem, count))| (name, file, problem, count))
        .collect()
}

db_test! {
    Schema::Cloud,

    async fn sec_36_every_kind_of_file_has_its_answer(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n";
        let mut stored = 0;
        for (number, (name, file, problem, count)) in files(key).into_iter().enumerate() {
            let draft = RoutingDraft { name: format!("R{number}"), domains: format!("d{number}.example"), chain: file, ..routing_draft() };
            let done = register(&admin, draft).await;
            if let Some(problem) = problem {
                assert_eq!(reason(done, "chain"), Reason::Chain(problem), "{name}");
            } else {
                let made = done.unwrap_or_else(|error| panic!("{name}: {error:?}"));
                assert_eq!(made.chain.certificates.len(), count, "{name}");
                stored += 1;
            }
            assert_eq!(records(&db).await, stored, "{name}");
        }
    }

    async fn sec_19b_one_bad_thing_among_good_ones_stops_the_record_and_is_named(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let mine = ["one.example", "two.example", "three.example"];
        let people = ["a@one.example", "b@one.example", "c@one.example"];
        let top = root("Contoso Root");
        let blocks = [top.certificate().pem(), server(&top, "ums.contoso.example").certificate.pem(), root("Other Root").certificate().pem()];
        register(&admin, RoutingDraft { name: "First".into(), users: "taken@one.example".into(), domains: "taken.example".into(), ..routing_draft() }).await.unwrap();
        let with = |domains: &[&str], users: &[&str], chain: &[&str]| RoutingDraft {
            domains: domains.join("\n"),
            users: users.join("\n"),
            chain: chain.concat(),
            ..routing_draft()
        };
        let chain: Vec<&str> = blocks.iter().map(String::as_str).collect();
        let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for at in 0..3 {
            let put = |good: &[&'static str], bad: &'static str| {
                let mut all = good.to_vec();
                all[at] = bad;
                all
            };
            let line = at + 1;
            for (bad, expected) in [("co.uk", Reason::PublicSuffix), ("gmail.com", Reason::FreeMailDomain), ("no domain", Reason::NotADomain), ("taken.example", Reason::Taken)] {
                let refused = register(&admin, with(&put(&mine, bad), &people, &chain)).await;
                assert_eq!(reason(refused, &format!("domains.{line}")), expected, "{bad} at {line}");
            }
            for (bad, expected) in [("nobody", Reason::NotAnEmail), ("taken@one.example", Reason::Taken)] {
                let refused = register(&admin, with(&mine, &put(&people, bad), &chain)).await;
                assert_eq!(reason(refused, &format!("users.{line}")), expected, "{bad} at {line}");
            }
            let mut bad = chain.clone();
            bad[at] = damaged;
            let refused = register(&admin, with(&mine, &people, &bad)).await;
            assert_eq!(reason(refused, "chain"), Reason::Chain(ChainProblem::Unreadable { block: u32::try_from(line).unwrap() }));
            assert_eq!(records(&db).await, 1, "nothing of it was stored");
        }
        let made = register(&admin, with(&mine, &people, &chain)).await.unwrap();
        assert_eq!((made.domains.len(), made.users, made.chain.certificates.len()), (3, 3, 3));
    }

    async fn sec_21_what_belongs_to_somebody_else_is_proved_by_nobody(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (ours, theirs) = (stage.sign_in("admin@contoso.example").await, stage.sign_in("admin@fabrikam.example").await);
        let found = (DomainProof::Proved, Some(DomainFinding::Found));
        let taken = (DomainProof::Pending, Some(DomainFinding::Taken));
        assert_eq!(prove(&stage, &ours, "mail.litware.com").await, found);
        assert_eq!(prove(&stage, &ours, "zürich-litware.com").await, found);
        for (domain, how) in [
            ("mail.litware.com", "the same"),
            ("eu.mail.litware.com", "a sub-domain"),
            ("deep.eu.mail.litware.com", "a deeper one"),
            ("litware.com", "the parent"),
            ("xn--zrich-litware-wob.com", "its IDN spelling"),
            ("shop.ZÜRICH-litware.com", "a sub-domain in capitals"),
            ("contoso.example", "trusted by the configuration"),
            ("eu.contoso.example", "below a trusted one"),
        ] {
            assert_eq!(prove(&stage, &theirs, domain).await, taken, "{how}: {domain}");
        }
        // The same name in other letters is the same claim, and what nobody can own is not claimed at all.
        for (domain, expected) in [
            ("MAIL.LitWare.COM", Reason::Taken),
            ("mail.litware.com.", Reason::NotADomain),
            ("ｍａｉｌ.litware.com", Reason::Taken),
            ("xn--litware-.com", Reason::NotADomain),
            ("xn--mail-.litware.com", Reason::NotADomain),
            ("com", Reason::NotADomain),
            ("co.uk", Reason::PublicSuffix),
            ("github.io", Reason::PublicSuffix),
            ("gmail.com", Reason::FreeMailDomain),
            ("mail.yahoo.co.uk", Reason::FreeMailDomain),
        ] {
            let draft = DomainsDraft { domains: domain.to_owned() };
            let refused = portal::domains::add(&theirs.may::<AddDomains>().await, draft).await;
            assert_eq!(reason(refused, "domains.1"), expected, "{domain}");
        }
        // Nobody's, a sister, and one that only ends alike.
        for free in ["shop.litware.com", "notmail.litware.com", "mail-litware.com", "litware.co.uk"] {
            assert_eq!(prove(&stage, &theirs, free).await, found, "{free}");
        }
    }
}

/// A portal whose way out is the real one, guarded.
async fn with_real_world(db: &TestDb, policy: Policy) -> Stage {
    let mut stage = Stage::open(db).await;
    let real = Outside {
        http: Arc::new(GuardedHttp::new(policy.clone())),
        tls: Arc::new(GuardedTls::new(policy)),
        ..stage.cloud.outside.ports()
    };
    stage.cloud = stage.cloud.with(real);
    stage
}

/// Presses every button of the portal that asks somebody else, with that host: who came to the canary at each.
async fn everywhere(
    stage: &Stage,
    admin: &Person<'_>,
    canary: &Canary,
    host: &str,
) -> Vec<(&'static str, usize)> {
    // Within every rate.
    stage.cloud.clock.advance(Duration::minutes(10));
    let address = format!("https://{host}:{}", canary.port);
    let idp = |issuer: &str, authorization: &str| OsIdpDraft {
        name: "Sly".to_owned(),
        client_id: "x".to_owned(),
        client_secret: "y".to_owned(),
        issuer: issuer.to_owned(),
        authorization_endpoint: authorization.to_owned(),
        domains: String::new(),
        ..OsIdpDraft::default()
    };
    let question = ChainQuestion {
        chain: root("Root").certificate().pem(),
        host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
        port: canary.port.to_string(),
        look: true,
    };
    let saml = SamlIdpDraft {
        metadata_url: address.clone(),
        ..SamlIdpDraft::default()
    };
    let auth = admin.may::<RegisterOsIdp>().await;
    let mut seen = Vec::new();
    let refused = portal::os_idps::register(&auth, idp(&address, "")).await.is_err();
    assert!(refused, "{host}");
    seen.push(("issuer", canary.visits()));
    let pasted = idp("", &format!("{address}/oauth2/v1/authorize"));
    assert!(portal::os_idps::discover(&auth, pasted).await.is_err(), "{host}");
    seen.push(("pasted endpoint", canary.visits()));
    assert!(
        portal::saml_idps::register(&admin.may().await, saml, Language::English)
            .await
            .is_err(),
        "{host}"
    );
    seen.push(("metadata", canary.visits()));
    // The chain is judged whatever the host says; the look is what may not happen.
    let _looked = portal::chain_assistant::inspect(&admin.may::<InspectChain>().await, question).await;
    seen.push(("host", canary.visits()));
    seen
}

/// What is called does not depend on the database: one is enough.
#[test]
fn sec_23_no_form_of_the_portal_calls_an_address_inside() {
    test_support::db::block_on(async {
        let canary = Canary::open();
        let db = test_support::db::sqlite(Schema::Cloud).await;
        let stage = with_real_world(&db, Policy::default()).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        for host in INWARD {
            let seen = everywhere(&stage, &admin, &canary, host).await;
            assert!(seen.iter().all(|(_, visits)| *visits == 0), "{host}: {seen:?}");
        }
        let allow = vec!["127.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()];
        let db = test_support::db::sqlite(Schema::Cloud).await;
        let stage = with_real_world(
            &db,
            Policy {
                allow,
                ..Policy::default()
            },
        )
        .await;
        let admin = stage.sign_in("admin@contoso.example").await;
        for host in ["127.0.0.1", "localhost"] {
            let seen = everywhere(&stage, &admin, &canary, host).await;
            assert!(seen.iter().all(|(_, visits)| *visits > 0), "{host}: {seen:?}");
        }
    });
}
