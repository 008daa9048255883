use domain::device::{CommandKind, CommandState, DeviceChange, Presence};
use domain::page::{ListQuery, Total};
use domain::permission::{CommandDevices, ViewDevices};
use domain::{Conflict, Fault, MacAddress};
use protocol::unified::{CommandOutcome, CommandResult, Heartbeat, Hello};
use store::{Schema, args, sql};
use test_support::db_test;
use test_support::services::noon;
use time::Duration;
use tokio_util::sync::CancellationToken;
use ums::presence::{Close, connect, flush};
use ums::{commands, devices};

use crate::company::{Ums, start, unit};

fn hello(unit_id: &str, mac: &str, product: &str) -> Hello {
    Hello {
        unit_id: unit(unit_id),
        name: String::new(),
        mac: MacAddress::parse(mac).unwrap(),
        product: product.to_owned(),
        product_id: "UD3-LX".to_owned(),
        version: "12.4.0".to_owned(),
        firmware_description: String::new(),
        last_ip: None,
        network_name: "itc".to_owned(),
        boot_time: Some(noon()),
        runtime_seconds: Some(60),
        total_operating_seconds: Some(600),
        battery_percent: Some(80),
        settings_digest: None,
    }
}

async fn names(ums: &Ums, query: ListQuery) -> Vec<String> {
    let page = devices::list(&ums.may::<ViewDevices>().await, query)
        .await
        .unwrap();
    page.rows.into_iter().map(|row| row.name).collect()
}

fn search(words: &str) -> ListQuery {
    ListQuery {
        search: words.to_owned(),
        ..ListQuery::default()
    }
}

db_test! {
    Schema::Company,

    async fn unit_ids_and_mac_addresses_are_found_in_any_spelling_and_names_by_their_beginning(db: TestDb) {
        let ums = start(&db).await;
        for (unit_id, mac, product) in [("AB-12-CD-34", "00:e0:c5:4a:1b:2c", "UD3"), ("ZZ99ZZ99", "00:e0:c5:4a:1b:2d", "UD7")] {
            let id = ums.device(unit_id).await;
            devices::hello(&ums.acting(), id, &hello(unit_id, mac, product)).await.unwrap();
        }
        let first = ["ITC00E0C54A1B2C".to_owned()];
        for words in ["00e0c54a1b2c", "00:E0:C5:4A:1B:2C", "00e0.c54a.1b2c", " 00-e0-c5-4a-1b-2c ", "AB-12-CD-34", "ab12cd", "itc00e0c54a1b2c"] {
            assert_eq!(names(&ums, search(words)).await, first, "{words}");
        }
        assert_eq!(names(&ums, search("00:e0:c5")).await.len(), 2);
        assert_eq!(names(&ums, search("ITC00")).await.len(), 2);
        for nothing in ["2c", ":", "%", "_", "x' or 1=1"] {
            assert!(names(&ums, search(nothing)).await.is_empty(), "{nothing}");
        }
    }

    async fn the_list_is_sorted_and_paged(db: TestDb) {
        let ums = start(&db).await;
        for (number, product) in ["UD7", "UD3", "UD5"].into_iter().enumerate() {
            let unit_id = format!("UNIT-{number}");
            let id = ums.device(&unit_id).await;
            devices::hello(&ums.acting(), id, &hello(&unit_id, &format!("00e0c500000{number}"), product)).await.unwrap();
        }
        let by = |sort: &str, descending, cursor: &str| ListQuery {
            sort: sort.to_owned(),
            descending,
            cursor: cursor.to_owned(),
            per: 2,
            ..ListQuery::default()
        };
        let auth = ums.may::<ViewDevices>().await;
        let page = devices::list(&auth, by("product", false, "")).await.unwrap();
        assert_eq!(page.total, Total::Exact(3));
        assert_eq!(page.rows.iter().map(|row| row.product.as_str()).collect::<Vec<_>>(), ["UD3", "UD5"]);
        let rest = devices::list(&auth, by("product", false, &page.next.unwrap())).await.unwrap();
        assert_eq!(rest.rows.iter().map(|row| row.product.as_str()).collect::<Vec<_>>(), ["UD7"]);
        for sort in ["name", "mac", "version", "onboarded_by", "last_ip", "last_contact"] {
            for descending in [false, true] {
                let page = devices::list(&auth, by(sort, descending, "")).await.unwrap();
                let rest = devices::list(&auth, by(sort, descending, &page.next.unwrap())).await.unwrap();
                assert_eq!((page.rows.len(), rest.rows.len()), (2, 1), "{sort}");
            }
        }
    }

    async fn a_device_is_online_as_long_as_its_connection(db: TestDb) {
        let ums = start(&db).await;
        let id = ums.device("00E0C54A1B2C").await;
        let auth = ums.may::<ViewDevices>().await;
        let row = || async { devices::get(&auth, id).await.unwrap().row };
        assert_eq!((row().await.presence, row().await.last_contact), (Presence::Unknown, None));

        let mut changes = devices::changes(&auth).unwrap();
        let said = hello("00E0C54A1B2C", "00:e0:c5:4a:1b:2c", "UD3");
        let contact = devices::contact(&said, "192.0.2.9".parse().unwrap(), noon());
        let connection = connect(&ums.side.services, id, contact.clone()).unwrap();
        assert_eq!(changes.recv().await.unwrap(), DeviceChange { id, presence: Presence::Online });
        assert_eq!((row().await.presence, row().await.last_contact), (Presence::Online, Some(noon())));

        // The same device again: the first connection has to go, and its end is not the device's.
        let mut second = connect(&ums.side.services, id, contact).unwrap();
        let mut first = connection;
        first.wanted().changed().await.unwrap();
        assert_eq!(first.wanted().borrow().close, Some(Close::Replaced));
        drop(first);
        assert_eq!(row().await.presence, Presence::Online);

        ums.side.clock.advance(Duration::minutes(1));
        second.seen(ums.acting().now(), &Heartbeat { runtime_seconds: Some(120), battery_percent: None });
        assert_eq!(flush(&ums.acting()).await.unwrap(), 1);
        assert_eq!(flush(&ums.acting()).await.unwrap(), 0);
        let shown = devices::get(&auth, id).await.unwrap();
        assert_eq!(shown.row.last_contact, Some(noon() + Duration::minutes(1)));
        assert_eq!((shown.runtime, shown.battery_level, shown.row.last_ip.as_deref()), (Some(120), Some(80), Some("192.0.2.9")));

        devices::revoke(&ums.acting(), id).await.unwrap();
        second.wanted().changed().await.unwrap();
        assert_eq!(second.wanted().borrow().close, Some(Close::Revoked));
        assert_eq!(devices::get(&auth, id).await.unwrap_err().fault(), Some(&Fault::NotFound));
    }

    async fn a_device_that_has_gone_is_offline_and_not_unknown(db: TestDb) {
        let ums = start(&db).await;
        let id = ums.device("00E0C54A1B2C").await;
        let auth = ums.may::<ViewDevices>().await;
        let mut changes = devices::changes(&auth).unwrap();
        let contact = devices::contact(&hello("00E0C54A1B2C", "00e0c54a1b2c", ""), "192.0.2.9".parse().unwrap(), noon());
        drop(connect(&ums.side.services, id, contact).unwrap());
        changes.recv().await.unwrap();
        assert_eq!(changes.recv().await.unwrap().presence, Presence::Offline);
        for _ in 0..2 {
            let row = devices::get(&auth, id).await.unwrap().row;
            assert_eq!((row.presence, row.last_contact), (Presence::Offline, Some(noon())));
            flush(&ums.acting()).await.unwrap();
        }
    }

    async fn a_first_hello_names_the_device_and_a_later_one_does_not(db: TestDb) {
        let ums = start(&db).await;
        let id = ums.device("00E0C54A1B2C").await;
        let auth = ums.may::<ViewDevices>().await;
        assert_eq!(devices::get(&auth, id).await.unwrap().row.name, "00E0C54A1B2C");
        devices::hello(&ums.acting(), id, &hello("00E0C54A1B2C", "00e0c54a1b2c", "UD3")).await.unwrap();
        let renamed = Hello { name: "Reception".to_owned(), ..hello("00E0C54A1B2C", "00e0c54a1b2d", "UD7") };
        devices::hello(&ums.acting(), id, &renamed).await.unwrap();
        let shown = devices::get(&auth, id).await.unwrap();
        assert_eq!((shown.row.name.as_str(), shown.row.mac.as_str()), ("ITC00E0C54A1B2C", "00:E0:C5:4A:1B:2D"));
        assert_eq!((shown.row.product.as_str(), shown.last_boot), ("UD7", Some(noon())));
    }

    async fn a_command_is_delivered_once_and_its_result_kept_once(db: TestDb) {
        let ums = start(&db).await;
        let id = ums.device("00E0C54A1B2C").await;
        let auth = ums.may::<CommandDevices>().await;
        let offline = devices::reboot(&auth, id).await.unwrap_err();
        assert_eq!(offline.fault(), Some(&Conflict::DeviceOffline.into()));

        let contact = devices::contact(&hello("00E0C54A1B2C", "00e0c54a1b2c", ""), "192.0.2.9".parse().unwrap(), noon());
        let mut connection = connect(&ums.side.services, id, contact).unwrap();
        let queued = devices::reboot(&auth, id).await.unwrap();
        assert_eq!((queued.state, queued.by.as_str()), (CommandState::Queued, "Root"));
        connection.wanted().changed().await.unwrap();
        assert_eq!(commands::take(&ums.acting(), id).await.unwrap(), [(queued.id, CommandKind::Reboot)]);
        assert_eq!(commands::take(&ums.acting(), id).await.unwrap(), []);

        let other = ums.device("00E0C54A1B2D").await;
        let done = CommandResult { command: queued.id, outcome: CommandOutcome::Done };
        let failed = CommandResult { command: queued.id, outcome: CommandOutcome::Failed { message: "no".to_owned() } };
        let auth = ums.may::<ViewDevices>().await;
        let state = || async { devices::get(&auth, id).await.unwrap().commands[0].state };
        // What nobody waits for does not ask for the writer: here it is taken.
        let writer = ums.acting().begin().await.unwrap();
        commands::finish(&ums.acting(), other, &failed).await.unwrap();
        drop(writer);
        assert_eq!(state().await, CommandState::Sent, "another device cannot speak for it");
        commands::finish(&ums.acting(), id, &done).await.unwrap();
        let writer = ums.acting().begin().await.unwrap();
        commands::finish(&ums.acting(), id, &failed).await.unwrap();
        drop(writer);
        assert_eq!(state().await, CommandState::Done);
    }

    async fn a_command_that_nobody_answers_expires(db: TestDb) {
        let ums = start(&db).await;
        let id = ums.device("00E0C54A1B2C").await;
        let contact = devices::contact(&hello("00E0C54A1B2C", "00e0c54a1b2c", ""), "192.0.2.9".parse().unwrap(), noon());
        let _connection = connect(&ums.side.services, id, contact).unwrap();
        devices::reboot(&ums.may::<CommandDevices>().await, id).await.unwrap();
        ums.side.clock.advance(commands::LIFE - Duration::MILLISECOND);
        assert_eq!(commands::expire(&ums.acting()).await.unwrap(), 0);
        ums.side.clock.advance(Duration::MILLISECOND);
        assert_eq!(commands::take(&ums.acting(), id).await.unwrap(), []);
        assert_eq!(commands::expire(&ums.acting()).await.unwrap(), 1);
        let shown = devices::get(&ums.may::<ViewDevices>().await, id).await.unwrap();
        assert_eq!(shown.commands[0].state, CommandState::Expired);
    }

    async fn a_device_that_another_process_revokes_loses_its_connection_and_no_other_does(db: TestDb) {
        let ums = start(&db).await;
        let (gone, kept) = (ums.device("00E0C54A1B2C").await, ums.device("00E0C54A1B2D").await);
        let contact = || devices::contact(&hello("00E0C54A1B2C", "00e0c54a1b2c", ""), "192.0.2.9".parse().unwrap(), noon());
        let mut ended = connect(&ums.side.services, gone, contact()).unwrap();
        let mut other = connect(&ums.side.services, kept, contact()).unwrap();
        let mut tx = ums.acting().begin().await.unwrap();
        let now = tx.now();
        tx.execute_one(sql!("update devices set revoked_at = $2 where id = $1"), args![gone, now]).await.unwrap();
        tx.commit_without_event_because("as another process does").await.unwrap();

        let stop = CancellationToken::new();
        tokio::select! {
            () = ums::background::run(&ums.side.services, stop) => panic!("it runs until it is stopped"),
            told = ended.wanted().changed() => told.unwrap(),
        }
        assert_eq!(ended.wanted().borrow().close, Some(Close::Revoked));
        assert_eq!(other.wanted().borrow().close, None);
    }
}
