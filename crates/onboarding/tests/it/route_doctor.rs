//! The route doctor: every step with its verdict, its code (ruling 21), and when it is done.

use access::jobs::Jobs;
use domain::permission::{CheckRouting, ViewRouting};
use domain::route_report::{Health, RouteReport, RouteStep, RouteTrouble, Verdict};
use domain::{Conflict, Fault};
use onboarding::route_doctor;
use outside::{HttpError, Refusal, TlsVersion};
use store::Schema;
use test_support::db_test;
use time::Duration;

use crate::world::ums::{HOST, Mood};
use crate::world::{Differently, SILENT, World};

async fn check(world: &World) -> RouteReport {
    route_doctor::check(&world.auth::<CheckRouting>().await, world.routing.unwrap())
        .await
        .unwrap()
}

/// The first step that is not good, with what is wrong and the code; and how many steps were not reached.
fn first(report: &RouteReport) -> (Option<(RouteStep, Verdict, Option<u16>)>, usize) {
    let findings = &report.targets[0].findings;
    assert_eq!(findings.len(), 7);
    let bad = findings.iter().find(|finding| finding.verdict != Verdict::Good);
    let skipped = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Skipped);
    (
        bad.map(|finding| (finding.step, finding.verdict, finding.code)),
        skipped.count(),
    )
}

db_test! {
    Schema::Cloud,

    async fn a_good_way_is_good_and_kept_with_the_record(db: TestDb) {
        let world = World::new(&db).await;
        world.presents();
        let report = check(&world).await;
        assert_eq!((first(&report), report.health()), ((None, 0), Health::Good), "{report:?}");
        let record = portal::routing::get(&world.auth::<ViewRouting>().await, world.routing.unwrap()).await.unwrap();
        assert_eq!((record.row.health, record.row.checked_at), (Health::Good, Some(report.at)));
        assert_eq!(record.report, Some(report));
        assert_eq!(world.count("routing.checked").await, 1);
    }

    async fn each_trouble_has_its_step_and_its_code(db: TestDb) {
        let world = World::new(&db).await;
        let refused = HttpError::Refused { reason: Refusal::PrivateAddress };
        for (error, step, trouble, code, skipped) in [
            (HttpError::Dns, RouteStep::Address, RouteTrouble::NoAddress, 30, 6),
            (refused, RouteStep::Address, RouteTrouble::NotAllowed, 30, 6),
            (HttpError::Tcp, RouteStep::Tcp, RouteTrouble::NoConnection, 30, 5),
            (HttpError::Timeout, RouteStep::Tcp, RouteTrouble::TooSlow, 30, 5),
            (HttpError::NotTls, RouteStep::Tls, RouteTrouble::NotTls, 30, 4),
            (HttpError::TlsOther, RouteStep::Tls, RouteTrouble::NoCommonTls, 45, 4),
        ] {
            world.outside.present(HOST, 8443, Err(error));
            let report = check(&world).await;
            assert_eq!(first(&report), (Some((step, Verdict::Bad(trouble), Some(code))), skipped), "{error}");
            assert_eq!(report.health(), Health::Bad);
        }
        world.presents();
        for (mood, step, trouble, code) in [
            (Mood::Broken(HttpError::TlsName), RouteStep::Chain, RouteTrouble::WrongName, 45),
            (Mood::Broken(HttpError::TlsChain), RouteStep::Chain, RouteTrouble::WrongChain, 46),
            (Mood::Status(502), RouteStep::CaCerts, RouteTrouble::NoCaCerts, 37),
            (Mood::Nonsense, RouteStep::CaCerts, RouteTrouble::NoCaCerts, 37),
        ] {
            world.ums.be(mood);
            let report = check(&world).await;
            let (found, _) = first(&report);
            assert_eq!(found, Some((step, Verdict::Bad(trouble), Some(code))));
        }
        world.ums.be(Mood::Well);
        world.presents_as(TlsVersion::Tls12);
        let report = check(&world).await;
        assert_eq!(first(&report).0, Some((RouteStep::Tls, Verdict::Bad(RouteTrouble::OldTls), Some(45))));
        world.presents();
        assert_eq!(check(&world).await.health(), Health::Good);
    }

    async fn a_ums_of_nobody_is_named(db: TestDb) {
        let world = World::with(&db, Differently { ums_not_registered: true, ..Differently::default() }).await;
        world.presents();
        let report = check(&world).await;
        let unknown = Verdict::Bad(RouteTrouble::NotRegistered);
        assert_eq!(first(&report), (Some((RouteStep::UmsId, unknown, Some(30))), 0));
        assert!(report.targets[0].findings[6].detail.contains(&world.ums.id.certificate.fingerprint().to_string()));
        world.register_ums(&world.ums.id.certificate.pem(), "UMS").await;
        assert_eq!(check(&world).await.health(), Health::Good);
    }

    async fn the_job_checks_about_every_hour_what_is_switched_on(db: TestDb) {
        let world = World::new(&db).await;
        world.presents();
        assert_eq!(route_doctor::round(&world.services).await.unwrap(), 1);
        assert_eq!(route_doctor::round(&world.services).await.unwrap(), 0);
        world.hand.advance(Duration::minutes(53));
        assert_eq!(route_doctor::round(&world.services).await.unwrap(), 0);
        world.hand.advance(Duration::minutes(14));
        assert_eq!(route_doctor::round(&world.services).await.unwrap(), 1);
        world.hand.advance(Duration::minutes(67));
        world.switch(false).await;
        assert_eq!(route_doctor::round(&world.services).await.unwrap(), 0);
        world.switch(true).await;
        assert_eq!(route_doctor::round(&world.services).await.unwrap(), 1);
        // By its job too, which waits for its next look.
        onboarding::start(&world.services).await.unwrap();
        let jobs = onboarding::route_checks(Jobs::default());
        assert_eq!(jobs.run_due(&world.services).await.unwrap(), 1);
        assert_eq!(jobs.run_due(&world.services).await.unwrap(), 0);
        world.hand.advance(Duration::minutes(1));
        assert_eq!(jobs.run_due(&world.services).await.unwrap(), 1);
    }

    async fn one_check_at_a_time_and_nothing_is_kept_about_another_state(db: TestDb) {
        let world = World::new(&db).await;
        world.presents();
        let (auth, record) = (world.auth::<CheckRouting>().await, world.routing.unwrap());
        let claimed = portal::routing::checks::claim(&auth, record).await.unwrap();
        let second = route_doctor::check(&auth, record).await;
        assert_eq!(second.unwrap_err().fault(), Some(&Fault::from(Conflict::CheckRunning)));
        assert_eq!(route_doctor::round(&world.services).await.unwrap(), 0);
        // Meanwhile somebody edits the record: what is found is about the state before.
        world.move_to(SILENT).await;
        let report = RouteReport { at: world.services.now(), targets: Vec::new() };
        portal::routing::checks::keep(&auth, &claimed, &report, world.services.now()).await.unwrap();
        let shown = portal::routing::get(&world.auth::<ViewRouting>().await, record).await.unwrap();
        assert_eq!((shown.row.health, shown.report), (Health::Unchecked, None));
        // A check that never came back does not stop the next one for ever.
        let _lost = portal::routing::checks::claim(&auth, record).await.unwrap();
        world.hand.advance(Duration::MINUTE);
        assert_eq!(check(&world).await.health(), Health::Bad);
    }

    async fn checks_on_demand_are_counted(db: TestDb) {
        let world = World::new(&db).await;
        for _ in 0..60 {
            check(&world).await;
        }
        let over = route_doctor::check(&world.auth().await, world.routing.unwrap()).await.unwrap_err();
        assert!(matches!(over.fault(), Some(Fault::TooMany { .. })), "{over:?}");
        world.hand.advance(Duration::MINUTE);
        check(&world).await;
    }
}
