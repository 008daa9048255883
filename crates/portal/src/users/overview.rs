//! "Overview": users and invitations in one list; and the users whose roles can be changed.

use access::{Authorized, Error, Result};
use domain::id::{InvitationId, UserId};
use domain::invitation::InvitationState;
use domain::page::{ListQuery, PER_PAGE_MAX, Page};
use domain::people::{Active, Person, PersonId, RESTORE_DAYS, RoleHolder, RoleHolders, grantable};
use domain::permission::{ChangeUserRoles, InviteUsers, ViewUsers};
use domain::{Fault, Permission as _, Role};
use store::args;
use time::{Duration, OffsetDateTime};

use super::rows::{HolderRow, PersonRow};
use super::{full_name, rows, signed_in};
use crate::accounts;
use crate::invitations::days_until;

/// The users of the account, and its invitations that did not become users. Sorts: `email`, `active`, `created`; looks for
/// addresses and names; filters: `email` (a part of it), `role`, `active`, `invitation`.
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
    let mut users: Vec<_> = page.rows.into_iter().map(role_holder).collect();
    if let Some(chosen) = chosen.filter(|id| *id != me && users.iter().all(|user| user.id != *id))
        && let Some(row) = rows::holder(&mut tx, account, chosen).await?
    {
        users.insert(0, role_holder(row));
    }
    Ok(RoleHolders { users, more })
}

/// One active user of the account.
pub async fn holder(auth: &Authorized<ChangeUserRoles>, id: UserId) -> Result<RoleHolder> {
    let account = auth.account()?;
    let found = rows::holder(&mut auth.read().await?, account, id).await?;
    Ok(role_holder(found.ok_or(Fault::NotFound)?))
}

fn role_holder(row: HolderRow) -> RoleHolder {
    RoleHolder {
        id: row.id,
        name: full_name(&row.first_name, &row.last_name),
        email: row.email,
        roles: Role::of_bits(row.roles),
    }
}

fn person(row: PersonRow, company: &str, me: UserId, now: OffsetDateTime) -> Result<Person> {
    let unknown = || {
        Error::internal(format!(
            "{} has an unknown state: {} {}",
            row.id, row.active, row.invitation
        ))
    };
    let active = match row.active.as_str() {
        "yes" => Active::Yes,
        "pending" => Active::Pending,
        "no" => Active::No,
        _ => return Err(unknown()),
    };
    let invitation = match row.invitation.as_str() {
        "" => None,
        state => Some(InvitationState::parse(state).ok_or_else(unknown)?),
    };
    let (id, ends) = if row.is_user {
        let until = |since| since + Duration::days(RESTORE_DAYS.into());
        (PersonId::User(UserId::from(row.id)), row.at.map(until))
    } else {
        let ends = row.at.filter(|_| active == Active::Pending);
        (PersonId::Invitation(InvitationId::from(row.id)), ends)
    };
    Ok(Person {
        id,
        account: company.to_owned(),
        name: full_name(&row.first_name, &row.last_name),
        email: row.email,
        roles: Role::of_bits(row.roles),
        active,
        invitation,
        days_left: ends.map(|ends| days_until(ends, now)),
        created_at: row.created_at,
        own: id == PersonId::User(me),
        can_change: false,
    })
}
