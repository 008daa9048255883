//! The route doctor: goes the way that an onboarding goes, from the name of the UMS to its UMS ID, and says of each step how it
//! went, which code a device would show because of it, and what was seen. On demand, and about every hour by a job.

mod way;

use std::sync::Arc;

use access::{Acting, Actor, Authorized, Entropy, Event, Rate, Result, Services};
use domain::Cloud;
use domain::id::{AccountId, RoutingId};
use domain::permission::CheckRouting;
use domain::route_report::{RouteReport, TargetReport};
use futures::StreamExt as _;
use futures::stream;
use portal::routing::checks::{self, CHECK_TIME, Claimed};
use store::{args, sql};
use time::{Duration, OffsetDateTime};

use way::Way;

/// The job that checks what is due, and queues itself anew.
pub(crate) const CHECK: &str = "onboarding.route_checks";
/// How often it looks for what is due.
const LOOK_EVERY: Duration = Duration::minutes(1);
/// Records that one round takes, and how many of them at a time: a round ends within the lease of its job.
const ROUND: u32 = 32;
const AT_ONCE: usize = 8;
/// Longest check of one record. With [`ROUND`] by [`AT_ONCE`] a round takes 80 seconds at most.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(20);
/// From one check of a record to the next: an hour, up to six minutes more or less, so that many records do not come at once.
const EVERY: Duration = Duration::HOUR;
const JITTER: Duration = Duration::minutes(6);
/// Checks on demand of one account.
const ON_DEMAND: Rate = Rate {
    name: "onboarding.route_check",
    burst: 60,
    per: Duration::minutes(10),
};

/// Checks a record of the caller's account now. `CheckRunning` while it is being checked.
pub async fn check(auth: &Authorized<CheckRouting>, record: RoutingId) -> Result<RouteReport> {
    let account = auth.account()?;
    auth.services().rates().count(ON_DEMAND, &account.to_string())?;
    let claimed = checks::claim(auth, record).await?;
    let report = examine(auth, &claimed).await?;
    let event = Event::new("routing.checked", record, claimed.name.clone());
    let tx = auth.begin().await?;
    tx.commit(event.with("health", report.health().key())).await?;
    Ok(report)
}

/// Checks a claimed record and keeps what was found.
async fn examine(acting: &Acting<Cloud>, claimed: &Claimed) -> Result<RouteReport> {
    let mut targets = Vec::new();
    let each = claimed.route.each();
    let share = LONGEST / u32::try_from(each.len().max(1)).unwrap_or(u32::MAX);
    for target in each {
        let way = Way::new(acting, claimed.account, &target)?;
        let went = tokio::time::timeout(share, way.go()).await;
        targets.push(match went {
            Ok(findings) => TargetReport {
                host: target.host.clone(),
                port: target.port,
                findings: findings?,
            },
            Err(_) => way::too_slow(&target),
        });
    }
    let at = acting.now();
    let report = RouteReport { at, targets };
    checks::keep(acting, claimed, &report, next(acting.services().entropy(), at)).await?;
    Ok(report)
}

/// When a record is checked next.
fn next(entropy: &Entropy, now: OffsetDateTime) -> OffsetDateTime {
    let random = u32::from_le_bytes(entropy.bytes());
    let spread = JITTER.whole_milliseconds() * 2;
    let within = i128::from(random) * spread / i128::from(u32::MAX);
    let within = i64::try_from(within).unwrap_or_default();
    now + EVERY - JITTER + Duration::milliseconds(within)
}

/// Checks the records that are due, several at a time. Answers how many.
pub async fn round(services: &Services<Cloud>) -> Result<usize> {
    let acting = services.acting_as_unchecked(Actor::System(CHECK));
    let due = checks::due_unscoped(&acting, ROUND).await?;
    let acting = Arc::new(acting);
    let checked: Vec<bool> = stream::iter(due)
        .map(|(account, record)| one(Arc::clone(&acting), account, record))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    Ok(checked.into_iter().filter(|checked| *checked).count())
}

/// Checks one record; what fails for a reason of ours is logged, and does not keep the others waiting.
async fn one(acting: Arc<Acting<Cloud>>, account: AccountId, record: RoutingId) -> bool {
    let acting = acting.within(account);
    let checked = async {
        match checks::claim_due(&acting, account, record).await? {
            Some(claimed) => examine(&acting, &claimed).await.map(|_| true),
            None => Ok(false),
        }
    };
    checked.await.unwrap_or_else(|error: access::Error| {
        tracing::error!(routing = %record, error = &error as &dyn std::error::Error, "a record could not be checked");
        false
    })
}

/// Does the job: a round, and the next look.
pub(crate) async fn work(services: &Services<Cloud>) -> Result<()> {
    let checked = round(services).await?;
    let full = checked >= usize::try_from(ROUND).unwrap_or(usize::MAX);
    let after = if full { Duration::ZERO } else { LOOK_EVERY };
    queue(services, after.max(Duration::seconds(1))).await
}

/// Queues the next look, unless one waits already besides the one that is under way.
pub(crate) async fn queue(services: &Services<Cloud>, after: Duration) -> Result<()> {
    let acting = services.acting_as_unchecked(Actor::System(CHECK));
    let mut tx = acting.begin().await?;
    let waiting = sql!("select count(*) from jobs where kind = $1 and done_at is null and due_at > $2");
    let (now, due) = (tx.now(), tx.now() + after);
    if tx.scalar::<i64>(waiting, args![CHECK, now]).await? > 0 {
        return Ok(());
    }
    tx.queue(CHECK, &(), due).await?;
    tx.commit_without_event_because("looking for what is due").await
}

const _: () = assert!(
    CHECK_TIME.whole_seconds() > 2 * LONGEST.as_secs().cast_signed(),
    "a check ends before another one may begin"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_check_is_in_an_hour_more_or_less() {
        let now = OffsetDateTime::from_unix_timestamp(1_790_000_000).unwrap();
        let mut times: Vec<Duration> = (0..200).map(|_| next(&Entropy, now) - now).collect();
        times.sort_unstable();
        assert!(times.first().unwrap() >= &Duration::minutes(54));
        assert!(times.last().unwrap() <= &Duration::minutes(66));
        assert!(
            *times.last().unwrap() - *times.first().unwrap() > Duration::minutes(6),
            "they are spread"
        );
    }
}
