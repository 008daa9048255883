use std::net::{IpAddr, Ipv4Addr};

use access::{Event, Visitor, sessions};
use domain::id::{AccountId, DeviceId, RoutingId};
use store::{Schema, args, row, sql};
use test_support::db::TestDb;
use test_support::db_test;
use test_support::services::{client, noon};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::people::{ACCOUNT, ADA, acting, ada, counts, side};

row! {
    struct EventRow {
        at: OffsetDateTime,
        account_id: Option<Uuid>,
        actor_kind: String,
        actor_id: Option<Uuid>,
        actor_name: String,
        address: Option<String>,
        name: String,
        target_kind: String,
        target_id: Option<Uuid>,
        target_name: String,
        details: String,
    }
}

async fn events(db: &TestDb) -> Vec<EventRow> {
    let all = sql!(
        "select at, account_id, actor_kind, actor_id, actor_name, address, name, target_kind, target_id, target_name, details
           from audit_events order by id"
    );
    db.read().await.unwrap().all(all, args![]).await.unwrap()
}

db_test! {
    Schema::Cloud,

    async fn a_change_its_event_and_its_job_come_together(db: TestDb) {
        let side = side(&db).await;
        let mut tx = acting(&side).begin().await.unwrap();
        sessions::start(&mut tx, &side.services, ADA, &client(1)).await.unwrap();
        tx.queue("mail", &"a letter", tx.now()).await.unwrap();
        tx.note(Event::plain("letter.written", "first")).await.unwrap();
        tx.commit(Event::plain("session.started", "second")).await.unwrap();
        assert_eq!(counts(&db).await, (1, 2, 1));
    }

    async fn a_change_that_is_dropped_leaves_nothing(db: TestDb) {
        let side = side(&db).await;
        let mut tx = acting(&side).begin().await.unwrap();
        sessions::start(&mut tx, &side.services, ADA, &client(1)).await.unwrap();
        tx.queue("mail", &"a letter", tx.now()).await.unwrap();
        tx.note(Event::plain("letter.written", "first")).await.unwrap();
        drop(tx);
        assert_eq!(counts(&db).await, (0, 0, 0));

        let mut tx = acting(&side).begin().await.unwrap();
        tx.queue("mail", &"a letter", tx.now()).await.unwrap();
        let refused = tx.execute(sql!("insert into seal_check (id, sealed) values (2, $1)"), args![vec![0_u8]]).await;
        assert!(refused.is_err(), "the table has one row");
        drop(tx);
        assert_eq!(counts(&db).await, (0, 0, 0));
    }

    async fn an_event_says_who_when_from_where_and_what(db: TestDb) {
        let side = side(&db).await;
        side.clock.advance(Duration::seconds(5));
        let routing = RoutingId::from(Uuid::from_u128(7));
        let visitor = Visitor::new(&side.services, client(9));
        let tx = visitor.known_as(ada(), Some(AccountId::from(ACCOUNT))).begin().await.unwrap();
        side.clock.advance(Duration::seconds(5));
        let event = Event::new("routing.changed", routing, "UMS Berlin").changed("port", 8443, 443).with("note", "a \"word\"");
        tx.commit(event).await.unwrap();

        let [event] = events(&db).await.try_into().unwrap_or_else(|_| panic!("one event"));
        assert_eq!(event.at, noon() + Duration::seconds(5), "the time of its change");
        assert_eq!((event.account_id, event.actor_id, event.target_id), (Some(ACCOUNT), Some(ADA), Some(routing.into())));
        assert_eq!((event.actor_kind.as_str(), event.actor_name.as_str()), ("user", "ada@contoso.example"));
        assert_eq!(event.address, Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 9)).to_string()));
        assert_eq!((event.name.as_str(), event.target_kind.as_str(), event.target_name.as_str()), ("routing.changed", "routing", "UMS Berlin"));
        assert_eq!(event.details, r#"{"note":"a \"word\"","port":{"new":443,"old":8443}}"#);
    }

    async fn ids_of_a_change_are_new_and_sort_by_time(db: TestDb) {
        let side = side(&db).await;
        let mut ids: Vec<DeviceId> = Vec::new();
        for _ in 0..50 {
            let tx = acting(&side).begin().await.unwrap();
            ids.push(tx.id());
            drop(tx);
            side.clock.advance(Duration::MILLISECOND);
        }
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(ids, sorted);
    }
}
