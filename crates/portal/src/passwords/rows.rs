use domain::id::{AccountId, UserId};
use store::{Result, Tx, args, row, sql};
use time::OffsetDateTime;

row! {
    /// Somebody who may have forgotten their password.
    pub(crate) struct ForgetfulRow {
        id: UserId,
        account_id: AccountId,
        email: String,
        email_key: String,
        language: String,
        state: String,
    }
    /// A link and whose it is.
    pub(crate) struct ResetRow {
        token_hash: Vec<u8>,
        user_id: UserId,
        expires_at: OffsetDateTime,
        used_at: Option<OffsetDateTime>,
        account_id: AccountId,
        email: String,
        first_name: String,
        last_name: String,
        language: String,
        state: String,
    }
}

/// Whoever asks has not signed in.
pub(crate) async fn by_email_unscoped(tx: &mut Tx, key: &str) -> Result<Option<ForgetfulRow>> {
    let select =
        sql!("select id, account_id, email, email_key, language, state from users where email_key = $1");
    tx.optional(select, args![key]).await
}

/// The token is the proof.
pub(crate) async fn find_unscoped(tx: &mut Tx, token_hash: &[u8]) -> Result<Option<ResetRow>> {
    let select = sql!(
        "select p.token_hash, p.user_id, p.expires_at, p.used_at, u.account_id, u.email, u.first_name, u.last_name, u.language, u.state
         from password_resets p join users u on u.id = p.user_id where p.token_hash = $1"
    );
    tx.optional(select, args![token_hash.to_vec()]).await
}

/// Puts a link in the place of the user's last one.
pub(crate) async fn put(
    tx: &mut Tx,
    user: UserId,
    token_hash: &[u8],
    now: OffsetDateTime,
    expires: OffsetDateTime,
) -> Result<()> {
    let upsert = sql!(
        "insert into password_resets (user_id, token_hash, asked_at, expires_at) values ($1, $2, $3, $4)
         on conflict (user_id) do update set token_hash = $2, asked_at = $3, expires_at = $4, used_at = null"
    );
    tx.execute_one(upsert, args![user, token_hash.to_vec(), now, expires])
        .await
}

/// Uses a link up. Of several who try at once, one is told true (fault F28).
pub(crate) async fn redeem(tx: &mut Tx, token_hash: &[u8], now: OffsetDateTime) -> Result<bool> {
    let update = sql!(
        "update password_resets set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2"
    );
    Ok(tx.execute(update, args![token_hash.to_vec(), now]).await? == 1)
}

/// Takes an open link away: the password was set in another way.
pub(crate) async fn withdraw(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.execute(
        sql!("delete from password_resets where user_id = $1 and used_at is null"),
        args![user],
    )
    .await
    .map(|_| ())
}

/// Sets the password of a user with access. Answers false where there is none.
pub(crate) async fn set_password(
    tx: &mut Tx,
    account: AccountId,
    user: UserId,
    hash: &str,
    now: OffsetDateTime,
) -> Result<bool> {
    let update = sql!(
        "update users set password_hash = $3, password_set_at = $4, password_ends_at = null, updated_at = $4, version = version + 1
         where account_id = $1 and id = $2 and state = 'active'"
    );
    Ok(tx.execute(update, args![account, user, hash, now]).await? == 1)
}
