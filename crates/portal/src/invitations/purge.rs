use access::{Actor, Event, Result, Services};
use domain::Cloud;
use domain::invitation::InvitationState;
use time::Duration;

use super::rows;

/// For so long a link still says what became of its invitation.
const REMEMBERED: Duration = Duration::days(60);

/// Ends invitations that nobody answered within 30 days, and deletes what was over long ago. Answers how many ended.
pub async fn purge(services: &Services<Cloud>) -> Result<u64> {
    let acting = services.acting_as_unchecked(Actor::System("invitation.purge"));
    let now = services.now();
    let mut ended = 0;
    loop {
        let over = rows::expired_unscoped(&mut acting.read().await?, now).await?;
        if over.is_empty() {
            break;
        }
        for one in over {
            let mut tx = acting.within(one.account_id).begin().await?;
            if rows::expire(&mut tx, one.account_id, one.id, now).await? {
                let (old, new) = (InvitationState::Pending, InvitationState::Expired);
                let event =
                    Event::new("invitation.expired", one.id, "").changed("state", old.key(), new.key());
                tx.commit(event).await?;
                ended += 1;
            }
        }
    }
    let mut tx = acting.begin().await?;
    rows::purge_unscoped(&mut tx, now - REMEMBERED).await?;
    tx.commit_without_event_because("cleaning up").await?;
    Ok(ended)
}
