//! Statements on test sign-ins that have begun.

use domain::id::{AccountId, OsIdpId, UserId};
use store::{Result, Tx, args, row, sql};
use time::OffsetDateTime;

row! {
    /// The test of one person that waits.
    pub(super) struct WaitingRow {
        link_hash: Vec<u8>,
        link: Vec<u8>,
        cookie_hash: Option<Vec<u8>>,
        expires_at: OffsetDateTime,
    }
    /// A test that somebody has opened, or come back to.
    pub(super) struct TestRow {
        os_idp_id: OsIdpId,
        user_id: UserId,
        account_id: AccountId,
        begun_by: String,
        link_hash: Vec<u8>,
        kept: Option<Vec<u8>>,
        language: Option<String>,
        used_at: Option<OffsetDateTime>,
    }
}

/// A new test.
pub(super) struct NewRow<'a> {
    pub idp: OsIdpId,
    pub user: UserId,
    pub account: AccountId,
    pub begun_by: &'a str,
    pub link_hash: Vec<u8>,
    pub link: Vec<u8>,
    pub now: OffsetDateTime,
    pub expires_at: OffsetDateTime,
}

/// Begins a test in the place of the last one of the same person.
pub(super) async fn put(tx: &mut Tx, new: NewRow<'_>) -> Result<()> {
    let upsert = sql!(
        "insert into os_idp_tests (os_idp_id, user_id, account_id, begun_by, link_hash, link, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (os_idp_id, user_id) do update set begun_by = excluded.begun_by, link_hash = excluded.link_hash,
            link = excluded.link, created_at = excluded.created_at, expires_at = excluded.expires_at, cookie_hash = null,
            state_hash = null, kept = null, language = null, used_at = null"
    );
    let values = args![
        new.idp,
        new.user,
        new.account,
        new.begun_by,
        new.link_hash,
        new.link,
        new.now,
        new.expires_at
    ];
    tx.execute_one(upsert, values).await
}

pub(super) async fn waiting(
    tx: &mut Tx,
    account: AccountId,
    idp: OsIdpId,
    user: UserId,
    now: OffsetDateTime,
) -> Result<Option<WaitingRow>> {
    let select = sql!(
        "select link_hash, link, cookie_hash, expires_at from os_idp_tests
          where account_id = $1 and os_idp_id = $2 and user_id = $3 and used_at is null and expires_at > $4"
    );
    tx.optional(select, args![account, idp, user, now]).await
}

/// The test behind an address that somebody opened, while it waits.
pub(super) async fn by_link_unscoped(
    tx: &mut Tx,
    link_hash: &[u8],
    now: OffsetDateTime,
) -> Result<Option<TestRow>> {
    let select = sql!(
        "select os_idp_id, user_id, account_id, begun_by, link_hash, kept, language, used_at from os_idp_tests
          where link_hash = $1 and used_at is null and expires_at > $2"
    );
    tx.optional(select, args![link_hash, now]).await
}

/// The person goes on to the provider. `false` where the test is over.
pub(super) async fn leave_unscoped(
    tx: &mut Tx,
    link_hash: &[u8],
    (cookie_hash, state_hash): (&[u8], &[u8]),
    kept: &[u8],
    language: &str,
    now: OffsetDateTime,
) -> Result<bool> {
    let update = sql!(
        "update os_idp_tests set cookie_hash = $2, state_hash = $3, kept = $4, language = $5
          where link_hash = $1 and used_at is null and expires_at > $6"
    );
    let values = args![link_hash, cookie_hash, state_hash, kept, language, now];
    Ok(tx.execute(update, values).await? == 1)
}

/// Uses up the test of this browser and this state: once.
pub(super) async fn take_unscoped(
    tx: &mut Tx,
    cookie_hash: &[u8],
    state_hash: &[u8],
    now: OffsetDateTime,
) -> Result<Option<TestRow>> {
    let update = sql!(
        "update os_idp_tests set used_at = $3
          where cookie_hash = $1 and state_hash = $2 and used_at is null and expires_at > $3
         returning os_idp_id, user_id, account_id, begun_by, link_hash, kept, language, used_at"
    );
    tx.optional(update, args![cookie_hash, state_hash, now]).await
}

/// The test that this browser has begun.
pub(super) async fn own_unscoped(
    tx: &mut Tx,
    cookie_hash: &[u8],
    now: OffsetDateTime,
) -> Result<Option<TestRow>> {
    let select = sql!(
        "select os_idp_id, user_id, account_id, begun_by, link_hash, kept, language, used_at from os_idp_tests
          where cookie_hash = $1 and expires_at > $2"
    );
    tx.optional(select, args![cookie_hash, now]).await
}

/// Deletes tests that have ended.
pub(in crate::os_idps) async fn purge_unscoped(tx: &mut Tx, now: OffsetDateTime) -> Result<u64> {
    tx.execute(
        sql!("delete from os_idp_tests where expires_at <= $1"),
        args![now],
    )
    .await
}
