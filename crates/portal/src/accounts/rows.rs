use domain::id::AccountId;
use store::{Result, Tx, args, row, sql};
use time::OffsetDateTime;

row! {
    pub(crate) struct AccountRow {
        id: AccountId,
        name: String,
    }
    pub(crate) struct ActivationRow {
        onboarding_active_at: Option<OffsetDateTime>,
        onboarding_active_by: Option<String>,
    }
}

pub(crate) async fn insert(
    tx: &mut Tx,
    id: AccountId,
    name: &str,
    key: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let insert =
        sql!("insert into accounts (id, name, name_key, created_at, version) values ($1, $2, $3, $4, 1)");
    tx.execute_one(insert, args![id, name, key, now]).await
}

pub(crate) async fn by_key_unscoped(tx: &mut Tx, key: &str) -> Result<Option<AccountRow>> {
    tx.optional(
        sql!("select id, name from accounts where name_key = $1"),
        args![key],
    )
    .await
}

pub(crate) async fn name(tx: &mut Tx, account: AccountId) -> Result<String> {
    tx.scalar(sql!("select name from accounts where id = $1"), args![account])
        .await
}

pub(crate) async fn name_key(tx: &mut Tx, account: AccountId) -> Result<String> {
    tx.scalar(
        sql!("select name_key from accounts where id = $1"),
        args![account],
    )
    .await
}

pub(crate) async fn activation(tx: &mut Tx, account: AccountId) -> Result<ActivationRow> {
    let select = sql!("select onboarding_active_at, onboarding_active_by from accounts where id = $1");
    tx.one(select, args![account]).await
}

/// Activates onboarding, once: answers false where it was active before.
pub(crate) async fn activate(tx: &mut Tx, account: AccountId, by: &str, now: OffsetDateTime) -> Result<bool> {
    let update = sql!(
        "update accounts set onboarding_active_at = $2, onboarding_active_by = $3, version = version + 1
         where id = $1 and onboarding_active_at is null"
    );
    Ok(tx.execute(update, args![account, now, by]).await? == 1)
}
