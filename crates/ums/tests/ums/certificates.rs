use std::sync::Arc;

use access::Actor;
use domain::chain::CertificateRole;
use domain::permission::{ExportUmsId, ViewNetwork};
use pki::{Certificate, CertificateChain};
use store::{Schema, args, sql};
use test_support::db_test;
use test_support::services::{company, noon};
use time::Duration;
use ums::{Administrators, Live, Settings, certificates, network};

use crate::company::{settings, start};

async fn restart(
    db: &store::Db,
    seal: &test_support::services::TestCompany,
    settings: Settings,
) -> certificates::Certificates {
    // The same seal key, as after a restart of the process.
    let services = access::Services::new(
        db.clone(),
        seal.services.clock().clone(),
        seal.services.seal().clone(),
        access::Passwords::new(1),
        Arc::new(Administrators),
    );
    let services = services.with(settings).unwrap().with(Live::new(noon())).unwrap();
    certificates::start(&services.acting_as_unchecked(Actor::System("start")))
        .await
        .unwrap()
}

db_test! {
    Schema::Company,

    async fn the_first_start_makes_them_and_the_next_ones_keep_them(db: TestDb) {
        let side = company(&db, Arc::new(Administrators)).await;
        let first = restart(&db, &side, settings()).await;
        let web = &first.web().certificate;
        for name in ["ums.contoso.example", "localhost", "127.0.0.1", "::1"] {
            assert!(web.server_names().contains(name), "{name}");
        }
        assert!(web.is_issued_by(first.web_root().certificate()));
        let twenty_years = noon() + Duration::days(20 * 365);
        for long in [first.web_root().certificate(), first.est().certificate(), &first.ums_id().certificate] {
            assert!(long.not_after() >= twenty_years, "{}", long.subject());
        }
        assert_eq!(web.not_after(), noon() + Duration::days(365));

        let second = restart(&db, &side, settings()).await;
        assert_eq!(second.web().certificate, *web);
        assert_eq!(second.ums_id().certificate, first.ums_id().certificate);
        assert_eq!(second.installation().cluster_id, first.installation().cluster_id);
    }

    async fn new_names_and_a_near_end_bring_a_new_web_certificate_under_the_same_root(db: TestDb) {
        let side = company(&db, Arc::new(Administrators)).await;
        let first = restart(&db, &side, settings()).await;
        let extra = Settings { extra_names: vec!["ums2.contoso.example".to_owned()], ..settings() };
        let renamed = restart(&db, &side, extra).await;
        assert!(renamed.web().certificate.server_names().contains("ums2.contoso.example"));
        assert_eq!(renamed.web_root().certificate(), first.web_root().certificate());
        assert_eq!(renamed.est().certificate(), first.est().certificate());

        let back = restart(&db, &side, settings()).await;
        side.clock.advance(Duration::days(334));
        assert_eq!(restart(&db, &side, settings()).await.web().certificate, back.web().certificate, "31 days left");
        side.clock.advance(Duration::days(1));
        let renewed = restart(&db, &side, settings()).await;
        assert_ne!(renewed.web().certificate, back.web().certificate, "30 days left");
        assert_eq!(renewed.web_root().certificate(), first.web_root().certificate());
    }

    async fn private_keys_lie_sealed_in_the_table(db: TestDb) {
        let ums = start(&db).await;
        let mut tx = ums.acting().read().await.unwrap();
        let sealed: Vec<(Vec<u8>,)> = tx.all(sql!("select sealed_key from certificates"), args![]).await.unwrap();
        assert_eq!(sealed.len(), 4);
        let held = certificates::current(&ums.side.services).unwrap();
        let key = held.est().key().to_pkcs8();
        let inside = |sealed: &[u8]| sealed.windows(32).any(|window| key.windows(32).any(|part| part == window));
        assert!(inside(&key) && !sealed.iter().any(|(sealed,)| inside(sealed)));
    }

    async fn the_network_page_shows_what_a_routing_record_needs(db: TestDb) {
        let ums = start(&db).await;
        let network = network::get(&ums.may::<ViewNetwork>().await).await.unwrap();
        assert_eq!((network.onboarding.host.as_str(), network.onboarding.port), ("ums.contoso.example", 8443));
        assert!(!network.onboarding.only_loopback);
        let roles: Vec<_> = network.onboarding.chain.certificates.iter().map(|one| one.role).collect();
        assert_eq!(roles, [CertificateRole::Root, CertificateRole::End]);

        let pem = network::chain_pem(&ums.may::<ViewNetwork>().await).await.unwrap();
        let chain = CertificateChain::parse(&pem, noon()).unwrap();
        assert_eq!(chain.root().fingerprint().parts(), network.server.root_fingerprint);
        assert!(!pem.contains("PRIVATE"));

        let ums_id = network::ums_id_pem(&ums.may::<ExportUmsId>().await).await.unwrap();
        assert_eq!(Certificate::from_file(ums_id.as_bytes()).unwrap().fingerprint().to_string(), network.ums_id.fingerprint);
    }
}

/// On one database: nothing about it depends on the engine, and RSA keys take their time.
#[tokio::test]
async fn rsa_authorities_can_be_chosen_and_sign_devices_with_p256() {
    let db = test_support::db::sqlite(Schema::Company).await;
    let side = company(&db, Arc::new(Administrators)).await;
    let held = restart(
        &db,
        &side,
        Settings {
            rsa: true,
            ..settings()
        },
    )
    .await;
    for key in [held.web_root().key(), held.est().key(), &held.web().key] {
        assert_eq!(key.kind(), pki::KeyKind::Rsa4096);
    }
    assert_eq!(held.ums_id().key.kind(), pki::KeyKind::P256, "it signs ES256");
    let csr = pki::Csr::parse(&crate::company::Device::new().request).unwrap();
    let unit = crate::company::unit("00E0C54A1B2C");
    let device = held
        .est()
        .issue_device(&csr, &unit, noon(), Duration::days(365))
        .unwrap();
    pki::verify_client(device.der(), &[], [held.est().certificate()], noon()).unwrap();
    let kept = restart(&db, &side, settings()).await;
    assert_eq!(
        kept.web_root().certificate(),
        held.web_root().certificate(),
        "the root never changes by itself"
    );
}
