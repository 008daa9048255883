//! "Activate IGEL OS Onboarding", once per account.

use access::{Authorized, Event, Result};
use domain::Conflict;
use domain::activation::{Activated, Activation};
use domain::permission::{ActivateOnboarding, PortalSignedIn};

use crate::accounts::rows::{self, ActivationRow};

/// Whether the account has activated it, who did and when.
pub async fn get(auth: &Authorized<PortalSignedIn>) -> Result<Activation> {
    let mut tx = auth.read().await?;
    Ok(shown(rows::activation(&mut tx, auth.account()?).await?))
}

/// Activates it. A second time is refused as `AlreadyActive`.
pub async fn activate(auth: &Authorized<ActivateOnboarding>) -> Result<Activation> {
    let account = auth.account()?;
    let mut tx = auth.begin().await?;
    let now = tx.now();
    if !rows::activate(&mut tx, account, auth.actor().name(), now).await? {
        return Err(Conflict::AlreadyActive.into());
    }
    let name = rows::name(&mut tx, account).await?;
    let activation = shown(rows::activation(&mut tx, account).await?);
    tx.commit(Event::new("onboarding.activated", account, name))
        .await?;
    Ok(activation)
}

fn shown(row: ActivationRow) -> Activation {
    let by = row.onboarding_active_by.unwrap_or_default();
    Activation {
        active: row.onboarding_active_at.map(|at| Activated { by, at }),
    }
}
