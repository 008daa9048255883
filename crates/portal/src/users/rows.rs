use domain::id::{AccountId, UserId};
use domain::user::UserState;
use domain::{Language, Role};
use store::{Filter, IdOf, Result, Sort, Tx, Words, args, list, row, sql};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::names::Address;

row! {
    /// What a sign-in looks at.
    pub(crate) struct CredentialRow {
        id: UserId,
        account_id: AccountId,
        email: String,
        state: String,
        language: String,
        password_hash: Option<String>,
        /// Of a one-time password.
        password_ends_at: Option<OffsetDateTime>,
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
        /// Of a one-time password.
        password_ends_at: Option<OffsetDateTime>,
        /// Keys of roles, with a space between them.
        roles: String,
    }
}

pub(crate) struct NewUser<'a> {
    pub id: UserId,
    pub account: AccountId,
    pub email: &'a Address,
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub language: Language,
    pub state: UserState,
    pub password_hash: &'a str,
    pub now: OffsetDateTime,
}

pub(crate) async fn insert(tx: &mut Tx, user: &NewUser<'_>) -> Result<()> {
    let insert = sql!(
        "insert into users
            (id, account_id, email, email_key, first_name, last_name, language, state, password_hash, password_set_at,
             name_key, created_at, updated_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $10, $10, 1)"
    );
    let NewUser {
        id,
        account,
        email,
        first_name,
        last_name,
        language,
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
        language.key(),
        state.key(),
        password_hash,
        *now,
        name_key(first_name, last_name)
    ];
    tx.execute_one(insert, values).await
}

/// What a name is found by.
pub(crate) fn name_key(first: &str, last: &str) -> String {
    super::full_name(first, last).to_lowercase()
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
    let select = sql!(
        "select id, account_id, email, state, language, password_hash, password_ends_at from users where email_key = $1"
    );
    tx.optional(select, args![key]).await
}

/// The holder of a session: the session is the proof.
pub(crate) async fn active_unscoped(tx: &mut Tx, user: UserId) -> Result<Option<ActiveRow>> {
    let select = sql!(
        "select account_id, email, password_ends_at,
                coalesce((select string_agg(role, ' ') from user_roles where user_id = users.id), '') as roles
         from users where id = $1 and state = 'active'"
    );
    tx.optional(select, args![user]).await
}

pub(crate) async fn set_state(
    tx: &mut Tx,
    account: AccountId,
    user: UserId,
    state: UserState,
    now: OffsetDateTime,
) -> Result<()> {
    let update = sql!(
        "update users set state = $3, deactivated_at = $5, updated_at = $4, version = version + 1
         where account_id = $1 and id = $2"
    );
    let deactivated = (state == UserState::Deactivated).then_some(now);
    tx.execute_one(update, args![account, user, state.key(), now, deactivated])
        .await
}

/// Notes a sign-in, if the user is still active and the password still the one that was checked, and not a one-time password
/// whose days are over.
pub(crate) async fn note_sign_in(
    tx: &mut Tx,
    account: AccountId,
    user: UserId,
    password_hash: Option<&str>,
    now: OffsetDateTime,
) -> Result<bool> {
    let update = sql!(
        "update users set signed_in_at = $3 where account_id = $1 and id = $2 and state = 'active' and password_hash = $4
            and (password_ends_at is null or password_ends_at > $3)"
    );
    let values = args![account, user, now, password_hash];
    Ok(tx.execute(update, values).await? == 1)
}

row! {
    /// Who has an address.
    pub(crate) struct OwnerRow {
        id: UserId,
        account_id: AccountId,
        state: String,
    }
    /// Where mails for somebody go.
    pub(crate) struct RecipientRow {
        email: String,
        language: String,
    }
    /// A deactivated user.
    pub(super) struct LeaverRow {
        id: UserId,
        account_id: AccountId,
        email: String,
    }
    /// A row of the Overview: a user or an invitation.
    pub(super) struct PersonRow {
        id: Uuid,
        is_user: bool,
        email: String,
        first_name: String,
        last_name: String,
        /// Bits of roles.
        roles: i64,
        /// `yes`, `pending`, `no`.
        active: String,
        /// State of the invitation; empty where there was none.
        invitation: String,
        /// A user's time of deactivation, or the end of an invitation.
        at: Option<OffsetDateTime>,
        created_at: OffsetDateTime,
    }
    /// A user to choose.
    pub(super) struct HolderRow {
        id: UserId,
        email: String,
        first_name: String,
        last_name: String,
        roles: i64,
    }
}

list! {
    /// The users of an account, and its invitations that did not become users.
    pub(super) static PEOPLE: {
        select: "p.id, p.is_user, p.email, p.first_name, p.last_name, p.roles, p.active, p.invitation, p.at, p.created_at",
        from: "people p",
        scope: "p.account_id = $1",
        id: "p.id",
        search: "",
        words: Words::new("p.words", "p.number", "people_words", "p.email_key").by_account(),
        sorts: [Sort::text("email", "p.email_key"), Sort::text("active", "p.active"), Sort::int("created", "p.created_at")],
        filters: [
            Filter::contains("email", "p.email_key"),
            // The conditions of the indexes.
            Filter::choice("role", &[
                ("super-admin", "(p.roles & 1) <> 0"),
                ("account-admin", "(p.roles & 2) <> 0"),
                ("obs-admin", "(p.roles & 4) <> 0"),
                ("ums-admin", "(p.roles & 8) <> 0"),
                ("support-manager", "(p.roles & 16) <> 0"),
                ("app-portal-user", "(p.roles & 32) <> 0"),
            ]),
            Filter::choice("active", &[("yes", "p.active = 'yes'"), ("pending", "p.active = 'pending'"), ("no", "p.active = 'no'")]),
            Filter::choice("invitation", &[
                ("pending", "p.invitation = 'pending'"),
                ("accepted", "p.invitation = 'accepted'"),
                ("declined", "p.invitation = 'declined'"),
                ("cancelled", "p.invitation = 'cancelled'"),
            ]),
        ],
    }
}

list! {
    /// The active users of an account, to choose from.
    pub(super) static HOLDERS: {
        select: "p.id, p.email, p.first_name, p.last_name, p.roles",
        from: "people p",
        scope: "p.account_id = $1 and p.active = 'yes' and p.is_user and p.id <> $2",
        id: "p.id",
        search: "",
        words: Words::new("p.words", "p.number", "people_words", "p.email_key").by_account(),
        sorts: [Sort::text("email", "p.email_key")],
    }
}

/// One of [`PEOPLE`].
pub(super) async fn person(tx: &mut Tx, account: AccountId, id: Uuid) -> Result<Option<PersonRow>> {
    let select = sql!(
        "select id, is_user, email, first_name, last_name, roles, active, invitation, at, created_at
         from people where account_id = $1 and id = $2"
    );
    tx.optional(select, args![account, id]).await
}

/// One of [`HOLDERS`].
pub(super) async fn holder(tx: &mut Tx, account: AccountId, user: UserId) -> Result<Option<HolderRow>> {
    let select = sql!(
        "select id, email, first_name, last_name, roles from people
         where account_id = $1 and id = $2 and is_user and active = 'yes'"
    );
    tx.optional(select, args![account, user]).await
}

/// Makes the user's password a one-time one, until then.
pub(crate) async fn end_password(
    tx: &mut Tx,
    account: AccountId,
    user: UserId,
    ends: OffsetDateTime,
) -> Result<()> {
    let update = sql!("update users set password_ends_at = $3 where account_id = $1 and id = $2");
    tx.execute_one(update, args![account, user, ends]).await
}

/// Where mails for whoever has an address go.
pub(crate) async fn recipient_unscoped(tx: &mut Tx, key: &str) -> Result<Option<RecipientRow>> {
    tx.optional(
        sql!("select email, language from users where email_key = $1"),
        args![key],
    )
    .await
}

/// The account of the active user with that address who has signed in with a password, if a record of it maps the address.
/// Whoever comes from a federated provider is vouched for by the account alone.
pub(crate) async fn mapped_account_unscoped(tx: &mut Tx, key: &str) -> Result<Option<AccountId>> {
    let select = sql!(
        "select u.account_id from users u join routing_users m on m.account_id = u.account_id and m.email_key = u.email_key
          where u.email_key = $1 and u.state = 'active' and u.signed_in_at is not null and u.password_hash is not null"
    );
    let found: Option<(IdOf<AccountId>,)> = tx.optional(select, args![key]).await?;
    Ok(found.map(|(account,)| account.0))
}

/// Whoever has an address, in whatever account.
pub(crate) async fn owner_unscoped(tx: &mut Tx, key: &str) -> Result<Option<OwnerRow>> {
    let select = sql!("select id, account_id, state from users where email_key = $1");
    tx.optional(select, args![key]).await
}

/// Until the end of the transaction nobody else changes roles or states of this account's users: the guard of every rule over
/// several of them (ruling 12).
pub(crate) async fn lock(tx: &mut Tx, account: AccountId) -> Result<()> {
    let lock = sql!("update accounts set version = version where id = $1");
    tx.execute_one(lock, args![account]).await
}

/// How many active users hold `role`.
pub(super) async fn count_active(tx: &mut Tx, account: AccountId, role: Role) -> Result<i64> {
    let count = sql!(
        "select count(*) from users u join user_roles r on r.user_id = u.id
         where u.account_id = $1 and u.state = 'active' and r.role = $2"
    );
    tx.scalar(count, args![account, role.key()]).await
}

/// Where the account's active Super Admins get their mails.
pub(crate) async fn super_admins(tx: &mut Tx, account: AccountId) -> Result<Vec<RecipientRow>> {
    let select = sql!(
        "select u.email, u.language from users u join user_roles r on r.user_id = u.id
         where u.account_id = $1 and u.state = 'active' and r.role = 'super-admin' order by u.email_key"
    );
    tx.all(select, args![account]).await
}

/// Removes a role. `get` has shown that the user is of the account.
pub(super) async fn remove_role(tx: &mut Tx, user: UserId, role: Role) -> Result<()> {
    tx.execute_one(
        sql!("delete from user_roles where user_id = $1 and role = $2"),
        args![user, role.key()],
    )
    .await
}

pub(crate) async fn remove_roles(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.execute(sql!("delete from user_roles where user_id = $1"), args![user])
        .await
        .map(|_| ())
}

/// Restores a user who was deactivated after `since`. Says whether there was one.
pub(super) async fn restore(
    tx: &mut Tx,
    account: AccountId,
    user: UserId,
    since: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<bool> {
    let update = sql!(
        "update users set state = 'active', deactivated_at = null, updated_at = $4, version = version + 1
         where account_id = $1 and id = $2 and state = 'deactivated' and deactivated_at > $3"
    );
    Ok(tx.execute(update, args![account, user, since, now]).await? == 1)
}

/// Makes a deactivated user of the account the one who accepted an invitation. Says whether there was one.
pub(crate) async fn revive(tx: &mut Tx, user: &NewUser<'_>) -> Result<bool> {
    let update = sql!(
        "update users set state = 'active', deactivated_at = null, email = $3, first_name = $4, last_name = $5, name_key = $9, language = $6,
                password_hash = $7, password_set_at = $8, password_ends_at = null, updated_at = $8, version = version + 1
         where account_id = $1 and id = $2 and state = 'deactivated'"
    );
    let values = args![
        user.account,
        user.id,
        user.email.typed,
        user.first_name,
        user.last_name,
        user.language.key(),
        user.password_hash,
        user.now,
        name_key(user.first_name, user.last_name)
    ];
    Ok(tx.execute(update, values).await? == 1)
}

/// Some of those who were deactivated before `until`.
pub(super) async fn leavers_unscoped(tx: &mut Tx, until: OffsetDateTime) -> Result<Vec<LeaverRow>> {
    let select = sql!(
        "select id, account_id, email from users where state = 'deactivated' and deactivated_at <= $1
         order by deactivated_at, id limit 200"
    );
    tx.all(select, args![until]).await
}

/// Deletes a user who was deactivated before `until`. Says whether there was one.
pub(super) async fn delete(
    tx: &mut Tx,
    account: AccountId,
    user: UserId,
    until: OffsetDateTime,
) -> Result<bool> {
    // First of all the row is locked, so that nobody restores the user meanwhile.
    let lock = sql!(
        "update users set version = version + 1
         where account_id = $1 and id = $2 and state = 'deactivated' and deactivated_at <= $3"
    );
    if tx.execute(lock, args![account, user, until]).await? == 0 {
        return Ok(false);
    }
    remove_roles(tx, user).await?;
    tx.execute(sql!("delete from invitations where user_id = $1"), args![user])
        .await?;
    tx.execute_one(
        sql!("delete from users where account_id = $1 and id = $2"),
        args![account, user],
    )
    .await?;
    Ok(true)
}
