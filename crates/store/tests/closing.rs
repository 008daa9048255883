//! The writer's end, and other programs that write to the same file.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use store::{Db, Error, Schema, Tx, args, sql};
use test_support::db;
use tokio::task::yield_now;

async fn table(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    tx.execute(
        sql!("create table notes (id bigint not null primary key)"),
        args![],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

async fn note(tx: &mut Tx, id: i64) {
    tx.execute_one(sql!("insert into notes (id) values ($1)"), args![id])
        .await
        .unwrap();
}

/// Reads the file as a program does that starts now.
async fn kept(url: &str) -> Vec<(i64,)> {
    let again = Db::open(url, Schema::Cloud).await.unwrap();
    let mut look = again.glance().await.unwrap();
    let rows = look.all(sql!("select id from notes order by id"), args![]);
    rows.await.unwrap()
}

#[tokio::test]
async fn closing_waits_for_the_transaction_under_way_and_refuses_the_rest() {
    let db = db::sqlite(Schema::Cloud).await;
    table(&db).await;
    let mut first = db.begin().await.unwrap();
    note(&mut first, 1).await;
    let (waiting, closing) = (Db::clone(&db), Db::clone(&db));
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move { assert!(matches!(waiting.begin().await, Err(Error::Driver(_)))) });
    yield_now().await;
    tasks.spawn(async move { closing.close().await });
    tasks.join_next().await.unwrap().unwrap();
    assert_eq!(tasks.len(), 1, "it is not closed yet");
    note(&mut first, 2).await;
    first.commit().await.unwrap();
    tasks.join_next().await.unwrap().unwrap();
    assert!(matches!(db.begin().await, Err(Error::Driver(_))));
    db.close().await;
    let log = format!("{}-wal", db.url().trim_start_matches("sqlite:"));
    assert!(
        !std::fs::exists(log).unwrap(),
        "the last connection takes the log with it"
    );
    assert_eq!(kept(db.url()).await, [(1,), (2,)]);
}

#[tokio::test]
async fn a_transaction_outlives_the_database_it_was_begun_on() {
    let file = db::sqlite(Schema::Cloud).await;
    table(&file).await;
    let db = Db::open(file.url(), Schema::Cloud).await.unwrap();
    let mut last = db.begin().await.unwrap();
    drop(db);
    note(&mut last, 1).await;
    last.commit().await.unwrap();
    assert_eq!(kept(file.url()).await, [(1,)]);
}

#[tokio::test]
async fn another_program_that_writes_is_waited_for() {
    let db = db::sqlite(Schema::Cloud).await;
    table(&db).await;
    let other = Db::open(db.url(), Schema::Cloud).await.unwrap();
    let mut holding = other.begin().await.unwrap();
    note(&mut holding, 1).await;
    let ours = async {
        let mut tx = db.begin().await.unwrap();
        note(&mut tx, 2).await;
        tx.commit().await.unwrap();
    };
    let ((), held) = tokio::join!(ours, holding.commit());
    held.unwrap();
    assert_eq!(kept(db.url()).await, [(1,), (2,)]);
}
