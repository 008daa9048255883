//! What goes in comes out, on both engines, and NULL keeps its type.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use domain::id::DeviceId;
use store::{Error, IdOf, Json, Schema, args, row, sql};
use test_support::db_test;
use time::OffsetDateTime;
use uuid::Uuid;

row! {
    struct Everything {
        id: DeviceId,
        owner: Option<DeviceId>,
        raw: Uuid,
        number: i64,
        port: Option<u16>,
        name: String,
        note: Option<String>,
        enabled: bool,
        maybe: Option<bool>,
        digest: [u8; 4],
        blob: Option<Vec<u8>>,
        at: OffsetDateTime,
        seen: Option<OffsetDateTime>,
        settings: Json<Vec<String>>,
        r#type: i64,
    }
}

async fn table(tx: &mut store::Tx) {
    let made = sql!(
        sqlite: "create table things (id blob not null primary key, owner blob, raw blob not null, number bigint not null, \
                 port bigint, name text not null, note text, enabled boolean not null, maybe boolean, digest blob not null, \
                 blob blob, at bigint not null, seen bigint, settings text not null, type bigint not null)",
        postgres: "create table things (id uuid not null primary key, owner uuid, raw uuid not null, number bigint not null, \
                 port bigint, name text not null, note text, enabled boolean not null, maybe boolean, digest bytea not null, \
                 blob bytea, at bigint not null, seen bigint, settings text not null, type bigint not null)",
    );
    tx.execute(made, args![]).await.unwrap();
}

fn insert() -> store::Sql {
    sql!(
        "insert into things (id, owner, raw, number, port, name, note, enabled, maybe, digest, blob, at, seen, settings, type) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
    )
}

fn everything() -> store::Sql {
    sql!("select * from things where id = $1")
}

db_test! {
    Schema::Cloud,

    async fn every_type_comes_back_as_it_went_in(db: TestDb) {
        let (id, owner, raw) = (DeviceId::from(Uuid::from_u128(1)), DeviceId::from(Uuid::from_u128(2)), Uuid::from_u128(3));
        let at = OffsetDateTime::from_unix_timestamp_nanos(1_700_000_000_123_456_789).unwrap();
        let cut = OffsetDateTime::from_unix_timestamp_nanos(1_700_000_000_123_000_000).unwrap();
        let (name, bytes) = (String::from("Gerät"), vec![0_u8, 255]);
        let mut tx = db.begin().await.unwrap();
        table(&mut tx).await;
        let full = args![
            id, Some(&owner), raw, i64::MIN, Some(65_535_u16), &name, Some("note"), true, Some(false), [1_u8, 2, 3, 4],
            Some(bytes.as_slice()), at, Some(at), Json(vec!["a"]), 7
        ];
        tx.execute_one(insert(), full).await.unwrap();
        let row: Everything = tx.one(everything(), args![&id]).await.unwrap();
        assert_eq!((row.id, row.owner, row.raw, row.number, row.port), (id, Some(owner), raw, i64::MIN, Some(65_535)));
        assert_eq!((row.name, row.note.as_deref(), row.enabled, row.maybe), (name, Some("note"), true, Some(false)));
        assert_eq!((row.digest, row.blob, row.at, row.seen), ([1, 2, 3, 4], Some(bytes), cut, Some(cut)));
        assert_eq!((row.settings, row.r#type), (Json(vec!["a".to_owned()]), 7));
    }

    async fn every_type_may_be_null(db: TestDb) {
        let id = DeviceId::from(Uuid::from_u128(1));
        let mut tx = db.begin().await.unwrap();
        table(&mut tx).await;
        let empty = args![
            id, None::<DeviceId>, Uuid::nil(), 0_i64, None::<u16>, "", None::<&str>, false, None::<bool>, [0_u8; 4],
            None::<Vec<u8>>, OffsetDateTime::UNIX_EPOCH, None::<OffsetDateTime>, Json(Vec::<String>::new()), 0
        ];
        tx.execute_one(insert(), empty).await.unwrap();
        let row: Everything = tx.one(everything(), args![id]).await.unwrap();
        assert_eq!((row.owner, row.port, row.note, row.maybe, row.blob, row.seen), (None, None, None, None, None, None));
        // Typed NULLs where PostgreSQL has no column to take the type from.
        let none: Option<i64> = tx.scalar(sql!("select cast($1 as bigint)"), args![None::<OffsetDateTime>]).await.unwrap();
        assert_eq!(none, None);
    }

    async fn a_value_that_does_not_fit_is_named(db: TestDb) {
        let mut tx = db.begin().await.unwrap();
        let large = tx.scalar::<u16>(sql!("select cast(65536 as bigint) as port"), args![]).await;
        assert!(matches!(large, Err(Error::Corrupt { column, .. }) if column == "port"));
        assert_eq!(tx.scalar::<u16>(sql!("select cast(65535 as bigint) as port"), args![]).await.unwrap(), 65_535);
        let null = tx.scalar::<i64>(sql!("select cast(null as bigint) as port"), args![]).await;
        assert!(matches!(null, Err(Error::Corrupt { column, .. }) if column == "port"));
        for null in [
            tx.scalar::<String>(sql!("select cast(null as text) as port"), args![]).await.err(),
            tx.scalar::<bool>(sql!("select cast(null as boolean) as port"), args![]).await.err(),
            tx.scalar::<Vec<u8>>(sql!("select $1 as port"), args![None::<Vec<u8>>]).await.err(),
            tx.scalar::<Uuid>(sql!("select $1 as port"), args![None::<Uuid>]).await.err(),
        ] {
            assert!(matches!(null, Some(Error::Corrupt { column, .. }) if column == "port"));
        }
        let text = tx.scalar::<i64>(sql!("select cast('x' as text) as port"), args![]).await;
        assert!(matches!(text, Err(Error::Corrupt { column, .. }) if column == "port"));
        let digest = tx.scalar::<[u8; 2]>(sql!("select $1 as digest"), args![vec![1_u8, 2, 3]]).await;
        assert!(matches!(digest, Err(Error::Corrupt { column, .. }) if column == "digest"));
        let missing = tx.one::<Everything>(sql!("select 1 as number"), args![]).await;
        assert!(matches!(missing, Err(Error::Corrupt { column, .. }) if column == "id"));
    }

    async fn tuples_and_counts_are_read(db: TestDb) {
        let id = DeviceId::from(Uuid::from_u128(9));
        let mut tx = db.read().await.unwrap();
        let row: (IdOf<DeviceId>, String, i64, Option<bool>) =
            tx.one(sql!("select $1, cast($2 as text), 5, cast(null as boolean)"), args![id, "x"]).await.unwrap();
        assert_eq!(row, (IdOf(id), "x".to_owned(), 5, None));
        assert_eq!(tx.scalar::<i64>(sql!("select count(*) from (select 1 as one) as t"), args![]).await.unwrap(), 1);
        assert!(tx.scalar::<bool>(sql!("select exists (select 1)"), args![]).await.unwrap());
    }

    async fn like_and_order_go_by_the_letter(db: TestDb) {
        let mut tx = db.read().await.unwrap();
        assert!(!tx.scalar::<bool>(sql!("select 'ABC' like $1 escape '\\'"), args!["%b%"]).await.unwrap());
        assert!(tx.scalar::<bool>(sql!("select 'abc' like $1 escape '\\'"), args!["%b%"]).await.unwrap());
    }
}

#[test]
fn statements_know_where_they_are_written() {
    let here = store::statements()
        .find(|s| s.text(store::Engine::Sqlite) == "select exists (select 1)")
        .unwrap();
    assert_eq!(here.module, "values::tuples_and_counts_are_read");
    assert!(here.file.ends_with("values.rs") && here.line > 0);
    assert!(!here.is_pair());
}
