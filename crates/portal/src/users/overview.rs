//! "Overview": users and invitations in one list; and the users whose roles can be changed.

use access::{Authorized, Error, Result};
use domain::id::{InvitationId, UserId};
use domain::invitation::InvitationState;
use domain::page::{ListQuery, PER_PAGE_MAX, Page};
use domain::people::{Active, Person, PersonId, RESTORE_DAYS, RoleHolder, RoleHolders, grantable};
use domain::permission::{ChangeUserRoles, InviteUsers, ViewUsers};
use domain::user::UserState;
use domain::{Fault, Permission as _, Role};
use store::args;
use time::{Duration, OffsetDateTime};

use super::rows::{HolderRow, PersonRow};
use super::{full_name, parse_roles, rows, signed_in};
use crate::accounts;
use crate::invitations::days_until;

/// The users of the account, and its invitations that did not become users. Sorts: `email`, `active`, `created`; looks for
/// addresses and names.
pub async fn list(auth: &Authorized<ViewUsers>, query: ListQuery) -> Result<Page<Person>> {
    let (account, me) = (auth.account()?, signed_in(auth.actor())?);
    let mut tx = auth.read().await?;
    let company = accounts::rows::name(&mut tx, account).await?;
    let page: Page<PersonRow> = tx.list(&rows::PEOPLE, &query, args![account]).await?;
    let (now, grants) = (auth.now(), &auth.identity().grants);
    page.try_map(|row| {
        let person = person(row, &company, me, now)?;
        let can_change = match person.id {
            PersonId::Invitation(_) => grants.allow(InviteUsers::NEEDS),
            PersonId::User(id) => {
                let may = |role: &Role| grantable(&grants.roles).any(|one| one == *role);
                id != me && grants.allow(ChangeUserRoles::NEEDS) && person.roles.iter().all(may)
            }
        };
        Ok(Person { can_change, ..person })
    })
}

/// Users to choose from: those that `search` finds, the first 200 of them, and the one who was chosen already. Nobody finds
/// themselves.
pub async fn holders(
    auth: &Authorized<ChangeUserRoles>,
    search: String,
    chosen: Option<UserId>,
) -> Result<RoleHolders> {
    let (account, me) = (auth.account()?, signed_in(auth.actor())?);
    let query = ListQuery {
        search,
        per: PER_PAGE_MAX,
        ..ListQuery::default()
    };
    let mut tx = auth.read().await?;
    let page: Page<HolderRow> = tx.list(&rows::HOLDERS, &query, args![account, me]).await?;
    let more = page.next.is_some();
    let mut users = page
        .rows
        .into_iter()
        .map(role_holder)
        .collect::<Result<Vec<_>>>()?;
    if let Some(chosen) = chosen.filter(|id| *id != me && users.iter().all(|user| user.id != *id))
        && let Some(row) = rows::holder(&mut tx, account, chosen).await?
    {
        users.insert(0, role_holder(row)?);
    }
    Ok(RoleHolders { users, more })
}

/// One active user of the account.
pub async fn holder(auth: &Authorized<ChangeUserRoles>, id: UserId) -> Result<RoleHolder> {
    let account = auth.account()?;
    let found = rows::holder(&mut auth.read().await?, account, id).await?;
    role_holder(found.ok_or(Fault::NotFound)?)
}

fn role_holder(row: HolderRow) -> Result<RoleHolder> {
    Ok(RoleHolder {
        id: row.id,
        name: full_name(&row.first_name, &row.last_name),
        email: row.email,
        roles: parse_roles(keys(row.roles.as_deref()))?,
    })
}

fn person(row: PersonRow, company: &str, me: UserId, now: OffsetDateTime) -> Result<Person> {
    let unknown = || Error::internal(format!("{} has the unknown state {}", row.id, row.state));
    let (id, active, invitation, ends) = if row.is_user {
        let (active, ends) = match UserState::parse(&row.state).ok_or_else(unknown)? {
            UserState::Active => (Active::Yes, None),
            UserState::Pending => (Active::Pending, None),
            UserState::Deactivated => (
                Active::No,
                row.at.map(|at| at + Duration::days(RESTORE_DAYS.into())),
            ),
        };
        let invitation = row.was_invited.then_some(InvitationState::Accepted);
        (PersonId::User(UserId::from(row.id)), active, invitation, ends)
    } else {
        let state = InvitationState::parse(&row.state).ok_or_else(unknown)?;
        let (active, ends) = match state {
            InvitationState::Pending => (Active::Pending, row.at),
            _ => (Active::No, None),
        };
        (
            PersonId::Invitation(InvitationId::from(row.id)),
            active,
            Some(state),
            ends,
        )
    };
    Ok(Person {
        id,
        account: company.to_owned(),
        name: full_name(&row.first_name, &row.last_name),
        email: row.email,
        roles: parse_roles(keys(row.roles.as_deref()))?,
        active,
        invitation,
        days_left: ends.map(|ends| days_until(ends, now)),
        own: id == PersonId::User(me),
        can_change: false,
    })
}

fn keys(roles: Option<&str>) -> impl Iterator<Item = &str> {
    roles.unwrap_or_default().split(',').filter(|key| !key.is_empty())
}
