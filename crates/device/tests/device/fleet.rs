//! `fleet`: many devices in one process.

use std::collections::HashSet;

use crate::program::start;
use crate::ums::{self, Seen, Ways};

#[tokio::test]
async fn every_device_has_its_own_key_and_a_second_run_goes_on_with_it() {
    let (mut ums, state) = (ums::start(Ways::default()).await, tempfile::tempdir().unwrap());
    let line = |count| format!("fleet --count {count} --name demo {}", ums.options());
    let (eight, nine) = (line(8), line(9));
    let mut fleet = start(state.path(), &eight);
    assert_eq!(fleet.wait_for("fleet_connected").await["connected"], 8);
    assert!(fleet.terminate().await.success);
    let (mut keys, mut units, mut connected) = (HashSet::new(), HashSet::new(), HashSet::new());
    while let Ok(seen) = ums.seen.try_recv() {
        match seen {
            Seen::Enrolment(proof, key) => assert!(units.insert(proof) && keys.insert(key)),
            Seen::Connection(print) => assert!(connected.insert(print)),
            _ => {}
        }
    }
    assert_eq!((keys.len(), units.len(), connected.len()), (8, 8, 8));
    // One more, and the eight as they were.
    let mut fleet = start(state.path(), &nine);
    assert_eq!(fleet.wait_for("fleet_connected").await["connected"], 9);
    let mut new = 0;
    let mut back = HashSet::new();
    while let Ok(seen) = ums.seen.try_recv() {
        match seen {
            Seen::Enrolment(_, key) => {
                assert!(keys.insert(key));
                new += 1;
            }
            Seen::Connection(print) => assert!(back.insert(print)),
            _ => {}
        }
    }
    assert_eq!((new, connected.is_subset(&back), back.len()), (1, true, 9));
}

#[tokio::test]
async fn a_fleet_that_nobody_lets_in_ends_with_the_code() {
    let (ums, state) = (ums::start(Ways::default()).await, tempfile::tempdir().unwrap());
    let wrong = format!(
        "fleet --count 2 {} --token 00:11:22:33:44:55:66:77",
        ums.place("localhost")
    );
    let ended = start(state.path(), &wrong).end().await;
    assert_eq!(ended.code(), Some(46));
    let mut fleet = start(state.path(), &format!("fleet --count 2 {}", ums.options()));
    fleet.wait_for("fleet_connected").await;
}
