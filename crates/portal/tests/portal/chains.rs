//! Every kind of file that somebody might upload as the chain of a routing record.

use domain::Reason;
use domain::chain::ChainProblem;
use domain::permission::CreateRouting;
use domain::routing::RoutingDraft;
use pki::authority::ROOT_LIFETIME;
use pki::{Authority, KeyKind};
use store::{Schema, args, sql};
use test_support::db_test;
use test_support::services::noon;
use time::Duration;

use crate::stage::{Stage, reason, root, routing_draft, server};

const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n";

db_test! {
    Schema::Cloud,

    async fn a_bad_file_is_refused_with_its_reason_and_a_good_one_accepted(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let auth = admin.may::<CreateRouting>().await;
        let register = async |chain: String| portal::routing::register(&auth, RoutingDraft { chain, ..routing_draft() }).await;

        let good = root("Contoso Root");
        let pem = good.certificate().pem();
        let old = Authority::new_root("Old Root", KeyKind::P256, noon() - Duration::days(9), Duration::days(8)).unwrap();
        let future = Authority::new_root("Next Root", KeyKind::P256, noon() + Duration::days(1), ROOT_LIFETIME).unwrap();
        let end = server(&good, "ums.contoso.example").certificate.pem();
        let many = |count: usize| (0..count).map(|n| root(&format!("Root {n}")).certificate().pem()).collect::<String>();
        let expired = ChainProblem::RootExpired { subject: old.certificate().subject().to_owned(), block: 2 };
        let early = ChainProblem::RootNotYetValid { subject: future.certificate().subject().to_owned(), block: 1 };
        for (chain, problem) in [
            ("no certificate at all".to_owned(), ChainProblem::NotPem),
            (format!("{pem}{KEY}"), ChainProblem::PrivateKey { block: 2 }),
            (many(21), ChainProblem::TooManyCertificates { max: 20 }),
            (format!("{pem}{}", "x".repeat(300 * 1024)), ChainProblem::TooLarge { max: 256 * 1024 }),
            (format!("{pem}{}", old.certificate().pem()), expired),
            (future.certificate().pem(), early),
            (end.clone(), ChainProblem::NoCa),
            (format!("{pem}-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"), ChainProblem::Unreadable { block: 2 }),
        ] {
            assert_eq!(reason(register(chain).await, "chain"), Reason::Chain(problem));
        }
        assert_eq!(reason(register(" \n".to_owned()).await, "chain"), Reason::Required);
        let stored: i64 = db.read().await.unwrap().scalar(sql!("select count(*) from routings"), args![]).await.unwrap();
        assert_eq!(stored, 0);

        let twice = format!("Bag Attributes\r\n{}\r\n{}{pem}", end.replace('\n', "\r\n"), pem.replace('\n', "\r\n"));
        assert_eq!(register(twice).await.unwrap().chain.certificates.len(), 2);
        let twenty = RoutingDraft { name: "Twenty".into(), domains: "twenty.example".into(), chain: many(20), ..routing_draft() };
        assert_eq!(portal::routing::register(&auth, twenty).await.unwrap().chain.certificates.len(), 20);
    }
}
