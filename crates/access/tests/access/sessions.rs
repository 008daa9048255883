use access::sessions::{self, IDLE, KEPT, LIFE};
use access::{Actor, Authorized, Event, Session, SessionToken};
use domain::Fault;
use domain::permission::{CreateUmsInstance, PortalSignedIn, ViewRouting};
use store::{Schema, args, sql};
use test_support::db::TestDb;
use test_support::db_test;
use test_support::services::{TestCloud, client, noon};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::people::{ADA, GONE, acting, counts, side};

const A_MOMENT: Duration = Duration::MILLISECOND;

async fn start(side: &TestCloud, holder: Uuid) -> SessionToken {
    let mut tx = acting(side).begin().await.unwrap();
    let token = sessions::start(&mut tx, &side.services, holder, &client(1))
        .await
        .unwrap();
    tx.commit(Event::plain("test.signed_in", "")).await.unwrap();
    token
}

async fn lives(side: &TestCloud, token: &SessionToken) -> bool {
    Session::load(&side.services, token).await.unwrap().is_some()
}

async fn data(side: &TestCloud, token: &SessionToken) -> Option<String> {
    sessions::kept(&side.services, token)
        .await
        .unwrap()
        .map(|kept| kept.data)
}

async fn seen(db: &TestDb) -> OffsetDateTime {
    let (seen,): (OffsetDateTime,) = db
        .read()
        .await
        .unwrap()
        .one(sql!("select seen_at from sessions"), args![])
        .await
        .unwrap();
    seen
}

db_test! {
    Schema::Cloud,

    async fn a_session_belongs_to_who_signed_in(db: TestDb) {
        let side = side(&db).await;
        let token = start(&side, ADA).await;
        let session = Session::load(&side.services, &token).await.unwrap().unwrap();
        assert_eq!(session.holder(), ADA);
        assert!(!lives(&side, &SessionToken::new([7; 16])).await, "a token of nobody");
        let (id,): (Vec<u8>,) = db.read().await.unwrap().one(sql!("select id from sessions"), args![]).await.unwrap();
        assert!(id.len() == 32 && !id.windows(16).any(|part| part == token.reveal()), "the token itself is not stored");
        assert!(!format!("{token:?}").contains(|c: char| c.is_ascii_digit()));
    }

    async fn it_starts_with_its_transaction_or_not_at_all(db: TestDb) {
        let side = side(&db).await;
        let mut tx = acting(&side).begin().await.unwrap();
        let token = sessions::start(&mut tx, &side.services, ADA, &client(1)).await.unwrap();
        drop(tx);
        assert!(!lives(&side, &token).await);
        assert_eq!(counts(&db).await, (0, 0, 0));
    }

    async fn it_ends_when_nobody_uses_it(db: TestDb) {
        let side = side(&db).await;
        let token = start(&side, ADA).await;
        side.clock.advance(IDLE - A_MOMENT);
        assert!(lives(&side, &token).await);
        side.clock.advance(IDLE - A_MOMENT);
        assert!(lives(&side, &token).await);
        side.clock.advance(IDLE);
        assert!(!lives(&side, &token).await);
    }

    async fn it_ends_after_its_life_however_it_is_used(db: TestDb) {
        let side = side(&db).await;
        let token = start(&side, ADA).await;
        for _ in 0..47 {
            side.clock.advance(Duration::minutes(15));
            assert!(lives(&side, &token).await);
        }
        side.clock.advance(LIFE - Duration::minutes(15 * 47) - A_MOMENT);
        assert!(lives(&side, &token).await);
        side.clock.advance(A_MOMENT);
        assert!(!lives(&side, &token).await);
    }

    async fn a_sign_of_life_is_written_every_five_minutes(db: TestDb) {
        let side = side(&db).await;
        let token = start(&side, ADA).await;
        side.clock.advance(Duration::minutes(5) - A_MOMENT);
        assert!(lives(&side, &token).await);
        assert_eq!(seen(&db).await, noon());
        side.clock.advance(A_MOMENT);
        assert!(lives(&side, &token).await);
        assert_eq!(seen(&db).await, noon() + Duration::minutes(5));
    }

    async fn a_revoked_session_never_comes_back(db: TestDb) {
        let side = side(&db).await;
        let (token, other) = (start(&side, ADA).await, start(&side, ADA).await);
        sessions::keep(&side.services, &token, r#"{"a":1}"#).await.unwrap();
        assert_eq!(data(&side, &token).await.as_deref(), Some(r#"{"a":1}"#));
        sessions::end(&side.services, &token).await.unwrap();
        // A request that was under way saves what it has.
        sessions::keep(&side.services, &token, r#"{"a":2}"#).await.unwrap();
        assert!(!sessions::keep_for_visitor(&side.services, &token, "{}").await.unwrap(), "its id is not free again");
        assert!(!lives(&side, &token).await && data(&side, &token).await.is_none());
        let kept = sql!("select count(*) from sessions where revoked_at is not null and data = '{}'");
        let wiped: i64 = db.read().await.unwrap().scalar(kept, args![]).await.unwrap();
        assert_eq!(wiped, 1);
        assert!(lives(&side, &other).await, "the other one is not touched");
    }

    async fn all_sessions_of_a_person_end_together(db: TestDb) {
        let side = side(&db).await;
        let (first, second, other) = (start(&side, ADA).await, start(&side, ADA).await, start(&side, GONE).await);
        let mut tx = acting(&side).begin().await.unwrap();
        assert_eq!(sessions::revoke_all(&mut tx, ADA).await.unwrap(), 2);
        drop(tx);
        assert!(lives(&side, &first).await, "not before the commit");
        let mut tx = acting(&side).begin().await.unwrap();
        sessions::revoke_all(&mut tx, ADA).await.unwrap();
        tx.commit(Event::plain("test.revoked", "")).await.unwrap();
        assert!(!lives(&side, &first).await && !lives(&side, &second).await && lives(&side, &other).await);
    }

    async fn what_is_kept_for_a_visitor_is_no_session_and_ends_soon(db: TestDb) {
        let side = side(&db).await;
        let token = SessionToken::new([1; 16]);
        assert!(sessions::keep_for_visitor(&side.services, &token, r#"{"form":1}"#).await.unwrap());
        assert!(!sessions::keep_for_visitor(&side.services, &token, "{}").await.unwrap(), "in use");
        assert!(!lives(&side, &token).await);
        side.clock.advance(KEPT - A_MOMENT);
        assert_eq!(data(&side, &token).await.as_deref(), Some(r#"{"form":1}"#));
        side.clock.advance(A_MOMENT);
        assert_eq!(data(&side, &token).await, None);
    }

    async fn only_rows_of_ended_sessions_are_deleted(db: TestDb) {
        let side = side(&db).await;
        start(&side, ADA).await;
        sessions::keep_for_visitor(&side.services, &SessionToken::new([1; 16]), "{}").await.unwrap();
        assert_eq!(sessions::purge(&side.services).await.unwrap(), 0);
        side.clock.advance(KEPT + A_MOMENT);
        assert_eq!(sessions::purge(&side.services).await.unwrap(), 1, "what was kept for a visitor");
        side.clock.advance(LIFE - KEPT - A_MOMENT);
        assert_eq!(sessions::purge(&side.services).await.unwrap(), 0);
        side.clock.advance(A_MOMENT);
        assert_eq!(sessions::purge(&side.services).await.unwrap(), 1);
    }

    async fn rights_are_looked_up_at_each_request(db: TestDb) {
        let side = side(&db).await;
        let (token, gone) = (start(&side, ADA).await, start(&side, GONE).await);
        let auth: Authorized<ViewRouting> = side.authorize(&token).await.unwrap();
        assert!(matches!(auth.actor(), Actor::User { .. }) && auth.still_holds().await.unwrap());
        let refused = |error: access::Result<()>| error.err().and_then(|error| error.fault().cloned());
        let forbidden = side.authorize::<CreateUmsInstance>(&token).await.map(drop);
        assert_eq!(refused(forbidden), Some(Fault::Forbidden));
        let no_access = side.authorize::<PortalSignedIn>(&gone).await.map(drop);
        assert_eq!(refused(no_access), Some(Fault::SignIn));
        let nobody = Authorized::<PortalSignedIn>::check(&side.services, None, &client(1)).await.map(drop);
        assert_eq!(refused(nobody), Some(Fault::SignIn));

        let mut tx = auth.begin().await.unwrap();
        auth.session().revoke(&mut tx).await.unwrap();
        tx.commit(Event::plain("test.signed_out", "")).await.unwrap();
        assert!(!auth.still_holds().await.unwrap());
    }
}
