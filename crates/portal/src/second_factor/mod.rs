//! The second factor of people who sign in with a password. (Who signs in at the company's identity provider shows one there.)
//!
//! A set-up is *offered* first: the key is shown until a first code of the app *confirms* it; then the recovery codes are shown for
//! a while. The account may require a second factor of the holders of some roles; those are led through the set-up when they sign
//! in next.

mod app_code;
mod letters;
mod recovery;
mod requirement;
mod rows;
pub mod sign_in;

use access::{Acting, Authorized, Event, Rate, Result, Services, Tx, sessions};
use domain::id::{AccountId, UserId};
use domain::permission::PortalSignedIn;
use domain::second_factor::{Code, CodeDraft, SecondFactor, SetUp};
use domain::{Cloud, Conflict, EmailAddress, Fault, Language, Reason};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::names::Address;
use crate::users::{self, signed_in};
use crate::{Settings, mails};

use app_code::{AppKey, groups};
use letters::{Change, SecondFactorChanged};
use rows::{FactorRow, PersonRow};

pub use requirement::{require, requirement};

/// Where sealed values belong.
const TABLE: &str = "second_factors";
/// How long a key waits for its first code, and how long recovery codes are shown.
const SHOWN: Duration = Duration::minutes(30);
/// Codes tried by one user: a browser that was left open must not become a place to guess them.
const PER_USER: Rate = Rate {
    name: "portal.second_factor",
    burst: 10,
    per: Duration::minutes(10),
};

/// What "My account" shows.
pub(crate) async fn state(tx: &mut store::Tx, account: AccountId, user: UserId) -> Result<SecondFactor> {
    let since = rows::get(tx, account, user)
        .await?
        .and_then(|row| row.confirmed_at);
    let left = match since {
        Some(_) => rows::recovery_codes_left(tx, user).await?,
        None => 0,
    };
    Ok(SecondFactor {
        since,
        recovery_codes: u32::try_from(left).unwrap_or_default(),
        required: requirement::applies(tx, account, user).await?,
    })
}

/// Begins a set-up: what [`offered`] then shows.
pub async fn offer(auth: &Authorized<PortalSignedIn>) -> Result<()> {
    let (account, id) = (auth.account()?, signed_in(auth.actor())?);
    let mut tx = auth.begin().await?;
    let person = rows::person(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    if person.password_hash.is_none() || !offer_to(&mut tx, auth.services(), id).await? {
        return Err(Conflict::SecondFactorOn.into());
    }
    tx.commit(Event::new("user.second_factor_offered", id, person.email))
        .await
}

/// The set-up that was begun, if it has not ended.
pub async fn offered(auth: &Authorized<PortalSignedIn>) -> Result<Option<SetUp>> {
    let (account, id) = (auth.account()?, signed_in(auth.actor())?);
    let mut tx = auth.read().await?;
    let person = rows::person(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    let row = rows::get(&mut tx, account, id).await?;
    row.filter(|row| row.is_offered(auth.now()))
        .map(|row| set_up(auth.services(), id, &person.email, &row))
        .transpose()
}

/// Confirms the set-up by a first code: from now on every sign-in with the password asks for one.
pub async fn confirm(auth: &Authorized<PortalSignedIn>, draft: CodeDraft) -> Result<()> {
    let (account, id) = (auth.account()?, signed_in(auth.actor())?);
    let services = auth.services();
    let code = draft.check()?;
    services.rates().count(PER_USER, &id.to_string())?;
    let mut tx = auth.begin().await?;
    let person = rows::person(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    confirm_with(&mut tx, services, account, id, &person, &code).await?;
    tx.commit(Event::new("user.second_factor_set_up", id, person.email))
        .await?;
    services.rates().forget(PER_USER, &id.to_string());
    Ok(())
}

/// Switches it off, which takes a code, so that an open browser is not enough.
pub async fn remove(auth: &Authorized<PortalSignedIn>, draft: CodeDraft) -> Result<()> {
    let (account, id) = (auth.account()?, signed_in(auth.actor())?);
    let services = auth.services();
    let code = draft.check()?;
    services.rates().count(PER_USER, &id.to_string())?;
    let mut tx = auth.begin().await?;
    let person = rows::person(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    if requirement::applies(&mut tx, account, id).await? {
        return Err(Conflict::SecondFactorRequired.into());
    }
    spend(&mut tx, services, account, id, &person, &code).await?;
    rows::delete(&mut tx, id).await?;
    tell(&mut tx, services, &person, Change::Off).await?;
    tx.commit(Event::new("user.second_factor_removed", id, person.email))
        .await?;
    services.rates().forget(PER_USER, &id.to_string());
    Ok(())
}

/// Makes new recovery codes, which takes a code: what [`recovery_codes`] then shows. The old ones open nothing any more.
pub async fn renew_recovery_codes(auth: &Authorized<PortalSignedIn>, draft: CodeDraft) -> Result<()> {
    let (account, id) = (auth.account()?, signed_in(auth.actor())?);
    let services = auth.services();
    let code = draft.check()?;
    services.rates().count(PER_USER, &id.to_string())?;
    let mut tx = auth.begin().await?;
    let person = rows::person(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    spend(&mut tx, services, account, id, &person, &code).await?;
    make_recovery_codes(&mut tx, services, id).await?;
    tell(&mut tx, services, &person, Change::NewCodes).await?;
    tx.commit(Event::new("user.recovery_codes_renewed", id, person.email))
        .await?;
    services.rates().forget(PER_USER, &id.to_string());
    Ok(())
}

/// Recovery codes that were made a short while ago, in groups of four; none later, since only their hashes are kept.
pub async fn recovery_codes(auth: &Authorized<PortalSignedIn>) -> Result<Vec<String>> {
    let (account, id) = (auth.account()?, signed_in(auth.actor())?);
    let row = rows::get(&mut auth.read().await?, account, id).await?;
    let codes = match row.filter(|row| row.shown_at + SHOWN > auth.now()) {
        Some(row) => row.codes(auth.services(), id)?,
        None => Vec::new(),
    };
    Ok(codes.iter().map(|code| groups(code)).collect())
}

/// Removes the second factor of a user who has lost app and codes, and ends their sessions. By the command line: for an account
/// whose only Super Admin has lost them. (By a Super Admin: [`users::reset_second_factor`].)
pub async fn reset(acting: &Acting<Cloud>, email: &str) -> Result<()> {
    let account = acting.account().ok_or(Fault::NotFound)?;
    let address = EmailAddress::parse(email)
        .and_then(|email| Address::of(&email))
        .map_err(|_| Fault::NotFound)?;
    let mut tx = acting.begin().await?;
    let id = users::rows::by_email(&mut tx, account, &address.key)
        .await?
        .ok_or(Fault::NotFound)?
        .id;
    let email = reset_within(&mut tx, acting.services(), account, id).await?;
    tx.commit(Event::new("user.second_factor_reset", id, email)).await
}

/// Removes a second factor. Answers whose it was.
pub(crate) async fn reset_within(
    tx: &mut Tx,
    services: &Services<Cloud>,
    account: AccountId,
    id: UserId,
) -> Result<String> {
    let person = rows::person(tx, account, id).await?.ok_or(Fault::NotFound)?;
    if !rows::delete(tx, id).await? {
        return Err(Conflict::SecondFactorOff.into());
    }
    rows::take_all_pending(tx, id).await?;
    sessions::revoke_all(tx, id).await?;
    tell(tx, services, &person, Change::Reset).await?;
    Ok(person.email)
}

/// Shows a new key and new recovery codes. Answers false where a second factor is in force.
async fn offer_to(tx: &mut Tx, services: &Services<Cloud>, user: UserId) -> Result<bool> {
    let entropy = services.entropy();
    let key = Zeroizing::new(entropy.bytes::<{ app_code::KEY }>());
    let sealed = seal(services, user, "secret", key.as_slice())?;
    let now = tx.now();
    Ok(rows::offer(tx, user, &sealed, now).await?)
}

/// What the person takes into their app.
fn set_up(services: &Services<Cloud>, user: UserId, email: &str, row: &FactorRow) -> Result<SetUp> {
    let key = row.key(services, user, email)?;
    Ok(SetUp {
        user: email.to_owned(),
        key: key.text(),
        address: key.address()?,
        picture: key.picture()?,
    })
}

/// Puts an offered second factor in force.
async fn confirm_with(
    tx: &mut Tx,
    services: &Services<Cloud>,
    account: AccountId,
    user: UserId,
    person: &PersonRow,
    code: &Code,
) -> Result<()> {
    let now = tx.now();
    let off = || Fault::from(Conflict::SecondFactorOff);
    let row = rows::get(tx, account, user)
        .await?
        .filter(|row| row.is_offered(now))
        .ok_or_else(off)?;
    // A recovery code proves nothing of the app, which is what has to be proved now.
    let step = match code {
        Code::App(code) => row.key(services, user, &person.email)?.step(code, now),
        Code::Recovery(_) => None,
    };
    let step = step.ok_or(Fault::field("code", Reason::WrongCode))?;
    if !rows::confirm(tx, user, row.shown_at, step, now).await? {
        return Err(off().into());
    }
    make_recovery_codes(tx, services, user).await?;
    tell(tx, services, person, Change::On).await
}

/// Proves a second factor that is in force by a code, which is spent with it.
async fn spend(
    tx: &mut Tx,
    services: &Services<Cloud>,
    account: AccountId,
    user: UserId,
    person: &PersonRow,
    code: &Code,
) -> Result<()> {
    let now = tx.now();
    let row = rows::get(tx, account, user)
        .await?
        .filter(|row| row.confirmed_at.is_some())
        .ok_or(Conflict::SecondFactorOff)?;
    let right = match code {
        Code::App(code) => match row.key(services, user, &person.email)?.step(code, now) {
            Some(step) => rows::spend(tx, user, step).await?,
            None => false,
        },
        Code::Recovery(code) => {
            let spent = rows::spend_recovery_code(tx, user, &recovery::hash(code), now).await?;
            if spent {
                let left = rows::recovery_codes_left(tx, user).await?;
                tell(tx, services, person, Change::CodeUsed { left }).await?;
            }
            spent
        }
    };
    if right {
        Ok(())
    } else {
        Err(Fault::field("code", Reason::WrongCode).into())
    }
}

/// Makes recovery codes and shows them; the old ones open nothing any more.
async fn make_recovery_codes(tx: &mut Tx, services: &Services<Cloud>, user: UserId) -> Result<()> {
    let codes = Zeroizing::new(recovery::new(services.entropy()));
    rows::delete_recovery_codes(tx, user).await?;
    for code in codes.iter() {
        rows::insert_recovery_code(tx, user, &recovery::hash(code)).await?;
    }
    let text = Zeroizing::new(serde_json::to_vec(&*codes)?);
    let sealed = seal(services, user, "recovery", &text)?;
    let now = tx.now();
    Ok(rows::show_recovery_codes(tx, user, &sealed, now).await?)
}

fn seal(services: &Services<Cloud>, user: UserId, column: &str, secret: &[u8]) -> Result<Vec<u8>> {
    let (seal, entropy, place) = (services.seal(), services.entropy(), Uuid::from(user));
    Ok(seal.seal(entropy, TABLE, column, place.as_bytes(), secret)?)
}

fn unseal(
    services: &Services<Cloud>,
    user: UserId,
    column: &str,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>> {
    let place = Uuid::from(user);
    Ok(services.seal().unseal(TABLE, column, place.as_bytes(), sealed)?)
}

async fn tell(tx: &mut Tx, services: &Services<Cloud>, person: &PersonRow, change: Change) -> Result<()> {
    let letter = SecondFactorChanged {
        email: &person.email,
        change,
        url: format!("{}/my-account", services.port::<Settings>()?.portal_url),
    };
    let language = Language::parse(&person.language).unwrap_or_default();
    mails::post(tx, services, &person.email, language, &letter).await
}

/// Deletes what nobody comes back to.
pub(crate) async fn purge(services: &Services<Cloud>) -> Result<()> {
    let acting = services.acting_as_unchecked(access::Actor::System("portal.purge"));
    let mut tx = acting.begin().await?;
    let now = tx.now();
    rows::purge(&mut tx, now - sign_in::LIFE, now - SHOWN).await?;
    tx.commit_without_event_because("cleaning up").await
}

impl FactorRow {
    /// Whether it is shown, and not in force.
    fn is_offered(&self, now: OffsetDateTime) -> bool {
        self.confirmed_at.is_none() && self.shown_at + SHOWN > now
    }

    fn key(&self, services: &Services<Cloud>, user: UserId, email: &str) -> Result<AppKey> {
        AppKey::new(&unseal(services, user, "secret", &self.secret)?, email)
    }

    /// The recovery codes, while they are shown.
    fn codes(&self, services: &Services<Cloud>, user: UserId) -> Result<Vec<String>> {
        match &self.recovery {
            Some(sealed) => Ok(serde_json::from_slice(&unseal(
                services, user, "recovery", sealed,
            )?)?),
            None => Ok(Vec::new()),
        }
    }
}
