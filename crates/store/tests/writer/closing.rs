//! The writer's end, and other programs that write to the same file.

use std::collections::BTreeSet;

use store::{Db, Error, Schema};
use test_support::db;
use tokio::task::yield_now;

use crate::notes::{note, notes, table};

/// Reads the file as a program does that starts now.
async fn kept(url: &str) -> BTreeSet<i64> {
    notes(&Db::open(url, Schema::Cloud).await.unwrap()).await
}

#[tokio::test]
async fn closing_waits_for_the_transaction_under_way_and_refuses_the_rest() {
    let db = db::sqlite(Schema::Cloud).await;
    table(&db).await;
    let mut first = db.begin().await.unwrap();
    note(&mut first, 1).await.unwrap();
    let (waiting, closing) = (Db::clone(&db), Db::clone(&db));
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move { assert!(matches!(waiting.begin().await, Err(Error::Driver(_)))) });
    yield_now().await;
    tasks.spawn(async move { closing.close().await });
    tasks.join_next().await.unwrap().unwrap();
    assert_eq!(tasks.len(), 1, "it is not closed yet");
    note(&mut first, 2).await.unwrap();
    first.commit().await.unwrap();
    tasks.join_next().await.unwrap().unwrap();
    assert!(matches!(db.begin().await, Err(Error::Driver(_))));
    db.close().await;
    let log = format!("{}-wal", db.url().trim_start_matches("sqlite:"));
    assert!(
        !std::fs::exists(log).unwrap(),
        "the last connection takes the log with it"
    );
    assert_eq!(kept(db.url()).await, BTreeSet::from([1, 2]));
}

#[tokio::test]
async fn a_transaction_outlives_the_database_it_was_begun_on() {
    let file = db::sqlite(Schema::Cloud).await;
    table(&file).await;
    let db = Db::open(file.url(), Schema::Cloud).await.unwrap();
    let mut last = db.begin().await.unwrap();
    drop(db);
    note(&mut last, 1).await.unwrap();
    last.commit().await.unwrap();
    assert_eq!(kept(file.url()).await, BTreeSet::from([1]));
}

#[tokio::test]
async fn another_program_that_writes_is_waited_for() {
    let db = db::sqlite(Schema::Cloud).await;
    table(&db).await;
    let other = Db::open(db.url(), Schema::Cloud).await.unwrap();
    let mut holding = other.begin().await.unwrap();
    note(&mut holding, 1).await.unwrap();
    let ours = async {
        let mut tx = db.begin().await.unwrap();
        note(&mut tx, 2).await.unwrap();
        tx.commit().await.unwrap();
    };
    let ((), held) = tokio::join!(ours, holding.commit());
    held.unwrap();
    assert_eq!(kept(db.url()).await, BTreeSet::from([1, 2]));
}
