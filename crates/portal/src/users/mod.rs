//! Users of the portal: who may sign in, and as what.

mod changes;
mod directory;
mod overview;
pub(crate) mod passwords;
mod purge;
pub(crate) mod rows;
mod selection;

use access::{Acting, Actor, Authorized, Error, Event, Result, ResultExt as _, sessions};
use domain::id::{AccountId, UserId};
use domain::permission::PortalSignedIn;
use domain::user::{Me, UserDraft, UserState};
use domain::{Cloud, EmailAddress, Fault, Invalid, Reason, Role};

pub use changes::{add_role, deactivate, remove_role, reset_second_factor, restore};
pub use directory::Users;
pub use overview::{holder, holders, list};
pub(crate) use passwords::check as check_password;
pub use purge::purge;
pub(crate) use rows::lock;
pub use selection::{cancel, deactivate_all, prospect, resend};

use crate::accounts;
use crate::names::{self, Address};

/// Adds an active user with a password to the account that `acting` works within. For the command line; people are invited.
/// An e-mail address belongs to one user of the whole portal: `Taken` on `email`.
pub async fn add(acting: &Acting<Cloud>, draft: UserDraft, password: &str) -> Result<UserId> {
    let account = account_of(acting)?;
    let company = accounts::rows::name(&mut acting.read().await?, account).await?;
    let email = |email: &str| EmailAddress::parse(email).and_then(|email| Address::of(&email));
    let checked = draft.check().and_then(|new| {
        let address = email(new.email.as_str()).map_err(|reason| Invalid::one("email", reason))?;
        Ok((new, address))
    });
    let allowed = passwords::check(
        password,
        &[&company, &draft.first_name, &draft.last_name, &draft.email],
    );
    let ((new, address), ()) = names::both(
        checked,
        allowed.map_err(|reason| Invalid::one("password", reason)),
    )?;
    let hash = acting.services().passwords().hash(password).await?;

    let mut tx = acting.begin().await?;
    let user = rows::NewUser {
        id: tx.id(),
        account,
        email: &address,
        first_name: &new.first_name,
        last_name: &new.last_name,
        language: new.language,
        state: UserState::Active,
        password_hash: &hash,
        now: tx.now(),
    };
    rows::insert(&mut tx, &user).await.on_unique(
        "users",
        &["email_key"],
        Fault::field("email", Reason::Taken),
    )?;
    for role in &new.roles {
        rows::add_role(&mut tx, user.id, *role).await?;
    }
    let roles: Vec<_> = new.roles.iter().map(|role| role.key()).collect();
    tx.commit(Event::new("user.added", user.id, address.typed.clone()).with("roles", roles))
        .await?;
    Ok(user.id)
}

/// Changes whether a user of the account may use the portal. Who may not any more is signed out everywhere at once. The last
/// Super Admin stays.
pub async fn set_state(acting: &Acting<Cloud>, email: &str, state: UserState) -> Result<()> {
    let account = account_of(acting)?;
    let address = EmailAddress::parse(email)
        .and_then(|email| Address::of(&email))
        .map_err(|_| Fault::NotFound)?;
    let mut tx = acting.begin().await?;
    rows::lock(&mut tx, account).await?;
    let now = tx.now();
    let user = rows::by_email(&mut tx, account, &address.key)
        .await?
        .ok_or(Fault::NotFound)?;
    let held = roles(&mut tx, account, user.id).await?;
    rows::set_state(&mut tx, account, user.id, state, now).await?;
    if state != UserState::Active {
        sessions::revoke_all(&mut tx, user.id).await?;
        changes::leave_a_super_admin(&mut tx, account, &held).await?;
    }
    let event =
        Event::new("user.state_changed", user.id, user.email).changed("state", user.state, state.key());
    tx.commit(event).await
}

/// The signed-in user, for the frame.
pub async fn me(auth: &Authorized<PortalSignedIn>) -> Result<Me> {
    let account = auth.account()?;
    let id = signed_in(auth.actor())?;
    let mut tx = auth.read().await?;
    let user = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    let name = full_name(&user.first_name, &user.last_name);
    Ok(Me {
        id,
        name: if name.is_empty() { user.email.clone() } else { name },
        email: user.email,
        account: accounts::rows::name(&mut tx, account).await?,
        roles: roles(&mut tx, account, id).await?,
        onboarding_active: accounts::rows::activation(&mut tx, account)
            .await?
            .onboarding_active_at
            .is_some(),
    })
}

/// The user behind an actor.
pub(crate) fn signed_in(actor: &Actor) -> Result<UserId> {
    match actor {
        Actor::User { id, .. } => Ok(*id),
        other => Err(Error::internal(format!("{other:?} is no user of the portal"))),
    }
}

/// Roles from their keys, in the order of the customer's table.
pub(crate) fn parse_roles<'a>(keys: impl Iterator<Item = &'a str>) -> Result<Vec<Role>> {
    let unknown = |key: &str| Error::internal(format!("a user has the unknown role {key}"));
    let mut roles = keys
        .map(|key| Role::parse(key).map_err(|_| unknown(key)))
        .collect::<Result<Vec<_>>>()?;
    roles.sort_unstable();
    Ok(roles)
}

/// First and last name as one.
pub(crate) fn full_name(first: &str, last: &str) -> String {
    format!("{first} {last}").trim().to_owned()
}

/// The roles of a user, in the order of the customer's table.
pub(crate) async fn roles(tx: &mut store::Tx, account: AccountId, user: UserId) -> Result<Vec<Role>> {
    let keys = rows::roles(tx, account, user).await?;
    parse_roles(keys.iter().map(|(key,)| key.as_str()))
}

fn account_of(acting: &Acting<Cloud>) -> Result<AccountId> {
    acting
        .account()
        .ok_or_else(|| Error::internal("users belong to an account: act within one"))
}
