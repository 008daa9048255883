//! Between password and session: a sign-in that waits for its code, or for the set-up that the account asks for.

use access::{Actor, Event, Rate, Result, Secret, Services, SessionToken, Tx, Visitor, sessions};
use domain::id::{AccountId, UserId};
use domain::second_factor::{CodeDraft, Step};
use domain::user::UserState;
use domain::{Cloud, Conflict, Fault, Language, Reason};
use time::{Duration, OffsetDateTime};

use super::rows::{PendingRow, PersonRow};
use super::{PER_USER, confirm_with, offer_to, rows, set_up, spend};
use crate::users;

/// How long a sign-in waits: long enough to install an app.
pub(super) const LIFE: Duration = Duration::minutes(15);
/// Longest address of the page wanted, in bytes.
const NEXT_MAX: usize = 2 * 1024;
/// Codes that one sign-in may try.
const TRIES: i64 = 5;
/// Tries from one address.
const PER_ADDRESS: Rate = Rate {
    name: "portal.second_factor.address",
    burst: 20,
    per: Duration::MINUTE,
};

/// What a sign-in ends with.
pub struct Finished {
    pub token: SessionToken,
    /// In which the user reads.
    pub language: Language,
    /// The page wanted at the beginning.
    pub next: String,
    /// There are recovery codes to be shown: the second factor was set up on the way.
    pub set_up: bool,
    /// The password was a one-time password: another has to be set first.
    pub one_time: bool,
}

/// Lets a sign-in wait, if this user's needs more than the password: the secret for the browser. To be called within the
/// transaction that would start the session, after the password was right.
pub(crate) async fn hold(
    tx: &mut Tx,
    services: &Services<Cloud>,
    account: AccountId,
    user: UserId,
    password_hash: &str,
    next: &str,
) -> Result<Option<Secret>> {
    let wanted = rows::wanted(tx, account, user).await?;
    match (wanted.in_force, wanted.required) {
        (true, _) => {}
        (false, true) => {
            offer_to(tx, services, user).await?;
        }
        (false, false) => return Ok(None),
    }
    let secret = services.entropy().secret();
    let now = tx.now();
    let next = if next.len() > NEXT_MAX { "" } else { next };
    rows::insert_pending(tx, &secret.hash(), user, password_hash, next, now).await?;
    Ok(Some(secret))
}

/// What the sign-in waits for.
pub async fn step(visitor: &Visitor<Cloud>, token: &str) -> Result<Step> {
    visitor.limit(PER_ADDRESS)?;
    let services = visitor.services();
    let mut tx = visitor.read().await?;
    let pending = find(&mut tx, token, visitor.now()).await?;
    let factor = rows::get(&mut tx, pending.account_id, pending.user_id).await?;
    match factor {
        Some(row) if row.confirmed_at.is_some() => Ok(Step::Code { user: pending.email }),
        Some(row) if row.is_offered(visitor.now()) => {
            set_up(services, pending.user_id, &pending.email, &row).map(Step::SetUp)
        }
        _ => Err(Conflict::SignInOver.into()),
    }
}

/// Ends the sign-in with a code: of the second factor, or the first one of its set-up.
pub async fn finish(visitor: &Visitor<Cloud>, token: &str, draft: CodeDraft) -> Result<Finished> {
    visitor.limit(PER_ADDRESS)?;
    let code = draft.check()?;
    let services = visitor.services();
    let pending = find(&mut visitor.read().await?, token, visitor.now()).await?;
    visitor.limit_key(PER_USER, &pending.user_id.to_string())?;

    let (account, user) = (pending.account_id, pending.user_id);
    let actor = Actor::User {
        id: user,
        email: pending.email.clone(),
    };
    let acting = visitor.known_as(actor, Some(account));
    // The try is kept whatever becomes of it, so it has a change of its own.
    let mut tx = acting.begin().await?;
    if !rows::count_try(&mut tx, &pending.token_hash, TRIES).await? {
        return Err(Conflict::SignInOver.into());
    }
    tx.commit_without_event_because("the try below is noted").await?;

    let mut tx = acting.begin().await?;
    let now = tx.now();
    let person = pending.person();
    let factor = rows::get(&mut tx, account, user).await?;
    let in_force = factor.is_some_and(|row| row.confirmed_at.is_some());
    let proved = if in_force {
        spend(&mut tx, services, account, user, &person, &code).await
    } else {
        confirm_with(&mut tx, services, account, user, &person, &code).await
    };
    if let Err(error) = proved {
        drop(tx);
        if error.fault() == Some(&Fault::field("code", Reason::WrongCode)) {
            acting
                .begin()
                .await?
                .commit(Event::new("user.sign_in_refused", user, pending.email).with("cause", "wrong code"))
                .await?;
        }
        return Err(error);
    }
    let known = users::rows::note_sign_in(&mut tx, account, user, Some(&pending.password_hash), now).await?;
    if !known || !rows::take_pending(&mut tx, &pending.token_hash).await? {
        return Err(Conflict::SignInOver.into());
    }
    let token = sessions::start(&mut tx, services, user, visitor.client()).await?;
    if !in_force {
        tx.note(Event::new(
            "user.second_factor_set_up",
            user,
            pending.email.clone(),
        ))
        .await?;
    }
    tx.commit(Event::new("user.signed_in", user, pending.email))
        .await?;
    services.rates().forget(PER_USER, &user.to_string());
    Ok(Finished {
        token,
        language: Language::parse(&pending.language).unwrap_or_default(),
        next: pending.next,
        set_up: !in_force,
        one_time: pending.password_ends_at.is_some(),
    })
}

async fn find(tx: &mut store::Tx, token: &str, now: OffsetDateTime) -> Result<PendingRow> {
    let row = rows::pending_unscoped(tx, &Secret::hash_of(token)).await?;
    row.filter(|row| row.is_waiting(now))
        .ok_or_else(|| Fault::from(Conflict::SignInOver).into())
}

impl PendingRow {
    fn is_waiting(&self, now: OffsetDateTime) -> bool {
        self.started_at + LIFE > now
            && self.tries < TRIES
            && self.state == UserState::Active.key()
            && self.present_hash.as_ref() == Some(&self.password_hash)
    }

    fn person(&self) -> PersonRow {
        PersonRow {
            email: self.email.clone(),
            language: self.language.clone(),
            password_hash: self.present_hash.clone(),
        }
    }
}
