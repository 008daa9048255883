//! Whose sign-in needs a second factor: whoever holds one of the roles that the account has named.

use access::{Authorized, Event, Result};
use domain::id::{AccountId, UserId};
use domain::permission::{RequireSecondFactor, ViewUsers};
use domain::second_factor::{Requirement, RequirementDraft};
use domain::{Permission as _, Role};

use super::rows;
use crate::{accounts, users};

/// The roles whose holders need a second factor.
pub async fn requirement(auth: &Authorized<ViewUsers>) -> Result<Requirement> {
    Ok(Requirement {
        roles: roles(&mut auth.read().await?, auth.account()?).await?,
        may_change: auth.identity().may(RequireSecondFactor::NEEDS),
    })
}

/// Names those roles. It holds from each one's next sign-in on.
pub async fn require(auth: &Authorized<RequireSecondFactor>, draft: RequirementDraft) -> Result<()> {
    let new = draft.check()?;
    let account = auth.account()?;
    let mut tx = auth.begin().await?;
    let old = roles(&mut tx, account).await?;
    rows::require(&mut tx, account, &new).await?;
    let name = accounts::rows::name(&mut tx, account).await?;
    let keys = |roles: &[Role]| roles.iter().map(|role| role.key()).collect::<Vec<_>>();
    let event = Event::new("account.second_factor_required", account, name);
    tx.commit(event.changed("roles", keys(&old), keys(&new))).await
}

/// Whether the account asks for a second factor of this user.
pub(super) async fn applies(tx: &mut store::Tx, account: AccountId, user: UserId) -> Result<bool> {
    let required = roles(tx, account).await?;
    let held = users::roles(tx, account, user).await?;
    Ok(held.iter().any(|role| required.contains(role)))
}

async fn roles(tx: &mut store::Tx, account: AccountId) -> Result<Vec<Role>> {
    let keys = rows::required_roles(tx, account).await?;
    users::parse_roles(keys.iter().map(|(key,)| key.as_str()))
}
