//! Accounts of companies: the tenants. They come from a registration that an operator approved, or from the command line.

pub mod registration;
pub(crate) mod rows;

use access::{Acting, Event, Result, ResultExt as _};
use domain::account::{Account, AccountDraft};
use domain::id::AccountId;
use domain::{Cloud, Fault, Reason};

use crate::names;

/// Makes an account. Names are unique: `Taken` on `name`.
pub async fn create(acting: &Acting<Cloud>, draft: AccountDraft) -> Result<Account> {
    let name = draft.check()?;
    let id: AccountId = acting.services().entropy().id(acting.now());
    // The event belongs to the trail of the new account.
    let mut tx = acting.within(id).begin().await?;
    let now = tx.now();
    let made = rows::insert(&mut tx, id, &name, &names::key(&name), now).await;
    made.on_unique("accounts", &["name_key"], Fault::field("name", Reason::Taken))?;
    tx.commit(Event::new("account.created", id, name.clone())).await?;
    Ok(Account { id, name })
}

/// The account of that name, compared without case: for the command line.
pub async fn find_unscoped(acting: &Acting<Cloud>, name: &str) -> Result<Option<Account>> {
    let mut tx = acting.read().await?;
    let found = rows::by_key_unscoped(&mut tx, &names::key(name)).await?;
    Ok(found.map(|row| Account {
        id: row.id,
        name: row.name,
    }))
}
