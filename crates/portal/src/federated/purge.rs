use access::{Actor, Result, Services};
use domain::Cloud;

use super::rows;

/// Deletes sign-ins that nobody finished, and used assertions that would not be accepted any more. Answers how many.
pub async fn purge(services: &Services<Cloud>) -> Result<u64> {
    let acting = services.acting_as_unchecked(Actor::System("saml.purge"));
    let mut tx = acting.begin().await?;
    let now = tx.now();
    let requests = rows::purge_requests_unscoped(&mut tx, now).await?;
    let assertions = rows::purge_assertions_unscoped(&mut tx, now).await?;
    tx.commit_without_event_because("cleaning up").await?;
    Ok(requests + assertions)
}
