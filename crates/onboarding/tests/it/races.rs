//! F28: states, codes and tokens of one use, and fifty who come with one at once, at two servers.

use std::sync::Arc;

use access::Services;
use axum::Router;
use axum::body::Body;
use domain::Cloud;
use http::{Request, StatusCode, header};
use onboarding::{Providers, Settings, Underway};
use outside::Outside;
use protocol::onboarding::CLIENT_ASSERTION_TYPE;
use serde_json::json;
use store::Schema;
use test_support::db::TestDb;
use test_support::db_test;
use test_support::race::{race, winner};
use test_support::rounds::rounds;
use time::Duration;

use crate::world::ums::assertion;
use crate::world::{World, send};

impl World {
    /// This server, and another one over the same database.
    async fn nodes(&self, db: &TestDb) -> [Router; 2] {
        let ours = &self.services;
        let (clock, seal, passwords) = (
            ours.clock().clone(),
            ours.seal().clone(),
            ours.passwords().clone(),
        );
        let node = Services::<Cloud>::new(db.again().await, clock, seal, passwords, Arc::new(portal::Users));
        let node = node
            .with(ours.port::<portal::Settings>().unwrap().clone())
            .and_then(|node| node.with(ours.port::<Settings>()?.clone()))
            .and_then(|node| node.with(ours.port::<Outside>()?.clone()))
            .and_then(|node| node.with(Providers::default()))
            .and_then(|node| node.with(Underway::default()));
        [self.router.clone(), onboarding::router(node.unwrap())]
    }
}

db_test! {
    Schema::Cloud,

    /// Of fifty devices that show the token to the UMS, one gets in.
    async fn f28_race_for_the_token_of_a_device(db: TestDb) {
        let world = World::new(&db).await;
        let nodes = world.nodes(&db).await;
        for _ in 0..rounds(3, 1000) {
            world.hand.advance(Duration::minutes(10));
            let (_, token) = world.ready().await;
            let statuses = race(&nodes, |node, racer| {
                let body = json!({
                    "token": token, "key_id": format!("{racer:064x}"),
                    "client_assertion": assertion(&world.ums.id, &world.ums.claims()), "client_assertion_type": CLIENT_ASSERTION_TYPE,
                });
                let request = Request::post("/api/v1/tokens/validate").body(Body::from(body.to_string())).unwrap();
                async move { send(node, request, racer).await.status }
            });
            winner(&statuses.await, |status| *status == StatusCode::OK, |status| *status == StatusCode::FORBIDDEN);
        }
        assert_eq!(world.count("onboarding.token_redeemed").await, usize::try_from(rounds(3, 1000)).unwrap());
    }

    /// Of fifty ways back from the provider with the same state and code, one goes on, and the code is shown to the provider once.
    async fn f28_race_for_a_way_back(db: TestDb) {
        let world = World::new(&db).await;
        let nodes = world.nodes(&db).await;
        for round in 1..=rounds(3, 1000) {
            world.hand.advance(Duration::minutes(10));
            let started = world.started().await;
            let left = world.go(&started).await;
            let back = world.idp.sign_in(&left.url);
            let cookie = format!("__Host-onboarding={}", left.cookie);
            let statuses = race(&nodes, |node, racer| {
                let request = Request::get(&back).header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
                async move { send(node, request, racer).await.status }
            });
            winner(&statuses.await, |status| *status == StatusCode::SEE_OTHER, |status| *status == StatusCode::BAD_REQUEST);
            world.token(&started).await;
            assert_eq!(world.idp.token_calls(), round);
        }
    }
}
