//! The same act on several rows of the Overview: each for itself, with its own event and its own answer. Who is selected is looked
//! up first; where one of them is not of the account, nothing is done at all.

use access::{Authorized, Error, Result};
use domain::id::{AccountId, InvitationId, UserId};
use domain::page::{ListQuery, Page, Total};
use domain::people::PersonAct;
use domain::permission::{ChangeUserRoles, InviteUsers, ViewUsers};
use domain::selection::{MATCHING_MAX, Prospect, Results, RowResult, Selected, Selection};
use domain::{Fault, Reason};
use store::args;
use uuid::Uuid;

use super::rows::{self, PersonRow};
use super::{deactivate, signed_in};
use crate::invitations;

/// Names that a prospect shows.
const SOME: usize = 10;

/// What `act` would come to for these rows.
pub async fn prospect(
    auth: &Authorized<ViewUsers>,
    act: PersonAct,
    selection: &Selection,
) -> Result<Prospect> {
    let (account, me) = (auth.account()?, signed_in(auth.actor())?);
    let rows = selected(&mut auth.read().await?, account, selection).await?;
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let fit: Vec<_> = rows.into_iter().filter(|row| fits(row, act, me)).collect();
    Ok(Prospect {
        selected: count,
        fit: u64::try_from(fit.len()).unwrap_or(u64::MAX),
        some: fit.into_iter().take(SOME).map(|row| row.email).collect(),
    })
}

/// "Resend" for each open invitation among these rows.
pub async fn resend(auth: &Authorized<InviteUsers>, selection: &Selection) -> Result<Results> {
    let rows = fitting(auth, PersonAct::Resend, selection).await?;
    let mut results = Results::default();
    for row in rows {
        let done = invitations::resend(auth, InvitationId::from(row.id)).await;
        note(&mut results, row, done)?;
    }
    Ok(results)
}

/// "Cancel" for each open invitation among these rows.
pub async fn cancel(auth: &Authorized<InviteUsers>, selection: &Selection) -> Result<Results> {
    let rows = fitting(auth, PersonAct::Cancel, selection).await?;
    let mut results = Results::default();
    for row in rows {
        let done = invitations::cancel(auth, InvitationId::from(row.id)).await;
        note(&mut results, row, done)?;
    }
    Ok(results)
}

/// "Deactivate" for each active user among these rows but the caller.
pub async fn deactivate_all(auth: &Authorized<ChangeUserRoles>, selection: &Selection) -> Result<Results> {
    let rows = fitting(auth, PersonAct::Deactivate, selection).await?;
    let mut results = Results::default();
    for row in rows {
        let done = deactivate(auth, UserId::from(row.id)).await;
        note(&mut results, row, done)?;
    }
    Ok(results)
}

/// A failure of our own ends it: what was done so far is done, and its events say so.
fn note(results: &mut Results, row: PersonRow, done: Result<()>) -> Result<()> {
    let refused = match done {
        Ok(()) => None,
        Err(Error::Fault(fault)) => Some(fault),
        Err(error) => return Err(error),
    };
    results.rows.push(RowResult {
        name: row.email,
        refused,
    });
    Ok(())
}

async fn fitting<P: domain::Permission<Side = domain::Cloud>>(
    auth: &Authorized<P>,
    act: PersonAct,
    selection: &Selection,
) -> Result<Vec<PersonRow>> {
    let (account, me) = (auth.account()?, signed_in(auth.actor())?);
    let rows = selected(&mut auth.read().await?, account, selection).await?;
    Ok(rows.into_iter().filter(|row| fits(row, act, me)).collect())
}

fn fits(row: &PersonRow, act: PersonAct, me: UserId) -> bool {
    match act {
        PersonAct::Resend | PersonAct::Cancel => !row.is_user && row.active == "pending",
        PersonAct::Deactivate => row.is_user && row.active == "yes" && UserId::from(row.id) != me,
    }
}

/// The rows that are meant. [`Fault::NotFound`] where one is not there or of another account; more than [`MATCHING_MAX`] are
/// refused as `all`.
async fn selected(tx: &mut store::Tx, account: AccountId, selection: &Selection) -> Result<Vec<PersonRow>> {
    let mut query = match selection.check::<Id>()? {
        Selected::These(ids) => {
            let mut found = Vec::with_capacity(ids.len());
            for Id(id) in ids {
                found.push(rows::person(tx, account, id).await?.ok_or(Fault::NotFound)?);
            }
            return Ok(found);
        }
        Selected::Matching(query) => query,
    };
    let mut found = Vec::new();
    loop {
        let page: Page<PersonRow> = tx.list(&rows::PEOPLE, &query, args![account]).await?;
        if too_many(page.total) {
            let max = u32::try_from(MATCHING_MAX).unwrap_or(u32::MAX);
            return Err(Fault::field("all", Reason::TooMany { max }).into());
        }
        found.extend(page.rows);
        match page.next {
            Some(cursor) => query = ListQuery { cursor, ..query },
            None => return Ok(found),
        }
    }
}

fn too_many(total: Total) -> bool {
    match total {
        Total::Exact(rows) => rows > MATCHING_MAX,
        Total::AtLeast(_) => true,
    }
}

/// Of a user or of an invitation.
#[derive(PartialEq)]
struct Id(Uuid);

impl From<Uuid> for Id {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}
