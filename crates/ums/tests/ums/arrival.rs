//! What may change between the look at a device's certificate and its hello, and does not get lost.

use domain::device::CommandKind;
use domain::id::DeviceId;
use domain::permission::CommandDevices;
use futures::FutureExt as _;
use pki::Fingerprint;
use protocol::unified::Hello;
use store::{Schema, args, sql};
use test_support::db_test;
use test_support::services::noon;
use time::Duration;
use ums::devices::{self, Look};
use ums::enrolment::{enrol_with_key, re_enrol};
use ums::presence::{Close, Connection, Contact, Wanted};
use ums::{commands, reconnect};

use crate::company::{Device, Ums, start, unit};
use crate::devices::hello;

const UNIT: &str = "00E0C54A1B2C";

/// A device that has enrolled: its id and the fingerprint of its certificate.
async fn enrolled(ums: &Ums) -> (DeviceId, Fingerprint) {
    let key = ums.key("", "").await;
    let enrolled = enrol_with_key(&ums.visitor(), &unit(UNIT), &key, &Device::new().request)
        .await
        .unwrap();
    (enrolled.device, enrolled.certificate.fingerprint())
}

async fn look(ums: &Ums, fingerprint: &Fingerprint) -> Option<Look> {
    devices::by_certificate(&ums.side.services, fingerprint)
        .await
        .unwrap()
}

fn said() -> Hello {
    hello(UNIT, "00e0c54a1b2c", "UD3")
}

fn contact() -> Contact {
    devices::contact(&said(), "192.0.2.9".parse().unwrap(), noon())
}

async fn arrive(ums: &Ums, fingerprint: &Fingerprint, look: Look) -> Option<Connection> {
    devices::arrive(&ums.acting(), fingerprint, look, &said(), contact())
        .await
        .unwrap()
}

const COMMANDS: Wanted = Wanted {
    command: None,
    commands: true,
    close: None,
};

db_test! {
    Schema::Company,

    async fn a_device_that_comes_back_unchanged_is_online_by_one_look_and_writes_nothing(db: TestDb) {
        let ums = start(&db).await;
        let (id, print) = enrolled(&ums).await;
        let first = arrive(&ums, &print, look(&ums, &print).await.unwrap()).await.unwrap();
        let known = look(&ums, &print).await.unwrap();
        assert_eq!((known.device.id, known.outlives, known.commands_queued), (id, false, false));
        // The one writer is taken, and nobody waits for it.
        let writer = ums.acting().begin().await.unwrap();
        let second = arrive(&ums, &print, known).await.unwrap();
        drop(writer);
        assert_eq!(first.wanted().await.close, Some(Close::Replaced));
        assert_eq!(second.wanted().now_or_never(), None);
    }

    async fn a_device_that_is_revoked_after_the_look_does_not_come_online(db: TestDb) {
        let ums = start(&db).await;
        let (id, print) = enrolled(&ums).await;
        let _online = arrive(&ums, &print, look(&ums, &print).await.unwrap()).await.unwrap();
        let before = look(&ums, &print).await.unwrap();
        devices::revoke(&ums.acting(), id).await.unwrap();
        assert!(arrive(&ums, &print, before).await.is_none());
        assert!(look(&ums, &print).await.is_none());
    }

    async fn a_device_that_another_process_revokes_after_the_look_does_not_come_online_once_that_is_seen(db: TestDb) {
        let ums = start(&db).await;
        let (id, print) = enrolled(&ums).await;
        let before = look(&ums, &print).await.unwrap();
        let mut tx = ums.acting().begin().await.unwrap();
        let now = tx.now();
        tx.execute_one(sql!("update devices set revoked_at = $2 where id = $1"), args![id, now]).await.unwrap();
        tx.commit_without_event_because("as another process does").await.unwrap();
        assert_eq!(devices::end_revoked(&ums.acting()).await.unwrap(), 1);
        assert!(arrive(&ums, &print, before).await.is_none());
    }

    async fn who_looked_with_an_old_certificate_does_not_take_the_place_of_the_new_one(db: TestDb) {
        let ums = start(&db).await;
        let (_, old) = enrolled(&ums).await;
        let before = look(&ums, &old).await.unwrap();
        ums.side.clock.advance(Duration::SECOND);
        let renewed = re_enrol(&ums.acting(), &before.device, &Device::new().request).await.unwrap();
        let new = renewed.certificate.fingerprint();
        let waits = look(&ums, &old).await.unwrap();

        let online = arrive(&ums, &new, look(&ums, &new).await.unwrap()).await.unwrap();
        for stale in [before, waits] {
            assert!(arrive(&ums, &old, stale).await.is_none());
        }
        assert_eq!(online.wanted().now_or_never(), None, "nobody took its place");
    }

    async fn a_command_reaches_the_device_that_connects_in_the_same_moment(db: TestDb) {
        let ums = start(&db).await;
        let (id, print) = enrolled(&ums).await;
        let first = arrive(&ums, &print, look(&ums, &print).await.unwrap()).await.unwrap();
        // Given after the look: it is handed to the first connection, which is replaced before it can take it up.
        let before = look(&ums, &print).await.unwrap();
        let sent = devices::reboot(&ums.may::<CommandDevices>().await, id).await.unwrap();
        let second = arrive(&ums, &print, before).await.unwrap();
        assert_eq!(first.wanted().await, Wanted { close: Some(Close::Replaced), ..Wanted::default() });
        drop(first);
        assert_eq!(commands::put_back(&ums.acting()).await.unwrap(), 0, "it was not lost with the first");
        let command = Some((sent.id, CommandKind::Reboot));
        assert_eq!(second.wanted().await, Wanted { command, ..Wanted::default() });
        // Taken up there: it is the second's for good, and the third does not get it again.
        let third = arrive(&ums, &print, look(&ums, &print).await.unwrap()).await.unwrap();
        drop(second);
        assert_eq!(commands::put_back(&ums.acting()).await.unwrap(), 0);
        assert_eq!(third.wanted().now_or_never(), None);
        assert_eq!(commands::take(&ums.acting(), id).await.unwrap(), []);
    }

    async fn a_command_that_did_not_go_out_reaches_the_next_connection(db: TestDb) {
        let ums = start(&db).await;
        let (id, print) = enrolled(&ums).await;
        let auth = ums.may::<CommandDevices>().await;
        let mut gone = arrive(&ums, &print, look(&ums, &print).await.unwrap()).await.unwrap();
        // The next connection looks and begins before the command is put back, only looks before, or does both after it.
        for (looks_before, begins_before) in [(true, true), (true, false), (false, false)] {
            let sent = devices::reboot(&auth, id).await.unwrap();
            drop(gone);
            let put_back = async || commands::put_back(&ums.acting()).await.unwrap();
            if !looks_before {
                assert_eq!(put_back().await, 1);
            }
            let seen = look(&ums, &print).await.unwrap();
            assert_eq!(seen.commands_queued, !looks_before);
            if looks_before && !begins_before {
                assert_eq!(put_back().await, 1);
            }
            let next = arrive(&ums, &print, seen).await.unwrap();
            if begins_before {
                assert_eq!(next.wanted().now_or_never(), None);
                assert_eq!(put_back().await, 1);
            }
            assert_eq!(next.wanted().now_or_never(), Some(COMMANDS), "{looks_before} {begins_before}");
            let taken = commands::take(&ums.acting(), id).await.unwrap();
            assert_eq!(taken, [(sent.id, CommandKind::Reboot)]);
            assert_eq!(commands::take(&ums.acting(), id).await.unwrap(), []);
            assert_eq!(put_back().await, 0);
            gone = next;
        }
    }

    async fn the_window_for_coming_back_counts_who_is_there_and_who_was(db: TestDb) {
        let ums = start(&db).await;
        assert_eq!(reconnect::window(&ums.side.services).unwrap(), 5);
        for number in 0..61 {
            ums.device(&format!("UNIT-{number:04}")).await;
        }
        // One of them has not been seen for too long.
        let mut tx = ums.acting().begin().await.unwrap();
        let now = tx.now();
        let all = sql!("update devices set last_contact_at = $1");
        tx.execute(all, args![now - Duration::days(6)]).await.unwrap();
        let one = sql!("update devices set last_contact_at = $1 where unit_id = 'UNIT-0000'");
        tx.execute_one(one, args![now - Duration::days(7)]).await.unwrap();
        tx.commit_without_event_because("a test").await.unwrap();
        let stop = tokio_util::sync::CancellationToken::new();
        stop.cancel();
        ums::background::run(&ums.side.services, stop).await;
        // Ten a second: the settings of these tests.
        assert_eq!(reconnect::window(&ums.side.services).unwrap(), 6);
    }
}
