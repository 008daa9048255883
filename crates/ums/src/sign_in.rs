//! Signing in to the UMS Web App and out again.

use access::{Actor, Authorized, Event, Rate, Result, SessionToken, Visitor, sessions};
use domain::permission::UmsSignedIn;
use domain::sign_in::SignInDraft;
use domain::{Company, Fault, Reason};
use time::Duration;

use crate::administrators::{Credentials, credentials, key_of, still};

/// Sign-ins from one address (security design, named limits).
const PER_ADDRESS: Rate = Rate {
    name: "ums.sign_in.address",
    burst: 20,
    per: Duration::MINUTE,
};
/// Tries for one name from one address, known or not. By the name alone, anybody could keep its owner out.
const PER_NAME_AND_ADDRESS: Rate = Rate {
    name: "ums.sign_in.name_and_address",
    burst: 10,
    per: Duration::minutes(10),
};
/// Tries for one name from everywhere, against guessing from many addresses. A good sign-in clears both.
const PER_NAME: Rate = Rate {
    name: "ums.sign_in.name",
    burst: 100,
    per: Duration::HOUR,
};

/// Starts a session. A wrong password and an unknown name get the same answer after the same work.
pub async fn sign_in(visitor: &Visitor<Company>, draft: SignInDraft) -> Result<SessionToken> {
    let (name, password) = draft.check()?;
    let key = key_of(&name);
    visitor.limit(PER_ADDRESS)?;
    let here = format!("{} {key}", visitor.client().rate_key());
    // In this order: what is refused here uses up nothing elsewhere.
    visitor.limit_key(PER_NAME_AND_ADDRESS, &here)?;
    visitor.limit_key(PER_NAME, &key)?;

    let found = credentials(&mut visitor.read().await?, &name).await?;
    let hash = found.as_ref().map(|found| found.password_hash.clone());
    let right = visitor.services().passwords().verify(hash, &password).await?;
    // What was typed is kept only where it is a name of ours: people type passwords into the wrong field.
    let label = found.as_ref().map(|found| found.name.clone()).unwrap_or_default();
    if let Some(found) = found.filter(|_| right)
        && let Some(token) = start(visitor, found).await?
    {
        let rates = visitor.services().rates();
        rates.forget(PER_NAME_AND_ADDRESS, &here);
        rates.forget(PER_NAME, &key);
        return Ok(token);
    }
    // Written for an unknown name too: a missing write would answer sooner.
    visitor
        .begin()
        .await?
        .commit(Event::plain("administrator.sign_in_refused", label))
        .await?;
    Err(Fault::field("user", Reason::WrongCredentials).into())
}

/// `None` where the password was changed since it was checked: the sessions of the old one have been ended already.
async fn start(visitor: &Visitor<Company>, found: Credentials) -> Result<Option<SessionToken>> {
    let acting = visitor.known_as(
        Actor::Administrator {
            id: found.id,
            name: found.name.clone(),
        },
        None,
    );
    let mut tx = acting.begin().await?;
    if !still(&mut tx, &found).await? {
        return Ok(None);
    }
    let token = sessions::start(&mut tx, visitor.services(), found.id, visitor.client()).await?;
    tx.commit(Event::new("administrator.signed_in", found.id, found.name))
        .await?;
    Ok(Some(token))
}

/// Ends the session of the caller.
pub async fn sign_out(auth: &Authorized<UmsSignedIn>) -> Result<()> {
    let mut tx = auth.begin().await?;
    auth.session().revoke(&mut tx).await?;
    tx.commit(Event::plain("administrator.signed_out", auth.actor().name()))
        .await
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use access::Actor;
    use store::Schema;
    use test_support::services::{client, company};

    use super::*;
    use crate::Administrators;
    use crate::administrators::set_superuser;

    #[tokio::test]
    async fn a_password_that_is_changed_while_it_is_checked_starts_no_session() {
        let db = test_support::db::sqlite(Schema::Company).await;
        let side = company(&db, Arc::new(Administrators)).await;
        let acting = side.services.acting_as_unchecked(Actor::CommandLine);
        let visitor = Visitor::new(&side.services, client(1));
        set_superuser(&acting, "root", "a lamp above the harbour")
            .await
            .unwrap();
        let checked = || async {
            let mut tx = visitor.read().await.unwrap();
            credentials(&mut tx, "root").await.unwrap().unwrap()
        };
        assert!(start(&visitor, checked().await).await.unwrap().is_some());
        let old = checked().await;
        set_superuser(&acting, "root", "a ship beyond the harbour")
            .await
            .unwrap();
        assert!(start(&visitor, old).await.unwrap().is_none());
    }
}
