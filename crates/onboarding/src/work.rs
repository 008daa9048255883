//! What is done outside of requests: hand-overs that were interrupted, and deleting what is over.

use access::jobs::Jobs;
use access::{Actor, Result, Services};
use domain::Cloud;
use store::{args, sql};
use time::Duration;

use crate::limits::{KEEP, KEEP_WAITING};
use crate::sign_ins::{HAND_OVER, HandOver};
use crate::{hand_over, onboardings, route_doctor, sign_ins, tokens};

/// The job that deletes what is over, and queues itself anew.
const PURGE: &str = "onboarding.purge";
const PURGE_EVERY: Duration = Duration::minutes(10);

/// Adds the jobs of the Onboarding Service to those of the cloud side.
#[must_use]
pub fn jobs(jobs: Jobs<Cloud>) -> Jobs<Cloud> {
    jobs.on(HAND_OVER, |services, payload| async move {
        let job: HandOver = serde_json::from_str(&payload)?;
        let acting = services
            .acting_as_unchecked(Actor::System(HAND_OVER))
            .within(job.account);
        hand_over::run(&acting, job.onboarding).await
    })
    .on(PURGE, |services, _| async move {
        purge(&services).await?;
        queue_purge(&services, PURGE_EVERY).await
    })
}

/// The jobs of the route doctor. They wait for the hosts of customers, so they have a runner of their own.
#[must_use]
pub fn route_checks(jobs: Jobs<Cloud>) -> Jobs<Cloud> {
    jobs.on(route_doctor::CHECK, |services, _| async move {
        route_doctor::work(&services).await
    })
}

/// To be called once at the start of the process: sees to it that the jobs that queue themselves are queued.
pub async fn start(services: &Services<Cloud>) -> Result<()> {
    queue_purge(services, Duration::ZERO).await?;
    route_doctor::queue(services, Duration::ZERO).await
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

/// Deletes runs that are older than 30 days, those that nobody signed in for a day after they began, and tokens, sign-ins and assertions that have ended. Answers how many rows went.
pub async fn purge(services: &Services<Cloud>) -> Result<u64> {
    let acting = services.acting_as_unchecked(Actor::System(PURGE));
    let mut tx = acting.begin().await?;
    let now = tx.now();
    let mut gone = onboardings::rows::purge_unscoped(&mut tx, now - KEEP).await?;
    gone += onboardings::rows::purge_waiting_unscoped(&mut tx, now - KEEP_WAITING).await?;
    gone += sign_ins::rows::purge_unscoped(&mut tx, now).await?;
    gone += tokens::rows::purge_unscoped(&mut tx, now).await?;
    tx.commit_without_event_because("cleaning up").await?;
    Ok(gone)
}
