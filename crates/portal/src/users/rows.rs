use domain::Role;
use domain::id::{AccountId, UserId};
use domain::user::UserState;
use store::{Result, Tx, args, row, sql};
use time::OffsetDateTime;

use crate::names::Address;

row! {
    /// What a sign-in looks at.
    pub(crate) struct CredentialRow {
        id: UserId,
        account_id: AccountId,
        email: String,
        state: String,
        password_hash: Option<String>,
    }
    pub(crate) struct UserRow {
        id: UserId,
        email: String,
        first_name: String,
        last_name: String,
        state: String,
    }
    /// A user with access.
    pub(crate) struct ActiveRow {
        account_id: AccountId,
        email: String,
    }
}

pub(crate) struct NewUser<'a> {
    pub id: UserId,
    pub account: AccountId,
    pub email: &'a Address,
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub state: UserState,
    pub password_hash: &'a str,
    pub now: OffsetDateTime,
}

pub(crate) async fn insert(tx: &mut Tx, user: &NewUser<'_>) -> Result<()> {
    let insert = sql!(
        "insert into users
            (id, account_id, email, email_key, first_name, last_name, state, password_hash, created_at, updated_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 1)"
    );
    let NewUser {
        id,
        account,
        email,
        first_name,
        last_name,
        state,
        password_hash,
        now,
    } = user;
    let values = args![
        *id,
        *account,
        email.typed,
        email.key,
        first_name,
        last_name,
        state.key(),
        password_hash,
        *now
    ];
    tx.execute_one(insert, values).await
}

pub(crate) async fn add_role(tx: &mut Tx, user: UserId, role: Role) -> Result<()> {
    tx.execute_one(
        sql!("insert into user_roles (user_id, role) values ($1, $2)"),
        args![user, role.key()],
    )
    .await
}

pub(crate) async fn roles(tx: &mut Tx, account: AccountId, user: UserId) -> Result<Vec<(String,)>> {
    let select = sql!(
        "select r.role from user_roles r join users u on u.id = r.user_id where u.account_id = $1 and u.id = $2"
    );
    tx.all(select, args![account, user]).await
}

pub(crate) async fn get(tx: &mut Tx, account: AccountId, user: UserId) -> Result<Option<UserRow>> {
    let select =
        sql!("select id, email, first_name, last_name, state from users where account_id = $1 and id = $2");
    tx.optional(select, args![account, user]).await
}

pub(crate) async fn by_email(tx: &mut Tx, account: AccountId, key: &str) -> Result<Option<UserRow>> {
    let select = sql!(
        "select id, email, first_name, last_name, state from users where account_id = $1 and email_key = $2"
    );
    tx.optional(select, args![account, key]).await
}

/// Before a sign-in nobody knows the account.
pub(crate) async fn credentials_unscoped(tx: &mut Tx, key: &str) -> Result<Option<CredentialRow>> {
    let select = sql!("select id, account_id, email, state, password_hash from users where email_key = $1");
    tx.optional(select, args![key]).await
}

/// The holder of a session: the session is the proof.
pub(crate) async fn active_unscoped(tx: &mut Tx, user: UserId) -> Result<Option<ActiveRow>> {
    tx.optional(
        sql!("select account_id, email from users where id = $1 and state = 'active'"),
        args![user],
    )
    .await
}

pub(crate) async fn set_state(
    tx: &mut Tx,
    account: AccountId,
    user: UserId,
    state: UserState,
    now: OffsetDateTime,
) -> Result<()> {
    let update = sql!(
        "update users set state = $3, updated_at = $4, version = version + 1 where account_id = $1 and id = $2"
    );
    tx.execute_one(update, args![account, user, state.key(), now])
        .await
}

/// Notes a sign-in, if the user is still active and the password still the one that was checked.
pub(crate) async fn note_sign_in(tx: &mut Tx, user: &CredentialRow, now: OffsetDateTime) -> Result<bool> {
    let update = sql!(
        "update users set signed_in_at = $3 where account_id = $1 and id = $2 and state = 'active' and password_hash = $4"
    );
    Ok(tx
        .execute(update, args![user.account_id, user.id, now, user.password_hash])
        .await?
        == 1)
}
