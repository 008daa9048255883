//! Signing in with e-mail and password, and out.

use access::{Actor, Authorized, Error, Event, Rate, Result, SessionToken, Visitor, sessions};
use domain::permission::PortalSignedIn;
use domain::sign_in::SignInDraft;
use domain::user::UserState;
use domain::{Cloud, EmailAddress, Fault, Reason};
use time::Duration;

use crate::names::Address;
use crate::users::{rows, signed_in};

/// Tries from one address (security design, named limits).
const PER_ADDRESS: Rate = Rate {
    name: "portal.sign_in.address",
    burst: 20,
    per: Duration::MINUTE,
};
/// Tries for one user from one address, known or not: after ten in a row one more each minute. By the user alone, anybody could
/// keep them out.
const PER_USER_AND_ADDRESS: Rate = Rate {
    name: "portal.sign_in.user_and_address",
    burst: 10,
    per: Duration::minutes(10),
};
/// Tries for one user from everywhere, against guessing from many addresses. A good sign-in clears both.
const PER_USER: Rate = Rate {
    name: "portal.sign_in.user",
    burst: 100,
    per: Duration::HOUR,
};

/// Starts a session. Whatever is wrong (no such user, wrong password, no access), the answer and the work are the same, and the
/// try is noted in the audit trail.
pub async fn sign_in(visitor: &Visitor<Cloud>, draft: SignInDraft) -> Result<SessionToken> {
    visitor.limit(PER_ADDRESS)?;
    let (typed, password) = draft.check()?;
    let address = EmailAddress::parse(&typed)
        .and_then(|email| Address::of(&email))
        .ok();
    let tried = address
        .as_ref()
        .map_or_else(|| typed.to_lowercase(), |address| address.key.clone());
    let here = format!("{} {tried}", visitor.client().rate_key());
    // In this order: what is refused here uses up nothing elsewhere.
    visitor.limit_key(PER_USER_AND_ADDRESS, &here)?;
    visitor.limit_key(PER_USER, &tried)?;

    let found = rows::credentials_unscoped(&mut visitor.read().await?, &tried).await?;
    let hash = found.as_ref().and_then(|user| user.password_hash.clone());
    let proved = visitor.services().passwords().verify(hash, &password).await?;
    let cause = match &found {
        None => "unknown user",
        Some(_) if !proved => "wrong password",
        Some(user) if user.state != UserState::Active.key() => "no access",
        Some(user) => {
            let actor = Actor::User {
                id: user.id,
                email: user.email.clone(),
            };
            let mut tx = visitor.known_as(actor, Some(user.account_id)).begin().await?;
            let now = tx.now();
            if rows::note_sign_in(&mut tx, user, now).await? {
                let token = sessions::start(&mut tx, visitor.services(), user.id, visitor.client()).await?;
                tx.commit(Event::new("user.signed_in", user.id, user.email.clone()))
                    .await?;
                let rates = visitor.services().rates();
                rates.forget(PER_USER_AND_ADDRESS, &here);
                rates.forget(PER_USER, &tried);
                return Ok(token);
            }
            "changed meanwhile"
        }
    };

    // What was typed is kept only where it is an address: people type passwords into the wrong field.
    let label = address.map(|address| address.key).unwrap_or_default();
    let (event, account) = match found {
        Some(user) => (
            Event::new("user.sign_in_refused", user.id, label),
            Some(user.account_id),
        ),
        None => (Event::plain("user.sign_in_refused", label), None),
    };
    visitor
        .known_as(Actor::Anonymous, account)
        .begin()
        .await?
        .commit(event.with("cause", cause))
        .await?;
    Err(Error::from(Fault::field("user", Reason::WrongCredentials)))
}

/// Ends the session.
pub async fn sign_out(auth: &Authorized<PortalSignedIn>) -> Result<()> {
    let user = signed_in(auth.actor())?;
    let mut tx = auth.begin().await?;
    auth.session().revoke(&mut tx).await?;
    tx.commit(Event::new("user.signed_out", user, auth.actor().name()))
        .await
}
