//! What the route doctor needs of records, and what it leaves with them. The doctor itself is the Onboarding Service's: it goes
//! the way that an onboarding goes.

use access::{Acting, Authorized, Result};
use domain::id::{AccountId, RoutingId};
use domain::permission::CheckRouting;
use domain::route_report::RouteReport;
use domain::{Cloud, Conflict, Fault};
use store::{IdOf, args, sql};
use time::{Duration, OffsetDateTime};

use crate::route::Route;

/// Longest check: after this another one may begin.
pub const CHECK_TIME: Duration = Duration::minutes(1);

/// A record that is to be checked; nobody else checks it meanwhile.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub account: AccountId,
    pub route: Route,
    pub name: String,
    /// The settings that are checked: what is found about others is not kept.
    settings_version: i64,
}

/// Claims a record of the caller's account: `CheckRunning` while somebody else checks it.
pub async fn claim(auth: &Authorized<CheckRouting>, record: RoutingId) -> Result<Claimed> {
    let account = auth.account()?;
    claim_in(auth, account, record)
        .await?
        .ok_or(Conflict::CheckRunning.into())
}

/// Claims a record that is due. `None` where it is gone, was switched off, or is being checked.
pub async fn claim_due(
    acting: &Acting<Cloud>,
    account: AccountId,
    record: RoutingId,
) -> Result<Option<Claimed>> {
    match claim_in(acting, account, record).await {
        Err(error) if error.fault() == Some(&Fault::NotFound) => Ok(None),
        claimed => claimed,
    }
}

async fn claim_in(acting: &Acting<Cloud>, account: AccountId, record: RoutingId) -> Result<Option<Claimed>> {
    let mut tx = acting.begin().await?;
    let now = tx.now();
    let found = super::rows::get(&mut tx, account, record)
        .await?
        .ok_or(Fault::NotFound)?;
    let claim = sql!(
        "update routings set check_until = $3
          where account_id = $1 and id = $2 and coalesce(check_until, 0) <= $4"
    );
    let claimed = tx
        .execute(claim, args![account, record, now + CHECK_TIME, now])
        .await?;
    if claimed == 0 {
        return Ok(None);
    }
    tx.commit_without_event_because("a check begins").await?;
    let targets = super::targets_of(record, &found.targets)?;
    Ok(Some(Claimed {
        account,
        name: found.name,
        settings_version: found.settings_version,
        route: Route::new(record, found.host, found.port, found.chain_pem, targets),
    }))
}

/// Keeps what was found, unless its settings were saved meanwhile; the next check by the job is at `due`.
pub async fn keep(
    acting: &Acting<Cloud>,
    claimed: &Claimed,
    report: &RouteReport,
    due: OffsetDateTime,
) -> Result<()> {
    let mut tx = acting.begin().await?;
    let (account, id) = (claimed.account, claimed.route.routing);
    let free =
        sql!("update routings set check_until = null, check_due_at = $3 where account_id = $1 and id = $2");
    tx.execute(free, args![account, id, due]).await?;
    let keep = sql!(
        "update routings set health = $4, checked_at = $5, report = $6
          where account_id = $1 and id = $2 and settings_version = $3"
    );
    let text = serde_json::to_string(report)?;
    let values = args![
        account,
        id,
        claimed.settings_version,
        report.health().key(),
        report.at,
        text
    ];
    tx.execute(keep, values).await?;
    tx.commit_without_event_because("what the route doctor found is no change of the record")
        .await
}

/// Records that are switched on and whose check is due, the longest due first.
pub async fn due_unscoped(acting: &Acting<Cloud>, most: u32) -> Result<Vec<(AccountId, RoutingId)>> {
    let mut tx = acting.glance().await?;
    let select = sql!(
        "select account_id, id from routings where enabled and check_due_at <= $1 order by check_due_at limit $2"
    );
    let rows: Vec<(IdOf<AccountId>, IdOf<RoutingId>)> = tx.all(select, args![acting.now(), most]).await?;
    Ok(rows.into_iter().map(|(account, id)| (account.0, id.0)).collect())
}
