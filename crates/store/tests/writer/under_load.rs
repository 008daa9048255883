//! Many tasks that write at the same time, and everything that can happen to each of them.

use std::collections::BTreeSet;

use futures::FutureExt as _;
use store::{Db, Error, Schema, args, sql};
use test_support::db;
use tokio::task::JoinSet;

use crate::notes::{self, note, notes};

/// A row that is there from the start: writing it again fails.
const TAKEN: i64 = -1;

async fn table(db: &Db) {
    notes::table(db).await;
    let mut tx = db.begin().await.unwrap();
    note(&mut tx, TAKEN).await.unwrap();
    tx.commit().await.unwrap();
}

async fn kept(db: &Db) -> BTreeSet<i64> {
    let mut all = notes(db).await;
    assert!(all.remove(&TAKEN));
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_tasks_need_few_commits() {
    let db = db::sqlite(Schema::Cloud).await;
    table(&db).await;
    let before = db.written().unwrap();
    let mut tasks = JoinSet::new();
    for task in 0..200_i64 {
        let db = Db::clone(&db);
        tasks.spawn(async move {
            for id in task * 5..task * 5 + 5 {
                let mut tx = db.begin().await.unwrap();
                note(&mut tx, id).await.unwrap();
                if id % 10 != 0 {
                    tx.commit().await.unwrap();
                }
            }
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    assert_eq!(kept(&db).await, (0..1000).filter(|id| id % 10 != 0).collect());
    let after = db.written().unwrap();
    let (transactions, commits) = (
        after.transactions - before.transactions,
        after.commits - before.commits,
    );
    assert_eq!(transactions, 900);
    assert!(
        commits * 3 < transactions,
        "{commits} commits for {transactions} transactions"
    );
}

/// What a task may say about its row at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Kept,
    NotKept,
    /// It did not wait for the answer.
    Nothing,
}

/// A transaction of one row, which ends in one of the ways there are.
async fn write(db: &Db, id: i64, way: i64) -> Told {
    if way == 0 {
        // Cancelled while it waits for its turn, or just when it has it.
        let _ = db.begin().now_or_never();
        return Told::NotKept;
    }
    let mut tx = db.begin().await.unwrap();
    if way == 1 {
        let _ = note(&mut tx, id).now_or_never();
        return Told::NotKept;
    }
    note(&mut tx, id).await.unwrap();
    match way {
        2 => return Told::NotKept,
        3 => {
            note(&mut tx, TAKEN).await.unwrap_err();
            assert!(matches!(tx.commit().await, Err(Error::Aborted)));
            return Told::NotKept;
        }
        4 => {
            let _ = note(&mut tx, id + 1_000_000).now_or_never();
            return Told::NotKept;
        }
        5 => {
            return match tx.commit().now_or_never() {
                Some(Ok(())) => Told::Kept,
                Some(Err(_)) => Told::NotKept,
                None => Told::Nothing,
            };
        }
        6 => {
            let end = sql!(sqlite: "insert or rollback into notes (id) values (-1)", postgres: "select 1");
            tx.execute(end, args![]).await.unwrap_err();
            return Told::NotKept;
        }
        _ => {}
    }
    match tx.commit().await {
        Ok(()) => Told::Kept,
        Err(error) => {
            assert!(matches!(error, Error::GroupLost(_)), "{error:?}");
            Told::NotKept
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_told_is_what_is_kept() {
    let db = db::sqlite(Schema::Cloud).await;
    table(&db).await;
    let mut tasks = JoinSet::new();
    for task in 0..50_i64 {
        let db = Db::clone(&db);
        tasks.spawn(async move {
            let mut told = Vec::new();
            for round in 0..40 {
                let id = task * 100 + round;
                told.push((id, write(&db, id, (id * 7 + round) % 23).await));
            }
            told
        });
    }
    let told: Vec<(i64, Told)> = tasks.join_all().await.into_iter().flatten().collect();
    let kept = kept(&db).await;
    for (id, told) in &told {
        let wrong = matches!(
            (told, kept.contains(id)),
            (Told::Kept, false) | (Told::NotKept, true)
        );
        assert!(!wrong, "{id}: {told:?}");
    }
    let sum = |of| told.iter().filter(|(_, told)| *told == of).count();
    // How many a rollback takes with it depends on how many share a group just then.
    let (kept_rows, lost_rows) = (sum(Told::Kept), sum(Told::NotKept));
    assert!(
        kept_rows > 100 && lost_rows > 300,
        "{kept_rows} kept, {lost_rows} not"
    );
    assert!(kept.iter().all(|id| *id < 1_000_000));
    db.close().await;
}
