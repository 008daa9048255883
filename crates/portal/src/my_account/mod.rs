//! "My account": what people see and change of themselves.

mod rows;

use access::{Authorized, Event, Rate, Result, SessionToken, sessions};
use domain::my_account::{LanguageDraft, MyAccount, OpenSession};
use domain::password::ChangeDraft;
use domain::permission::PortalSignedIn;
use domain::{Fault, Language, Reason};
use time::Duration;

use crate::users::signed_in;
use crate::{accounts, passwords, second_factor};

/// Tries to name the present password: a browser that was left open must not become a place to guess it.
const PER_USER: Rate = Rate {
    name: "portal.change_password",
    burst: 10,
    per: Duration::minutes(10),
};

/// The signed-in user and their open sessions.
pub async fn get(auth: &Authorized<PortalSignedIn>) -> Result<MyAccount> {
    let (account, id) = (auth.account()?, signed_in(auth.actor())?);
    let mut tx = auth.read().await?;
    let user = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    let second_factor = second_factor::state(&mut tx, account, id).await?;
    let open = sessions::open(&mut tx, id, auth.now()).await?;
    let session = |session: sessions::Open| OpenSession {
        here: session.is(auth.session()),
        key: session.key(),
        agent: session.agent,
        address: session.address,
        since: session.created_at,
        seen: session.seen_at,
    };
    Ok(MyAccount {
        name: format!("{} {}", user.first_name, user.last_name)
            .trim()
            .to_owned(),
        email: user.email,
        language: Language::parse(&user.language).unwrap_or_default(),
        has_password: user.password_hash.is_some(),
        password_set_at: user.password_set_at,
        second_factor,
        sessions: open.into_iter().map(session).collect(),
    })
}

/// Chooses the language of pages and mails.
pub async fn set_language(auth: &Authorized<PortalSignedIn>, draft: LanguageDraft) -> Result<Language> {
    let language = draft.check()?;
    let (account, id) = (auth.account()?, signed_in(auth.actor())?);
    let mut tx = auth.begin().await?;
    let now = tx.now();
    let user = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    rows::set_language(&mut tx, account, id, language, now).await?;
    let event = Event::new("user.language_changed", id, user.email);
    tx.commit(event.changed("language", user.language, language.key()))
        .await?;
    Ok(language)
}

/// Changes the password: the present one is needed, every other session ends, and this one goes on under a new id (SEC-27).
pub async fn change_password(auth: &Authorized<PortalSignedIn>, draft: ChangeDraft) -> Result<SessionToken> {
    draft.check()?;
    let (account, id) = (auth.account()?, signed_in(auth.actor())?);
    let services = auth.services();
    services.rates().count(PER_USER, &id.to_string())?;
    let (user, company) = {
        let mut tx = auth.read().await?;
        let user = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
        (user, accounts::rows::name(&mut tx, account).await?)
    };
    let proved = services
        .passwords()
        .verify(user.password_hash.clone(), &draft.old_password)
        .await?;
    if !proved {
        return Err(Fault::field("old_password", Reason::WrongPassword).into());
    }
    let names = [company.as_str(), &user.first_name, &user.last_name, &user.email];
    let hash = passwords::new_hash(services, &draft.password, &names).await?;

    let mut tx = auth.begin().await?;
    let now = tx.now();
    // The one that was proved has to be the one that is replaced.
    if !rows::replace_password(&mut tx, account, id, user.password_hash.as_deref(), &hash, now).await? {
        return Err(Fault::field("old_password", Reason::WrongPassword).into());
    }
    passwords::rows::withdraw(&mut tx, id).await?;
    let token = sessions::renew(&mut tx, services, auth.session())
        .await?
        .ok_or(Fault::SignIn)?;
    sessions::revoke_others(&mut tx, services, id, &token).await?;
    passwords::tell(&mut tx, services, &user.email, &user.language).await?;
    tx.commit(Event::new("user.password_changed", id, user.email))
        .await?;
    services.rates().forget(PER_USER, &id.to_string());
    Ok(token)
}

/// Ends one of one's own sessions.
pub async fn end_session(auth: &Authorized<PortalSignedIn>, key: &str) -> Result<()> {
    let id = signed_in(auth.actor())?;
    let mut tx = auth.begin().await?;
    if !sessions::revoke_one(&mut tx, id, key).await? {
        return Err(Fault::NotFound.into());
    }
    tx.commit(Event::new("user.session_ended", id, auth.actor().name()))
        .await
}

/// "Sign out everywhere else". Answers how many sessions ended.
pub async fn end_other_sessions(auth: &Authorized<PortalSignedIn>) -> Result<u64> {
    let id = signed_in(auth.actor())?;
    let mut tx = auth.begin().await?;
    let ended = sessions::revoke_all_but(&mut tx, id, auth.session()).await?;
    tx.commit(Event::new("user.other_sessions_ended", id, auth.actor().name()).with("sessions", ended))
        .await?;
    Ok(ended)
}
