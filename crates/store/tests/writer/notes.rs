//! A table of numbers to write to.

use std::collections::BTreeSet;

use store::{Db, Tx, args, sql};

pub async fn table(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    let table = sql!("create table notes (id bigint not null primary key)");
    tx.execute(table, args![]).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn note(tx: &mut Tx, id: i64) -> store::Result<()> {
    tx.execute_one(sql!("insert into notes (id) values ($1)"), args![id])
        .await
}

pub async fn notes(db: &Db) -> BTreeSet<i64> {
    let mut look = db.glance().await.unwrap();
    let rows = look.all::<(i64,)>(sql!("select id from notes"), args![]);
    rows.await.unwrap().into_iter().map(|row| row.0).collect()
}
