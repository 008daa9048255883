//! Statements on sign-ins under way.

use access::{Result, Tx};
use domain::id::OnboardingId;
use store::{args, row, sql};
use time::OffsetDateTime;

row! {
    /// A sign-in that has just been used up.
    pub struct SignInRow {
        onboarding_id: OnboardingId,
        sealed: Vec<u8>,
        language: String,
    }

    /// A sign-in of this browser, used or not.
    pub struct OwnRow {
        onboarding_id: OnboardingId,
        language: String,
        used_at: Option<OffsetDateTime>,
    }
}

/// A new sign-in.
pub struct NewRow<'a> {
    pub onboarding: OnboardingId,
    pub cookie_hash: Vec<u8>,
    pub state_hash: Vec<u8>,
    pub sealed: Vec<u8>,
    pub language: &'a str,
    pub expires_at: OffsetDateTime,
}

/// Keeps a sign-in; one run has one, the newest.
pub async fn put(tx: &mut Tx, new: NewRow<'_>) -> Result<()> {
    let text = sql!(
        "insert into onboarding_sign_ins (onboarding_id, cookie_hash, state_hash, sealed, language, expires_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (onboarding_id) do update set cookie_hash = excluded.cookie_hash, state_hash = excluded.state_hash,
            sealed = excluded.sealed, language = excluded.language, expires_at = excluded.expires_at, used_at = null"
    );
    let args = args![
        new.onboarding,
        new.cookie_hash,
        new.state_hash,
        new.sealed,
        new.language,
        new.expires_at
    ];
    Ok(tx.execute_one(text, args).await?)
}

/// Uses up the sign-in of this browser and this state: once.
pub async fn take_unscoped(tx: &mut Tx, cookie_hash: &[u8], state_hash: &[u8]) -> Result<Option<SignInRow>> {
    let now = tx.now();
    let text = sql!(
        "update onboarding_sign_ins set used_at = $3
          where cookie_hash = $1 and state_hash = $2 and used_at is null and expires_at > $3
         returning onboarding_id, sealed, language"
    );
    Ok(tx.optional(text, args![cookie_hash, state_hash, now]).await?)
}

/// What this browser has begun.
pub async fn own_unscoped(
    tx: &mut store::Tx,
    cookie_hash: &[u8],
    now: OffsetDateTime,
) -> Result<Option<OwnRow>> {
    let text = sql!(
        "select onboarding_id, language, used_at from onboarding_sign_ins where cookie_hash = $1 and expires_at > $2"
    );
    Ok(tx.optional(text, args![cookie_hash, now]).await?)
}

/// Deletes what has ended.
pub async fn purge_unscoped(tx: &mut Tx, now: OffsetDateTime) -> Result<u64> {
    Ok(tx
        .execute(
            sql!("delete from onboarding_sign_ins where expires_at <= $1"),
            args![now],
        )
        .await?)
}
