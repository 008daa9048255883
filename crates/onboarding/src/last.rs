//! "Last onboardings" of a routing record.

use access::{Authorized, Result};
use domain::Fault;
use domain::id::RoutingId;
use domain::onboarding::{LastOnboarding, OnboardingStep};
use domain::permission::ViewRouting;

use crate::limits::KEEP;
use crate::onboardings::rows;

/// What went through a record of the caller's account in the last 30 days, newest first, at most
/// [`crate::limits::LAST_MAX`]. `NotFound` for a record that is not of this account.
pub async fn list(auth: &Authorized<ViewRouting>, routing: RoutingId) -> Result<Vec<LastOnboarding>> {
    portal::routing::get(auth, routing).await?;
    let account = auth.account()?;
    let mut tx = auth.read().await?;
    let rows = rows::last(&mut tx, account, routing, auth.now() - KEEP).await?;
    Ok(rows.into_iter().map(shown).collect())
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

fn shown(row: rows::LastRow) -> LastOnboarding {
    let device = match row.mac {
        Some(mac) => format!("{}, {mac}", row.product),
        // A probe has no device.
        None => String::new(),
    };
    LastOnboarding {
        id: row.id,
        email: row.email,
        device,
        step: OnboardingStep::parse(&row.step).unwrap_or(OnboardingStep::Failed),
        code: row.failure_code,
        cause: row.failure_cause,
        at: row.step_at,
    }
}
