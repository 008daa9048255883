//! What the invited do with their link. Opening it changes nothing: mail scanners open links too.

use access::{
    Actor, Event, Rate, Result, ResultExt as _, Secret, Services, SessionToken, Tx, Visitor, sessions,
};
use domain::id::{AccountId, UserId};
use domain::invitation::{AcceptDraft, InvitationState, Offer, OpenedInvitation};
use domain::user::UserState;
use domain::{Cloud, Conflict, EmailAddress, Fault, Invalid, Language};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::rows::InvitationRow;
use super::{days_until, language_of, role_of, rows, tell_super_admins};
use crate::federated::{self, Begun, Purpose};
use crate::names::Address;
use crate::saml_idps::rows::SamlIdpRow;
use crate::users::{self, passwords};
use crate::{Settings, accounts};

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
        federated: provider_of(&mut tx, visitor, &row).await?.is_some(),
        account: accounts::rows::name(&mut tx, row.account_id).await?,
        role: role_of(&row.role)?,
        days_left: days_until(row.expires_at, now),
        invited_by: row.invited_by,
        email: row.email,
        first_name: row.first_name,
        last_name: row.last_name,
    }))
}

/// How an acceptance went on.
pub enum Accepted {
    /// The user is there, and signed in.
    Joined(SessionToken),
    /// Whoever is invited signs in at the company's identity provider first.
    AtProvider(Begun),
}

/// Accepts: makes the user, with the role of the invitation, and starts a session. Where the company's identity provider is in
/// charge of the address, its sign-in takes the place of the password. Nobody accepts in a browser where somebody else is signed
/// in. `browser` is the value of the cookie of such sign-ins.
pub async fn accept(
    visitor: &Visitor<Cloud>,
    draft: AcceptDraft,
    holder: Option<Uuid>,
    browser: Option<&str>,
) -> Result<Accepted> {
    visitor.limit(ANSWERED)?;
    let hash = Secret::hash_of(&draft.token);
    let mut tx = visitor.read().await?;
    let row = open_row(&mut tx, &hash, visitor.now()).await?;
    if signed_in_as(&mut tx, holder).await?.is_some() {
        return Err(Conflict::SignedInAsAnother.into());
    }
    if let Some(idp) = provider_of(&mut tx, visitor, &row).await? {
        drop(tx);
        let (first_name, last_name) = draft.check_without_password()?;
        let purpose = Purpose::Invitation {
            token_hash: hash,
            first_name,
            last_name,
        };
        let begun = federated::start(visitor, &idp, &purpose, browser).await?;
        return Ok(Accepted::AtProvider(begun));
    }
    let company = accounts::rows::name(&mut tx, row.account_id).await?;
    drop(tx);
    let (first_name, last_name) = draft.check()?;
    passwords::check(&draft.password, &[&company, &first_name, &last_name, &row.email])
        .map_err(|reason| Invalid::one("password", reason))?;
    let address = EmailAddress::parse(&row.email).and_then(|email| Address::of(&email));
    let address = address.map_err(|_| Conflict::InvitationOver)?;
    let password_hash = visitor.services().passwords().hash(&draft.password).await?;

    let joining = joining(&mut visitor.read().await?, visitor, &hash).await?;
    let joining = joining.ok_or(Conflict::InvitationOver)?;
    let actor = Actor::User {
        id: joining.id,
        email: row.email.clone(),
    };
    let mut tx = visitor.known_as(actor, Some(row.account_id)).begin().await?;
    let names = (first_name.as_str(), last_name.as_str());
    let event = joining
        .join(&mut tx, visitor.services(), &address, names, &password_hash)
        .await?;
    let token = sessions::start(&mut tx, visitor.services(), joining.id, visitor.client()).await?;
    tx.commit(event).await?;
    Ok(Accepted::Joined(token))
}

/// Somebody who is about to become a user by an invitation.
pub(crate) struct Joining {
    row: InvitationRow,
    company: String,
    /// Of the user to be.
    pub id: UserId,
    /// Whether the user was here before: they get the same one back, so that what they did keeps its name.
    returns: bool,
}

/// The invitation of a link, if it can be accepted.
pub(crate) async fn joining(
    tx: &mut store::Tx,
    visitor: &Visitor<Cloud>,
    token_hash: &[u8],
) -> Result<Option<Joining>> {
    let Some(row) = rows::by_token_unscoped(tx, token_hash).await? else {
        return Ok(None);
    };
    if state_of(&row, visitor.now()) != InvitationState::Pending {
        return Ok(None);
    }
    let owner = users::rows::owner_unscoped(tx, &row.email_key).await?;
    let left = owner
        .filter(|user| user.account_id == row.account_id && user.state == UserState::Deactivated.key())
        .map(|user| user.id);
    let id = left.unwrap_or_else(|| visitor.services().entropy().id(visitor.now()));
    Ok(Some(Joining {
        company: accounts::rows::name(tx, row.account_id).await?,
        id,
        returns: left.is_some(),
        row,
    }))
}

impl Joining {
    pub fn account(&self) -> AccountId {
        self.row.account_id
    }

    pub fn email(&self) -> &str {
        &self.row.email
    }

    pub fn email_key(&self) -> &str {
        &self.row.email_key
    }

    pub fn language(&self) -> Language {
        language_of(&self.row.language)
    }

    /// Answers the invitation and makes the user. Answers the event to commit with.
    pub async fn join(
        &self,
        tx: &mut Tx,
        services: &Services<Cloud>,
        address: &Address,
        (first_name, last_name): (&str, &str),
        password_hash: &str,
    ) -> Result<Event> {
        let (row, now) = (&self.row, tx.now());
        let hash = row.token_hash.as_deref().unwrap_or_default();
        if !rows::answer_unscoped(tx, hash, InvitationState::Accepted, now).await? {
            return Err(Conflict::InvitationOver.into());
        }
        let role = role_of(&row.role)?;
        let user = users::rows::NewUser {
            id: self.id,
            account: row.account_id,
            email: address,
            first_name,
            last_name,
            language: self.language(),
            state: UserState::Active,
            password_hash,
            now,
        };
        if self.returns {
            if !users::rows::revive(tx, &user).await? {
                return Err(Conflict::AddressInUse.into());
            }
            users::rows::remove_roles(tx, self.id).await?;
        } else {
            let made = users::rows::insert(tx, &user).await;
            made.on_unique("users", &["email_key"], Conflict::AddressInUse)?;
        }
        users::rows::add_role(tx, self.id, role).await?;
        rows::accepted_by(tx, row.account_id, row.id, self.id).await?;
        tell_super_admins(tx, services, row, &self.company, true).await?;
        tx.note(answered("invitation.accepted", row, InvitationState::Accepted))
            .await?;
        Ok(Event::new("user.added", self.id, row.email.clone()).with("roles", vec![role.key()]))
    }
}

/// The identity provider that is in charge of whoever is invited.
async fn provider_of(
    tx: &mut store::Tx,
    visitor: &Visitor<Cloud>,
    row: &InvitationRow,
) -> Result<Option<SamlIdpRow>> {
    let Ok(email) = EmailAddress::parse(&row.email) else {
        return Ok(None);
    };
    let settings = visitor.services().port::<Settings>()?;
    let idp = federated::provider_of(tx, settings, &email).await?;
    Ok(idp.filter(|idp| idp.account_id == row.account_id))
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
    tx.answer(&())?;
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
