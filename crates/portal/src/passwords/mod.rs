//! "Forgot Password?": Identify and Verify ask for a mail, its link opens Reset. Whoever asks is told the same, known or not: the
//! request only queues a job, and the job looks (SEC-20).

mod letters;
pub(crate) mod rows;

use std::net::IpAddr;

use access::{Actor, Event, Rate, Result, Services, Visitor, sessions};
use domain::password::{ForgottenDraft, ResetDraft, ResetLink, TOKEN_MAX};
use domain::user::UserState;
use domain::{Cloud, Conflict, Fault, Invalid, Language, Reason};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::names::Address;
use crate::{Settings, accounts, federated, mails, users};

pub(crate) use letters::PasswordChanged;

/// The kind of the job that answers a request for a link.
pub(crate) const FORGOTTEN: &str = "portal.password_forgotten";
/// Life of a link.
const LIFE: Duration = Duration::HOUR;
/// Requests from one address (reliability, limits after matrix-authentication-service).
const PER_ADDRESS: Rate = Rate {
    name: "portal.password_forgotten.address",
    burst: 3,
    per: Duration::HOUR,
};
/// Requests for one user, known or not: three at once, then one an hour.
const PER_USER: Rate = Rate {
    name: "portal.password_forgotten.user",
    burst: 3,
    per: Duration::hours(3),
};
/// Links opened or used from one address.
const PER_ADDRESS_OF_LINKS: Rate = Rate {
    name: "portal.password_reset.address",
    burst: 20,
    per: Duration::MINUTE,
};

/// What was asked for.
#[derive(Serialize, Deserialize)]
struct Asked {
    /// Keys of the user name and of the address to compare.
    user: String,
    email: String,
    from: IpAddr,
}

/// "Identify" and "Verify": sends a link to the stored address, if user name and address belong together and the user has access.
pub async fn forgotten(visitor: &Visitor<Cloud>, draft: ForgottenDraft) -> Result<()> {
    let (user, email) = draft.check()?;
    let key = |field: &str, email| {
        Address::of(email)
            .map(|address| address.key)
            .map_err(|reason| Invalid::one(field, reason))
    };
    let asked = Asked {
        user: key("user", &user)?,
        email: key("email", &email)?,
        from: visitor.client().address,
    };
    visitor.limit(PER_ADDRESS)?;
    visitor.limit_key(PER_USER, &asked.user)?;
    let mut tx = visitor.begin().await?;
    let now = tx.now();
    tx.queue(FORGOTTEN, &asked, now).await?;
    tx.answer(&())?;
    tx.commit_without_event_because("the job notes what became of it")
        .await
}

/// Does the job that [`forgotten`] queued.
pub(crate) async fn answer(services: &Services<Cloud>, payload: &str) -> Result<()> {
    let asked: Asked = serde_json::from_str(payload)?;
    let stranger = services.acting_as_unchecked(Actor::Anonymous);
    let found = rows::by_email_unscoped(&mut stranger.read().await?, &asked.user).await?;
    let elsewhere = match &found {
        Some(user) => {
            let settings = services.port::<Settings>()?;
            let mut tx = stranger.read().await?;
            federated::governs(&mut tx, settings, user.account_id, user.id, &user.email).await?
        }
        None => false,
    };
    let refused = match &found {
        None => Some("unknown user"),
        Some(user) if user.email_key != asked.email => Some("another address"),
        Some(user) if user.state != UserState::Active.key() => Some("no access"),
        // Who signs in at an identity provider does not get past it by a mailbox.
        Some(_) if elsewhere => Some("signs in at the identity provider"),
        Some(_) => None,
    };
    let label = asked.user.as_str();
    let (user, acting) = match (found, refused) {
        (Some(user), None) => {
            let acting = stranger.within(user.account_id);
            (user, acting)
        }
        (found, cause) => {
            let (event, acting) = match found {
                Some(user) => (
                    Event::new("user.password_reset_refused", user.id, label),
                    stranger.within(user.account_id),
                ),
                None => (Event::plain("user.password_reset_refused", label), stranger),
            };
            let event = event
                .with("cause", cause.unwrap_or_default())
                .from_address(Some(asked.from));
            return acting.begin().await?.commit(event).await;
        }
    };
    let token = services.entropy().secret();
    let settings = services.port::<Settings>()?;
    let letter = letters::ResetPassword {
        email: &user.email,
        url: format!("{}/reset-password?token={}", settings.portal_url, token.reveal()),
    };
    let mut tx = acting.begin().await?;
    let now = tx.now();
    rows::put(&mut tx, user.id, &token.hash(), now, now + LIFE).await?;
    let language = Language::parse(&user.language).unwrap_or_default();
    mails::post(&mut tx, services, &user.email, language, &letter).await?;
    let event = Event::new("user.password_reset_asked", user.id, user.email.clone());
    tx.commit(event.from_address(Some(asked.from))).await
}

/// What became of the link. Opening it changes nothing: mail scanners open links too.
pub async fn link(visitor: &Visitor<Cloud>, token: &str) -> Result<ResetLink> {
    visitor.limit(PER_ADDRESS_OF_LINKS)?;
    Ok(match find(visitor, token).await? {
        None => ResetLink::Unknown,
        Some(row) if row.used_at.is_some() => ResetLink::Used,
        Some(row) if row.expires_at <= visitor.now() => ResetLink::Expired,
        Some(row) if row.state != UserState::Active.key() => ResetLink::Unknown,
        Some(row) => ResetLink::Open { user: row.email },
    })
}

/// "Reset": sets the new password, once per link, ends every session of the user and tells them by mail.
pub async fn reset(visitor: &Visitor<Cloud>, draft: ResetDraft) -> Result<()> {
    visitor.limit(PER_ADDRESS_OF_LINKS)?;
    let over = || Fault::from(Conflict::ResetLinkOver);
    let row = find(visitor, &draft.token).await?.ok_or_else(over)?;
    if !row.is_open(visitor.now()) {
        return Err(over().into());
    }
    draft.check()?;
    let services = visitor.services();
    let company = accounts::rows::name(&mut visitor.read().await?, row.account_id).await?;
    let names = [company.as_str(), &row.first_name, &row.last_name, &row.email];
    let hash = new_hash(services, &draft.password, &names).await?;

    let actor = Actor::User {
        id: row.user_id,
        email: row.email.clone(),
    };
    let mut tx = visitor.known_as(actor, Some(row.account_id)).begin().await?;
    let now = tx.now();
    if !rows::redeem(&mut tx, &row.token_hash, now).await?
        || !rows::set_password(&mut tx, row.account_id, row.user_id, &hash, now).await?
    {
        return Err(over().into());
    }
    sessions::revoke_all(&mut tx, row.user_id).await?;
    tell(&mut tx, services, &row.email, &row.language).await?;
    tx.answer(&())?;
    tx.commit(Event::new("user.password_reset", row.user_id, row.email))
        .await
}

/// Checks a new password against the rules and the names that it may not be made of, and hashes it.
pub(crate) async fn new_hash(services: &Services<Cloud>, password: &str, names: &[&str]) -> Result<String> {
    users::check_password(password, names).map_err(|reason: Reason| Invalid::one("password", reason))?;
    services.passwords().hash(password).await
}

/// Tells the user that the password was changed.
pub(crate) async fn tell(
    tx: &mut access::Tx,
    services: &Services<Cloud>,
    email: &str,
    language: &str,
) -> Result<()> {
    let letter = PasswordChanged {
        email,
        at: tx.now(),
        url: format!("{}/forgot-password", services.port::<Settings>()?.portal_url),
    };
    let language = Language::parse(language).unwrap_or_default();
    mails::post(tx, services, email, language, &letter).await
}

async fn find(visitor: &Visitor<Cloud>, token: &str) -> Result<Option<rows::ResetRow>> {
    if token.is_empty() || token.chars().count() > TOKEN_MAX {
        return Ok(None);
    }
    let hash = access::Secret::hash_of(token);
    Ok(rows::find_unscoped(&mut visitor.read().await?, &hash).await?)
}

impl rows::ResetRow {
    fn is_open(&self, now: OffsetDateTime) -> bool {
        self.used_at.is_none() && self.expires_at > now && self.state == UserState::Active.key()
    }
}
