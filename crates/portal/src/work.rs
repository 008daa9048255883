//! What is done outside of requests: what a request only asked for, and deleting what is over. Mails have a runner of their own:
//! [`crate::mails::jobs`].

use access::jobs::Jobs;
use access::{Actor, Result, Services};
use domain::Cloud;
use store::{args, sql};
use time::Duration;

use crate::{
    cases, domains, expiry, federated, invitations, os_idps, passwords, registrations, second_factor, users,
};

/// The job that deletes what is over, and queues itself anew.
const PURGE: &str = "portal.purge";
const PURGE_EVERY: Duration = Duration::HOUR;
/// How often it is looked whether the proof of a domain is due.
const DOMAINS_EVERY: Duration = Duration::minutes(10);
/// How often it is looked what ends soon.
const EXPIRY_EVERY: Duration = Duration::HOUR;
/// How often files are looked through for those that belong to nothing (any more).
const CASE_FILES_EVERY: Duration = Duration::hours(6);

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
        os_idps::purge(&services).await?;
        queue(&services, PURGE, PURGE_EVERY).await
    })
    .on(expiry::KIND, |services, _| async move {
        expiry::remind(&services).await?;
        queue(&services, expiry::KIND, EXPIRY_EVERY).await
    })
    .on(cases::KIND, |services, _| async move {
        cases::purge(&services).await?;
        queue(&services, cases::KIND, CASE_FILES_EVERY).await
    })
    .on(domains::KIND, |services, _| async move {
        let more = domains::recheck(&services).await?;
        let after = if more { Duration::SECOND } else { DOMAINS_EVERY };
        queue(&services, domains::KIND, after).await
    })
}

/// To be called once at the start of the process: sees to it that the purge job is queued.
pub async fn start(services: &Services<Cloud>) -> Result<()> {
    queue(services, PURGE, Duration::ZERO).await?;
    queue(services, expiry::KIND, Duration::ZERO).await?;
    queue(services, cases::KIND, Duration::ZERO).await?;
    queue(services, domains::KIND, Duration::ZERO).await
}

/// Queues the next job of a kind that comes again and again, unless one waits already besides the one that is running.
async fn queue(services: &Services<Cloud>, kind: &'static str, after: Duration) -> Result<()> {
    let acting = services.acting_as_unchecked(Actor::System(kind));
    let mut tx = acting.begin().await?;
    let waiting = sql!("select count(*) from jobs where kind = $1 and done_at is null and due_at > $2");
    let (now, due) = (tx.now(), tx.now() + after);
    if tx.scalar::<i64>(waiting, args![kind, now]).await? > 0 {
        return Ok(());
    }
    tx.queue(kind, &(), due).await?;
    tx.commit_without_event_because("what comes again and again")
        .await
}
