//! Signing in with e-mail and password, and out.

use access::{Actor, Authorized, Error, Event, Rate, Result, Secret, SessionToken, Visitor, sessions};
use domain::permission::PortalSession;
use domain::sign_in::SignInDraft;
use domain::user::UserState;
use domain::{Cloud, EmailAddress, Fault, Language, Reason};
use time::Duration;

use crate::names::Address;
use crate::users::{rows, signed_in};
use crate::{Settings, federated, second_factor};

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

/// What a right password leads to.
pub enum SignedIn {
    /// A session, and the language in which the user reads.
    Done(SessionToken, Language),
    /// The same by a one-time password: of use for nothing but setting another ([`crate::first_password`]).
    OneTime(SessionToken, Language),
    /// A second factor is wanted: what the browser keeps until then ([`second_factor::sign_in`]).
    Held(Secret),
}

/// Starts a session, or the step before it. Whatever is wrong (no such user, wrong password, no access), the answer and the work
/// are the same, and the try is noted in the audit trail.
pub async fn sign_in(visitor: &Visitor<Cloud>, draft: SignInDraft) -> Result<SignedIn> {
    visitor.limit(PER_ADDRESS)?;
    let (typed, password) = draft.check()?;
    let next = draft.next;
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

    let found = rows::credentials_unscoped(&mut visitor.glance().await?, &tried).await?;
    let hash = found.as_ref().and_then(|user| user.password_hash.clone());
    let proved = visitor.services().passwords().verify(hash, &password).await?;
    // Asked only of whoever knows the password: nobody else learns how long it took.
    let elsewhere = match &found {
        Some(user) if proved => {
            let settings = visitor.services().port::<Settings>()?;
            let mut tx = visitor.glance().await?;
            federated::governs(&mut tx, settings, user.account_id, user.id, &user.email).await?
        }
        _ => false,
    };
    let cause = match &found {
        None => "unknown user",
        Some(_) if !proved => "wrong password",
        Some(user) if user.state != UserState::Active.key() => "no access",
        Some(_) if elsewhere => "signs in at the identity provider",
        Some(user) if user.password_ends_at.is_some_and(|ends| ends <= visitor.now()) => {
            "one-time password is over"
        }
        Some(user) => {
            let actor = Actor::User {
                id: user.id,
                email: user.email.clone(),
            };
            let mut tx = visitor.known_as(actor, Some(user.account_id)).begin().await?;
            let now = tx.now();
            if rows::note_sign_in(
                &mut tx,
                user.account_id,
                user.id,
                user.password_hash.as_deref(),
                now,
            )
            .await?
            {
                let services = visitor.services();
                let right = user.password_hash.as_deref().unwrap_or_default();
                let held =
                    second_factor::sign_in::hold(&mut tx, services, user.account_id, user.id, right, &next)
                        .await?;
                let (signed_in, event) = if let Some(secret) = held {
                    (SignedIn::Held(secret), "user.code_asked")
                } else {
                    let token = sessions::start(&mut tx, services, user.id, visitor.client()).await?;
                    let language = Language::parse(&user.language).unwrap_or_default();
                    let signed_in = if user.password_ends_at.is_some() {
                        SignedIn::OneTime(token, language)
                    } else {
                        SignedIn::Done(token, language)
                    };
                    (signed_in, "user.signed_in")
                };
                tx.commit(Event::new(event, user.id, user.email.clone())).await?;
                services.rates().forget(PER_USER_AND_ADDRESS, &here);
                services.rates().forget(PER_USER, &tried);
                return Ok(signed_in);
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
pub async fn sign_out(auth: &Authorized<PortalSession>) -> Result<()> {
    let user = signed_in(auth.actor())?;
    let mut tx = auth.begin().await?;
    auth.session().revoke(&mut tx).await?;
    tx.commit(Event::new("user.signed_out", user, auth.actor().name()))
        .await
}
