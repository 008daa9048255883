//! Registrations of companies: the form, its confirmation by mail, and what operators decide about it ([`decisions`]). Whoever
//! registers is told the same, known or not: the request only queues a job, and the job looks (SEC-20).

pub mod decisions;
mod letters;
mod purge;
pub(crate) mod rows;
mod rules;

use std::net::IpAddr;

use access::{Actor, Event, Rate, Result, ResultExt as _, Secret, Services, Visitor};
use domain::password::TOKEN_MAX;
use domain::registration::{
    CONFIRM_HOURS, ConfirmationLink, LegalText, NewRegistration, RegistrationDraft, RegistrationState,
};
use domain::{Cloud, Conflict, Fault, Invalid, Language};
use serde::{Deserialize, Serialize};
use time::Duration;

use crate::names::both;
use crate::{Settings as Portal, mails, operators, users};

pub use purge::purge;
pub use rules::{MoreRules, Rules};

/// The kind of the job that answers a registration.
pub(crate) const ASKED: &str = "portal.registration_asked";
/// Life of the link that confirms.
const LIFE: Duration = Duration::hours(CONFIRM_HOURS as i64);
/// Registrations from one address (security design, named limits).
const PER_ADDRESS: Rate = Rate {
    name: "portal.registration.address",
    burst: 3,
    per: Duration::HOUR,
};
/// Registrations with one e-mail address, known or not: three at once, then one an hour.
const PER_EMAIL: Rate = Rate {
    name: "portal.registration.email",
    burst: 3,
    per: Duration::hours(3),
};
/// Links opened or used from one address.
const PER_ADDRESS_OF_LINKS: Rate = Rate {
    name: "portal.registration_link.address",
    burst: 20,
    per: Duration::MINUTE,
};

/// What an operator has configured for registrations: a port of the cloud side.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub rules: Rules,
    /// English and German; an empty one is the plain default.
    pub terms: [String; 2],
    pub privacy: [String; 2],
}

/// Who registers, as the job gets it.
#[derive(Serialize, Deserialize)]
struct Asked {
    new: NewRegistration,
    from: IpAddr,
}

/// "IGEL Customer & Account Registration": sends a mail to the address, and nothing else happens.
pub async fn register(visitor: &Visitor<Cloud>, draft: RegistrationDraft) -> Result<()> {
    let settings = visitor.services().port::<Settings>()?;
    let allowed = domain::EmailAddress::parse(&draft.email)
        .ok()
        .map_or(Ok(None), |email| settings.rules.check(&email).map(Some));
    let allowed = allowed.map_err(|reason| Invalid::one("email", reason));
    let (new, allowed) = both(draft.check(), allowed)?;
    let (address, _) = allowed.ok_or_else(|| Fault::field("email", domain::Reason::NotAnEmail))?;
    visitor.limit(PER_ADDRESS)?;
    visitor.limit_key(PER_EMAIL, &address.key)?;
    let asked = Asked {
        new,
        from: visitor.client().address,
    };
    let mut tx = visitor.begin().await?;
    let now = tx.now();
    tx.queue(ASKED, &asked, now).await?;
    tx.answer(&())?;
    tx.commit_without_event_because("the job notes what became of it")
        .await
}

/// Does the job that [`register`] queued: the link for the applicant, or a word to the owner of an address that is in use.
pub(crate) async fn answer(services: &Services<Cloud>, payload: &str) -> Result<()> {
    let Asked { new, from } = serde_json::from_str(payload)?;
    let portal_url = services.port::<Portal>()?.portal_url.as_str();
    let stranger = services.acting_as_unchecked(Actor::Anonymous);
    let address = crate::names::Address::of(&new.email).map_err(|reason| Invalid::one("email", reason))?;
    let mut tx = stranger.begin().await?;
    let now = tx.now();
    let about = |name, id| Event::new(name, id, address.key.clone()).from_address(Some(from));
    if let Some(owner) = users::rows::recipient_unscoped(&mut tx, &address.key).await? {
        let language = Language::parse(&owner.language).unwrap_or_default();
        let letter = letters::InUse {
            url: format!("{portal_url}/forgot-password"),
        };
        mails::post(&mut tx, services, &owner.email, language, &letter).await?;
        let event = Event::plain("registration.repeated", address.key.clone())
            .with("cause", "address in use")
            .from_address(Some(from));
        return tx.commit(event).await;
    }
    if rows::waits(&mut tx, &address.key).await? {
        mails::post(&mut tx, services, &address.typed, new.language, &letters::Waits).await?;
        let event = Event::plain("registration.repeated", address.key.clone())
            .with("cause", "waits for its check")
            .from_address(Some(from));
        return tx.commit(event).await;
    }
    let token = services.entropy().secret();
    let id = tx.id();
    rows::forget_asked(&mut tx, &address.key).await?;
    let made = rows::insert(&mut tx, id, &new, &address, &token.hash(), (now, now + LIFE)).await;
    // Another job was faster: this one is tried again, and replaces what that one made.
    made.on_unique("registrations", &["email_key"], Fault::Unavailable)?;
    let letter = letters::Confirm {
        company: &new.information.company,
        url: format!("{portal_url}/register/confirm?token={}", token.reveal()),
    };
    mails::post(&mut tx, services, &address.typed, new.language, &letter).await?;
    tx.commit(about("registration.asked", id)).await
}

/// What became of the link. Opening it changes nothing: mail scanners open links too.
pub async fn link(visitor: &Visitor<Cloud>, token: &str) -> Result<ConfirmationLink> {
    visitor.limit(PER_ADDRESS_OF_LINKS)?;
    let Some(row) = find(visitor, token).await? else {
        return Ok(ConfirmationLink::Unknown);
    };
    Ok(match RegistrationState::parse(&row.state) {
        Some(RegistrationState::Asked) if row.expires_at > visitor.now() => ConfirmationLink::Open {
            company: row.company,
            email: row.email,
        },
        Some(RegistrationState::Asked) | None => ConfirmationLink::Expired,
        Some(_) => ConfirmationLink::Confirmed,
    })
}

/// Confirms the registration, once per link; now operators see it, and are told.
pub async fn confirm(visitor: &Visitor<Cloud>, token: &str) -> Result<()> {
    visitor.limit(PER_ADDRESS_OF_LINKS)?;
    let over = || Fault::from(Conflict::RegistrationLinkOver);
    let row = find(visitor, token).await?.ok_or_else(over)?;
    let services = visitor.services();
    let url = format!(
        "{}/operator/registrations/{}",
        services.port::<Portal>()?.portal_url,
        row.id
    );
    let mut tx = visitor.begin().await?;
    let now = tx.now();
    if !rows::confirm(&mut tx, &Secret::hash_of(token), now).await? {
        return Err(over().into());
    }
    for operator in operators::rows::recipients(&mut tx).await? {
        let language = Language::parse(&operator.language).unwrap_or_default();
        let letter = letters::ToCheck {
            company: &row.company,
            email: &row.email,
            url: url.clone(),
        };
        mails::post(&mut tx, services, &operator.email, language, &letter).await?;
    }
    tx.answer(&())?;
    let (old, new) = (RegistrationState::Asked.key(), RegistrationState::Confirmed.key());
    tx.commit(Event::new("registration.confirmed", row.id, row.email).changed("state", old, new))
        .await
}

/// A text that the form links to. Empty where the operator has set none.
pub fn legal(visitor: &Visitor<Cloud>, text: LegalText, language: Language) -> Result<String> {
    let settings = visitor.services().port::<Settings>()?;
    let [english, german] = match text {
        LegalText::Terms => &settings.terms,
        LegalText::Privacy => &settings.privacy,
    };
    Ok(language.pick(english, german).clone())
}

async fn find(visitor: &Visitor<Cloud>, token: &str) -> Result<Option<rows::LinkRow>> {
    if token.is_empty() || token.chars().count() > TOKEN_MAX {
        return Ok(None);
    }
    let hash = Secret::hash_of(token);
    Ok(rows::by_token(&mut visitor.read().await?, &hash).await?)
}
