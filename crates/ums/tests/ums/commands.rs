use domain::device::{CommandKind, CommandState};
use domain::page::ListQuery;
use domain::permission::{CommandDevices, ViewDevices};
use futures::future::join_all;
use protocol::unified::{CommandOutcome, CommandResult};
use store::{Schema, args, sql};
use test_support::db_test;
use ums::{commands, devices};

use crate::company::start;
use crate::devices::connected;

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
        let taken = join_all(fleet.iter().map(|((id, _), _)| commands::take(&acting, *id))).await;
        let taken: Vec<_> = taken.into_iter().map(Result::unwrap).collect();
        assert!(taken.iter().all(|commands| matches!(commands[..], [(_, CommandKind::Reboot)])), "{taken:?}");
        assert_eq!(commands::take(&acting, offline).await.unwrap(), []);
        let results: Vec<_> = fleet
            .iter()
            .zip(&taken)
            .map(|(((id, _), _), commands)| (*id, CommandResult { command: commands[0].0, outcome: CommandOutcome::Done }))
            .collect();
        // Each says it twice, as after a lost answer.
        let said = join_all(results.iter().chain(&results).map(|(id, result)| commands::finish(&acting, *id, result))).await;
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
}
