//! Transactions, refusals, and what stays after them.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::time::Duration;

use store::{Db, Engine, Error, Options, Schema, args, sql};
use test_support::db_test;

async fn tables(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    tx.execute(
        sql!("create table owners (id bigint not null primary key)"),
        args![],
    )
    .await
    .unwrap();
    tx.execute(
        sql!(
            "create table pets (id bigint not null primary key, owner_id bigint not null references owners (id), \
             name text not null check (name <> ''), name_key text not null, unique (owner_id, name))"
        ),
        args![],
    )
    .await
    .unwrap();
    tx.execute(
        sql!("create unique index pets_lower_key on pets (lower(name_key))"),
        args![],
    )
    .await
    .unwrap();
    tx.execute_one(sql!("insert into owners (id) values (1)"), args![])
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn adopt(db: &Db, id: i64, owner: i64, name: &str, key: &str) -> store::Result<()> {
    let mut tx = db.begin().await?;
    let insert = sql!("insert into pets (id, owner_id, name, name_key) values ($1, $2, $3, $4)");
    tx.execute_one(insert, args![id, owner, name, key]).await?;
    tx.commit().await
}

async fn pets(db: &Db) -> i64 {
    db.read()
        .await
        .unwrap()
        .scalar(sql!("select count(*) from pets"), args![])
        .await
        .unwrap()
}

db_test! {
    Schema::Cloud,

    async fn only_what_is_committed_stays(db: TestDb) {
        tables(&db).await;
        let mut tx = db.begin().await.unwrap();
        tx.execute_one(sql!("insert into pets values (1, 1, 'a', 'a')"), args![]).await.unwrap();
        drop(tx);
        assert_eq!(pets(&db).await, 0);
        adopt(&db, 1, 1, "a", "a").await.unwrap();
        assert_eq!(pets(&db).await, 1);
    }

    async fn a_second_row_with_the_same_values_is_told_by_its_columns(db: TestDb) {
        tables(&db).await;
        adopt(&db, 1, 1, "Rex", "rex").await.unwrap();
        let refused = adopt(&db, 2, 1, "Rex", "rex2").await.unwrap_err();
        assert!(refused.is_unique("pets", &["owner_id", "name"]), "{refused:?}");
        assert!(!refused.is_unique("pets", &["owner_id"]) && !refused.is_unique("pets", &["id"]) && !refused.is_unique("owners", &["owner_id", "name"]));
        let refused = adopt(&db, 1, 1, "Ada", "ada").await.unwrap_err();
        assert!(refused.is_unique("pets", &["id"]), "{refused:?}");
        let refused = adopt(&db, 2, 1, "Ada", "REX").await.unwrap_err();
        assert!(refused.is_unique("pets", &["lower"]), "an index over an expression goes by its name: {refused:?}");
        adopt(&db, 2, 1, "Ada", "ada").await.unwrap();
    }

    async fn broken_references_and_checks_have_their_own_errors(db: TestDb) {
        tables(&db).await;
        assert!(matches!(adopt(&db, 1, 2, "a", "a").await, Err(Error::ForeignKey(_))));
        assert!(matches!(adopt(&db, 1, 1, "", "a").await, Err(Error::Check(_))));
        adopt(&db, 1, 1, "a", "a").await.unwrap();
    }

    async fn after_a_refused_statement_nothing_can_be_committed(db: TestDb) {
        tables(&db).await;
        let mut tx = db.begin().await.unwrap();
        tx.execute_one(sql!("insert into pets values (1, 1, 'a', 'a')"), args![]).await.unwrap();
        tx.execute(sql!("insert into pets values (1, 1, 'b', 'b')"), args![]).await.unwrap_err();
        assert!(matches!(tx.execute(sql!("delete from pets"), args![]).await, Err(Error::Aborted)));
        assert!(matches!(tx.scalar::<i64>(sql!("select 1"), args![]).await, Err(Error::Aborted)));
        assert!(matches!(tx.commit().await, Err(Error::Aborted)));
        assert_eq!(pets(&db).await, 0);
    }

    async fn a_write_says_how_many_rows_it_must_touch(db: TestDb) {
        tables(&db).await;
        adopt(&db, 1, 1, "a", "a").await.unwrap();
        adopt(&db, 2, 1, "b", "b").await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let (none, both) = (sql!("update pets set name_key = 'x' where id = 9"), sql!("update pets set owner_id = 1"));
        assert!(matches!(tx.execute_one(none, args![]).await, Err(Error::RowsAffected { expected: 1, touched: 0 })));
        assert!(matches!(tx.execute_one(both, args![]).await, Err(Error::RowsAffected { expected: 1, touched: 2 })));
        assert_eq!(tx.execute(both, args![]).await.unwrap(), 2);
        tx.execute_one(sql!("update pets set name_key = $1 where id = 1"), args!["z"]).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn one_means_one(db: TestDb) {
        tables(&db).await;
        let select = sql!("select id from pets");
        assert!(matches!(db.read().await.unwrap().one::<(i64,)>(select, args![]).await, Err(Error::NotFound)));
        assert!(db.read().await.unwrap().optional::<(i64,)>(select, args![]).await.unwrap().is_none());
        adopt(&db, 1, 1, "a", "a").await.unwrap();
        assert_eq!(db.read().await.unwrap().one::<(i64,)>(select, args![]).await.unwrap(), (1,));
        adopt(&db, 2, 1, "b", "b").await.unwrap();
        assert!(matches!(db.read().await.unwrap().optional::<(i64,)>(select, args![]).await, Err(Error::TooManyRows(2))));
        assert!(matches!(db.read().await.unwrap().scalar::<i64>(select, args![]).await, Err(Error::TooManyRows(2))));
        assert_eq!(db.read().await.unwrap().all::<(i64,)>(select, args![]).await.unwrap().len(), 2);
    }

    async fn a_read_transaction_cannot_write_and_sees_no_open_changes(db: TestDb) {
        tables(&db).await;
        let mut writing = db.begin().await.unwrap();
        writing.execute_one(sql!("insert into pets values (1, 1, 'a', 'a')"), args![]).await.unwrap();
        assert_eq!(pets(&db).await, 0);
        let written = db.read().await.unwrap().execute(sql!("delete from owners"), args![]).await;
        assert!(matches!(written, Err(Error::Driver(_))), "{written:?}");
        writing.commit().await.unwrap();
        assert_eq!(pets(&db).await, 1);
    }

    async fn a_glance_reads_what_is_committed_and_writes_nothing(db: TestDb) {
        tables(&db).await;
        let count = sql!("select count(*) from pets");
        let mut writing = db.begin().await.unwrap();
        writing.execute_one(sql!("insert into pets values (1, 1, 'a', 'a')"), args![]).await.unwrap();
        let mut glance = db.glance().await.unwrap();
        assert_eq!(glance.scalar::<i64>(count, args![]).await.unwrap(), 0);
        writing.commit().await.unwrap();
        assert_eq!(glance.scalar::<i64>(count, args![]).await.unwrap(), 1, "each statement sees its moment");
        let one = sql!("select id from pets where id = $1");
        assert!(glance.optional::<(i64,)>(one, args![2_i64]).await.unwrap().is_none());
        assert!(matches!(glance.execute(sql!("delete from pets"), args![]).await, Err(Error::Argument(_))));
        assert_eq!(glance.all::<(i64,)>(one, args![1_i64]).await.unwrap(), [(1,)]);
        glance.commit().await.unwrap();
    }

    async fn it_answers_until_it_is_closed(db: TestDb) {
        db.ping().await.unwrap();
        let statement = sql!("select 1 where 1 = $1");
        db.prepare(statement.statement()).await.unwrap();
        db.close().await;
        db.ping().await.unwrap_err();
    }

    async fn a_wrong_statement_is_found_without_running_it(db: TestDb) {
        static WRONG: store::Statement = store::Statement::new("select nix from nowhere", "select nix from nowhere", "", "", 0);
        db.prepare(&WRONG).await.unwrap_err();
    }
}

#[tokio::test]
async fn a_second_writer_is_told_instead_of_waiting_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("db.sqlite").display());
    let wait = Duration::from_millis(50);
    let db = Db::open_with(
        &url,
        Schema::Cloud,
        Options {
            wait,
            ..Options::default()
        },
    )
    .await
    .unwrap();
    let first = db.begin().await.unwrap();
    assert!(matches!(db.begin().await, Err(Error::Busy { waited, .. }) if waited == wait));
    db.read().await.unwrap();
    drop(first);
    db.begin().await.unwrap();
}

#[tokio::test]
async fn the_file_is_private_and_set_for_safety() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("db.sqlite");
    let db = Db::open(&format!("sqlite:{}", file.display()), Schema::Cloud)
        .await
        .unwrap();
    assert_eq!(db.engine(), Engine::Sqlite);
    tables(&db).await;
    for name in ["db.sqlite", "db.sqlite-wal", "db.sqlite-shm"] {
        let mode = std::fs::metadata(folder.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let mut tx = db.begin().await.unwrap();
    assert_eq!(
        tx.scalar::<String>(sql!("pragma journal_mode"), args![])
            .await
            .unwrap(),
        "wal"
    );
    assert_eq!(
        tx.scalar::<i64>(sql!("pragma synchronous"), args![])
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        tx.scalar::<i64>(sql!("pragma foreign_keys"), args![])
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        tx.scalar::<i64>(sql!("pragma busy_timeout"), args![])
            .await
            .unwrap(),
        5000
    );
}

#[tokio::test]
async fn a_url_that_cannot_work_is_refused_without_its_password() {
    for url in [
        "mysql://x",
        "sqlite::memory:",
        "postgres://u:secret@host:notaport/db",
        "",
    ] {
        let refused = Db::open(url, Schema::Cloud).await.unwrap_err();
        assert!(matches!(refused, Error::Url(_)), "{url}: {refused:?}");
        assert!(!format!("{refused:?}").contains("secret"));
    }
    let missing = Db::open("sqlite:/nonexistent/db.sqlite", Schema::Cloud)
        .await
        .unwrap_err();
    assert!(matches!(missing, Error::File { .. }));
}
