use std::collections::{HashMap, HashSet};

use access::Tx;
use domain::id::{AccountId, MappedUserId, RoutingId};
use domain::routing::USERS_SHOWN;
use store::{Filter, Result, Sort, args, list, row, sql};
use time::OffsetDateTime;

use crate::names::Address;

/// Addresses that one statement takes: fifty thousand are ten statements. On PostgreSQL each is
/// looked up by itself: joined as a set, they were compared with each user of the record, since a fresh table has no statistics.
pub(crate) const BATCH: usize = 5_000;

row! {
    pub(in crate::routing) struct UserRow {
        id: MappedUserId,
        email: String,
        added_at: Option<OffsetDateTime>,
    }
    pub(in crate::routing) struct ImportRow {
        at: OffsetDateTime,
        by_name: String,
        act: String,
        applied: bool,
        lines: String,
    }
}

list! {
    /// The mapped users of a record. A search walks the index of this one record, which has at most 100,000 entries.
    pub(in crate::routing) static USERS: {
        select: "u.id, u.email, u.added_at",
        from: "routing_users u",
        scope: "u.account_id = $1 and u.routing_id = $2",
        id: "u.id",
        search: "u.email_key like :search escape '\\'",
        sorts: [Sort::text("email", "u.email_key"), Sort::int("added", "coalesce(u.added_at, 0)")],
        filters: [Filter::contains("email", "u.email_key")],
    }
}

pub(in crate::routing) async fn count(tx: &mut store::Tx, account: AccountId, id: RoutingId) -> Result<u64> {
    let select = sql!("select count(*) from routing_users where account_id = $1 and routing_id = $2");
    let count: i64 = tx.scalar(select, args![account, id]).await?;
    Ok(count.unsigned_abs())
}

/// The first of a record's users, as typed.
pub(in crate::routing) async fn first(
    tx: &mut store::Tx,
    account: AccountId,
    id: RoutingId,
) -> Result<Vec<String>> {
    let select = sql!(
        "select email from routing_users where account_id = $1 and routing_id = $2 order by email_key, id limit $3"
    );
    let rows: Vec<(String,)> = tx.all(select, args![account, id, USERS_SHOWN]).await?;
    Ok(rows.into_iter().map(|(email,)| email).collect())
}

pub(in crate::routing) async fn map_one(
    tx: &mut Tx,
    account: AccountId,
    id: RoutingId,
    user: &Address,
) -> Result<()> {
    let (own, now) = (tx.id::<MappedUserId>(), tx.now());
    let insert = sql!(
        "insert into routing_users (id, routing_id, account_id, email_key, email, added_at) values ($1, $2, $3, $4, $5, $6)"
    );
    tx.execute_one(insert, args![own, id, account, user.key, user.typed, now])
        .await
}

/// Maps those of `users` that no record of the account maps yet. Answers the keys of those that were added.
pub(in crate::routing) async fn add(
    tx: &mut Tx,
    account: AccountId,
    id: RoutingId,
    users: &[Address],
) -> Result<HashSet<String>> {
    let insert = sql!(
        sqlite: "insert into routing_users (id, routing_id, account_id, email_key, email, added_at)
                 select unhex(value ->> 'id'), $2, $3, value ->> 'key', value ->> 'email', $4 from json_each($1)
                  where true
                 on conflict do nothing returning email_key",
        postgres: "insert into routing_users (id, routing_id, account_id, email_key, email, added_at)
                   select id, $2, $3, key, email, $4
                     from jsonb_to_recordset(cast($1 as jsonb)) as added (id uuid, key text, email text)
                   on conflict do nothing returning email_key",
    );
    let now = tx.now();
    let mut added = HashSet::with_capacity(users.len());
    for batch in users.chunks(BATCH) {
        let batch: Vec<_> = batch
            .iter()
            .map(|user| {
                let own = uuid::Uuid::from(tx.id::<MappedUserId>());
                serde_json::json!({ "id": own.simple().to_string(), "key": user.key, "email": user.typed })
            })
            .collect();
        let batch = serde_json::Value::from(batch).to_string();
        let keys: Vec<(String,)> = tx.all(insert, args![batch, id, account, now]).await?;
        added.extend(keys.into_iter().map(|(key,)| key));
    }
    Ok(added)
}

/// Removes the users with those keys from the record. Answers them as typed.
pub(in crate::routing) async fn remove(
    tx: &mut Tx,
    account: AccountId,
    id: RoutingId,
    keys: &[String],
) -> Result<Vec<String>> {
    let delete = sql!(
        sqlite: "delete from routing_users
                  where account_id = $1 and routing_id = $2 and email_key in (select value from json_each($3))
                 returning email",
        postgres: "delete from routing_users
                    where id in (select own.id from jsonb_array_elements_text(cast($3 as jsonb)) as gone (key)
                                  cross join lateral (select u.id, u.routing_id from routing_users u
                                                       where u.account_id = $1 and u.email_key = gone.key limit 1) own
                                  where own.routing_id = $2)
                   returning email",
    );
    let mut removed = Vec::new();
    for batch in keys.chunks(BATCH) {
        let batch = serde_json::Value::from(batch.to_vec()).to_string();
        let gone: Vec<(String,)> = tx.all(delete, args![account, id, batch]).await?;
        removed.extend(gone.into_iter().map(|(email,)| email));
    }
    Ok(removed)
}

/// Which records of the account map those of the keys that are mapped.
pub(in crate::routing) async fn mapped(
    tx: &mut store::Tx,
    account: AccountId,
    keys: &[String],
) -> Result<HashMap<String, RoutingId>> {
    let select = sql!(
        sqlite: "select email_key, routing_id from routing_users
                  where account_id = $1 and email_key in (select value from json_each($2))",
        postgres: "select own.email_key, own.routing_id from jsonb_array_elements_text(cast($2 as jsonb)) as wanted (key)
                    cross join lateral (select u.email_key, u.routing_id from routing_users u
                                         where u.account_id = $1 and u.email_key = wanted.key limit 1) own",
    );
    let mut found = HashMap::new();
    for batch in keys.chunks(BATCH) {
        let batch = serde_json::Value::from(batch.to_vec()).to_string();
        let rows: Vec<(String, store::IdOf<RoutingId>)> = tx.all(select, args![account, batch]).await?;
        found.extend(rows.into_iter().map(|(key, id)| (key, id.0)));
    }
    Ok(found)
}

/// The names of the records of an account.
pub(in crate::routing) async fn record_names(
    tx: &mut store::Tx,
    account: AccountId,
) -> Result<HashMap<RoutingId, String>> {
    let select = sql!("select id, name from routings where account_id = $1");
    let rows: Vec<(store::IdOf<RoutingId>, String)> = tx.all(select, args![account]).await?;
    Ok(rows.into_iter().map(|(id, name)| (id.0, name)).collect())
}

pub(in crate::routing) struct NewImport<'a> {
    pub account: AccountId,
    pub id: RoutingId,
    pub by: &'a str,
    pub act: &'static str,
    pub applied: bool,
    pub lines: &'a str,
}

/// Keeps what came of an import, in the place of the last one.
pub(in crate::routing) async fn keep_import(tx: &mut Tx, new: NewImport<'_>) -> Result<()> {
    let now = tx.now();
    let insert = sql!(
        "insert into routing_imports (routing_id, account_id, at, by_name, act, applied, lines)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (routing_id) do update set at = excluded.at, by_name = excluded.by_name, act = excluded.act,
             applied = excluded.applied, lines = excluded.lines"
    );
    let values = args![new.id, new.account, now, new.by, new.act, new.applied, new.lines];
    tx.execute_one(insert, values).await
}

/// What came of the last import.
pub(in crate::routing) async fn last_import(
    tx: &mut store::Tx,
    account: AccountId,
    id: RoutingId,
) -> Result<Option<ImportRow>> {
    let select = sql!(
        "select at, by_name, act, applied, lines from routing_imports where account_id = $1 and routing_id = $2"
    );
    tx.optional(select, args![account, id]).await
}
