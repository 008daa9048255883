use domain::chain::{ChainProblem, ChainQuestion, ChainReport, HostLook, NameFit, Validity};
use domain::permission::InspectChain;
use domain::{Fault, Reason};
use outside::{HttpError, Presented, TlsVersion};
use store::{Schema, args, sql};
use test_support::db_test;
use time::Duration;

use crate::stage::{Person, Stage, fault, reason, root, server};

const HOST: &str = "ums.contoso.example";

async fn ask(person: &Person<'_>, question: ChainQuestion) -> access::Result<ChainReport> {
    portal::chain_assistant::inspect(&person.may::<InspectChain>().await, question).await
}

fn about(chain: &str) -> ChainQuestion {
    ChainQuestion {
        chain: chain.to_owned(),
        host: HOST.to_owned(),
        port: "8443".to_owned(),
        look: false,
    }
}

db_test! {
    Schema::Cloud,

    async fn any_order_goes_in_and_what_is_missing_is_named(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let root = root("Contoso Root");
        let end = server(&root, HOST).certificate;
        let (top, leaf) = (root.certificate().pem(), end.pem());
        let report = ask(&admin, about(&format!("{leaf}{top}{leaf}"))).await.unwrap();
        let subjects: Vec<_> = report.certificates.iter().map(|one| (one.summary.subject.as_str(), one.depth)).collect();
        assert_eq!(subjects, [(root.certificate().subject(), 0), (end.subject(), 1)]);
        assert_eq!((report.duplicates, report.missing.len(), report.name), (1, 0, NameFit::Named));
        for (host, fit) in [("UMS.contoso.example", NameFit::OtherCase), ("other.contoso.example", NameFit::NotNamed), ("", NameFit::NoEnd)] {
            let asked = ChainQuestion { host: host.into(), ..about(&format!("{top}{leaf}")) };
            assert_eq!(ask(&admin, asked).await.unwrap().name, fit, "{host}");
        }
        assert_eq!(ask(&admin, about(&top)).await.unwrap().name, NameFit::NoEnd);
        // An end certificate alone has no authority; with a foreign root its signer is missing.
        assert_eq!(reason(ask(&admin, about(&leaf)).await, "chain"), Reason::Chain(ChainProblem::NoCa));
        let foreign = crate::stage::root("Other Root").certificate().pem();
        let report = ask(&admin, about(&format!("{foreign}{leaf}"))).await.unwrap();
        assert_eq!(report.missing, [root.certificate().subject()]);

        stage.cloud.clock.advance(pki::authority::SERVER_LIFETIME - Duration::days(3));
        let admin = stage.sign_in("admin@contoso.example").await;
        let report = ask(&admin, about(&format!("{top}{leaf}"))).await.unwrap();
        let states: Vec<_> = report.certificates.iter().map(|one| one.validity).collect();
        assert_eq!(states, [Validity::Valid, Validity::EndsSoon]);
    }

    async fn a_private_key_is_refused_and_nothing_is_kept(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let top = root("Contoso Root").certificate().pem();
        let key = format!("{top}-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0\n-----END EC PRIVATE KEY-----\n");
        assert_eq!(reason(ask(&admin, about(&key)).await, "chain"), Reason::Chain(ChainProblem::PrivateKey { block: 2 }));
        assert!(ask(&admin, about(&top)).await.is_ok());
        let mut tx = db.read().await.unwrap();
        let kept: i64 = tx.scalar(sql!("select count(*) from routings"), args![]).await.unwrap();
        assert_eq!(kept, 0);
    }

    async fn the_host_is_compared_by_fingerprint(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let root = root("Contoso Root");
        let end = server(&root, HOST).certificate;
        let presented = Presented {
            address: [192, 0, 2, 7].into(),
            version: TlsVersion::Tls13,
            certificates: vec![end.der().clone(), root.certificate().der().clone()],
        };
        let look = |chain: &str| ChainQuestion { look: true, ..about(chain) };
        let failed = ask(&admin, look(&root.certificate().pem())).await.unwrap().host.unwrap();
        assert!(matches!(failed, HostLook::Failed { ref why } if why.contains("does not answer")), "{failed:?}");
        stage.cloud.outside.present(HOST, 8443, Ok(presented.clone()));
        let report = ask(&admin, look(&root.certificate().pem())).await.unwrap();
        assert_eq!((report.name, report.certificates[0].presented), (NameFit::Named, Some(true)));
        let Some(HostLook::Presented { certificates, authorities_pem, led_to_file, tls13 }) = report.host else { panic!() };
        assert_eq!((certificates.len(), authorities_pem.as_str(), led_to_file, tls13), (2, "", true, true));

        // Another root of the same name does not vouch for it.
        let twin = crate::stage::root("Contoso Root").certificate().pem();
        let Some(HostLook::Presented { authorities_pem, led_to_file, .. }) = ask(&admin, look(&twin)).await.unwrap().host else { panic!() };
        assert_eq!((authorities_pem, led_to_file), (root.certificate().pem(), false));

        // Without a file, what the host presents is the beginning of one.
        stage.cloud.outside.present(HOST, 8443, Ok(Presented { version: TlsVersion::Tls12, ..presented }));
        let report = ask(&admin, look("")).await.unwrap();
        assert!(matches!(report.host, Some(HostLook::Presented { led_to_file: false, tls13: false, .. })));
        let nowhere = ChainQuestion { host: String::new(), port: "0".into(), ..look("") };
        assert_eq!(reason(ask(&admin, nowhere).await, "host"), Reason::Required);
        stage.cloud.outside.present(HOST, 8443, Err(HttpError::NotTls));
        for _ in 0..26 {
            ask(&admin, look("")).await.unwrap();
        }
        assert!(matches!(fault(ask(&admin, look("")).await), Fault::TooMany { .. }));
        assert!(ask(&admin, about(&twin)).await.is_ok(), "without a look it is not counted");
    }
}
