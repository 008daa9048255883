//! F16 and SEC-23: the host of a routing record is customer input too.

use outside::{GuardedHttp, Policy};
use store::Schema;
use test_support::canary::{Canary, INWARD};
use time::Duration;

use crate::world::{EMAIL, World};

/// Leads a device to that host: what the administrator is told, or `None` where the form takes no such host.
async fn hand_over(world: &World, number: usize, host: &str, port: u16) -> Option<String> {
    world.hand.advance(Duration::seconds(2));
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    world.try_move_to(bare, port).await.ok()?;
    let address = u8::try_from(number).unwrap() + 30;
    let started = world.started_from(EMAIL, address).await;
    world.sign_in(&started).await;
    assert_eq!(world.failure(&started).await.0, 30, "{host}");
    Some(world.cause(&started).await)
}

/// What is called does not depend on the database: one is enough.
#[test]
fn sec_23_no_record_leads_the_service_to_an_address_inside() {
    test_support::db::block_on(async {
        let canary = Canary::open();
        let db = test_support::db::sqlite(Schema::Cloud).await;
        let world = World::new(&db).await;
        world.reaches(GuardedHttp::new(Policy::default()));
        let mut called = 0;
        for (number, host) in INWARD.into_iter().enumerate() {
            if let Some(cause) = hand_over(&world, number, host, canary.port).await {
                assert!(cause.contains("may not call"), "{host}: {cause}");
                called += 1;
            }
        }
        assert!(called >= 20, "{called}");
        assert_eq!(canary.visits(), 0);
        assert_eq!(world.count("onboarding.token_issued").await, 0);

        let db = test_support::db::sqlite(Schema::Cloud).await;
        let world = World::new(&db).await;
        let allow = vec!["127.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()];
        world.reaches(GuardedHttp::new(Policy {
            allow,
            ..Policy::default()
        }));
        for (number, host) in ["127.0.0.1", "localhost", "[::1]"].into_iter().enumerate() {
            let cause = hand_over(&world, number, host, canary.port).await.unwrap();
            assert!(
                !cause.contains("may not call") && canary.visits() > 0,
                "{host}: {cause}"
            );
        }
        world.move_to(crate::world::ums::HOST).await;
        world.ready().await;
    });
}
