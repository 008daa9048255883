use domain::id::{AccountId, SamlIdpId, UserId};
use store::{Result, Tx, args, row, sql};
use time::OffsetDateTime;

row! {
    /// A sign-in that has begun.
    pub(super) struct RequestRow {
        relay_hash: Vec<u8>,
        binding_hash: Vec<u8>,
        saml_idp_id: SamlIdpId,
        request_id: String,
        purpose: String,
    }
    /// A user who may be signing in.
    pub(super) struct PersonRow {
        id: UserId,
        account_id: AccountId,
        email: String,
        state: String,
        language: String,
    }
}

pub(super) struct NewRequest<'a> {
    pub relay_hash: Vec<u8>,
    pub binding_hash: Vec<u8>,
    pub idp: SamlIdpId,
    pub request_id: &'a str,
    pub url: &'a str,
    pub purpose: &'a str,
    pub now: OffsetDateTime,
    pub expires_at: OffsetDateTime,
}

pub(super) async fn insert(tx: &mut Tx, new: &NewRequest<'_>) -> Result<()> {
    let insert = sql!(
        "insert into saml_requests (relay_hash, binding_hash, saml_idp_id, request_id, url, purpose, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)"
    );
    let values = args![
        new.relay_hash,
        new.binding_hash,
        new.idp,
        new.request_id,
        new.url,
        new.purpose,
        new.now,
        new.expires_at
    ];
    tx.execute_one(insert, values).await
}

/// The relay state is a secret: it finds its request.
pub(super) async fn request_unscoped(
    tx: &mut Tx,
    relay_hash: &[u8],
    now: OffsetDateTime,
) -> Result<Option<RequestRow>> {
    let select = sql!(
        "select relay_hash, binding_hash, saml_idp_id, request_id, purpose from saml_requests
         where relay_hash = $1 and expires_at > $2"
    );
    tx.optional(select, args![relay_hash.to_vec(), now]).await
}

/// Where the newest sign-in of a browser leads.
pub(super) async fn newest_url_unscoped(
    tx: &mut Tx,
    binding_hash: &[u8],
    now: OffsetDateTime,
) -> Result<Option<(String,)>> {
    let select = sql!(
        "select url from saml_requests where binding_hash = $1 and expires_at > $2 order by created_at desc limit 1"
    );
    tx.optional(select, args![binding_hash.to_vec(), now]).await
}

/// Takes a request away. Of several who try at once, one is told true (SEC-06).
pub(super) async fn take(tx: &mut Tx, relay_hash: &[u8]) -> Result<bool> {
    let delete = sql!("delete from saml_requests where relay_hash = $1");
    Ok(tx.execute(delete, args![relay_hash.to_vec()]).await? == 1)
}

/// Remembers that an assertion was used. Says whether it was not before.
pub(super) async fn use_assertion(
    tx: &mut Tx,
    idp: SamlIdpId,
    assertion: &str,
    keep_until: OffsetDateTime,
) -> Result<bool> {
    let insert = sql!(
        "insert into saml_assertions (saml_idp_id, assertion_id, keep_until) values ($1, $2, $3) on conflict do nothing"
    );
    Ok(tx.execute(insert, args![idp, assertion, keep_until]).await? == 1)
}

/// Whoever is known by that name at the provider.
pub(super) async fn known(tx: &mut Tx, idp: SamlIdpId, subject: &str) -> Result<Option<PersonRow>> {
    let select = sql!(
        "select u.id, u.account_id, u.email, u.state, u.language from saml_subjects s join users u on u.id = s.user_id
         where s.saml_idp_id = $1 and s.subject = $2"
    );
    tx.optional(select, args![idp, subject]).await
}

/// Whoever has that address in whatever account.
pub(super) async fn by_email_unscoped(tx: &mut Tx, key: &str) -> Result<Option<PersonRow>> {
    let select = sql!("select id, account_id, email, state, language from users where email_key = $1");
    tx.optional(select, args![key]).await
}

/// From now on the user is known by that name. Says false where either is linked to another.
pub(super) async fn link(
    tx: &mut Tx,
    idp: SamlIdpId,
    subject: &str,
    user: UserId,
    now: OffsetDateTime,
) -> Result<bool> {
    let insert = sql!(
        "insert into saml_subjects (saml_idp_id, subject, user_id, linked_at) values ($1, $2, $3, $4) on conflict do nothing"
    );
    Ok(tx.execute(insert, args![idp, subject, user, now]).await? == 1)
}

/// Forgets by which names a user was known: who comes back is linked anew.
pub(super) async fn unlink(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.execute(sql!("delete from saml_subjects where user_id = $1"), args![user])
        .await
        .map(|_| ())
}

/// Notes a sign-in, if the user has access; a one-time password is of no use any more. Says whether there was one.
pub(super) async fn note_sign_in(
    tx: &mut Tx,
    account: AccountId,
    user: UserId,
    now: OffsetDateTime,
) -> Result<bool> {
    let update = sql!(
        "update users set signed_in_at = $3,
                password_hash = case when password_ends_at is null then password_hash else null end, password_ends_at = null
         where account_id = $1 and id = $2 and state = 'active'"
    );
    Ok(tx.execute(update, args![account, user, now]).await? == 1)
}

/// Takes the password from somebody who signs in at a provider.
pub(super) async fn forget_password(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    let update = sql!(
        "update users set password_hash = null, password_set_at = null where account_id = $1 and id = $2"
    );
    tx.execute_one(update, args![account, user]).await
}

/// Whether the address has an invitation of the account that waits.
pub(super) async fn is_invited(
    tx: &mut Tx,
    account: AccountId,
    key: &str,
    now: OffsetDateTime,
) -> Result<bool> {
    let count = sql!(
        "select count(*) from invitations where account_id = $1 and email_key = $2 and state = 'pending' and expires_at > $3"
    );
    Ok(tx.scalar::<i64>(count, args![account, key, now]).await? > 0)
}

/// Deletes requests whose minutes are over. Answers how many.
pub(super) async fn purge_requests_unscoped(tx: &mut Tx, now: OffsetDateTime) -> Result<u64> {
    let delete = sql!("delete from saml_requests where expires_at <= $1");
    tx.execute(delete, args![now]).await
}

/// Deletes assertions that would not be accepted any more. Answers how many.
pub(super) async fn purge_assertions_unscoped(tx: &mut Tx, now: OffsetDateTime) -> Result<u64> {
    let delete = sql!("delete from saml_assertions where keep_until <= $1");
    tx.execute(delete, args![now]).await
}
