//! The set-up checklist of the home page, from data: nothing of it can be ticked by hand.

mod rows;

use access::{Authorized, Result};
use domain::checklist::{Checklist, SetUpStep};
use domain::permission::PortalSignedIn;

use crate::proofs::Proofs;
use crate::{Settings, accounts};

/// Which steps the account has done.
pub async fn get(auth: &Authorized<PortalSignedIn>) -> Result<Checklist> {
    let account = auth.account()?;
    let mut tx = auth.read().await?;
    let proofs = Proofs::of(&mut tx, auth.services().port::<Settings>()?, account).await?;
    let active = accounts::rows::activation(&mut tx, account)
        .await?
        .onboarding_active_at
        .is_some();
    let done = rows::done(&mut tx, account).await?;
    let steps = vec![
        (SetUpStep::Activate, active),
        (SetUpStep::RegisterIdp, done.idps > 0),
        (SetUpStep::TestIdp, done.tested > 0),
        (SetUpStep::ProveDomain, proofs.hold_any()),
        (SetUpStep::RegisterUms, done.ums > 0),
        (SetUpStep::RegisterRecord, done.records > 0),
        (SetUpStep::HealthyRoute, done.healthy > 0),
        (SetUpStep::FirstDevice, done.devices > 0),
    ];
    Ok(Checklist { steps })
}
