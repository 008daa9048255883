//! "Last onboardings" of a routing record.

use access::{Acting, Authorized, Result};
use domain::case::OnboardingFacts;
use domain::id::{AccountId, OnboardingId, RoutingId};
use domain::onboarding::{LastOnboarding, OnboardingStep};
use domain::permission::{SubmitCase, ViewRouting};
use domain::{Cloud, Fault, Permission as _};

use crate::limits::KEEP;
use crate::onboardings::rows;

/// What went through a record of the caller's account in the last 30 days, newest first, at most
/// [`crate::limits::LAST_MAX`]. `NotFound` for a record that is not of this account.
pub async fn list(auth: &Authorized<ViewRouting>, routing: RoutingId) -> Result<Vec<LastOnboarding>> {
    portal::routing::get(auth, routing).await?;
    let account = auth.account()?;
    let mut tx = auth.read().await?;
    let rows = rows::last(&mut tx, account, routing, auth.now() - KEEP).await?;
    let may = auth.identity().may(SubmitCase::NEEDS);
    Ok(rows.into_iter().map(|row| shown(row, may)).collect())
}

/// What a support case about a failed run says of it. `NotFound` for one that has not failed or is not of this account.
pub async fn facts(auth: &Authorized<ViewRouting>, id: OnboardingId) -> Result<OnboardingFacts> {
    facts_of(auth, auth.account()?, id).await
}

/// The same for whoever submits the case: `NotFound` also where they may not see onboardings.
pub async fn facts_for_case(auth: &Authorized<SubmitCase>, id: OnboardingId) -> Result<OnboardingFacts> {
    if !auth.identity().may(ViewRouting::NEEDS) {
        return Err(Fault::NotFound.into());
    }
    facts_of(auth, auth.account()?, id).await
}

async fn facts_of(acting: &Acting<Cloud>, account: AccountId, id: OnboardingId) -> Result<OnboardingFacts> {
    let found = rows::failed_run(&mut acting.read().await?, account, id).await?;
    let row = found.ok_or(Fault::NotFound)?;
    Ok(OnboardingFacts {
        onboarding: id,
        at: row.step_at,
        code: row.failure_code,
        cause: row.failure_cause,
        device: device(row.mac, &row.product),
        email: row.email,
        record: row.record.unwrap_or_default(),
        host: match (row.host, row.port) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            _ => String::new(),
        },
        idp: row.idp.unwrap_or_default(),
    })
}

/// Something that changes whenever [`list`] does: for those who wait for it. `NotFound` as there.
pub async fn stamp(auth: &Authorized<ViewRouting>, routing: RoutingId) -> Result<Stamp> {
    let account = auth.account()?;
    let mut tx = auth.read().await?;
    Ok(Stamp(
        rows::last_step(&mut tx, account, routing)
            .await?
            .ok_or(Fault::NotFound)?,
    ))
}

/// When the last step was, and how many runs there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp((i64, i64));

/// Product and MAC address; a probe has no device.
fn device(mac: Option<String>, product: &str) -> String {
    mac.map(|mac| format!("{product}, {mac}")).unwrap_or_default()
}

fn shown(row: rows::LastRow, may_open_case: bool) -> LastOnboarding {
    let step = OnboardingStep::parse(&row.step).unwrap_or(OnboardingStep::Failed);
    LastOnboarding {
        case: may_open_case && step == OnboardingStep::Failed,
        id: row.id,
        email: row.email,
        device: device(row.mac, &row.product),
        step,
        code: row.failure_code,
        cause: row.failure_cause,
        at: row.step_at,
    }
}
