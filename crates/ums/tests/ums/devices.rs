use domain::device::{CommandKind, CommandState, DeviceChange, DeviceChanges, Presence};
use domain::id::DeviceId;
use domain::page::{ListQuery, Total};
use domain::permission::{CommandDevices, ViewDevices};
use domain::{Conflict, Fault, MacAddress};
use futures::FutureExt as _;
use protocol::unified::{CommandOutcome, CommandResult, Heartbeat, Hello};
use store::{Schema, args, sql};
use test_support::db_test;
use test_support::services::noon;
use time::Duration;
use tokio_util::sync::CancellationToken;
use ums::presence::{self, Close, Connection, Contact, Wanted, flush};
use ums::{commands, devices};

use crate::company::{Ums, start, unit};

pub fn hello(unit_id: &str, mac: &str, product: &str) -> Hello {
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

/// Makes a device online.
pub fn connect(ums: &Ums, id: DeviceId, contact: Contact) -> Connection {
    let looked = presence::stamp(&ums.side.services).unwrap();
    presence::connect(&ums.side.services, id, contact, looked)
        .unwrap()
        .unwrap()
}

/// A device that is enrolled and online.
pub async fn connected(ums: &Ums, unit_id: &str) -> (DeviceId, Connection) {
    let id = ums.device(unit_id).await;
    let contact = devices::contact(
        &hello(unit_id, "00e0c54a1b2c", ""),
        "192.0.2.9".parse().unwrap(),
        noon(),
    );
    (id, connect(ums, id, contact))
}

/// A connection that nothing was wanted of but its end.
fn end(why: Close) -> Wanted {
    Wanted {
        close: Some(why),
        ..Wanted::default()
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

    async fn a_search_finds_every_word_in_any_part_of_a_device(db: TestDb) {
        let ums = start(&db).await;
        for (unit_id, mac, product) in [("AB-12-CD-34", "00:e0:c5:4a:1b:2c", "UD3"), ("ZZ99ZZ99", "00:e0:c5:4a:1b:2d", "UD7")] {
            let id = ums.device(unit_id).await;
            devices::hello(&ums.acting(), id, &hello(unit_id, mac, product)).await.unwrap();
        }
        let mut tx = ums.acting().begin().await.unwrap();
        let place = sql!(
            "update devices set name = 'Empfang Süd', name_key = 'empfang süd', site = 'ÖSTERREICH', site_key = 'österreich', \
             department = 'Sales', department_key = 'sales', onboarded_by = 'ada@contoso.example', last_ip = '192.0.2.17' where unit_id = 'AB-12-CD-34'"
        );
        tx.execute_one(place, args![]).await.unwrap();
        tx.commit_without_event_because("as an administrator will").await.unwrap();

        let first = ["Empfang Süd".to_owned()];
        for words in [
            "00e0c54a1b2c", "00:E0:C5:4A:1B:2C", "00e0.c54a.1b2c", " 00-e0-c5-4a-1b-2c ", "5:4a:1b:2c", "4A1B2C", "AB-12-CD-34", "ab12cd", "2-cd-3",
            "Empfang", "PFANG", "SÜD", "em", "E", "Österreich", "österreich sales", "SALES 4a1b2c em", "süd d3", "sales 17", "ada@", "contoso", "ud3", "192.0.2.17", "192.0.2",
        ] {
            assert_eq!(names(&ums, search(words)).await, first, "{words}");
        }
        assert_eq!(names(&ums, search("00:e0:c5")).await.len(), 2);
        assert_eq!(names(&ums, search("itc00e0c54a1b2d")).await, ["ITC00E0C54A1B2D"]);
        for words in ["site:österreich", "SITE:Österreich department:\"sales\"", "sales site:\"ÖSTERREICH\"", "department:sales 5:4a:1b:2c", "em site:österreich"] {
            for sort in ["", "last_contact"] {
                assert_eq!(names(&ums, ListQuery { sort: sort.to_owned(), ..search(words) }).await, first, "{words}");
            }
        }
        assert_eq!(names(&ums, search("site:\"\"")).await.len(), 1, "the device without a site");
        for nothing in ["site:sales", "department:sale", "department:sales zz99", "name:empfang", "2c", ":", "%", "_", "___", "%%%", "x' or 1=1", "sales zz99", "süd sales it", "pf", "17ab12", "sales OR zz99", "sal*"] {
            assert!(names(&ums, search(nothing)).await.is_empty(), "{nothing}");
        }
    }

    async fn what_is_found_follows_what_changes(db: TestDb) {
        let ums = start(&db).await;
        let id = ums.device("00E0C54A1B2C").await;
        let found = async |words: &str| names(&ums, search(words)).await.len();
        assert_eq!((found("00e0c54a1b2c").await, found("ud3").await, found("itc").await), (1, 0, 0));
        devices::hello(&ums.acting(), id, &hello("00E0C54A1B2C", "00e0c5999999", "UD3")).await.unwrap();
        assert_eq!((found("00e0c54a1b2c").await, found("999999").await, found("ud3").await, found("itc").await), (1, 1, 1, 1));
        devices::hello(&ums.acting(), id, &hello("00E0C54A1B2C", "00e0c5888888", "UD7")).await.unwrap();
        assert_eq!((found("888888").await, found("ud3").await, found("ud7").await), (1, 0, 1));

        assert_eq!(found("192.0.2.9").await, 0);
        let contact = devices::contact(&hello("00E0C54A1B2C", "00e0c5888888", "UD7"), "192.0.2.9".parse().unwrap(), noon());
        drop(connect(&ums, id, contact));
        flush(&ums.acting()).await.unwrap();
        assert_eq!(found("192.0.2.9").await, 1);

        let other = ums.device("00E0C54A1B2D").await;
        assert_eq!(found("00e0c54a1b").await, 2);
        devices::revoke(&ums.acting(), id).await.unwrap();
        for words in ["00e0c54a1b2c", "888888", "ud7", "itc", "it", "192.0.2.9"] {
            assert_eq!(found(words).await, 0, "{words}");
        }
        assert_eq!(found("00e0c54a1b").await, 1);
        assert_eq!(found("").await, 1);
        devices::revoke(&ums.acting(), other).await.unwrap();
        assert_eq!(found("00e0c54a1b").await, 0);
    }

    async fn many_devices_are_found_and_paged_as_few_are(db: TestDb) {
        let ums = start(&db).await;
        let mut tx = ums.acting().begin().await.unwrap();
        // More than a total counts: berlin's come last by name, those of paris are spread and a few over the limit of few.
        let fill = sql!(
            sqlite: "with recursive n (i) as (select 1 union all select i + 1 from n where i < 21000)
                insert into devices (id, unit_id, unit_key, name, name_key, mac, product, product_id, version, firmware_description, network_name,
                    site, site_key, comment, department, department_key, cost_center, structure_tag, onboarded_by, onboarded_issuer, last_ip,
                    last_contact_at, key_id, enrolled_at)
                select randomblob(16), 'UNIT' || i, 'UNIT' || i, 'm' || printf('%05d', i), 'm' || printf('%05d', i), '', '', '', '', '', '', '',
                       case when i > 10500 then 'berlin' else 'munich' end, '', '', case when i % 2 = 0 then 'sales' else 'support' end, '', '', '', '', '',
                       (i * 7919) % 21001, x'00', 0 from n",
            postgres: "insert into devices (id, unit_id, unit_key, name, name_key, mac, product, product_id, version, firmware_description, network_name,
                    site, site_key, comment, department, department_key, cost_center, structure_tag, onboarded_by, onboarded_issuer, last_ip,
                    last_contact_at, key_id, enrolled_at)
                select gen_random_uuid(), 'UNIT' || i, 'UNIT' || i, 'm' || lpad(i::text, 5, '0'), 'm' || lpad(i::text, 5, '0'), '', '', '', '', '', '', '',
                       case when i > 10500 then 'berlin' else 'munich' end, '', '', case when i % 2 = 0 then 'sales' else 'support' end, '', '', '', '', '',
                       (i * 7919) % 21001, decode('00', 'hex'), 0 from generate_series(1, 21000) i",
        );
        assert_eq!(tx.execute(fill, args![]).await.unwrap(), 21_000);
        tx.commit_without_event_because("they were always there").await.unwrap();
        let auth = ums.may::<ViewDevices>().await;
        let name = |n: usize| format!("m{n:05}");
        // first, step and count of what is found; more than are counted, exactly so many, none at the beginning of the order
        for (words, from, step, count) in [
            ("", 1, 1, 21_000), ("m", 1, 1, 21_000), ("m0", 1, 1, 9_999), ("munich", 1, 1, 10_500), ("berlin", 10_501, 1, 10_500), ("berlin m1", 10_501, 1, 9_499),
            ("site:munich", 1, 1, 10_500), ("site:berlin", 10_501, 1, 10_500), ("department:sales", 2, 2, 10_500),
            ("site:munich department:sales", 2, 2, 5_250), ("site:munich sales", 2, 2, 5_250), ("site:berlin m1", 10_501, 1, 9_499), ("m01", 1_000, 1, 1_000),
            ("sales", 2, 2, 10_500), ("munich sales", 2, 2, 5_250), ("m2", 20_000, 1, 1_001), ("unit2099", 2_099, 18_891, 11),
        ] {
            let by_words = words.split(' ').any(|word| !word.is_empty() && !word.contains(':'));
            let limit = if by_words { 1_000 } else { 10_000 };
            let total = if count > limit { Total::AtLeast(limit) } else { Total::Exact(count) };
            for descending in [false, true] {
                let query = ListQuery { descending, ..search(words) };
                let page = devices::list(&auth, query.clone()).await.unwrap();
                assert_eq!(page.total, total, "{words}");
                if words.starts_with("unit") {
                    assert_eq!((page.rows.len(), page.next), (11, None));
                    continue;
                }
                let nth = |n: usize| name(from + step * if descending { usize::try_from(count).unwrap() - 1 - n } else { n });
                let shown = |page: &domain::page::Page<domain::device::DeviceRow>| page.rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
                assert_eq!(shown(&page), (0..50).map(nth).collect::<Vec<_>>(), "{words}");
                let next = devices::list(&auth, ListQuery { cursor: page.next.clone().unwrap(), ..query.clone() }).await.unwrap();
                assert_eq!(shown(&next), (50..100).map(nth).collect::<Vec<_>>(), "{words}");
                let back = devices::list(&auth, ListQuery { cursor: next.previous.clone().unwrap(), ..query }).await.unwrap();
                assert_eq!((shown(&back), back.previous), (shown(&page), None), "{words}");
            }
            let by_contact = devices::list(&auth, ListQuery { sort: "last_contact".to_owned(), descending: true, ..search(words) }).await.unwrap();
            let contacts: Vec<_> = by_contact.rows.iter().map(|row| row.last_contact).collect();
            assert!(contacts.is_sorted_by(|a, b| a >= b), "{words}");
            assert_eq!(by_contact.rows.len(), usize::try_from(count).unwrap().min(50));
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
        let connection = connect(&ums, id, contact.clone());
        let online = DeviceChange { id, presence: Presence::Online };
        assert_eq!(changes.next().await, Some(DeviceChanges::These(vec![online])));
        assert_eq!((row().await.presence, row().await.last_contact), (Presence::Online, Some(noon())));

        // The same device again: the first connection has to go, and its end is not the device's.
        let second = connect(&ums, id, contact);
        assert_eq!(connection.wanted().await, end(Close::Replaced));
        drop(connection);
        assert_eq!(row().await.presence, Presence::Online);

        ums.side.clock.advance(Duration::minutes(1));
        second.seen(ums.acting().now(), &Heartbeat { runtime_seconds: Some(120), battery_percent: None });
        assert_eq!(flush(&ums.acting()).await.unwrap(), 1);
        assert_eq!(flush(&ums.acting()).await.unwrap(), 0);
        let shown = devices::get(&auth, id).await.unwrap();
        assert_eq!(shown.row.last_contact, Some(noon() + Duration::minutes(1)));
        assert_eq!((shown.runtime, shown.battery_level, shown.row.last_ip.as_deref()), (Some(120), Some(80), Some("192.0.2.9")));

        devices::revoke(&ums.acting(), id).await.unwrap();
        assert_eq!(second.wanted().await, end(Close::Revoked));
        assert_eq!(devices::get(&auth, id).await.unwrap_err().fault(), Some(&Fault::NotFound));
    }

    async fn a_device_that_has_gone_is_offline_and_not_unknown(db: TestDb) {
        let ums = start(&db).await;
        let id = ums.device("00E0C54A1B2C").await;
        let auth = ums.may::<ViewDevices>().await;
        let mut changes = devices::changes(&auth).unwrap();
        let contact = devices::contact(&hello("00E0C54A1B2C", "00e0c54a1b2c", ""), "192.0.2.9".parse().unwrap(), noon());
        drop(connect(&ums, id, contact));
        let offline = DeviceChange { id, presence: Presence::Offline };
        assert_eq!(changes.next().await, Some(DeviceChanges::These(vec![offline])), "the latest alone");
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

    async fn whatever_a_device_says_anew_is_kept_and_its_place_in_the_lists_follows(db: TestDb) {
        let ums = start(&db).await;
        let id = ums.device("00E0C54A1B2C").await;
        let other = ums.device("00E0C54A1B2D").await;
        let auth = ums.may::<ViewDevices>().await;
        let mut said = hello("00E0C54A1B2C", "00e0c54a1b2c", "UD3");
        devices::hello(&ums.acting(), id, &said).await.unwrap();
        let second = Hello { version: "12.5.0".to_owned(), ..hello("00E0C54A1B2D", "00e0c54a1b2d", "UD5") };
        devices::hello(&ums.acting(), other, &second).await.unwrap();
        let changes: [fn(&mut Hello); 7] = [
            |_| {},
            |hello| hello.boot_time = None,
            |hello| hello.boot_time = Some(noon() + Duration::DAY),
            |hello| (hello.product_id, hello.firmware_description, hello.network_name) = ("UD3-W".to_owned(), "beta".to_owned(), "lamp".to_owned()),
            |hello| hello.version = "12.6.0".to_owned(),
            |hello| hello.product = "UD7".to_owned(),
            |hello| hello.mac = MacAddress::parse("00e0c54a1b2e").unwrap(),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            change(&mut said);
            devices::hello(&ums.acting(), id, &said).await.unwrap();
            let shown = devices::get(&auth, id).await.unwrap();
            assert_eq!((shown.row.name.as_str(), shown.row.mac.as_str()), ("ITC00E0C54A1B2C", said.mac.to_string().as_str()), "{number}");
            assert_eq!((&shown.row.product, &shown.product_id, &shown.row.version), (&said.product, &said.product_id, &said.version), "{number}");
            assert_eq!((&shown.firmware_description, &shown.network_name, shown.last_boot), (&said.firmware_description, &said.network_name, said.boot_time), "{number}");
            for (sort, is_last) in [("version", said.version > second.version), ("product", said.product > second.product), ("mac", said.mac.key() > second.mac.key())] {
                let list = devices::list(&auth, ListQuery { sort: sort.to_owned(), ..search("") }).await.unwrap();
                assert_eq!(list.rows.iter().position(|row| row.id == id), Some(usize::from(is_last)), "{number}: {sort}");
            }
            assert_eq!(names(&ums, search(&said.product)).await.len(), 1, "{number}");
        }
        let mut look = ums.acting().glance().await.unwrap();
        let kept = sql!("select count(*) from devices where hello_digest is not null");
        assert_eq!(look.scalar::<i64>(kept, args![]).await.unwrap(), 2);
    }

    async fn a_command_is_delivered_once_and_its_result_kept_once(db: TestDb) {
        let ums = start(&db).await;
        let id = ums.device("00E0C54A1B2C").await;
        let auth = ums.may::<CommandDevices>().await;
        let offline = devices::reboot(&auth, id).await.unwrap_err();
        assert_eq!(offline.fault(), Some(&Conflict::DeviceOffline.into()));

        let contact = devices::contact(&hello("00E0C54A1B2C", "00e0c54a1b2c", ""), "192.0.2.9".parse().unwrap(), noon());
        let connection = connect(&ums, id, contact);
        let sent = devices::reboot(&auth, id).await.unwrap();
        assert_eq!((sent.state, sent.by.as_str()), (CommandState::Sent, "Root"));
        let command = Some((sent.id, CommandKind::Reboot));
        assert_eq!(connection.wanted().await, Wanted { command, ..Wanted::default() });
        assert_eq!(connection.wanted().now_or_never(), None);
        assert_eq!(commands::take(&ums.acting(), id).await.unwrap(), []);

        let other = ums.device("00E0C54A1B2D").await;
        let done = CommandResult { command: sent.id, outcome: CommandOutcome::Done };
        let failed = CommandResult { command: sent.id, outcome: CommandOutcome::Failed { message: "no".to_owned() } };
        let auth = ums.may::<ViewDevices>().await;
        let state = || async { devices::get(&auth, id).await.unwrap().commands[0].state };
        commands::finish(&ums.acting(), other, &failed, false).await.unwrap();
        assert_eq!(state().await, CommandState::Sent, "another device cannot speak for it");
        commands::finish(&ums.acting(), id, &done, true).await.unwrap();
        commands::finish(&ums.acting(), id, &failed, true).await.unwrap();
        // What nobody waits for does not ask for the writer: here it is taken.
        let writer = ums.acting().begin().await.unwrap();
        commands::finish(&ums.acting(), id, &failed, false).await.unwrap();
        drop(writer);
        assert_eq!(state().await, CommandState::Done);
    }

    async fn a_command_that_nobody_answers_expires(db: TestDb) {
        let ums = start(&db).await;
        let id = ums.device("00E0C54A1B2C").await;
        let contact = devices::contact(&hello("00E0C54A1B2C", "00e0c54a1b2c", ""), "192.0.2.9".parse().unwrap(), noon());
        let _connection = connect(&ums, id, contact);
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
        let ended = connect(&ums, gone, contact());
        let other = connect(&ums, kept, contact());
        let mut tx = ums.acting().begin().await.unwrap();
        let now = tx.now();
        tx.execute_one(sql!("update devices set revoked_at = $2 where id = $1"), args![gone, now]).await.unwrap();
        tx.commit_without_event_because("as another process does").await.unwrap();

        let stop = CancellationToken::new();
        tokio::select! {
            () = ums::background::run(&ums.side.services, stop) => panic!("it runs until it is stopped"),
            told = ended.wanted() => assert_eq!(told, end(Close::Revoked)),
        }
        assert_eq!(other.wanted().now_or_never(), None);
    }
}
