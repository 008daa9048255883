//! Whom an accepted assertion signs in: a user who is known by that name, one who is met for the first time, or a new one.

use access::{Actor, Event, Result, Tx, Visitor};
use domain::id::UserId;
use domain::sign_in::Refused;
use domain::user::UserState;
use domain::{Cloud, Language, Role};
use federation::saml::Subject;

use super::answer::{Ended, Refusal, signed_in};
use super::rows;
use crate::invitations;
use crate::names::Address;
use crate::saml_idps::rows::SamlIdpRow;
use crate::users;

/// Attributes that names are read from: those of the claims that carry the e-mail address.
const FIRST_NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname";
const LAST_NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname";

/// Somebody whom a provider vouches for, within a domain that it may speak for.
pub(super) struct Comer<'a> {
    pub idp: &'a SamlIdpRow,
    pub subject: &'a Subject,
    pub address: &'a Address,
    pub relay_hash: &'a [u8],
}

/// Who it is.
struct Who {
    id: UserId,
    email: String,
    language: Language,
    /// Known by this name already.
    linked: bool,
    /// Becomes a user now.
    new: bool,
}

/// Signs in.
pub(super) async fn sign_in(
    visitor: &Visitor<Cloud>,
    comer: &Comer<'_>,
    next: String,
) -> Result<Result<Ended, Refusal>> {
    let who = match who(visitor, comer).await? {
        Ok(who) => who,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (idp, account) = (comer.idp, comer.idp.account_id);
    let mut tx = begin(visitor, comer, &who).await?;
    let now = tx.now();
    if !take(&mut tx, comer).await? {
        return Ok(Err(Refusal::of(who.id, Refused::Unknown)));
    }
    if who.new {
        become_user(&mut tx, comer, &who).await?;
    }
    if !rows::note_sign_in(&mut tx, account, who.id, now).await? {
        return Ok(Err(Refusal::of(who.id, Refused::NoAccess)));
    }
    if !who.linked && !link(&mut tx, comer, who.id).await? {
        return Ok(Err(Refusal::of(who.id, Refused::OtherName)));
    }
    let event = Event::new("user.signed_in", who.id, who.email).with("identity_provider", idp.issuer.clone());
    let token = signed_in(visitor, tx, who.id, event).await?;
    Ok(Ok(Ended::SignedIn {
        token,
        language: who.language,
        next,
    }))
}

/// Accepts the invitation of a link, as the person whom it is for.
pub(super) async fn accept(
    visitor: &Visitor<Cloud>,
    comer: &Comer<'_>,
    token_hash: &[u8],
    names: (&str, &str),
) -> Result<Result<Ended, Refusal>> {
    let (idp, address) = (comer.idp, comer.address);
    let refused = || Ok(Err(Refusal::new(Refused::Invitation)));
    let mut tx = visitor.read().await?;
    let Some(joining) = invitations::joining(&mut tx, visitor, token_hash).await? else {
        return refused();
    };
    if joining.account() != idp.account_id || joining.email_key() != address.key {
        return refused();
    }
    drop(tx);
    let who = Who {
        id: joining.id,
        email: joining.email().to_owned(),
        language: joining.language(),
        linked: false,
        new: true,
    };
    let mut tx = begin(visitor, comer, &who).await?;
    let now = tx.now();
    if !take(&mut tx, comer).await? {
        return Ok(Err(Refusal::of(who.id, Refused::Unknown)));
    }
    // Whoever was known by this name before has left, or is somebody else.
    rows::unlink(&mut tx, who.id).await?;
    let event = match joining
        .join(&mut tx, visitor.services(), address, names, "")
        .await
    {
        Ok(event) => event,
        Err(access::Error::Fault(_)) => return refused(),
        Err(error) => return Err(error),
    };
    rows::forget_password(&mut tx, idp.account_id, who.id).await?;
    rows::note_sign_in(&mut tx, idp.account_id, who.id, now).await?;
    if !link(&mut tx, comer, who.id).await? {
        return Ok(Err(Refusal::new(Refused::OtherName)));
    }
    tx.note(
        Event::new("user.signed_in", who.id, who.email.clone()).with("identity_provider", idp.issuer.clone()),
    )
    .await?;
    let token = signed_in(visitor, tx, who.id, event).await?;
    Ok(Ok(Ended::SignedIn {
        token,
        language: who.language,
        next: String::new(),
    }))
}

/// Who it is, as far as reading tells: decided anew by what the transaction can change.
async fn who(visitor: &Visitor<Cloud>, comer: &Comer<'_>) -> Result<Result<Who, Refusal>> {
    let (idp, address) = (comer.idp, comer.address);
    let mut tx = visitor.read().await?;
    let known = rows::known(&mut tx, idp.id, &comer.subject.key()).await?;
    let linked = known.is_some();
    // An address leads to a user once, and only within the account of the provider (rule D4).
    let found = match known {
        Some(person) => Some(person),
        None => rows::by_email_unscoped(&mut tx, &address.key)
            .await?
            .filter(|person| person.account_id == idp.account_id),
    };
    let Some(person) = found else {
        let taken = rows::by_email_unscoped(&mut tx, &address.key).await?.is_some();
        if rows::is_invited(&mut tx, idp.account_id, &address.key, visitor.now()).await? {
            return Ok(Err(Refusal::new(Refused::Invited)));
        }
        if !idp.provision || taken {
            return Ok(Err(Refusal::new(Refused::NoUser)));
        }
        return Ok(Ok(Who {
            id: visitor.services().entropy().id(visitor.now()),
            email: address.typed.clone(),
            language: Language::default(),
            linked: false,
            new: true,
        }));
    };
    if person.account_id != idp.account_id || person.state != UserState::Active.key() {
        return Ok(Err(Refusal::of(person.id, Refused::NoAccess)));
    }
    Ok(Ok(Who {
        id: person.id,
        email: person.email,
        language: Language::parse(&person.language).unwrap_or_default(),
        linked,
        new: false,
    }))
}

async fn begin(visitor: &Visitor<Cloud>, comer: &Comer<'_>, who: &Who) -> Result<Tx> {
    let actor = Actor::User {
        id: who.id,
        email: who.email.clone(),
    };
    visitor.known_as(actor, Some(comer.idp.account_id)).begin().await
}

/// Takes the request and the assertion. Of several who bring the same, one is told true.
async fn take(tx: &mut Tx, comer: &Comer<'_>) -> Result<bool> {
    let subject = comer.subject;
    Ok(rows::take(tx, comer.relay_hash).await?
        && rows::use_assertion(tx, comer.idp.id, &subject.assertion_id, subject.replay_until()).await?)
}

/// Links the name to the user. Says false where either is linked to another; the same link made elsewhere meanwhile is one.
async fn link(tx: &mut Tx, comer: &Comer<'_>, user: UserId) -> Result<bool> {
    let (idp, subject, now) = (comer.idp.id, comer.subject.key(), tx.now());
    if rows::link(tx, idp, &subject, user, now).await? {
        return Ok(true);
    }
    let known = rows::known(tx, idp, &subject).await?;
    Ok(known.is_some_and(|known| known.id == user))
}

/// Makes a user of somebody who signs in for the first time, with the least of all roles.
async fn become_user(tx: &mut Tx, comer: &Comer<'_>, who: &Who) -> Result<()> {
    let attribute = |name: &str| {
        let found = comer.subject.attributes.iter().find(|known| known.name == name);
        let value = found.and_then(|found| found.values.first());
        value
            .and_then(|value| domain::draft::name(value.trim()).ok())
            .unwrap_or_default()
    };
    let (first_name, last_name) = (attribute(FIRST_NAME), attribute(LAST_NAME));
    let user = users::rows::NewUser {
        id: who.id,
        account: comer.idp.account_id,
        email: comer.address,
        first_name: &first_name,
        last_name: &last_name,
        language: who.language,
        state: UserState::Active,
        password_hash: "",
        now: tx.now(),
    };
    users::rows::insert(tx, &user).await?;
    rows::forget_password(tx, comer.idp.account_id, who.id).await?;
    users::rows::add_role(tx, who.id, Role::AppPortalUser).await?;
    let event = Event::new("user.added", who.id, who.email.clone())
        .with("roles", vec![Role::AppPortalUser.key()])
        .with("identity_provider", comer.idp.issuer.clone());
    tx.note(event).await
}
