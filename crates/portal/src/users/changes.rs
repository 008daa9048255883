//! Who holds which role, and who has access. A rule over several users (the last Super Admin) is decided by whoever has locked
//! the account, one after the other.

use access::{Authorized, Event, Result, Tx, sessions};
use domain::id::{AccountId, UserId};
use domain::people::{RESTORE_DAYS, RoleDraft, grantable};
use domain::permission::ChangeUserRoles;
use domain::user::UserState;
use domain::{Conflict, Fault, Grants, Permission as _, Reason, Role};
use time::Duration;

use super::rows::UserRow;
use super::{roles, rows, signed_in};
use crate::second_factor;

/// "Add additional role". Takes effect with the user's next request.
pub async fn add_role(auth: &Authorized<ChangeUserRoles>, draft: RoleDraft) -> Result<()> {
    let (user, role) = draft.check()?;
    let mut change = Change::begin(auth, user).await?;
    change.must_be_active()?;
    change.may_grant(role)?;
    if change.held.contains(&role) {
        return Err(Fault::field("role", Reason::RoleHeld).into());
    }
    rows::add_role(&mut change.tx, user, role).await?;
    let mut new = change.held.clone();
    new.push(role);
    new.sort_unstable();
    let event = change
        .event("user.role_added")
        .changed("roles", keys(&change.held), keys(&new));
    change.tx.commit(event).await
}

/// "Remove role". Without their last role a user is deactivated; whoever does it has to be told before (`told`): else `LastRole`
/// on `role`. The last Super Admin stays.
pub async fn remove_role(auth: &Authorized<ChangeUserRoles>, draft: RoleDraft) -> Result<()> {
    let (user, role) = draft.check()?;
    let mut change = Change::begin(auth, user).await?;
    change.must_be_active()?;
    change.may_grant(role)?;
    if !change.held.contains(&role) {
        return Err(Fault::field("role", Reason::RoleNotHeld).into());
    }
    let new: Vec<Role> = change.held.iter().copied().filter(|held| *held != role).collect();
    if new.is_empty() && !draft.told {
        return Err(Fault::field("role", Reason::LastRole).into());
    }
    rows::remove_role(&mut change.tx, user, role).await?;
    let mut event = change
        .event("user.role_removed")
        .changed("roles", keys(&change.held), keys(&new));
    if new.is_empty() {
        change.end_access().await?;
        event = event.changed("state", UserState::Active.key(), UserState::Deactivated.key());
    }
    change.leave_a_super_admin().await?;
    change.tx.commit(event).await
}

/// Ends a user's access, and every session, at once. The roles stay, for a restore.
pub async fn deactivate(auth: &Authorized<ChangeUserRoles>, id: UserId) -> Result<()> {
    let mut change = Change::begin(auth, id).await?;
    change.may_touch()?;
    if change.user.state != UserState::Active.key() {
        return Err(Conflict::Stale.into());
    }
    change.end_access().await?;
    change.leave_a_super_admin().await?;
    let event = change.event("user.deactivated").changed(
        "state",
        UserState::Active.key(),
        UserState::Deactivated.key(),
    );
    change.tx.commit(event).await
}

/// Gives access back to a user who was deactivated in the last 30 days.
pub async fn restore(auth: &Authorized<ChangeUserRoles>, id: UserId) -> Result<()> {
    let mut change = Change::begin(auth, id).await?;
    change.may_touch()?;
    let now = change.tx.now();
    let since = now - Duration::days(RESTORE_DAYS.into());
    if !rows::restore(&mut change.tx, change.account, id, since, now).await? {
        return Err(Conflict::Stale.into());
    }
    let event =
        change
            .event("user.restored")
            .changed("state", UserState::Deactivated.key(), UserState::Active.key());
    change.tx.commit(event).await
}

/// Removes the second factor of a user who has lost the app and the recovery codes, and ends their sessions.
pub async fn reset_second_factor(auth: &Authorized<ChangeUserRoles>, id: UserId) -> Result<()> {
    let mut change = Change::begin(auth, id).await?;
    change.may_touch()?;
    second_factor::reset_within(&mut change.tx, auth.services(), change.account, id).await?;
    let event = change.event("user.second_factor_reset");
    change.tx.commit(event).await
}

/// A change of one user of the account by another, with the account locked.
struct Change {
    tx: Tx,
    account: AccountId,
    /// The roles of whoever makes the change.
    own: Vec<Role>,
    user: UserRow,
    held: Vec<Role>,
}

impl Change {
    async fn begin(auth: &Authorized<ChangeUserRoles>, id: UserId) -> Result<Self> {
        let (account, me) = (auth.account()?, signed_in(auth.actor())?);
        let mut tx = auth.begin().await?;
        rows::lock(&mut tx, account).await?;
        // Somebody else may have had the lock before us, and taken our rights away.
        let own = match rows::get(&mut tx, account, me).await? {
            Some(user) if user.state == UserState::Active.key() => roles(&mut tx, account, me).await?,
            _ => return Err(Fault::SignIn.into()),
        };
        let grants = Grants {
            roles: own.clone(),
            superuser: false,
        };
        if !grants.allow(ChangeUserRoles::NEEDS) {
            return Err(Fault::Forbidden.into());
        }
        let user = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
        if id == me {
            return Err(Conflict::OwnUser.into());
        }
        let held = roles(&mut tx, account, id).await?;
        Ok(Self {
            tx,
            account,
            own,
            user,
            held,
        })
    }

    fn must_be_active(&self) -> Result<()> {
        if self.user.state == UserState::Active.key() {
            Ok(())
        } else {
            Err(Fault::field("user", Reason::NotAChoice).into())
        }
    }

    fn may_grant(&self, role: Role) -> Result<()> {
        if grantable(&self.own).any(|one| one == role) {
            Ok(())
        } else {
            Err(Fault::field("role", Reason::OnlySuperAdmin).into())
        }
    }

    /// To end or to give back a Super Admin's access is to remove or to grant the role.
    fn may_touch(&self) -> Result<()> {
        if self
            .held
            .iter()
            .all(|role| grantable(&self.own).any(|one| one == *role))
        {
            Ok(())
        } else {
            Err(Fault::Forbidden.into())
        }
    }

    async fn end_access(&mut self) -> Result<()> {
        let now = self.tx.now();
        rows::set_state(
            &mut self.tx,
            self.account,
            self.user.id,
            UserState::Deactivated,
            now,
        )
        .await?;
        sessions::revoke_all(&mut self.tx, self.user.id).await?;
        Ok(())
    }

    async fn leave_a_super_admin(&mut self) -> Result<()> {
        leave_a_super_admin(&mut self.tx, self.account, &self.held).await
    }

    fn event(&self, name: &'static str) -> Event {
        Event::new(name, self.user.id, self.user.email.clone())
    }
}

/// Refuses what was done to a user who held these roles, where it leaves the account without a Super Admin.
pub(super) async fn leave_a_super_admin(tx: &mut store::Tx, account: AccountId, held: &[Role]) -> Result<()> {
    let concerned = held.contains(&Role::SuperAdmin);
    if concerned && rows::count_active(tx, account, Role::SuperAdmin).await? == 0 {
        return Err(Conflict::LastSuperAdmin.into());
    }
    Ok(())
}

fn keys(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|role| role.key()).collect()
}
