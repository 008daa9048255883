use domain::Language;
use domain::id::{AccountId, UserId};
use store::{Result, Tx, args, row, sql};
use time::OffsetDateTime;

row! {
    /// What people see of themselves.
    pub(super) struct MyRow {
        email: String,
        first_name: String,
        last_name: String,
        language: String,
        password_hash: Option<String>,
        password_set_at: Option<OffsetDateTime>,
    }
}

pub(super) async fn get(tx: &mut Tx, account: AccountId, user: UserId) -> Result<Option<MyRow>> {
    let select = sql!(
        "select email, first_name, last_name, language, password_hash, password_set_at from users where account_id = $1 and id = $2"
    );
    tx.optional(select, args![account, user]).await
}

pub(super) async fn set_language(
    tx: &mut Tx,
    account: AccountId,
    user: UserId,
    language: Language,
    now: OffsetDateTime,
) -> Result<()> {
    let update = sql!(
        "update users set language = $3, updated_at = $4, version = version + 1 where account_id = $1 and id = $2"
    );
    tx.execute_one(update, args![account, user, language.key(), now])
        .await
}

/// Puts a new password in the place of the one with that hash. Answers false where it is another one by now.
pub(super) async fn replace_password(
    tx: &mut Tx,
    account: AccountId,
    user: UserId,
    old_hash: Option<&str>,
    hash: &str,
    now: OffsetDateTime,
) -> Result<bool> {
    let update = sql!(
        "update users set password_hash = $4, password_set_at = $5, password_ends_at = null, updated_at = $5, version = version + 1
         where account_id = $1 and id = $2 and state = 'active' and password_hash = $3"
    );
    Ok(tx
        .execute(update, args![account, user, old_hash, hash, now])
        .await?
        == 1)
}
