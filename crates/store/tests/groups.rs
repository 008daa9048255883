//! Transactions that share a COMMIT: each is kept or undone alone, and none is told that it lasts before it does.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::time::Duration;

use futures::FutureExt as _;
use futures::future::join_all;
use store::{Db, Error, Grouping, Options, Schema, Tx, Written, args, sql};
use test_support::db::TestDb;
use test_support::db_test;
use tokio::task::{JoinHandle, yield_now};

/// An SQLite file with the given bounds of a group.
struct File {
    db: Db,
    folder: tempfile::TempDir,
}

const NEVER_OLD: Grouping = Grouping {
    members: 500,
    age: Duration::from_hours(1),
};

async fn file(grouping: Grouping, wait: Duration) -> File {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("db.sqlite").display());
    let options = Options {
        wait,
        ..Options::default()
    };
    let db = Db::open_grouped(&url, Schema::Cloud, options, grouping)
        .await
        .unwrap();
    tables(&db).await;
    File { db, folder }
}

async fn group() -> File {
    file(NEVER_OLD, Duration::from_secs(10)).await
}

async fn tables(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    for create in [
        sql!("create table owners (id bigint not null primary key)"),
        sql!(
            "create table notes (id bigint not null primary key, place bigint not null, \
             owner bigint references owners (id) deferrable initially deferred)"
        ),
    ] {
        tx.execute(create, args![]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn note(tx: &mut Tx, id: i64) -> store::Result<()> {
    let insert = sql!("insert into notes (id, place) select $1, count(*) from notes having count(*) >= 0");
    tx.execute_one(insert, args![id]).await
}

/// A note whose owner does not exist, which only the COMMIT finds out.
async fn orphan(tx: &mut Tx, id: i64) {
    tx.execute_one(
        sql!("insert into notes (id, place, owner) values ($1, 0, 99)"),
        args![id],
    )
    .await
    .unwrap();
}

async fn noted(db: &Db, id: i64) -> store::Result<()> {
    let mut tx = db.begin().await?;
    note(&mut tx, id).await?;
    tx.commit().await
}

async fn notes(db: &Db) -> Vec<i64> {
    let mut look = db.read().await.unwrap();
    let rows = look.all::<(i64,)>(sql!("select id from notes order by place, id"), args![]);
    rows.await.unwrap().into_iter().map(|row| row.0).collect()
}

fn since(db: &Db, before: Written) -> (u64, u64) {
    let now = db.written().unwrap();
    (
        now.transactions - before.transactions,
        now.commits - before.commits,
    )
}

/// Starts a task and lets it run up to where it waits: the tests run on one thread.
async fn queued<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    #[expect(clippy::disallowed_methods, reason = "every test awaits what it starts")]
    let task = tokio::spawn(task);
    yield_now().await;
    task
}

#[tokio::test]
async fn those_who_wait_share_a_commit_in_the_order_they_came() {
    let File { db, folder: _folder } = group().await;
    let before = db.written().unwrap();
    let mut first = db.begin().await.unwrap();
    note(&mut first, 100).await.unwrap();
    let mut others = Vec::new();
    for id in (1..=20).rev() {
        let db = db.clone();
        others.push(queued(async move { noted(&db, id).await }).await);
    }
    first.commit().await.unwrap();
    for other in others {
        other.await.unwrap().unwrap();
    }
    let mut order = vec![100];
    order.extend((1..=20).rev());
    assert_eq!(notes(&db).await, order);
    assert_eq!(since(&db, before), (21, 1));
}

#[tokio::test]
async fn one_alone_commits_at_once() {
    let File { db, folder: _folder } = group().await;
    let before = db.written().unwrap();
    for id in 1..=3 {
        noted(&db, id).await.unwrap();
    }
    assert_eq!(since(&db, before), (3, 3));
}

#[tokio::test]
async fn a_group_ends_at_its_number_of_members() {
    for (members, commits) in [(0, 6), (1, 6), (5, 2), (6, 1)] {
        let grouping = Grouping { members, ..NEVER_OLD };
        let File { db, folder: _folder } = file(grouping, Duration::from_secs(10)).await;
        assert_eq!(six(&db).await, (6, commits), "{members}");
    }
}

#[tokio::test]
async fn a_group_ends_at_its_age() {
    for (age, commits) in [(Duration::ZERO, 6), (NEVER_OLD.age, 1)] {
        let grouping = Grouping { age, ..NEVER_OLD };
        let File { db, folder: _folder } = file(grouping, Duration::from_secs(10)).await;
        assert_eq!(six(&db).await, (6, commits), "{age:?}");
    }
}

/// Six transactions, five of which wait for the first.
async fn six(db: &Db) -> (u64, u64) {
    let before = db.written().unwrap();
    let mut first = db.begin().await.unwrap();
    note(&mut first, 1).await.unwrap();
    let mut others = Vec::new();
    for id in 2..=6 {
        let db = db.clone();
        others.push(queued(async move { noted(&db, id).await }).await);
    }
    first.commit().await.unwrap();
    for other in others {
        other.await.unwrap().unwrap();
    }
    assert_eq!(notes(db).await, [1, 2, 3, 4, 5, 6]);
    since(db, before)
}

/// Runs `middle` as the second of a group of three; the first and the third commit. Gives what they were told and what is kept.
async fn in_the_middle<M, F>(db: &Db, middle: M) -> ([store::Result<()>; 2], Vec<i64>)
where
    M: FnOnce(Tx) -> F + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let mut first = db.begin().await.unwrap();
    note(&mut first, 1).await.unwrap();
    let begin = db.clone();
    let second = queued(async move { middle(begin.begin().await.unwrap()).await }).await;
    let third = db.clone();
    let third = queued(async move { noted(&third, 3).await }).await;
    let first = first.commit().await;
    second.await.unwrap();
    let third = third.await.unwrap();
    ([first, third], notes(db).await)
}

async fn kept<M, F>(middle: M) -> Vec<i64>
where
    M: FnOnce(Tx) -> F + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let File { db, folder: _folder } = group().await;
    let before = db.written().unwrap();
    let (told, notes) = in_the_middle(&db, middle).await;
    assert!(told.iter().all(Result::is_ok), "{told:?}");
    assert_eq!(since(&db, before).1, 1);
    notes
}

#[tokio::test]
async fn one_that_is_dropped_leaves_the_others_theirs() {
    let dropped = kept(|mut tx| async move {
        note(&mut tx, 2).await.unwrap();
        note(&mut tx, 22).await.unwrap();
    });
    assert_eq!(dropped.await, [1, 3]);
    let idle = kept(|tx| async move { drop(tx) });
    assert_eq!(idle.await, [1, 3]);
    let idle = kept(|tx| async move { tx.commit().await.unwrap() });
    assert_eq!(idle.await, [1, 3]);
    let committed = kept(|mut tx| async move {
        note(&mut tx, 2).await.unwrap();
        note(&mut tx, 22).await.unwrap();
        tx.commit().await.unwrap();
    });
    assert_eq!(committed.await, [1, 2, 22, 3]);
}

#[tokio::test]
async fn one_that_is_refused_leaves_the_others_theirs() {
    let refused = kept(|mut tx| async move {
        note(&mut tx, 2).await.unwrap();
        assert!(note(&mut tx, 1).await.unwrap_err().is_unique("notes", &["id"]));
        assert!(matches!(note(&mut tx, 22).await, Err(Error::Aborted)));
        assert!(matches!(tx.commit().await, Err(Error::Aborted)));
    });
    assert_eq!(refused.await, [1, 3]);
    let refused_at_first = kept(|mut tx| async move {
        assert!(note(&mut tx, 1).await.unwrap_err().is_unique("notes", &["id"]));
    });
    assert_eq!(refused_at_first.await, [1, 3]);
    let not_even_a_statement = kept(|mut tx| async move {
        tx.execute(sql!("select nix from nowhere"), args![])
            .await
            .unwrap_err();
    });
    assert_eq!(not_even_a_statement.await, [1, 3]);
}

#[tokio::test]
async fn one_that_is_cancelled_in_a_statement_leaves_the_others_theirs() {
    let long = || {
        sql!(
            "insert into notes (id, place) with recursive n (i) as (select 1000 union all select i + 1 from n where i < 20000) \
         select i, 0 from n"
        )
    };
    let first_statement = kept(move |mut tx| async move {
        assert!(tx.execute(long(), args![]).now_or_never().is_none());
    });
    assert_eq!(first_statement.await, [1, 3]);
    let later_statement = kept(move |mut tx| async move {
        note(&mut tx, 2).await.unwrap();
        assert!(tx.execute(long(), args![]).now_or_never().is_none());
        assert!(matches!(note(&mut tx, 22).await, Err(Error::Aborted)));
        assert!(matches!(tx.commit().await, Err(Error::Aborted)));
    });
    assert_eq!(later_statement.await, [1, 3]);
    let many_rows = kept(move |mut tx| async move {
        let rows = sql!(
            "with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000) select i from n"
        );
        assert!(tx.all::<(i64,)>(rows, args![]).now_or_never().is_none());
    });
    assert_eq!(many_rows.await, [1, 3]);
    let uncancelled = kept(move |mut tx| async move {
        assert_eq!(tx.execute(long(), args![]).await.unwrap(), 19_001);
        tx.commit().await.unwrap();
    });
    assert_eq!(uncancelled.await.len(), 19_003);
}

#[tokio::test]
async fn one_that_no_longer_waits_for_its_turn_is_passed_over() {
    let File { db, folder: _folder } = group().await;
    let mut first = db.begin().await.unwrap();
    note(&mut first, 1).await.unwrap();
    assert!(db.begin().now_or_never().is_none());
    let gone = db.clone();
    let gone = queued(async move { noted(&gone, 2).await }).await;
    let third = db.clone();
    let third = queued(async move { noted(&third, 3).await }).await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    first.commit().await.unwrap();
    third.await.unwrap().unwrap();
    assert_eq!(notes(&db).await, [1, 3]);
}

#[tokio::test]
async fn one_that_was_given_its_turn_too_late_hands_it_on() {
    let File { db, folder: _folder } = group().await;
    let first = db.begin().await.unwrap();
    let gone = db.clone();
    let gone = queued(async move { noted(&gone, 2).await }).await;
    let third = db.clone();
    let third = queued(async move { noted(&third, 3).await }).await;
    // It is given the turn here, and ends before it runs again.
    drop(first);
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    third.await.unwrap().unwrap();
    assert_eq!(notes(&db).await, [3]);
}

#[tokio::test]
async fn one_that_does_not_wait_for_its_answer_is_kept_with_the_others() {
    let File { db, folder: _folder } = group().await;
    let before = db.written().unwrap();
    let mut first = db.begin().await.unwrap();
    note(&mut first, 1).await.unwrap();
    let second = db.clone();
    let second = queued(async move { second.begin().await.unwrap() }).await;
    assert!(first.commit().now_or_never().is_none());
    let mut second = second.await.unwrap();
    note(&mut second, 2).await.unwrap();
    assert!(
        notes(&db).await.is_empty(),
        "readers see nothing before the COMMIT"
    );
    second.commit().await.unwrap();
    assert_eq!(notes(&db).await, [1, 2]);
    assert_eq!(since(&db, before), (2, 1));
}

#[tokio::test]
async fn a_second_transaction_of_the_same_task_is_busy_and_harms_nothing() {
    let wait = Duration::from_millis(50);
    let File { db, folder: _folder } = file(NEVER_OLD, wait).await;
    let mut first = db.begin().await.unwrap();
    note(&mut first, 1).await.unwrap();
    assert!(matches!(db.begin().await, Err(Error::Busy { waited, .. }) if waited == wait));
    first.commit().await.unwrap();
    noted(&db, 2).await.unwrap();
    assert_eq!(notes(&db).await, [1, 2]);
}

#[tokio::test]
async fn a_commit_that_fails_is_told_to_all_and_keeps_nothing() {
    let File { db, folder: _folder } = group().await;
    noted(&db, 50).await.unwrap();
    let before = db.written().unwrap();
    let (told, kept) = in_the_middle(&db, |mut tx| async move {
        orphan(&mut tx, 2).await;
        assert!(matches!(tx.commit().await, Err(Error::GroupLost(_))));
    })
    .await;
    assert!(
        told.iter().all(|told| matches!(told, Err(Error::GroupLost(_)))),
        "{told:?}"
    );
    assert_eq!(kept, [50]);
    assert_eq!(since(&db, before), (0, 0));

    let (told, kept) = in_the_middle(&db, |mut tx| async move {
        tx.execute_one(sql!("insert into owners (id) values (99)"), args![])
            .await
            .unwrap();
        orphan(&mut tx, 2).await;
        tx.commit().await.unwrap();
    })
    .await;
    assert!(told.iter().all(Result::is_ok), "the next group works: {told:?}");
    assert_eq!(kept, [2, 50, 1, 3]);
}

#[tokio::test]
async fn an_orphan_that_is_dropped_leaves_the_others_theirs() {
    let orphaned = kept(|mut tx| async move { orphan(&mut tx, 2).await });
    assert_eq!(orphaned.await, [1, 3]);
}

#[tokio::test]
async fn what_sqlite_gives_up_by_itself_is_lost_for_all_before_it_and_for_nobody_after() {
    let File { db, folder: _folder } = group().await;
    // `or rollback` ends the whole transaction, as a full disk does.
    let (told, kept) = in_the_middle(&db, |mut tx| async move {
        let end =
            sql!(sqlite: "insert or rollback into notes (id, place) values (1, 0)", postgres: "select 1");
        tx.execute(end, args![]).await.unwrap_err();
        assert!(matches!(note(&mut tx, 2).await, Err(Error::Aborted)));
    })
    .await;
    let [first, third] = told;
    assert!(matches!(first, Err(Error::GroupLost(_))), "{first:?}");
    third.unwrap();
    assert_eq!(kept, [3]);

    let (told, kept) = in_the_middle(&db, |mut tx| async move {
        note(&mut tx, 2).await.unwrap();
        let end =
            sql!(sqlite: "insert or rollback into notes (id, place) values (2, 0)", postgres: "select 1");
        tx.execute(end, args![]).await.unwrap_err();
        assert!(matches!(tx.commit().await, Err(Error::Aborted)));
    })
    .await;
    assert!(matches!(told, [Err(Error::GroupLost(_)), Err(_)]), "{told:?}");
    assert_eq!(kept, [3], "the third came twice, and its refusal is its own");
}

#[test]
fn a_transaction_can_be_shared_by_reference_and_sent() {
    fn fits<T: Send + Sync>() {}
    fits::<Tx>();
}

/// As many tasks as connections, and more than those.
async fn at_the_same_time(db: &TestDb) {
    tables(db).await;
    let tasks = (0..8_i64).map(|task| {
        let db = Db::clone(db);
        async move {
            let mut tx = db.begin().await.unwrap();
            let insert = sql!("insert into notes (id, place) values ($1, 0)");
            tx.execute_one(insert, args![task]).await.unwrap();
            if task % 2 == 0 {
                tx.commit().await.unwrap();
            }
        }
    });
    join_all(tasks).await;
    assert_eq!(notes(db).await, [0, 2, 4, 6]);
}

db_test! {
    Schema::Cloud,

    async fn each_is_kept_or_undone_alone(db: TestDb) {
        at_the_same_time(&db).await;
    }

    async fn a_commit_that_fails_alone_says_why(db: TestDb) {
        tables(&db).await;
        let mut tx = db.begin().await.unwrap();
        orphan(&mut tx, 1).await;
        assert!(matches!(tx.commit().await, Err(Error::ForeignKey(_))));
        assert!(notes(&db).await.is_empty());
        let mut tx = db.begin().await.unwrap();
        orphan(&mut tx, 1).await;
        tx.execute_one(sql!("insert into owners (id) values (99)"), args![]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(notes(&db).await, [1]);
    }
}
