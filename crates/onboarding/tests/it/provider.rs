//! Years with one provider: its keys change, its secret changes, and it is away for a while.

use domain::os_idp_change::{ClientSecretDraft, KeepOld, OsIdpActDraft};
use domain::permission::{DeleteOsIdp, SwitchOsIdp, UpdateClientSecret, ViewOsIdps};
use http::StatusCode;
use protocol::onboarding::StartedOnboarding;
use store::{Schema, args, sql};
use test_support::db_test;
use time::Duration;

use crate::world::idp::SECRET;
use crate::world::{EMAIL, World};

/// A run whose person signs in; whether the device is told to go on.
async fn signs_in(world: &World) -> bool {
    let started = world.started().await;
    world.sign_in(&started).await;
    is_ready(world, &started).await
}

async fn is_ready(world: &World, started: &StartedOnboarding) -> bool {
    matches!(
        world.poll(started).await,
        protocol::onboarding::OnboardingState::Ready { .. }
    )
}

async fn version(world: &World) -> i64 {
    let auth = world.auth::<ViewOsIdps>().await;
    let details = portal::os_idps::details(&auth, world.os_idp).await.unwrap();
    details.idp.version
}

async fn update_secret(world: &World, secret: &str, keep: KeepOld) {
    let draft = ClientSecretDraft {
        id: world.os_idp.to_string(),
        version: version(world).await.to_string(),
        client_secret: secret.to_owned(),
        keep_old: keep.key().to_owned(),
        secret_expires: String::new(),
    };
    let auth = world.auth::<UpdateClientSecret>().await;
    portal::os_idps::update_secret(&auth, draft).await.unwrap();
}

/// Whether an old secret is kept.
async fn old_secret(world: &World) -> bool {
    let acting = world.services.acting_as_unchecked(access::Actor::System("test"));
    let mut tx = acting.read().await.unwrap();
    let count = sql!("select count(*) from os_idps where old_secret is not null");
    tx.scalar::<i64>(count, args![]).await.unwrap() == 1
}

db_test! {
    Schema::Cloud,

    async fn a_new_signing_key_is_asked_for_once_and_pinned(db: TestDb) {
        let world = World::new(&db).await;
        assert!(signs_in(&world).await);
        let before = world.idp.key_calls();
        world.idp.rotate_key();
        assert!(signs_in(&world).await, "the first sign-in after the change");
        assert!(signs_in(&world).await);
        assert_eq!(world.idp.key_calls(), before + 1, "the new key was pinned");
        assert_eq!(world.count("os_idp.keys_changed").await, 1);
    }

    async fn both_secrets_work_until_the_new_one_has_worked_once(db: TestDb) {
        let world = World::new(&db).await;
        update_secret(&world, "the new one", KeepOld::UntilFirstSuccess).await;
        assert!(signs_in(&world).await, "the provider knows only the old one");
        assert!(old_secret(&world).await);
        world.idp.take_secret("the new one");
        assert!(signs_in(&world).await);
        assert!(!old_secret(&world).await);
        assert_eq!(world.count("os_idp.old_secret_ended").await, 1);
        world.idp.take_secret(SECRET);
        assert!(!signs_in(&world).await, "the old one is forgotten");
        let events = world.events().await;
        assert!(!events.iter().any(|event| event.2.contains("the new one") || event.2.contains(SECRET)));
    }

    async fn an_old_secret_ends_with_its_time(db: TestDb) {
        let world = World::new(&db).await;
        update_secret(&world, "the new one", KeepOld::Hour).await;
        world.hand.advance(Duration::minutes(59));
        assert!(signs_in(&world).await);
        world.hand.advance(Duration::MINUTE);
        assert!(!signs_in(&world).await);
        world.idp.take_secret("the new one");
        assert!(signs_in(&world).await);
        assert_eq!(world.count("os_idp.old_secret_ended").await, 0, "its time ended it");
    }

    async fn a_secret_that_is_replaced_at_once_is_gone(db: TestDb) {
        let world = World::new(&db).await;
        update_secret(&world, "the new one", KeepOld::Replace).await;
        assert!(!signs_in(&world).await);
        world.idp.take_secret("the new one");
        assert!(signs_in(&world).await);
    }

    async fn a_provider_that_is_switched_off_leads_nobody_anywhere(db: TestDb) {
        let world = World::new(&db).await;
        let waiting = world.started().await;
        let draft = async || OsIdpActDraft { id: world.os_idp.to_string(), version: version(&world).await.to_string() };
        let auth = world.auth::<SwitchOsIdp>().await;
        portal::os_idps::disable(&auth, draft().await).await.unwrap();
        assert_eq!(world.start(EMAIL).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let answer = world.post(waiting.sign_in_url.strip_prefix(crate::world::OBS).unwrap()).await;
        assert!(answer.text.contains("The device could not be onboarded"), "{}", answer.text);
        portal::os_idps::enable(&auth, draft().await).await.unwrap();
        assert!(signs_in(&world).await);
    }

    async fn what_would_end_with_a_provider_is_counted(db: TestDb) {
        let world = World::new(&db).await;
        let auth = world.auth::<DeleteOsIdp>().await;
        let running = async || onboarding::running::at_provider(&auth, world.os_idp).await.unwrap();
        assert_eq!(running().await, 0);
        let started = world.started().await;
        world.started().await;
        assert_eq!(running().await, 2);
        world.sign_in(&started).await;
        assert_eq!(running().await, 1);
        world.hand.advance(Duration::minutes(15));
        assert_eq!(running().await, 0);
    }
}
