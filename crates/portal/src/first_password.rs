//! The first log-in: whoever came with a one-time password sets one of their own before anything else. (That nothing else is
//! allowed until then is looked at where permissions are: [`access::Identity::may`].)

use access::{Authorized, Event, Rate, Result, SessionToken, sessions};
use domain::id::{AccountId, UserId};
use domain::password::FirstPasswordDraft;
use domain::permission::PortalSession;
use domain::{Conflict, Fault, Reason};
use store::{Tx, args, row, sql};
use time::{Duration, OffsetDateTime};

use crate::users::signed_in;
use crate::{accounts, passwords};

/// Tries of one user: each costs two hashings.
const PER_USER: Rate = Rate {
    name: "portal.first_password",
    burst: 20,
    per: Duration::minutes(10),
};

row! {
    struct OneTimeRow {
        email: String,
        first_name: String,
        last_name: String,
        language: String,
        password_hash: Option<String>,
    }
}

/// The user name, for somebody who has to set a password; [`Conflict::NoOneTimePassword`] for everybody else.
pub fn get(auth: &Authorized<PortalSession>) -> Result<String> {
    if !auth.identity().must_set_password {
        return Err(Conflict::NoOneTimePassword.into());
    }
    Ok(auth.actor().name().to_owned())
}

/// Sets the password in the place of the one-time one. The session goes on under a new id (SEC-27), and every other one ends.
pub async fn set(auth: &Authorized<PortalSession>, draft: FirstPasswordDraft) -> Result<SessionToken> {
    get(auth)?;
    draft.check()?;
    let (account, id) = (auth.account()?, signed_in(auth.actor())?);
    let services = auth.services();
    services.rates().count(PER_USER, &id.to_string())?;
    let over = || Fault::from(Conflict::NoOneTimePassword);
    let (user, company) = {
        let mut tx = auth.read().await?;
        let user = one_time(&mut tx, account, id).await?.ok_or_else(over)?;
        (user, accounts::rows::name(&mut tx, account).await?)
    };
    let same = services
        .passwords()
        .verify(user.password_hash.clone(), &draft.password)
        .await?;
    if same {
        return Err(Fault::field("password", Reason::SamePassword).into());
    }
    let names = [company.as_str(), &user.first_name, &user.last_name, &user.email];
    let hash = passwords::new_hash(services, &draft.password, &names).await?;

    let mut tx = auth.begin().await?;
    let now = tx.now();
    let old = user.password_hash.as_deref();
    if !replace(&mut tx, (account, id), old, &hash, now).await? {
        return Err(over().into());
    }
    passwords::rows::withdraw(&mut tx, id).await?;
    let token = sessions::renew(&mut tx, services, auth.session())
        .await?
        .ok_or(Fault::SignIn)?;
    sessions::revoke_others(&mut tx, services, id, &token).await?;
    passwords::tell(&mut tx, services, &user.email, &user.language).await?;
    tx.commit(Event::new("user.first_password_set", id, user.email))
        .await?;
    Ok(token)
}

async fn one_time(tx: &mut Tx, account: AccountId, id: UserId) -> store::Result<Option<OneTimeRow>> {
    let select = sql!(
        "select email, first_name, last_name, language, password_hash from users
         where account_id = $1 and id = $2 and password_ends_at is not null"
    );
    tx.optional(select, args![account, id]).await
}

/// Puts a password in the place of the one-time one with that hash. Says whether it was still there, and of use.
async fn replace(
    tx: &mut Tx,
    (account, id): (AccountId, UserId),
    old: Option<&str>,
    hash: &str,
    now: OffsetDateTime,
) -> store::Result<bool> {
    let update = sql!(
        "update users set password_hash = $4, password_set_at = $5, password_ends_at = null, updated_at = $5, version = version + 1
         where account_id = $1 and id = $2 and state = 'active' and password_hash = $3 and password_ends_at > $5"
    );
    Ok(tx.execute(update, args![account, id, old, hash, now]).await? == 1)
}
