//! What the invited do with their link. Opening it changes nothing: mail scanners open links too.

use access::{Actor, Event, Rate, Result, ResultExt as _, Secret, SessionToken, Visitor, sessions};
use domain::id::UserId;
use domain::invitation::{AcceptDraft, InvitationState, Offer, OpenedInvitation};
use domain::user::UserState;
use domain::{Cloud, Conflict, EmailAddress, Fault, Invalid};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::rows::InvitationRow;
use super::{days_until, language_of, role_of, rows, tell_super_admins};
use crate::accounts;
use crate::names::Address;
use crate::users::{self, passwords};

/// Links opened from one address.
const OPENED: Rate = Rate {
    name: "portal.invitation.opened",
    burst: 60,
    per: Duration::MINUTE,
};
/// Answers from one address: each new password costs work.
const ANSWERED: Rate = Rate {
    name: "portal.invitation.answered",
    burst: 20,
    per: Duration::MINUTE,
};

/// What the page of a link shows. `holder`: who is signed in in this browser.
pub async fn open(visitor: &Visitor<Cloud>, token: &str, holder: Option<Uuid>) -> Result<OpenedInvitation> {
    visitor.limit(OPENED)?;
    let mut tx = visitor.read().await?;
    let Some(row) = rows::by_token_unscoped(&mut tx, &Secret::hash_of(token)).await? else {
        return Ok(OpenedInvitation::Unknown);
    };
    let now = visitor.now();
    let state = state_of(&row, now);
    if state != InvitationState::Pending {
        return Ok(OpenedInvitation::Over(state));
    }
    if let Some(email) = signed_in_as(&mut tx, holder).await? {
        return Ok(OpenedInvitation::SignedInAs {
            email,
            invited: row.email,
        });
    }
    Ok(OpenedInvitation::Open(Offer {
        account: accounts::rows::name(&mut tx, row.account_id).await?,
        role: role_of(&row.role)?,
        days_left: days_until(row.expires_at, now),
        invited_by: row.invited_by,
        email: row.email,
        first_name: row.first_name,
        last_name: row.last_name,
    }))
}

/// Accepts: makes the user, with a password and the role of the invitation, and starts a session. Nobody accepts in a browser
/// where somebody else is signed in.
pub async fn accept(
    visitor: &Visitor<Cloud>,
    draft: AcceptDraft,
    holder: Option<Uuid>,
) -> Result<SessionToken> {
    visitor.limit(ANSWERED)?;
    let hash = Secret::hash_of(&draft.token);
    let mut tx = visitor.read().await?;
    let row = open_row(&mut tx, &hash, visitor.now()).await?;
    if signed_in_as(&mut tx, holder).await?.is_some() {
        return Err(Conflict::SignedInAsAnother.into());
    }
    let company = accounts::rows::name(&mut tx, row.account_id).await?;
    drop(tx);
    let (first_name, last_name) = draft.check()?;
    passwords::check(&draft.password, &[&company, &first_name, &last_name, &row.email])
        .map_err(|reason| Invalid::one("password", reason))?;
    let address = EmailAddress::parse(&row.email).and_then(|email| Address::of(&email));
    let address = address.map_err(|_| Conflict::InvitationOver)?;
    let password_hash = visitor.services().passwords().hash(&draft.password).await?;

    let owner = users::rows::owner_unscoped(&mut visitor.read().await?, &address.key).await?;
    // Somebody who was here before gets the same user back, so that what they did keeps its name.
    let left = owner
        .filter(|user| user.account_id == row.account_id && user.state == UserState::Deactivated.key())
        .map(|user| user.id);
    let id = left.unwrap_or_else(|| visitor.services().entropy().id(visitor.now()));
    let actor = Actor::User {
        id,
        email: row.email.clone(),
    };
    let mut tx = visitor.known_as(actor, Some(row.account_id)).begin().await?;
    let now = tx.now();
    if !rows::answer_unscoped(&mut tx, &hash, InvitationState::Accepted, now).await? {
        return Err(Conflict::InvitationOver.into());
    }
    let role = role_of(&row.role)?;
    let user = users::rows::NewUser {
        id,
        account: row.account_id,
        email: &address,
        first_name: &first_name,
        last_name: &last_name,
        language: language_of(&row.language),
        state: UserState::Active,
        password_hash: &password_hash,
        now,
    };
    if left.is_some() {
        if !users::rows::revive(&mut tx, &user).await? {
            return Err(Conflict::AddressInUse.into());
        }
        users::rows::remove_roles(&mut tx, id).await?;
    } else {
        let made = users::rows::insert(&mut tx, &user).await;
        made.on_unique("users", &["email_key"], Conflict::AddressInUse)?;
    }
    users::rows::add_role(&mut tx, id, role).await?;
    rows::accepted_by(&mut tx, row.account_id, row.id, id).await?;
    tell_super_admins(&mut tx, visitor.services(), &row, &company, true).await?;
    let token = sessions::start(&mut tx, visitor.services(), id, visitor.client()).await?;
    tx.note(answered("invitation.accepted", &row, InvitationState::Accepted))
        .await?;
    let event = Event::new("user.added", id, row.email.clone()).with("roles", vec![role.key()]);
    tx.commit(event).await?;
    Ok(token)
}

/// Declines: no user is made.
pub async fn decline(visitor: &Visitor<Cloud>, token: &str) -> Result<()> {
    visitor.limit(ANSWERED)?;
    let hash = Secret::hash_of(token);
    let row = open_row(&mut visitor.read().await?, &hash, visitor.now()).await?;
    let acting = visitor.known_as(Actor::Anonymous, Some(row.account_id));
    let mut tx = acting.begin().await?;
    let now = tx.now();
    if !rows::answer_unscoped(&mut tx, &hash, InvitationState::Declined, now).await? {
        return Err(Conflict::InvitationOver.into());
    }
    let company = accounts::rows::name(&mut tx, row.account_id).await?;
    tell_super_admins(&mut tx, visitor.services(), &row, &company, false).await?;
    tx.commit(answered("invitation.declined", &row, InvitationState::Declined))
        .await
}

fn answered(name: &'static str, row: &InvitationRow, state: InvitationState) -> Event {
    Event::new(name, row.id, row.email.clone()).changed("state", InvitationState::Pending.key(), state.key())
}

/// The invitation of a link, if it can be answered.
async fn open_row(tx: &mut store::Tx, hash: &[u8], now: OffsetDateTime) -> Result<InvitationRow> {
    let row = rows::by_token_unscoped(tx, hash).await?.ok_or(Fault::NotFound)?;
    if state_of(&row, now) == InvitationState::Pending {
        Ok(row)
    } else {
        Err(Conflict::InvitationOver.into())
    }
}

/// What has become of it by now: it is over when its time is, whether it was cleared away or not.
fn state_of(row: &InvitationRow, now: OffsetDateTime) -> InvitationState {
    match InvitationState::parse(&row.state) {
        Some(InvitationState::Pending) if row.expires_at > now => InvitationState::Pending,
        Some(InvitationState::Pending) | None => InvitationState::Expired,
        Some(state) => state,
    }
}

/// The address of whoever is signed in. It cannot be the invited one: that has no user.
async fn signed_in_as(tx: &mut store::Tx, holder: Option<Uuid>) -> Result<Option<String>> {
    let Some(holder) = holder else { return Ok(None) };
    let user = users::rows::active_unscoped(tx, UserId::from(holder)).await?;
    Ok(user.map(|user| user.email))
}
