//! Statements on one-time tokens and on the assertions that came with them.

use access::{Result, Tx};
use domain::id::OnboardingId;
use store::{IdOf, args, row, sql};
use time::OffsetDateTime;

row! {
    /// A token that a UMS may have.
    pub struct ClaimRow {
        onboarding_id: OnboardingId,
        expires_at: OffsetDateTime,
    }

    /// A token as its device gets it.
    pub struct DeliveryRow {
        sealed: Vec<u8>,
        host: String,
        port: u16,
        chain_pem: String,
        expires_at: OffsetDateTime,
    }
}

/// A new token.
pub struct NewRow<'a> {
    pub onboarding: OnboardingId,
    pub hash: Vec<u8>,
    pub sealed: Vec<u8>,
    pub audience: &'a str,
    pub host: &'a str,
    pub port: u16,
    pub chain_pem: &'a str,
    pub expires_at: OffsetDateTime,
}

/// Keeps a token; one that no UMS has asked for yet is replaced, any other stays. `false` where it stays.
pub async fn issue(tx: &mut Tx, new: &NewRow<'_>) -> Result<bool> {
    let now = tx.now();
    let text = sql!(
        "insert into onboarding_tokens (onboarding_id, hash, sealed, audience, host, port, chain_pem, state, issued_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'issued', $8, $9)
         on conflict (onboarding_id) do update set hash = excluded.hash, sealed = excluded.sealed, audience = excluded.audience,
            host = excluded.host, port = excluded.port, chain_pem = excluded.chain_pem, issued_at = excluded.issued_at,
            expires_at = excluded.expires_at
          where onboarding_tokens.state = 'issued'"
    );
    let args = args![
        new.onboarding,
        new.hash,
        new.sealed,
        new.audience,
        new.host,
        new.port,
        new.chain_pem,
        now,
        new.expires_at
    ];
    Ok(tx.execute(text, args).await? == 1)
}

/// The UMS asks what was announced to it: starts the time to redeem, the first time.
pub async fn announce_unscoped(
    tx: &mut Tx,
    hash: &[u8],
    audience: &str,
    until: OffsetDateTime,
) -> Result<Option<ClaimRow>> {
    let now = tx.now();
    let text = sql!(
        "update onboarding_tokens
            set expires_at = case when state = 'issued' then $4 else expires_at end,
                announced_at = coalesce(announced_at, $3),
                state = 'announced'
          where hash = $1 and audience = $2 and expires_at > $3 and state in ('issued', 'announced')
         returning onboarding_id, expires_at"
    );
    Ok(tx.optional(text, args![hash, audience, now, until]).await?)
}

/// A device's key takes the token; the same key may again, another never.
pub async fn redeem_unscoped(
    tx: &mut Tx,
    hash: &[u8],
    audience: &str,
    key_id: &str,
) -> Result<Option<ClaimRow>> {
    let now = tx.now();
    let text = sql!(
        "update onboarding_tokens set state = 'redeemed', key_id = $4, redeemed_at = coalesce(redeemed_at, $3)
          where hash = $1 and audience = $2 and expires_at > $3
            and (state = 'announced' or (state = 'redeemed' and key_id = $4))
         returning onboarding_id, expires_at"
    );
    Ok(tx.optional(text, args![hash, audience, now, key_id]).await?)
}

/// The run of a token.
pub async fn run_of_unscoped(tx: &mut store::Tx, hash: &[u8]) -> Result<Option<OnboardingId>> {
    let text = sql!("select onboarding_id from onboarding_tokens where hash = $1");
    let found: Option<(IdOf<OnboardingId>,)> = tx.optional(text, args![hash]).await?;
    Ok(found.map(|(IdOf(id),)| id))
}

/// Whether its UMS has asked for the token of this run.
pub async fn is_announced(tx: &mut Tx, onboarding: OnboardingId) -> Result<bool> {
    let text = sql!(
        "select count(*) from onboarding_tokens where onboarding_id = $1 and state in ('announced', 'redeemed')"
    );
    Ok(tx.scalar::<i64>(text, args![onboarding]).await? == 1)
}

/// What the device of this run gets.
pub async fn delivery(tx: &mut store::Tx, onboarding: OnboardingId) -> Result<Option<DeliveryRow>> {
    let text = sql!(
        "select sealed, host, port, chain_pem, expires_at from onboarding_tokens where onboarding_id = $1"
    );
    Ok(tx.optional(text, args![onboarding]).await?)
}

/// Notes an assertion. `false` where this UMS has used it before.
pub async fn use_assertion_unscoped(
    tx: &mut Tx,
    fingerprint: &str,
    jti_hash: &[u8],
    until: OffsetDateTime,
) -> Result<bool> {
    let text = sql!(
        "insert into onboarding_assertions (fingerprint, jti_hash, expires_at) values ($1, $2, $3) on conflict do nothing"
    );
    Ok(tx.execute(text, args![fingerprint, jti_hash, until]).await? == 1)
}

/// Deletes tokens and assertions that have ended.
pub async fn purge_unscoped(tx: &mut Tx, now: OffsetDateTime) -> Result<u64> {
    let tokens = tx
        .execute(
            sql!("delete from onboarding_tokens where expires_at <= $1"),
            args![now],
        )
        .await?;
    let assertions = tx
        .execute(
            sql!("delete from onboarding_assertions where expires_at <= $1"),
            args![now],
        )
        .await?;
    Ok(tokens + assertions)
}
