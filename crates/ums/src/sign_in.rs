//! Signing in to the UMS Web App and out again.

use access::{Actor, Authorized, Event, Rate, Result, SessionToken, Visitor, sessions};
use domain::permission::UmsSignedIn;
use domain::sign_in::SignInDraft;
use domain::{Company, Fault, Reason};
use time::Duration;

use crate::administrators::{Credentials, credentials, key_of};

/// Sign-ins from one address (security design, named limits).
const PER_ADDRESS: Rate = Rate {
    name: "ums.sign_in.address",
    burst: 20,
    per: Duration::MINUTE,
};
/// Tries for one name, from wherever they come; forgotten when one succeeds.
const PER_NAME: Rate = Rate {
    name: "ums.sign_in.name",
    burst: 10,
    per: Duration::minutes(5),
};

/// Starts a session. A wrong password and an unknown name get the same answer after the same work.
pub async fn sign_in(visitor: &Visitor<Company>, draft: SignInDraft) -> Result<SessionToken> {
    let (name, password) = draft.check()?;
    let key = key_of(&name);
    visitor.limit(PER_ADDRESS)?;
    visitor.limit_key(PER_NAME, &key)?;

    let found = credentials(&mut visitor.read().await?, &name).await?;
    let hash = found.as_ref().map(|found| found.password_hash.clone());
    let right = visitor.services().passwords().verify(hash, &password).await?;
    match found {
        Some(found) if right => {
            visitor.services().rates().forget(PER_NAME, &key);
            start(visitor, found).await
        }
        _ => {
            // Written for an unknown name too: a missing write would answer sooner.
            visitor
                .begin()
                .await?
                .commit(Event::plain("administrator.sign_in_refused", name))
                .await?;
            Err(Fault::field("user", Reason::WrongCredentials).into())
        }
    }
}

async fn start(visitor: &Visitor<Company>, found: Credentials) -> Result<SessionToken> {
    let acting = visitor.known_as(
        Actor::Administrator {
            id: found.id,
            name: found.name.clone(),
        },
        None,
    );
    let mut tx = acting.begin().await?;
    let token = sessions::start(&mut tx, visitor.services(), found.id, visitor.client()).await?;
    tx.commit(Event::new("administrator.signed_in", found.id, found.name))
        .await?;
    Ok(token)
}

/// Ends the session of the caller.
pub async fn sign_out(auth: &Authorized<UmsSignedIn>) -> Result<()> {
    let mut tx = auth.begin().await?;
    auth.session().revoke(&mut tx).await?;
    tx.commit(Event::plain("administrator.signed_out", auth.actor().name()))
        .await
}
