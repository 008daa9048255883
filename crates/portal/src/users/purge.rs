use access::{Actor, Event, Result, Services};
use domain::Cloud;
use domain::people::RESTORE_DAYS;
use time::Duration;

use super::rows;

/// Deletes users who were deactivated more than 30 days ago; what they did stays in the audit trail. Answers how many.
pub async fn purge(services: &Services<Cloud>) -> Result<u64> {
    let acting = services.acting_as_unchecked(Actor::System("user.purge"));
    let until = services.now() - Duration::days(RESTORE_DAYS.into());
    let mut gone = 0;
    loop {
        let leavers = rows::leavers_unscoped(&mut acting.read().await?, until).await?;
        if leavers.is_empty() {
            return Ok(gone);
        }
        for user in leavers {
            let mut tx = acting.within(user.account_id).begin().await?;
            if rows::delete(&mut tx, user.account_id, user.id, until).await? {
                tx.commit(Event::new("user.purged", user.id, user.email)).await?;
                gone += 1;
            }
        }
    }
}
