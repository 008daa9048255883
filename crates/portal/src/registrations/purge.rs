use access::{Actor, Event, Result, Services};
use domain::Cloud;
use time::Duration;

use super::rows;

/// For so long operators can look up what was refused.
const REFUSED_KEPT: Duration = Duration::days(90);

/// Deletes registrations whose link nobody opened within its hours, and those that were refused long ago. Answers how many of
/// the first kind.
pub async fn purge(services: &Services<Cloud>) -> Result<u64> {
    let acting = services.acting_as_unchecked(Actor::System("registration.purge"));
    let now = services.now();
    let mut ended = 0;
    loop {
        let over = rows::expired(&mut acting.read().await?, now).await?;
        if over.is_empty() {
            break;
        }
        for one in over {
            let mut tx = acting.begin().await?;
            if rows::expire(&mut tx, one.id, now).await? {
                tx.commit(Event::new("registration.expired", one.id, "")).await?;
                ended += 1;
            }
        }
    }
    let mut tx = acting.begin().await?;
    rows::purge_refused(&mut tx, now - REFUSED_KEPT).await?;
    tx.commit_without_event_because("cleaning up").await?;
    Ok(ended)
}
