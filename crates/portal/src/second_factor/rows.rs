use domain::Role;
use domain::id::{AccountId, UserId};
use store::{Result, Tx, args, row, sql};
use time::OffsetDateTime;

row! {
    /// A second factor, in force or only shown.
    pub(super) struct FactorRow {
        secret: Vec<u8>,
        recovery: Option<Vec<u8>>,
        shown_at: OffsetDateTime,
        confirmed_at: Option<OffsetDateTime>,
        last_step: i64,
    }
    /// Whether a sign-in needs more than the password.
    pub(super) struct WantedRow {
        /// There is a second factor.
        in_force: bool,
        /// The account asks for one.
        required: bool,
    }
    /// Who it is about.
    pub(super) struct PersonRow {
        email: String,
        language: String,
        password_hash: Option<String>,
    }
    /// A sign-in that waits for its code.
    pub(super) struct PendingRow {
        token_hash: Vec<u8>,
        user_id: UserId,
        account_id: AccountId,
        email: String,
        language: String,
        state: String,
        password_hash: String,
        present_hash: Option<String>,
        /// Of a one-time password.
        password_ends_at: Option<OffsetDateTime>,
        next: String,
        tries: i64,
        started_at: OffsetDateTime,
    }
}

/// A user of the account.
pub(super) async fn person(tx: &mut Tx, account: AccountId, user: UserId) -> Result<Option<PersonRow>> {
    let select = sql!("select email, language, password_hash from users where account_id = $1 and id = $2");
    tx.optional(select, args![account, user]).await
}

pub(super) async fn get(tx: &mut Tx, account: AccountId, user: UserId) -> Result<Option<FactorRow>> {
    let select = sql!(
        "select f.secret, f.recovery, f.shown_at, f.confirmed_at, f.last_step
         from second_factors f join users u on u.id = f.user_id where u.account_id = $1 and u.id = $2"
    );
    tx.optional(select, args![account, user]).await
}

/// Asked at every sign-in: one statement.
pub(super) async fn wanted(tx: &mut Tx, account: AccountId, user: UserId) -> Result<WantedRow> {
    let select = sql!(
        "select exists (select 1 from second_factors f join users u on u.id = f.user_id
                         where u.account_id = $1 and u.id = $2 and f.confirmed_at is not null) as in_force,
                exists (select 1 from second_factor_roles s join user_roles r on r.role = s.role
                         where s.account_id = $1 and r.user_id = $2) as required"
    );
    tx.one(select, args![account, user]).await
}

/// Shows a new one, in the place of one that was only shown. Answers false where one is in force.
pub(super) async fn offer(tx: &mut Tx, user: UserId, secret: &[u8], now: OffsetDateTime) -> Result<bool> {
    let insert = sql!(
        "insert into second_factors (user_id, secret, recovery, shown_at, confirmed_at, last_step)
         values ($1, $2, null, $3, null, 0)
         on conflict (user_id) do update set secret = excluded.secret, shown_at = excluded.shown_at
            where second_factors.confirmed_at is null"
    );
    Ok(tx.execute(insert, args![user, secret, now]).await? == 1)
}

/// Puts the one that was shown at `shown_at` in force. Answers false where that was done, or another was shown, meanwhile.
pub(super) async fn confirm(
    tx: &mut Tx,
    user: UserId,
    shown_at: OffsetDateTime,
    step: i64,
    now: OffsetDateTime,
) -> Result<bool> {
    let update = sql!(
        "update second_factors set confirmed_at = $4, last_step = $3
         where user_id = $1 and shown_at = $2 and confirmed_at is null"
    );
    Ok(tx.execute(update, args![user, shown_at, step, now]).await? == 1)
}

/// Shows recovery codes from now on.
pub(super) async fn show_recovery_codes(
    tx: &mut Tx,
    user: UserId,
    sealed: &[u8],
    now: OffsetDateTime,
) -> Result<()> {
    let update = sql!("update second_factors set recovery = $2, shown_at = $3 where user_id = $1");
    tx.execute_one(update, args![user, sealed, now]).await
}

/// Spends the code of a step. Answers false where it, or a later one, was spent before.
pub(super) async fn spend(tx: &mut Tx, user: UserId, step: i64) -> Result<bool> {
    let update = sql!(
        "update second_factors set last_step = $2 where user_id = $1 and confirmed_at is not null and last_step < $2"
    );
    Ok(tx.execute(update, args![user, step]).await? == 1)
}

/// Answers whether there was one.
pub(super) async fn delete(tx: &mut Tx, user: UserId) -> Result<bool> {
    delete_recovery_codes(tx, user).await?;
    let delete = sql!("delete from second_factors where user_id = $1");
    Ok(tx.execute(delete, args![user]).await? == 1)
}

pub(super) async fn insert_recovery_code(tx: &mut Tx, user: UserId, hash: &[u8]) -> Result<()> {
    let insert = sql!("insert into recovery_codes (user_id, code_hash) values ($1, $2)");
    tx.execute_one(insert, args![user, hash]).await
}

pub(super) async fn delete_recovery_codes(tx: &mut Tx, user: UserId) -> Result<()> {
    let delete = sql!("delete from recovery_codes where user_id = $1");
    tx.execute(delete, args![user]).await.map(drop)
}

/// Spends a recovery code. Answers false where there is none such, or it was spent before.
pub(super) async fn spend_recovery_code(
    tx: &mut Tx,
    user: UserId,
    hash: &[u8],
    now: OffsetDateTime,
) -> Result<bool> {
    let update = sql!(
        "update recovery_codes set used_at = $3 where user_id = $1 and code_hash = $2 and used_at is null"
    );
    Ok(tx.execute(update, args![user, hash, now]).await? == 1)
}

/// Recovery codes that were not used.
pub(super) async fn recovery_codes_left(tx: &mut Tx, user: UserId) -> Result<i64> {
    let count = sql!("select count(*) from recovery_codes where user_id = $1 and used_at is null");
    tx.scalar(count, args![user]).await
}

/// The roles of an account whose holders need a second factor.
pub(super) async fn required_roles(tx: &mut Tx, account: AccountId) -> Result<Vec<(String,)>> {
    let select = sql!("select role from second_factor_roles where account_id = $1");
    tx.all(select, args![account]).await
}

pub(super) async fn require(tx: &mut Tx, account: AccountId, roles: &[Role]) -> Result<()> {
    let delete = sql!("delete from second_factor_roles where account_id = $1");
    tx.execute(delete, args![account]).await?;
    for role in roles {
        let insert = sql!("insert into second_factor_roles (account_id, role) values ($1, $2)");
        tx.execute_one(insert, args![account, role.key()]).await?;
    }
    Ok(())
}

pub(super) async fn insert_pending(
    tx: &mut Tx,
    token_hash: &[u8],
    user: UserId,
    password_hash: &str,
    next: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let insert = sql!(
        "insert into pending_sign_ins (token_hash, user_id, password_hash, next, tries, started_at)
         values ($1, $2, $3, $4, 0, $5)"
    );
    tx.execute_one(insert, args![token_hash, user, password_hash, next, now])
        .await
}

/// The token is the proof.
pub(super) async fn pending_unscoped(tx: &mut Tx, token_hash: &[u8]) -> Result<Option<PendingRow>> {
    let select = sql!(
        "select p.token_hash, p.user_id, u.account_id, u.email, u.language, u.state, p.password_hash,
                u.password_hash as present_hash, u.password_ends_at, p.next, p.tries, p.started_at
         from pending_sign_ins p join users u on u.id = p.user_id where p.token_hash = $1"
    );
    tx.optional(select, args![token_hash]).await
}

/// Counts a try before it is looked at. Answers false where all are used up, or the sign-in is over.
pub(super) async fn count_try(tx: &mut Tx, token_hash: &[u8], most: i64) -> Result<bool> {
    let update = sql!("update pending_sign_ins set tries = tries + 1 where token_hash = $1 and tries < $2");
    Ok(tx.execute(update, args![token_hash, most]).await? == 1)
}

/// Takes a waiting sign-in away. Answers false where somebody else did.
pub(super) async fn take_pending(tx: &mut Tx, token_hash: &[u8]) -> Result<bool> {
    let delete = sql!("delete from pending_sign_ins where token_hash = $1");
    Ok(tx.execute(delete, args![token_hash]).await? == 1)
}

/// Takes away every waiting sign-in of a user.
pub(super) async fn take_all_pending(tx: &mut Tx, user: UserId) -> Result<()> {
    let delete = sql!("delete from pending_sign_ins where user_id = $1");
    tx.execute(delete, args![user]).await.map(drop)
}

/// Deletes waiting sign-ins that began, and what was shown, up to then.
pub(super) async fn purge(tx: &mut Tx, pending: OffsetDateTime, shown: OffsetDateTime) -> Result<()> {
    let sign_ins = sql!("delete from pending_sign_ins where started_at <= $1");
    tx.execute(sign_ins, args![pending]).await?;
    let keys = sql!("delete from second_factors where confirmed_at is null and shown_at <= $1");
    tx.execute(keys, args![shown]).await?;
    let codes =
        sql!("update second_factors set recovery = null where recovery is not null and shown_at <= $1");
    tx.execute(codes, args![shown]).await.map(drop)
}
