//! The operator's switch: while sign-in at identity providers is off for an account, its people's passwords work, whatever their
//! providers do.

use access::{Acting, Event, Result};
use domain::id::AccountId;
use domain::{Cloud, Fault};
use time::OffsetDateTime;

use super::rows;
use crate::accounts;

/// Since when it is off for that account; `None` while it is on.
pub async fn off_since(acting: &Acting<Cloud>, account: AccountId) -> Result<Option<OffsetDateTime>> {
    Ok(rows::off_since(&mut acting.read().await?, account).await?)
}

/// Switches sign-in at identity providers on or off for an account, for operators and the command line. Sessions go on. Answers
/// whether that was a change.
pub async fn set(acting: &Acting<Cloud>, account: AccountId, on: bool) -> Result<bool> {
    let mut tx = acting.within(account).begin().await?;
    let now = tx.now();
    if !rows::set_off(&mut tx, account, (!on).then_some(now)).await? {
        return Ok(false);
    }
    let name = accounts::rows::name(&mut tx, account)
        .await
        .map_err(|_| Fault::NotFound)?;
    let event = Event::new("account.federated_sign_in_changed", account, name).changed("on", !on, on);
    tx.commit(event).await?;
    Ok(true)
}
