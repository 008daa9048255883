//! Invitations, as an account's people handle them. What the invited do with the link is in [`answers`].

mod answers;
mod letters;
mod purge;
mod rows;

use access::{Authorized, Error, Event, Rate, Result, ResultExt as _, Secret, Services, Tx};
use domain::id::{AccountId, InvitationId};
use domain::invitation::{
    INVITATION_DAYS, InvitationDraft, InvitationListDraft, InvitationState, NewInvitation,
};
use domain::people::grantable;
use domain::permission::InviteUsers;
use domain::user::UserState;
use domain::{Cloud, Conflict, Fault, Invalid, Language, Reason, Role};
use time::{Duration, OffsetDateTime};

pub(crate) use answers::joining;
pub use answers::{Accepted, accept, decline, open};
pub use purge::purge;

use crate::names::Address;
use crate::{Settings, accounts, mails, users};

/// Invitations that an account may send.
const PER_ACCOUNT: Rate = Rate {
    name: "portal.invitation.account",
    burst: 1000,
    per: Duration::DAY,
};
/// Mails that an account may cause at one address: nobody's mailbox is filled by inviting, resending and cancelling.
const PER_ADDRESS: Rate = Rate {
    name: "portal.invitation.address",
    burst: 5,
    per: Duration::HOUR,
};

/// The whole days until then, a part of one counts as one.
pub(crate) fn days_until(then: OffsetDateTime, now: OffsetDateTime) -> u16 {
    let seconds = (then - now).whole_seconds().max(0);
    u16::try_from((seconds + 86_399) / 86_400).unwrap_or(u16::MAX)
}

/// "Invite new user". A user of this account or an open invitation of it is a fault of `email`; what other accounts know of the
/// address makes no difference here: its owner learns about it by mail.
pub async fn invite(auth: &Authorized<InviteUsers>, draft: InvitationDraft) -> Result<InvitationId> {
    let new = draft.check()?;
    let mut sender = Sender::begin(auth).await?;
    let id = match sender.send(&new).await? {
        Ok(id) => id,
        Err((field, reason)) => return Err(Fault::field(field, reason).into()),
    };
    sender.tx.answer(&id)?;
    sender.tx.commit(sent("invitation.sent", id, &new)).await?;
    Ok(id)
}

/// Invites everybody of a pasted list, or nobody: each line that cannot be accepted says why, as `lines.N`. Answers how many.
pub async fn invite_many(auth: &Authorized<InviteUsers>, draft: InvitationListDraft) -> Result<usize> {
    let people = draft.check()?;
    let mut sender = Sender::begin(auth).await?;
    let mut faults = Invalid::default();
    for (line, new) in &people {
        match sender.send(new).await? {
            Ok(id) => sender.tx.note(sent("invitation.sent", id, new)).await?,
            Err((_, reason)) => faults
                .fields
                .extend(Invalid::one(&format!("lines.{line}"), reason).fields),
        }
    }
    if !faults.fields.is_empty() {
        return Err(faults.into());
    }
    sender.tx.answer(&people.len())?;
    sender
        .tx
        .commit_without_event_because("noted above, for each invitation")
        .await?;
    Ok(people.len())
}

/// Sends the mail of an open invitation once more. Its new link replaces the old one, and it has 30 days again.
pub async fn resend(auth: &Authorized<InviteUsers>, id: InvitationId) -> Result<()> {
    let mut sender = Sender::begin(auth).await?;
    let row = rows::get(&mut sender.tx, sender.account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let role = role_of(&row.role)?;
    sender.count(&row.email_key)?;
    let link = sender.link(&row.email_key).await?;
    let now = sender.tx.now();
    let hash = link.as_ref().map(Secret::hash);
    if !rows::renew(&mut sender.tx, sender.account, id, hash, now, ends(now)).await? {
        return Err(Conflict::InvitationOver.into());
    }
    let language = language_of(&row.language);
    sender.post(&row.email, language, role, link).await?;
    let event = Event::new("invitation.resent", id, row.email).changed(
        "expires_at",
        row.expires_at.unix_timestamp(),
        ends(now).unix_timestamp(),
    );
    sender.tx.commit(event).await
}

/// Takes an open invitation back: its link is of no use any more.
pub async fn cancel(auth: &Authorized<InviteUsers>, id: InvitationId) -> Result<()> {
    let account = auth.account()?;
    let mut tx = auth.begin().await?;
    let now = tx.now();
    let row = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    if !rows::cancel(&mut tx, account, id, now).await? {
        return Err(Conflict::InvitationOver.into());
    }
    let (old, new) = (InvitationState::Pending, InvitationState::Cancelled);
    let event = Event::new("invitation.cancelled", id, row.email).changed("state", old.key(), new.key());
    tx.commit(event).await
}

/// A change that invites.
struct Sender<'a> {
    auth: &'a Authorized<InviteUsers>,
    tx: Tx,
    account: AccountId,
    company: String,
    portal_url: &'a str,
}

impl<'a> Sender<'a> {
    async fn begin(auth: &'a Authorized<InviteUsers>) -> Result<Self> {
        let account = auth.account()?;
        let portal_url = auth.services().port::<Settings>()?.portal_url.as_str();
        let mut tx = auth.begin().await?;
        let company = accounts::rows::name(&mut tx, account).await?;
        Ok(Self {
            auth,
            tx,
            account,
            company,
            portal_url,
        })
    }

    /// Invites somebody, or says which field of the draft stands against it.
    async fn send(&mut self, new: &NewInvitation) -> Result<Result<InvitationId, (&'static str, Reason)>> {
        let address = match Address::of(&new.email) {
            Ok(address) => address,
            Err(reason) => return Ok(Err(("email", reason))),
        };
        if !grantable(&self.auth.identity().grants.roles).any(|role| role == new.role) {
            return Ok(Err(("role", Reason::OnlySuperAdmin)));
        }
        if self.is_own_user(&address.key).await? {
            return Ok(Err(("email", Reason::AlreadyUser)));
        }
        let now = self.tx.now();
        if rows::is_open(&mut self.tx, self.account, &address.key, now).await? {
            return Ok(Err(("email", Reason::AlreadyInvited)));
        }
        self.count(&address.key)?;
        let services = self.auth.services();
        services.rates().count(PER_ACCOUNT, &self.account.to_string())?;

        let link = self.link(&address.key).await?;
        let id = self.tx.id();
        rows::forget_over(&mut self.tx, self.account, &address.key, now).await?;
        let row = rows::NewRow {
            id,
            account: self.account,
            new,
            address: &address,
            token_hash: link.as_ref().map(Secret::hash),
            invited_by: self.auth.actor().name(),
            now,
            expires_at: ends(now),
        };
        let made = rows::insert(&mut self.tx, &row).await;
        made.on_unique(
            "invitations",
            &["account_id", "email_key"],
            Fault::field("email", Reason::AlreadyInvited),
        )?;
        self.post(&address.typed, new.language, new.role, link).await?;
        Ok(Ok(id))
    }

    /// Whether the address belongs to a user of this account. One who was deactivated can be invited again at any time.
    async fn is_own_user(&mut self, key: &str) -> Result<bool> {
        let owner = users::rows::owner_unscoped(&mut self.tx, key).await?;
        Ok(owner.is_some_and(|user| {
            user.account_id == self.account && user.state != UserState::Deactivated.key()
        }))
    }

    /// The secret of a new link. A user of another account gets a mail without one, and nobody here can tell.
    async fn link(&mut self, key: &str) -> Result<Option<Secret>> {
        let owner = users::rows::owner_unscoped(&mut self.tx, key).await?;
        let elsewhere = owner.is_some_and(|user| user.account_id != self.account);
        let secret = self.auth.services().entropy().secret();
        Ok((!elsewhere).then_some(secret))
    }

    fn count(&self, key: &str) -> Result<()> {
        let rates = self.auth.services().rates();
        rates.count(PER_ADDRESS, &format!("{} {key}", self.account))
    }

    async fn post(&mut self, to: &str, language: Language, role: Role, link: Option<Secret>) -> Result<()> {
        let (services, invited_by) = (self.auth.services(), self.auth.actor().name());
        let company = self.company.as_str();
        if let Some(secret) = link {
            let letter = letters::Invitation {
                company,
                invited_by,
                role,
                days: INVITATION_DAYS,
                url: format!("{}/invitation?token={}", self.portal_url, secret.reveal()),
            };
            mails::post(&mut self.tx, services, to, language, &letter).await
        } else {
            let letter = letters::KnownAlready {
                company,
                invited_by,
                url: format!("{}/login", self.portal_url),
            };
            mails::post(&mut self.tx, services, to, language, &letter).await
        }
    }
}

/// Tells every Super Admin what became of an invitation.
async fn tell_super_admins(
    tx: &mut Tx,
    services: &Services<Cloud>,
    row: &rows::InvitationRow,
    company: &str,
    accepted: bool,
) -> Result<()> {
    let letter = letters::Answered {
        company,
        email: &row.email,
        invited_by: &row.invited_by,
        role: role_of(&row.role)?,
        accepted,
        url: format!("{}/users/overview", services.port::<Settings>()?.portal_url),
    };
    for admin in users::rows::super_admins(tx, row.account_id).await? {
        let language = language_of(&admin.language);
        mails::post(tx, services, &admin.email, language, &letter).await?;
    }
    Ok(())
}

fn ends(sent: OffsetDateTime) -> OffsetDateTime {
    sent + Duration::days(INVITATION_DAYS.into())
}

fn sent(name: &'static str, id: InvitationId, new: &NewInvitation) -> Event {
    Event::new(name, id, new.email.as_str())
        .with("role", new.role.key())
        .with("language", new.language.key())
}

fn role_of(key: &str) -> Result<Role> {
    Role::parse(key).map_err(|_| Error::internal(format!("an invitation has the unknown role {key}")))
}

fn language_of(key: &str) -> Language {
    Language::parse(key).unwrap_or_default()
}
