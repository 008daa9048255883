use domain::id::{AccountId, RoutingId};
use store::{Result, Tx, args, row, sql};
use time::OffsetDateTime;

row! {
    pub(super) struct VersionRow {
        version: i64,
        at: OffsetDateTime,
        by_name: String,
        act: String,
        settings: String,
        added: i64,
        removed: i64,
    }
}

pub(super) struct NewVersion<'a> {
    pub account: AccountId,
    pub id: RoutingId,
    pub version: i64,
    pub at: OffsetDateTime,
    pub by: &'a str,
    pub act: &'static str,
    pub settings: String,
    pub added: String,
    pub removed: String,
}

pub(super) async fn insert(tx: &mut Tx, new: NewVersion<'_>) -> Result<()> {
    let insert = sql!(
        "insert into routing_versions (routing_id, version, account_id, at, by_name, act, settings, users_added, users_removed)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing"
    );
    let values = args![
        new.id,
        new.version,
        new.account,
        new.at,
        new.by,
        new.act,
        new.settings,
        new.added,
        new.removed
    ];
    tx.execute(insert, values).await.map(drop)
}

/// Forgets the changes up to `version`.
pub(super) async fn prune(tx: &mut Tx, account: AccountId, id: RoutingId, version: i64) -> Result<u64> {
    tx.execute(
        sql!("delete from routing_versions where account_id = $1 and routing_id = $2 and version <= $3"),
        args![account, id, version],
    )
    .await
}

/// Newest first.
pub(super) async fn all(tx: &mut Tx, account: AccountId, id: RoutingId) -> Result<Vec<VersionRow>> {
    let select = sql!(
        sqlite: "select version, at, by_name, act, settings, json_array_length(users_added) as added,
                        json_array_length(users_removed) as removed
                   from routing_versions where account_id = $1 and routing_id = $2 order by version desc",
        postgres: "select version, at, by_name, act, settings, cast(jsonb_array_length(cast(users_added as jsonb)) as bigint) as added,
                          cast(jsonb_array_length(cast(users_removed as jsonb)) as bigint) as removed
                     from routing_versions where account_id = $1 and routing_id = $2 order by version desc",
    );
    tx.all(select, args![account, id]).await
}

/// The settings after that change.
pub(super) async fn settings(
    tx: &mut Tx,
    account: AccountId,
    id: RoutingId,
    version: i64,
) -> Result<Option<String>> {
    let select = sql!(
        "select settings from routing_versions where account_id = $1 and routing_id = $2 and version = $3"
    );
    let row: Option<(String,)> = tx.optional(select, args![account, id, version]).await?;
    Ok(row.map(|(settings,)| settings))
}

/// Who was added and removed by each change after that one, newest first.
pub(super) async fn users_after(
    tx: &mut Tx,
    account: AccountId,
    id: RoutingId,
    version: i64,
) -> Result<Vec<(String, String)>> {
    let select = sql!(
        "select users_added, users_removed from routing_versions
          where account_id = $1 and routing_id = $2 and version > $3 order by version desc"
    );
    tx.all(select, args![account, id, version]).await
}

/// Who made that change, if it is known.
pub(in crate::routing) async fn by_of(
    tx: &mut Tx,
    account: AccountId,
    id: RoutingId,
    version: i64,
) -> Result<Option<String>> {
    let select = sql!(
        "select by_name from routing_versions where account_id = $1 and routing_id = $2 and version = $3"
    );
    let row: Option<(String,)> = tx.optional(select, args![account, id, version]).await?;
    Ok(row.map(|(by,)| by))
}
