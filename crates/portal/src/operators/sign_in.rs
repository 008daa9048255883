//! Signing in as an operator, and out.

use access::{Actor, Authorized, Event, Rate, Result, SessionToken, Visitor, sessions};
use domain::permission::OperatorSignedIn;
use domain::sign_in::SignInDraft;
use domain::{EmailAddress, Fault, Reason, Vendor};
use time::Duration;

use super::{rows, signed_in};
use crate::names::Address;

/// Tries from one address (security design, named limits).
const PER_ADDRESS: Rate = Rate {
    name: "operator.sign_in.address",
    burst: 20,
    per: Duration::MINUTE,
};
/// Tries for one operator from one address, known or not: after ten in a row one more each minute.
const PER_OPERATOR_AND_ADDRESS: Rate = Rate {
    name: "operator.sign_in.operator_and_address",
    burst: 10,
    per: Duration::minutes(10),
};
/// Tries for one operator from everywhere. A good sign-in clears both.
const PER_OPERATOR: Rate = Rate {
    name: "operator.sign_in.operator",
    burst: 100,
    per: Duration::HOUR,
};

/// Starts a session. Whatever is wrong, the answer and the work are the same, and the try is noted.
pub async fn sign_in(visitor: &Visitor<Vendor>, draft: SignInDraft) -> Result<SessionToken> {
    visitor.limit(PER_ADDRESS)?;
    let (typed, password) = draft.check()?;
    let address = EmailAddress::parse(&typed)
        .and_then(|email| Address::of(&email))
        .ok();
    let tried = address
        .as_ref()
        .map_or_else(|| typed.to_lowercase(), |address| address.key.clone());
    let here = format!("{} {tried}", visitor.client().rate_key());
    visitor.limit_key(PER_OPERATOR_AND_ADDRESS, &here)?;
    visitor.limit_key(PER_OPERATOR, &tried)?;

    let found = rows::by_email(&mut visitor.read().await?, &tried).await?;
    let hash = found.as_ref().map(|operator| operator.password_hash.clone());
    let proved = visitor.services().passwords().verify(hash, &password).await?;
    let cause = match &found {
        None => "unknown operator",
        Some(_) if !proved => "wrong password",
        Some(operator) => {
            let actor = Actor::Operator {
                id: operator.id,
                email: operator.email.clone(),
            };
            let mut tx = visitor.known_as(actor, None).begin().await?;
            let now = tx.now();
            if rows::note_sign_in(&mut tx, operator, now).await? {
                let token =
                    sessions::start(&mut tx, visitor.services(), operator.id, visitor.client()).await?;
                tx.commit(Event::new(
                    "operator.signed_in",
                    operator.id,
                    operator.email.clone(),
                ))
                .await?;
                let rates = visitor.services().rates();
                rates.forget(PER_OPERATOR_AND_ADDRESS, &here);
                rates.forget(PER_OPERATOR, &tried);
                return Ok(token);
            }
            "changed meanwhile"
        }
    };
    // What was typed is kept only where it is an address: people type passwords into the wrong field.
    let label = address.map(|address| address.key).unwrap_or_default();
    let event = match found {
        Some(operator) => Event::new("operator.sign_in_refused", operator.id, label),
        None => Event::plain("operator.sign_in_refused", label),
    };
    visitor.begin().await?.commit(event.with("cause", cause)).await?;
    Err(Fault::field("user", Reason::WrongCredentials).into())
}

/// Ends the session.
pub async fn sign_out(auth: &Authorized<OperatorSignedIn>) -> Result<()> {
    let id = signed_in(auth.actor())?;
    let mut tx = auth.begin().await?;
    auth.session().revoke(&mut tx).await?;
    tx.commit(Event::new("operator.signed_out", id, auth.actor().name()))
        .await
}
