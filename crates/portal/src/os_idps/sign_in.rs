//! What sign-ins at a provider need of it and leave with it. For the Onboarding Service.

use access::{Acting, Event, Result};
use domain::Cloud;
use domain::id::{AccountId, OsIdpId};
use federation::Provider;

use super::rows;

/// The provider, switched off or not. For the path of real onboardings see [`crate::route::provider_for`].
pub async fn provider(acting: &Acting<Cloud>, account: AccountId, id: OsIdpId) -> Result<Option<Provider>> {
    let mut tx = acting.read().await?;
    let row = rows::provider(&mut tx, account, id).await?;
    row.map(|row| row.open(acting.services())).transpose()
}

/// The keys that are pinned at this moment.
pub async fn pinned_keys(acting: &Acting<Cloud>, account: AccountId, id: OsIdpId) -> Result<Option<String>> {
    let mut tx = acting.read().await?;
    let row = rows::provider(&mut tx, account, id).await?;
    Ok(row.and_then(|row| row.signing_keys))
}

/// Pins the keys that the provider publishes by now.
pub async fn pin_keys(acting: &Acting<Cloud>, account: AccountId, id: OsIdpId, keys: &str) -> Result<()> {
    let mut tx = acting.within(account).begin().await?;
    let Some(row) = rows::get(&mut tx, account, id).await? else {
        return Ok(());
    };
    if rows::set_keys(&mut tx, account, id, keys).await? {
        let event = Event::new("os_idp.keys_changed", id, row.name).with("issuer", row.issuer);
        tx.commit(event).await?;
    }
    Ok(())
}

/// The client secret of `used` has worked: one before that waited for that is forgotten, unless another has come meanwhile.
pub async fn secret_worked(
    acting: &Acting<Cloud>,
    account: AccountId,
    id: OsIdpId,
    used: &Provider,
) -> Result<()> {
    let mut tx = acting.within(account).begin().await?;
    let Some(row) = rows::get(&mut tx, account, id)
        .await?
        .filter(|row| row.old_secret_once)
    else {
        return Ok(());
    };
    let now = rows::provider(&mut tx, account, id).await?;
    let now = now.map(|row| row.open(acting.services())).transpose()?;
    let is_used = now.is_some_and(|now| *now.client_secret == *used.client_secret);
    if is_used && rows::end_old_secret(&mut tx, account, id).await? {
        let event = Event::new("os_idp.old_secret_ended", id, row.name);
        tx.commit(event).await?;
    }
    Ok(())
}
