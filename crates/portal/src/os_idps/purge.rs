use access::{Actor, Result, Services};
use domain::Cloud;

use super::{rows, test};

/// Forgets client secrets that worked beside new ones for long enough, and test sign-ins that have ended.
pub(crate) async fn purge(services: &Services<Cloud>) -> Result<u64> {
    let acting = services.acting_as_unchecked(Actor::System("os_idp.purge"));
    let mut tx = acting.begin().await?;
    let now = tx.now();
    let gone = rows::purge_old_secrets_unscoped(&mut tx, now).await?
        + test::rows::purge_unscoped(&mut tx, now).await?;
    tx.commit_without_event_because("cleaning up").await?;
    Ok(gone)
}
