//! Runs that wait for a sign-in at one provider: what would end if it went.

use access::{Authorized, Result};
use domain::id::OsIdpId;
use domain::permission::DeleteOsIdp;

use crate::limits::SIGN_IN_LIFE;
use crate::onboardings::rows;

/// How many runs of the caller's account wait for a sign-in at that provider.
pub async fn at_provider(auth: &Authorized<DeleteOsIdp>, idp: OsIdpId) -> Result<u64> {
    let (account, now) = (auth.account()?, auth.now());
    let mut tx = auth.read().await?;
    let count = rows::waiting_at(&mut tx, account, idp, (now - SIGN_IN_LIFE, now)).await?;
    Ok(u64::try_from(count).unwrap_or_default())
}
