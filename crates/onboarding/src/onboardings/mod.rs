//! Runs: a device asks to be onboarded for an e-mail address, and later how it stands.

pub(crate) mod rows;

use access::{Acting, Actor, Event, Result, Tx, Visitor};
use domain::id::OnboardingId;
use domain::onboarding::OnboardingStep;
use domain::{Cloud, EmailAddress, Fault};
use protocol::Secret;
use protocol::onboarding::{Address, OnboardingState, StartOnboarding, StartedOnboarding};
use time::OffsetDateTime;

use crate::failure::{Failed, Failure};
use crate::limits::{self, HAND_OVER_LIFE, SIGN_IN_LIFE};
use crate::web::texts;
use crate::{Settings, tokens};
use portal::route::SignInProvider;
use rows::{Device, NewRow, OnboardingRow};

/// Begins a run. `None` is the one refusal for an unknown address, an unproved domain and a missing provider.
///
/// [`Fault::TooMany`] past the rates and past the number of runs that wait.
pub async fn start(visitor: &Visitor<Cloud>, request: &StartOnboarding) -> Result<Option<StartedOnboarding>> {
    let Some(mut opened) = open(visitor, &request.email).await? else {
        return Ok(None);
    };
    let entropy = visitor.services().entropy();
    let (secret, link, code) = (entropy.secret(), entropy.secret(), spoken(entropy.bytes()));
    let base = visitor.services().port::<Settings>()?.base();
    let sign_in_url = format!("{base}/sign-in/{}", link.reveal());
    let device = Device {
        request,
        code: &code,
        secret_hash: secret.hash(),
        link_hash: link.hash(),
    };
    let (id, expires_at) = opened.insert(visitor, &request.email, Some(&device)).await?;
    let event = Event::new("onboarding.started", id, request.email.as_str())
        .with("unit_id", request.unit_id.as_str())
        .with("product", request.product.as_str());
    opened.tx.commit(event).await?;
    let secret = Secret::new(secret.reveal()).map_err(access::Error::internal)?;
    Ok(Some(StartedOnboarding {
        id,
        secret,
        sign_in_url,
        code,
        expires_at,
    }))
}

/// An administrator's try in a browser: a run without a device, which never gets a token.
pub(crate) async fn start_probe(
    visitor: &Visitor<Cloud>,
    email: &EmailAddress,
) -> Result<Option<OnboardingRow>> {
    let Some(mut opened) = open(visitor, email).await? else {
        return Ok(None);
    };
    let (id, _) = opened.insert(visitor, email, None).await?;
    let row = rows::by_id_unscoped(&mut opened.tx, id).await?;
    opened
        .tx
        .commit(Event::new("onboarding.probe_started", id, email.as_str()))
        .await?;
    Ok(row)
}

/// A run that may be begun.
struct Opened {
    tx: Tx,
    id: OnboardingId,
    found: SignInProvider,
}

/// Counts the try and looks where the address leads. `None` where that is nowhere.
async fn open(visitor: &Visitor<Cloud>, email: &EmailAddress) -> Result<Option<Opened>> {
    visitor.limit(limits::START_PER_CLIENT)?;
    // First those of this client: what it is refused here does not use up what others may begin for the address.
    let client = visitor.client().rate_key();
    visitor.limit_key(
        limits::START_PER_EMAIL_AND_CLIENT,
        &format!("{} {client}", email.key()),
    )?;
    visitor.limit_key(limits::START_PER_EMAIL, &email.key())?;
    let Some(found) = portal::route::provider_for(visitor, email).await? else {
        tracing::info!("an onboarding was refused: the address leads to no identity provider");
        return Ok(None);
    };
    let id = visitor.services().entropy().id(visitor.now());
    let actor = Actor::Onboarding {
        id,
        email: email.to_string(),
    };
    let mut tx = visitor.known_as(actor, Some(found.account)).begin().await?;
    // A bound against floods: two at the same instant may both be the last.
    let pending = rows::pending_unscoped(&mut tx, &email.key(), &client, found.account).await?;
    if pending.is_too_many() {
        return Err(Fault::TooMany { retry_after: 60 }.into());
    }
    Ok(Some(Opened { tx, id, found }))
}

impl Opened {
    async fn insert(
        &mut self,
        visitor: &Visitor<Cloud>,
        email: &EmailAddress,
        device: Option<&Device<'_>>,
    ) -> Result<(OnboardingId, OffsetDateTime)> {
        let expires_at = self.tx.now() + SIGN_IN_LIFE;
        let client = visitor.client().rate_key();
        let (account, idp) = (self.found.account, self.found.idp);
        let new = NewRow {
            id: self.id,
            account,
            idp,
            email,
            client: &client,
            device,
            expires_at,
        };
        rows::insert(&mut self.tx, &new).await?;
        Ok((self.id, expires_at))
    }
}

/// How a run stands, for the device that shows its secret. `None` where id and secret belong to no run.
pub async fn state(
    visitor: &Visitor<Cloud>,
    id: OnboardingId,
    secret: &str,
) -> Result<Option<OnboardingState>> {
    // Who guesses is stopped before the look-up; who was right has not guessed.
    visitor.limit(limits::POLL_MISSES)?;
    let mut tx = visitor.read().await?;
    let Some(run) = rows::by_secret_unscoped(&mut tx, id, &access::Secret::hash_of(secret)).await? else {
        return Ok(None);
    };
    let rates = visitor.services().rates();
    rates.give_back(limits::POLL_MISSES, &visitor.client().rate_key());
    // Only its own device uses up the questions of a run: an id alone is no secret.
    visitor.limit_key(limits::POLL, &id.to_string())?;
    let now = visitor.now();
    if let Some(failure) = run.failed(now) {
        return Ok(Some(told(failure)));
    }
    if !matches!(run.step(), OnboardingStep::Announced | OnboardingStep::Enrolled) {
        return Ok(Some(OnboardingState::Pending));
    }
    // A device whose answer was lost asks again: the token is there until it ends.
    let Some(delivery) = tokens::delivery(visitor, &mut tx, id, now).await? else {
        return Ok(Some(told(Failure::NotUsed)));
    };
    let address = Address {
        host: delivery.host,
        port: delivery.port,
    };
    Ok(Some(OnboardingState::Ready {
        enrolment: address.clone(),
        management: address,
        chain_pem: delivery.chain_pem,
        token: delivery.token,
    }))
}

fn told(failure: Failure) -> OnboardingState {
    OnboardingState::Failed {
        code: failure.code(),
        message: texts::EN.failure(failure).join(" "),
    }
}

/// Ends a run without a result, with the cause for the administrator.
pub(crate) async fn fail(acting: &Acting<Cloud>, run: &OnboardingRow, failed: &Failed) -> Result<()> {
    let mut tx = acting.begin().await?;
    let code = failed.failure.code().number();
    let key = failed.failure.key();
    if rows::failed(&mut tx, run.account_id, run.id, key, code, &failed.cause).await? {
        tx.commit(failed.event(run)).await?;
    }
    Ok(())
}

impl Failed {
    pub(crate) fn event(&self, run: &OnboardingRow) -> Event {
        let event = Event::new("onboarding.failed", run.id, run.email.as_str())
            .with("reason", self.failure.key())
            .with("code", self.failure.code().number())
            .with("cause", self.cause.as_str());
        match self.word {
            Some(word) => event.with("error", word),
            None => event,
        }
    }
}

impl OnboardingRow {
    pub(crate) fn step(&self) -> OnboardingStep {
        OnboardingStep::parse(&self.step).unwrap_or(OnboardingStep::Failed)
    }

    /// Why it is over without a result, if it is.
    pub(crate) fn failed(&self, now: OffsetDateTime) -> Option<Failure> {
        match self.step() {
            OnboardingStep::Failed => self
                .failure
                .as_deref()
                .and_then(Failure::parse)
                .or(Some(Failure::Provider)),
            OnboardingStep::Started | OnboardingStep::Confirmed if self.expires_at <= now => {
                Some(Failure::NotSignedIn)
            }
            // No hand-over takes that long: something of ours has failed again and again.
            OnboardingStep::SignedIn if self.expires_at + HAND_OVER_LIFE <= now => {
                Some(Failure::UmsUnreachable)
            }
            _ => None,
        }
    }

    /// Whether a person may still sign in for it.
    pub(crate) fn is_open(&self, now: OffsetDateTime) -> bool {
        matches!(self.step(), OnboardingStep::Started | OnboardingStep::Confirmed) && self.expires_at > now
    }

    pub(crate) fn actor(&self) -> Actor {
        Actor::Onboarding {
            id: self.id,
            email: self.email.clone(),
        }
    }
}

/// Letters and digits that nobody confuses when one is read out and the other is on a screen.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// The code that device and page show: 20 bits, to tell two devices on a desk apart. It protects nothing.
fn spoken(random: [u8; 4]) -> String {
    let letter = |byte: u8| {
        LETTERS
            .get(usize::from(byte % 32))
            .copied()
            .map_or('2', char::from)
    };
    let [a, b, c, d] = random.map(letter);
    format!("{a}{b}-{c}{d}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spoken_codes_have_no_letters_that_look_alike() {
        assert_eq!(spoken([0, 31, 32, 255]), "2Z-2Z");
        assert!(!LETTERS.iter().any(|letter| b"01IO".contains(letter)));
    }
}
