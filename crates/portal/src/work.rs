//! What is done outside of requests: what a request only asked for, and deleting what is over. Mails have a runner of their own:
//! [`crate::mails::jobs`].

use access::jobs::Jobs;
use access::{Actor, Result, Services};
use domain::Cloud;
use store::{args, sql};
use time::Duration;

use crate::{federated, invitations, passwords, registrations, second_factor, users};

/// The job that deletes what is over, and queues itself anew.
const PURGE: &str = "portal.purge";
const PURGE_EVERY: Duration = Duration::HOUR;

/// Adds the jobs of the portal to those of the cloud side.
#[must_use]
pub fn jobs(jobs: Jobs<Cloud>) -> Jobs<Cloud> {
    jobs.on(passwords::FORGOTTEN, |services, payload| async move {
        passwords::answer(&services, &payload).await
    })
    .on(registrations::ASKED, |services, payload| async move {
        registrations::answer(&services, &payload).await
    })
    .on(PURGE, |services, _| async move {
        registrations::purge(&services).await?;
        invitations::purge(&services).await?;
        users::purge(&services).await?;
        second_factor::purge(&services).await?;
        federated::purge(&services).await?;
        queue_purge(&services, PURGE_EVERY).await
    })
}

/// To be called once at the start of the process: sees to it that the purge job is queued.
pub async fn start(services: &Services<Cloud>) -> Result<()> {
    queue_purge(services, Duration::ZERO).await
}

/// Queues the next purge, unless one waits already besides the one that is running.
async fn queue_purge(services: &Services<Cloud>, after: Duration) -> Result<()> {
    let acting = services.acting_as_unchecked(Actor::System(PURGE));
    let mut tx = acting.begin().await?;
    let waiting = sql!("select count(*) from jobs where kind = $1 and done_at is null and due_at > $2");
    let (now, due) = (tx.now(), tx.now() + after);
    if tx.scalar::<i64>(waiting, args![PURGE, now]).await? > 0 {
        return Ok(());
    }
    tx.queue(PURGE, &(), due).await?;
    tx.commit_without_event_because("cleaning up").await
}
