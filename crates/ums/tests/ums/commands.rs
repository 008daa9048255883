use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use domain::device::{CommandKind, CommandState, DeviceChange, DeviceChanges, Presence};
use domain::page::ListQuery;
use domain::permission::{CommandDevices, ViewDevices};
use futures::future::join_all;
use futures::{FutureExt as _, poll};
use protocol::unified::{CommandOutcome, CommandResult};
use store::{Schema, args, sql};
use test_support::services::noon;
use test_support::{db, db_test};
use time::Duration;
use ums::presence::{Contact, Wanted};
use ums::{commands, devices};

use crate::company::start;
use crate::devices::{connect, connected, hello};

fn contact() -> Contact {
    devices::contact(
        &hello("00E0C54A1B2C", "00e0c54a1b2c", ""),
        [192, 0, 2, 9].into(),
        noon(),
    )
}

db_test! {
    Schema::Company,

    async fn all_connected_devices_are_told_to_reboot_in_few_transactions(db: TestDb) {
        let ums = start(&db).await;
        let mut fleet = Vec::new();
        for number in 0..20 {
            let unit = format!("00E0C54A1B{number:02}");
            fleet.push((connected(&ums, &unit).await, unit));
        }
        let offline = ums.device("00E0C54A1BFF").await;
        let auth = ums.may::<CommandDevices>().await;
        assert_eq!(devices::reboot_all(&auth, " ").await.unwrap(), 20);

        let acting = ums.acting();
        let handed = join_all(fleet.iter().map(|((_, line), _)| line.wanted())).await;
        let queued = join_all(fleet.iter().map(|((id, _), _)| commands::take(&acting, *id))).await;
        assert!(queued.into_iter().all(|commands| commands.unwrap().is_empty()), "none goes out twice");
        assert_eq!(commands::take(&acting, offline).await.unwrap(), []);
        let results: Vec<_> = fleet
            .iter()
            .zip(handed)
            .map(|(((id, _), _), wanted)| (*id, CommandResult { command: wanted.command.unwrap().0, outcome: CommandOutcome::Done }))
            .collect();
        // Each says it twice, as after a lost answer.
        let twice = [true, false].map(|first| results.iter().map(move |said| (said, first)));
        let said = twice.into_iter().flatten().map(|((id, result), first)| commands::finish(&acting, *id, result, first));
        let said = join_all(said).await;
        assert!(said.iter().all(Result::is_ok), "{said:?}");

        let view = ums.may::<ViewDevices>().await;
        for (id, _) in &results {
            assert_eq!(devices::get(&view, *id).await.unwrap().commands[0].state, CommandState::Done);
        }
        let mut tx = acting.read().await.unwrap();
        let noted = sql!("select count(*) from audit_events where name = 'device.command_finished'");
        assert_eq!(tx.scalar::<i64>(noted, args![]).await.unwrap(), 20, "once each");
        let by = sql!("select count(*) from audit_events where name = 'devices.commanded' and actor_name = 'Root'");
        assert_eq!(tx.scalar::<i64>(by, args![]).await.unwrap(), 1);
    }

    async fn only_what_a_search_finds_is_told_to_reboot(db: TestDb) {
        let ums = start(&db).await;
        let (wanted, _line) = connected(&ums, "AAAA11112222").await;
        let (other, _line) = connected(&ums, "BBBB11112222").await;
        let auth = ums.may::<CommandDevices>().await;
        assert_eq!(devices::reboot_all(&auth, "nothing of ours").await.unwrap(), 0);
        assert_eq!(devices::reboot_all(&auth, "AAAA1111").await.unwrap(), 1);
        let view = ums.may::<ViewDevices>().await;
        let commands = async |id| devices::get(&view, id).await.unwrap().commands.len();
        assert_eq!((commands(wanted).await, commands(other).await), (1, 0));
        let found = devices::list(&view, ListQuery { search: "AAAA1111".to_owned(), ..ListQuery::default() }).await.unwrap();
        assert_eq!(found.rows.len(), 1, "the same search as the page's");
    }

    async fn what_connections_did_not_take_up_their_devices_fetch_in_few_transactions(db: TestDb) {
        let ums = start(&db).await;
        let mut fleet = Vec::new();
        for number in 0..20 {
            fleet.push(connected(&ums, &format!("00E0C54A1B{number:02}")).await);
        }
        let auth = ums.may::<CommandDevices>().await;
        assert_eq!(devices::reboot_all(&auth, "").await.unwrap(), 20);
        let fleet: Vec<_> = fleet.into_iter().map(|(id, _gone)| id).collect();
        let acting = ums.acting();
        assert_eq!(commands::put_back(&acting).await.unwrap(), 20);
        let taken = join_all(fleet.iter().map(|id| commands::take(&acting, *id))).await;
        let taken: Vec<_> = taken.into_iter().map(Result::unwrap).collect();
        assert!(taken.iter().all(|commands| matches!(commands[..], [(_, CommandKind::Reboot)])), "{taken:?}");
    }

    async fn a_device_that_goes_or_comes_back_while_its_command_is_stored_gets_it_once(db: TestDb) {
        let ums = start(&db).await;
        let (id, line) = connected(&ums, "00E0C54A1B2C").await;
        let auth = ums.may::<CommandDevices>().await;
        let view = ums.may::<ViewDevices>().await;
        let last = || async { devices::get(&view, id).await.unwrap().commands[0].clone() };

        // It was there at the look, and is not any more when the command is handed over.
        let mut order = pin!(devices::reboot_all(&auth, ""));
        assert!(poll!(order.as_mut()).is_pending(), "it waits for the database");
        drop(line);
        assert_eq!(order.await.unwrap(), 1);
        assert_eq!(last().await.state, CommandState::Sent);
        assert_eq!(commands::put_back(&ums.acting()).await.unwrap(), 1);
        assert_eq!(last().await.state, CommandState::Queued);
        let gone = last().await.id;
        assert_eq!(commands::take(&ums.acting(), id).await.unwrap(), [(gone, CommandKind::Reboot)]);

        // It is there again by then, on another connection.
        ums.side.clock.advance(Duration::MILLISECOND);
        let line = connect(&ums, id, contact());
        let mut order = pin!(devices::reboot_all(&auth, ""));
        assert!(poll!(order.as_mut()).is_pending(), "it waits for the database");
        drop(line);
        let line = connect(&ums, id, contact());
        assert_eq!(order.await.unwrap(), 1);
        let command = Some((last().await.id, CommandKind::Reboot));
        assert_eq!(line.wanted().now_or_never(), Some(Wanted { command, ..Wanted::default() }));
        drop(line);
        assert_eq!(commands::put_back(&ums.acting()).await.unwrap(), 0, "taken up is gone");
        assert_eq!(commands::take(&ums.acting(), id).await.unwrap(), []);
    }

    async fn commands_that_find_no_room_wait_in_the_database(db: TestDb) {
        let ums = start(&db).await;
        let (id, line) = connected(&ums, "00E0C54A1B2C").await;
        let auth = ums.may::<CommandDevices>().await;
        let mut sent = Vec::new();
        for _ in 0..3 {
            sent.push((devices::reboot(&auth, id).await.unwrap().id, CommandKind::Reboot));
            ums.side.clock.advance(Duration::MILLISECOND);
        }
        let queued = sent.split_off(1);
        assert_eq!(commands::put_back(&ums.acting()).await.unwrap(), queued.len());
        let wanted = Wanted { command: sent.pop(), commands: true, close: None };
        assert_eq!(line.wanted().now_or_never(), Some(wanted));
        assert_eq!(commands::take(&ums.acting(), id).await.unwrap(), queued, "the oldest first");
        assert_eq!(line.wanted().now_or_never(), None);
    }

    async fn a_command_that_was_taken_up_and_given_back_is_queued_until_its_time_is_over(db: TestDb) {
        let ums = start(&db).await;
        let (id, line) = connected(&ums, "00E0C54A1B2C").await;
        let auth = ums.may::<CommandDevices>().await;
        let view = ums.may::<ViewDevices>().await;
        let state = || async { devices::get(&view, id).await.unwrap().commands[0].state };
        for (waits, becomes) in [(commands::LIFE - Duration::MILLISECOND, CommandState::Queued), (commands::LIFE, CommandState::Expired)] {
            let sent = devices::reboot(&auth, id).await.unwrap().id;
            let taken_up = line.wanted().await.command;
            line.give_back(taken_up.map(|(command, _)| command));
            ums.side.clock.advance(waits);
            commands::expire(&ums.acting()).await.unwrap();
            assert_eq!(commands::put_back(&ums.acting()).await.unwrap(), 1);
            assert_eq!(state().await, becomes);
            assert!(line.wanted().await.commands);
            let queued = commands::take(&ums.acting(), id).await.unwrap();
            assert_eq!(queued.contains(&(sent, CommandKind::Reboot)), becomes == CommandState::Queued);
        }
    }

    async fn pages_hear_of_a_command_when_it_is_handed_over_put_back_and_answered(db: TestDb) {
        let ums = start(&db).await;
        let (id, line) = connected(&ums, "00E0C54A1B2C").await;
        let auth = ums.may::<CommandDevices>().await;
        let told = async |presence| {
            let told = devices::changes(&ums.may::<ViewDevices>().await).unwrap();
            (told, Some(DeviceChanges::These(vec![DeviceChange { id, presence }])))
        };
        let (mut changes, expected) = told(Presence::Online).await;
        let sent = devices::reboot(&auth, id).await.unwrap();
        assert_eq!(changes.next().await, expected);
        line.give_back(line.wanted().await.command.map(|(command, _)| command));
        drop(line);
        let (mut changes, expected) = told(Presence::Offline).await;
        commands::put_back(&ums.acting()).await.unwrap();
        assert_eq!(changes.next().await, expected);
        let (mut changes, expected) = told(Presence::Offline).await;
        let result = CommandResult { command: sent.id, outcome: CommandOutcome::Done };
        commands::finish(&ums.acting(), id, &result, false).await.unwrap();
        assert_eq!(changes.next().await, expected);
    }
}

/// Gives a future up after so many polls that were in vain.
async fn given_up<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let (mut future, mut left) = (pin!(future), polls);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

/// Not on PostgreSQL, where nobody knows when a transaction that was given up is over.
#[tokio::test]
async fn an_order_that_is_given_up_leaves_no_command_between_the_queue_and_the_device() {
    let db = db::sqlite(Schema::Company).await;
    let ums = start(&db).await;
    let (id, line) = connected(&ums, "00E0C54A1B2C").await;
    let auth = ums.may::<CommandDevices>().await;
    let (mut stored, mut polls) = (0, 0);
    loop {
        let done = given_up(polls, devices::reboot_all(&auth, "")).await.is_some();
        // The next one that has the writer comes after whatever is left of it, and finds its place taken or not.
        devices::reboot(&auth, id).await.unwrap();
        let taken_up = line.wanted().await.command;
        assert!(taken_up.is_some());
        let put_back = commands::put_back(&ums.acting()).await.unwrap();
        let mut tx = ums.acting().read().await.unwrap();
        let all = sql!("select count(*) from commands");
        let all = tx.scalar::<i64>(all, args![]).await.unwrap();
        assert_eq!(
            i64::try_from(1 + put_back).unwrap(),
            all - stored,
            "{polls} polls"
        );
        drop(tx);
        stored = all;
        if done {
            break;
        }
        polls += 1;
    }
    assert!(polls > 0, "it was never given up");
}
