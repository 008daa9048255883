//! Who has access, for these tests: everybody but one, who is gone.

use std::sync::Arc;

use access::{Acting, Actor, BoxFuture, Directory, Identity, Result};
use domain::id::{AccountId, UserId};
use domain::{Cloud, Grants, Role};
use store::{args, sql};
use test_support::db::TestDb;
use test_support::services::{TestCloud, cloud};
use uuid::Uuid;

pub const ADA: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_000a);
pub const GONE: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_000b);
pub const ACCOUNT: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_000c);

struct People;

impl Directory for People {
    fn identify<'a>(&'a self, _: &'a mut store::Tx, holder: Uuid) -> BoxFuture<'a, Result<Option<Identity>>> {
        let identity = Identity {
            must_set_password: false,
            actor: ada(),
            grants: Grants {
                roles: vec![Role::ObsAdmin],
                superuser: false,
            },
            account: Some(ACCOUNT.into()),
        };
        Box::pin(async move { Ok((holder != GONE).then_some(identity)) })
    }
}

pub fn ada() -> Actor {
    Actor::User {
        id: UserId::from(ADA),
        email: "ada@contoso.example".to_owned(),
    }
}

pub async fn side(db: &TestDb) -> TestCloud {
    cloud(db, Arc::new(People)).await
}

/// Ada, within her company.
pub fn acting(side: &TestCloud) -> Acting<Cloud> {
    side.services
        .acting_as_unchecked(ada())
        .within(AccountId::from(ACCOUNT))
}

/// How many sessions, events and jobs there are.
pub async fn counts(db: &TestDb) -> (i64, i64, i64) {
    let mut tx = db.read().await.unwrap();
    let count = sql!(
        "select (select count(*) from sessions), (select count(*) from audit_events), (select count(*) from jobs)"
    );
    tx.one(count, args![]).await.unwrap()
}
