use domain::id::{AccountId, InvitationId, UserId};
use domain::invitation::{InvitationState, NewInvitation};
use store::{Result, Tx, args, row, sql};
use time::OffsetDateTime;

use crate::names::Address;
use crate::users::rows::name_key;

row! {
    pub(super) struct InvitationRow {
        id: InvitationId,
        account_id: AccountId,
        email: String,
        email_key: String,
        first_name: String,
        last_name: String,
        language: String,
        role: String,
        state: String,
        invited_by: String,
        expires_at: OffsetDateTime,
        token_hash: Option<Vec<u8>>,
    }
    pub(super) struct OverRow {
        id: InvitationId,
        account_id: AccountId,
    }
}

pub(super) struct NewRow<'a> {
    pub id: InvitationId,
    pub account: AccountId,
    pub new: &'a NewInvitation,
    pub address: &'a Address,
    /// `None`: the mail has no link.
    pub token_hash: Option<Vec<u8>>,
    pub invited_by: &'a str,
    pub now: OffsetDateTime,
    pub expires_at: OffsetDateTime,
}

pub(super) async fn insert(tx: &mut Tx, row: &NewRow<'_>) -> Result<()> {
    let insert = sql!(
        "insert into invitations
            (id, account_id, email, email_key, first_name, last_name, language, role, state, listed, token_hash, invited_by,
             created_at, sent_at, expires_at, name_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', true, $9, $10, $11, $11, $12, $13)"
    );
    let values = args![
        row.id,
        row.account,
        row.address.typed,
        row.address.key,
        row.new.first_name,
        row.new.last_name,
        row.new.language.key(),
        row.new.role.key(),
        row.token_hash,
        row.invited_by,
        row.now,
        row.expires_at,
        name_key(&row.new.first_name, &row.new.last_name)
    ];
    tx.execute_one(insert, values).await
}

/// Forgets the invitations of an address that are over: a new one takes their place in the list.
pub(super) async fn forget_over(
    tx: &mut Tx,
    account: AccountId,
    key: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let delete = sql!(
        "delete from invitations where account_id = $1 and email_key = $2
            and (state in ('declined', 'cancelled') or (state = 'pending' and expires_at <= $3))"
    );
    tx.execute(delete, args![account, key, now]).await.map(|_| ())
}

/// Whether the address waits for an answer already. (The unique index decides; this is for naming each bad line of a list.)
pub(super) async fn is_open(tx: &mut Tx, account: AccountId, key: &str, now: OffsetDateTime) -> Result<bool> {
    let count = sql!(
        "select count(*) from invitations where account_id = $1 and email_key = $2 and state = 'pending' and expires_at > $3"
    );
    Ok(tx.scalar::<i64>(count, args![account, key, now]).await? > 0)
}

pub(super) async fn get(tx: &mut Tx, account: AccountId, id: InvitationId) -> Result<Option<InvitationRow>> {
    let select = sql!(
        "select id, account_id, email, email_key, first_name, last_name, language, role, state, invited_by, expires_at, token_hash
         from invitations where account_id = $1 and id = $2"
    );
    tx.optional(select, args![account, id]).await
}

/// The invitation of a link: the link is the proof.
pub(super) async fn by_token_unscoped(tx: &mut Tx, hash: &[u8]) -> Result<Option<InvitationRow>> {
    let select = sql!(
        "select id, account_id, email, email_key, first_name, last_name, language, role, state, invited_by, expires_at, token_hash
         from invitations where token_hash = $1"
    );
    tx.optional(select, args![hash]).await
}

/// Answers an open invitation by its link. Says whether it was open.
pub(super) async fn answer_unscoped(
    tx: &mut Tx,
    hash: &[u8],
    state: InvitationState,
    now: OffsetDateTime,
) -> Result<bool> {
    let update = sql!(
        "update invitations set state = $2, listed = $4, decided_at = $3
         where token_hash = $1 and state = 'pending' and expires_at > $3"
    );
    Ok(tx
        .execute(
            update,
            args![hash, state.key(), now, state != InvitationState::Accepted],
        )
        .await?
        == 1)
}

/// Notes who accepted it.
pub(super) async fn accepted_by(
    tx: &mut Tx,
    account: AccountId,
    id: InvitationId,
    user: UserId,
) -> Result<()> {
    let update = sql!("update invitations set user_id = $3 where account_id = $1 and id = $2");
    tx.execute_one(update, args![account, id, user]).await
}

/// Gives an open invitation a new link and new days. Says whether it was open.
pub(super) async fn renew(
    tx: &mut Tx,
    account: AccountId,
    id: InvitationId,
    token_hash: Option<Vec<u8>>,
    now: OffsetDateTime,
    expires_at: OffsetDateTime,
) -> Result<bool> {
    let update = sql!(
        "update invitations set token_hash = $3, sent_at = $4, expires_at = $5
         where account_id = $1 and id = $2 and state = 'pending' and expires_at > $4"
    );
    let values = args![account, id, token_hash, now, expires_at];
    Ok(tx.execute(update, values).await? == 1)
}

/// Takes an open invitation back. Says whether it was open.
pub(super) async fn cancel(
    tx: &mut Tx,
    account: AccountId,
    id: InvitationId,
    now: OffsetDateTime,
) -> Result<bool> {
    let update = sql!(
        "update invitations set state = 'cancelled', decided_at = $3
         where account_id = $1 and id = $2 and state = 'pending' and expires_at > $3"
    );
    Ok(tx.execute(update, args![account, id, now]).await? == 1)
}

/// Some of those whose time is over without an answer.
pub(super) async fn expired_unscoped(tx: &mut Tx, now: OffsetDateTime) -> Result<Vec<OverRow>> {
    let select = sql!(
        "select id, account_id from invitations where expires_at <= $1 and state = 'pending' order by expires_at, id limit 200"
    );
    tx.all(select, args![now]).await
}

/// Ends an invitation whose time is over and forgets whom it was for; its link still says what became of it. Says whether
/// nobody was faster.
pub(super) async fn expire(
    tx: &mut Tx,
    account: AccountId,
    id: InvitationId,
    now: OffsetDateTime,
) -> Result<bool> {
    let update = sql!(
        "update invitations set state = 'expired', listed = false, decided_at = $3, email = '', email_key = '',
                name_key = '', first_name = '', last_name = '', invited_by = ''
         where account_id = $1 and id = $2 and state = 'pending' and expires_at <= $3"
    );
    Ok(tx.execute(update, args![account, id, now]).await? == 1)
}

/// Deletes what ended before `until` and made nobody a user. Answers how many.
pub(super) async fn purge_unscoped(tx: &mut Tx, until: OffsetDateTime) -> Result<u64> {
    let delete = sql!(
        "delete from invitations where expires_at <= $1 and state in ('declined', 'cancelled', 'expired')"
    );
    tx.execute(delete, args![until]).await
}
