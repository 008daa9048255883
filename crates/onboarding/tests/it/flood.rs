//! Many at a time: signing keys that nobody has (F13), and devices that wait.

use futures::future::join_all;
use http::StatusCode;
use onboarding::limits;
use protocol::onboarding::{OnboardingState, StartedOnboarding};
use store::{Schema, args, sql};
use test_support::db_test;
use time::Duration;

use crate::world::World;

const MANY: usize = 1000;
/// So many are begun at the same time: the pool of a test is small.
const AT_ONCE: usize = 50;

/// Run number `number` of many people at many addresses.
async fn begin(world: &World, number: usize) -> StartedOnboarding {
    let address = u8::try_from(number % 100).unwrap() + 100;
    world
        .started_from(&format!("p{number}@contoso.example"), address)
        .await
}

async fn count(world: &World, sign_ins: bool) -> usize {
    let text = if sign_ins {
        sql!("select count(*) from onboarding_sign_ins")
    } else {
        sql!("select count(*) from onboardings")
    };
    let acting = world.services.acting_as_unchecked(access::Actor::System("test"));
    let mut tx = acting.read().await.unwrap();
    usize::try_from(tx.scalar::<i64>(text, args![]).await.unwrap()).unwrap()
}

/// One provider, one moment, a thousand tokens that name keys which nobody has. What is remembered of a provider is in memory: one
/// database is enough.
#[test]
fn f13_a_thousand_unknown_keys_ask_a_provider_once_a_minute() {
    test_support::db::block_on(async {
        let db = test_support::db::sqlite(Schema::Cloud).await;
        let world = World::new(&db).await;
        let before = world.idp.key_calls();
        for number in 0..MANY {
            world.idp.name_key(&format!("bogus-{number}"));
            let started = begin(&world, number).await;
            let left = world.post_from(&started, number).await.left();
            world
                .back_from(&world.idp.sign_in(&left.url), &left.cookie, number)
                .await;
        }
        assert_eq!(world.idp.token_calls() as usize, MANY, "each was exchanged");
        assert_eq!(world.count("onboarding.failed").await, MANY);
        assert_eq!(world.count("onboarding.signed_in").await, 0);
        assert_eq!(world.idp.key_calls(), before + 1);

        world.hand.advance(Duration::minutes(15));
        world.idp.be_honest();
        world.ready().await;
        world.idp.name_key("bogus");
        let refused = async || {
            let started = world.started().await;
            world.sign_in(&started).await;
            assert_eq!(world.failure(&started).await.0, 30);
        };
        refused().await;
        assert_eq!(world.idp.key_calls(), before + 2);
        world.hand.advance(Duration::seconds(59));
        refused().await;
        assert_eq!(world.idp.key_calls(), before + 2);
        world.hand.advance(Duration::SECOND);
        refused().await;
        assert_eq!(world.idp.key_calls(), before + 3);
        // A new key works at the first sign-in after the minute.
        world.idp.be_honest();
        world.idp.rotate_key();
        world.hand.advance(Duration::minutes(1));
        world.ready().await;
    });
}

db_test! {
    Schema::Cloud,

    async fn a_thousand_devices_wait_at_the_same_time_and_leave_nothing_behind(db: TestDb) {
        let world = World::new(&db).await;
        let mut waiting = Vec::new();
        for first in (0..MANY).step_by(AT_ONCE) {
            waiting.extend(join_all((first..first + AT_ONCE).map(|number| begin(&world, number))).await);
        }
        let mut left = Vec::new();
        for (batch, some) in waiting.chunks(AT_ONCE).enumerate() {
            let go = some.iter().enumerate().map(|(place, started)| world.post_from(started, batch * AT_ONCE + place));
            left.extend(join_all(go).await.into_iter().map(|page| page.left()));
        }
        // One row each, and one for the way back: pressing Continue again makes no further one.
        let again = world.post_from(&waiting[0], 0).await.left();
        assert_eq!((count(&world, false).await, count(&world, true).await), (MANY, MANY));
        assert_eq!(world.poll_from(&waiting[MANY - 1].id.to_string(), waiting[MANY - 1].secret.expose(), 5).await.status, StatusCode::OK);
        assert_ne!(again.cookie, left[0].cookie);

        // Any of them can go on.
        world.idp.say("email", serde_json::json!("p999@contoso.example"));
        let last = left.last().unwrap();
        assert_eq!(world.back_from(&world.idp.sign_in(&last.url), &last.cookie, 7).await.status, StatusCode::SEE_OTHER);
        assert!(matches!(world.poll(waiting.last().unwrap()).await, OnboardingState::Ready { .. }));
        world.idp.be_honest();

        // The others end with their time, are told so for a day, and are gone.
        world.hand.advance(limits::SIGN_IN_LIFE);
        let (code, _) = world.failure(&waiting[1]).await;
        assert_eq!(code, 30);
        assert_eq!(world.start("p1@contoso.example").await.status, StatusCode::CREATED);
        onboarding::purge(&world.services).await.unwrap();
        assert_eq!((count(&world, false).await, count(&world, true).await), (MANY + 1, 0));
        world.hand.advance(limits::KEEP_WAITING - limits::SIGN_IN_LIFE - Duration::milliseconds(1));
        onboarding::purge(&world.services).await.unwrap();
        assert_eq!(count(&world, false).await, MANY + 1);
        world.hand.advance(Duration::milliseconds(1));
        onboarding::purge(&world.services).await.unwrap();
        assert_eq!(count(&world, false).await, 2, "the one that was onboarded, and the one begun later");
    }
}
