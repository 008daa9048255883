//! Sign-ins at the identity provider: from Continue to the identity.

pub(crate) mod rows;

use access::{Acting, Event, Result, Secret, Visitor};
use domain::id::OnboardingId;
use domain::{Cloud, EmailAddress, Language};
use federation::{Assurance, Identity, Provider, SignInError};
use serde::{Deserialize, Serialize};
use time::Duration;
use zeroize::Zeroizing;

use crate::at_provider::{self, Brought, Registered};
use crate::failure::{Failed, Failure};
use crate::hand_over;
use crate::limits::{ANSWER_MAX, COOKIE_LIFE};
use crate::onboardings::rows::{self as runs, OnboardingRow};
use crate::{Settings, Underway, onboardings};

/// The job that hands a run over where the process ended before it was done.
pub(crate) const HAND_OVER: &str = "onboarding.hand_over";
/// Longer than the two calls of a hand-over can take.
const HAND_OVER_AFTER: Duration = Duration::seconds(60);

/// A person on the way to the identity provider.
pub(crate) struct Leaving {
    /// The provider's page.
    pub url: String,
    /// Binds the way back to this browser.
    pub cookie: Secret,
}

/// What Continue led to.
pub(crate) enum Continued {
    /// The way to the provider.
    Leaving(Leaving),
    /// The provider has not answered several times: nobody is sent there, and the way stays open.
    Away,
    /// Nobody can sign in here (any more).
    Over,
}

/// What the identity provider sent back through the browser.
#[derive(Clone, Deserialize)]
pub(crate) struct Answer {
    pub code: Option<String>,
    pub state: Option<String>,
    pub iss: Option<String>,
    pub error: Option<String>,
    pub error_description: Option<String>,
}

impl Answer {
    /// Whether it is an answer at all.
    pub fn is_empty(&self) -> bool {
        self.code.is_none() && self.state.is_none() && self.error.is_none()
    }

    pub fn is_bounded(&self) -> bool {
        let texts = [
            &self.code,
            &self.state,
            &self.iss,
            &self.error,
            &self.error_description,
        ];
        texts.into_iter().flatten().all(|text| text.len() <= ANSWER_MAX)
    }
}

/// How an answer ended.
pub(crate) enum Finished {
    /// The page of results has it: done, failed, or under way.
    Result(Language),
    /// The browser, the state or the time does not fit; nothing was changed.
    Unknown,
    /// The provider said no; the run still waits.
    ProviderSaid(SignInError),
}

/// What is kept sealed between Continue and the answer.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    pub nonce: String,
    pub verifier: String,
}

const TABLE: &str = "onboarding_sign_ins";

/// The run behind an address that somebody opened, while a sign-in can be begun for it.
pub(crate) async fn look(visitor: &Visitor<Cloud>, link: &str) -> Result<Option<OnboardingRow>> {
    let mut tx = visitor.read().await?;
    let run = runs::by_link_unscoped(&mut tx, &Secret::hash_of(link)).await?;
    Ok(run.filter(|run| run.is_open(visitor.now())))
}

/// Continue: begins a sign-in for the run.
pub(crate) async fn confirm(
    visitor: &Visitor<Cloud>,
    run: &OnboardingRow,
    language: Language,
) -> Result<Continued> {
    let acting = visitor.known_as(run.actor(), Some(run.account_id));
    let Some(provider) = provider_of(&acting, run).await? else {
        onboardings::fail(&acting, run, &changed()).await?;
        return Ok(Continued::Over);
    };
    if at_provider::is_away(&acting, run.idp_id)? {
        return Ok(Continued::Away);
    }
    let redirect_uri = visitor.services().port::<Settings>()?.redirect_uri();
    let entropy = visitor.services().entropy();
    let begun = federation::begin(&provider, &redirect_uri, Some(&run.email), &mut |bytes| {
        entropy.fill(bytes);
    });
    let begun = match begun {
        Ok(begun) => begun,
        Err(error) => {
            onboardings::fail(&acting, run, &Failed::of_sign_in(Failure::Provider, &error)).await?;
            return Ok(Continued::Over);
        }
    };
    let kept = Zeroizing::new(serde_json::to_vec(&Kept {
        nonce: begun.nonce,
        verifier: begun.pkce_verifier,
    })?);
    let place = uuid::Uuid::from(run.id);
    let sealed = visitor
        .services()
        .seal()
        .seal(entropy, TABLE, "sealed", place.as_bytes(), &kept)?;
    let cookie = entropy.secret();

    let mut tx = acting.begin().await?;
    if !runs::confirm(&mut tx, run.account_id, run.id).await? {
        return Ok(Continued::Over);
    }
    let new = rows::NewRow {
        onboarding: run.id,
        cookie_hash: cookie.hash(),
        state_hash: Secret::hash_of(&begun.state),
        sealed,
        language: language.key(),
        expires_at: tx.now() + COOKIE_LIFE,
    };
    rows::put(&mut tx, new).await?;
    tx.commit(Event::new("onboarding.confirmed", run.id, run.email.as_str()))
        .await?;
    Ok(Continued::Leaving(Leaving {
        url: begun.url,
        cookie,
    }))
}

/// The person is back. Uses the sign-in up; who it is is checked, and the run handed over to the UMS, also where that takes longer
/// than a person waits for a page.
pub(crate) async fn finish(visitor: &Visitor<Cloud>, cookie: &str, answer: &Answer) -> Result<Finished> {
    let (Some(state), true) = (&answer.state, answer.is_bounded()) else {
        return Ok(Finished::Unknown);
    };
    let cookie = Secret::hash_of(cookie);
    let Some((run, _)) = own(visitor, &cookie).await? else {
        return Ok(Finished::Unknown);
    };
    let acting = visitor.known_as(run.actor(), Some(run.account_id));

    let mut tx = acting.begin().await?;
    let Some(taken) = rows::take_unscoped(&mut tx, &cookie, &Secret::hash_of(state)).await? else {
        return Ok(Finished::Unknown);
    };
    if taken.onboarding_id != run.id || !run.is_open(tx.now()) {
        return Ok(Finished::Unknown);
    }
    let event = Event::new("onboarding.answered", run.id, run.email.as_str());
    if let Some(error) = &answer.error {
        let said = SignInError::provider_said(error, answer.error_description.as_deref());
        tx.commit(event.with("error", said.to_string())).await?;
        return Ok(Finished::ProviderSaid(said));
    }
    tx.commit(event).await?;

    let language = Language::parse(&taken.language).unwrap_or_default();
    let underway = visitor.services().port::<Underway>()?;
    let done = conclude(acting, run, taken.sealed, answer.clone());
    Ok(match underway.begin(done).await? {
        Some(false) => Finished::Unknown,
        Some(true) | None => Finished::Result(language),
    })
}

/// Who it is, and the hand-over. `false` where the run went on otherwise.
async fn conclude(
    acting: Acting<Cloud>,
    run: OnboardingRow,
    sealed: Vec<u8>,
    answer: Answer,
) -> Result<bool> {
    let identity = match identify(&acting, &run, &sealed, &answer).await? {
        Ok(identity) => identity,
        Err(failed) => {
            onboardings::fail(&acting, &run, &failed).await?;
            return Ok(true);
        }
    };
    if !signed_in(&acting, &run, &identity).await? {
        return Ok(false);
    }
    // What fails here for a reason of ours is tried again by the job.
    if !run.probe
        && let Err(error) = hand_over::run(&acting, run.id).await
    {
        tracing::error!(onboarding = %run.id, error = &error as &dyn std::error::Error, "a hand-over was not finished");
    }
    Ok(true)
}

/// The run that this browser has begun a sign-in for.
pub(crate) async fn own(
    visitor: &Visitor<Cloud>,
    cookie_hash: &[u8],
) -> Result<Option<(OnboardingRow, rows::OwnRow)>> {
    let mut tx = visitor.read().await?;
    let Some(own) = rows::own_unscoped(&mut tx, cookie_hash, visitor.now()).await? else {
        return Ok(None);
    };
    let run = runs::by_id_unscoped(&mut tx, own.onboarding_id).await?;
    Ok(run.map(|run| (run, own)))
}

/// The provider that the run was begun for: a code goes to no other (SEC-11).
async fn provider_of(acting: &Acting<Cloud>, run: &OnboardingRow) -> Result<Option<Provider>> {
    let found = portal::route::provider_for(acting, &address(run)?).await?;
    Ok(found
        .filter(|found| found.idp == run.idp_id && found.account == run.account_id)
        .map(|found| found.provider))
}

fn changed() -> Failed {
    Failed::new(
        Failure::Provider,
        "the identity provider of the domain was changed or removed meanwhile",
    )
}

fn address(run: &OnboardingRow) -> Result<EmailAddress> {
    EmailAddress::parse(&run.email)
        .map_err(|reason| access::Error::internal(format!("stored e-mail: {reason:?}")))
}

/// Who it is, or why that is not known.
async fn identify(
    acting: &Acting<Cloud>,
    run: &OnboardingRow,
    sealed: &[u8],
    answer: &Answer,
) -> Result<Result<Identity, Failed>> {
    let services = acting.services();
    let Some(provider) = provider_of(acting, run).await? else {
        return Ok(Err(changed()));
    };
    let Some(code) = &answer.code else {
        return Ok(Err(Failed::new(
            Failure::Provider,
            "the identity provider sent neither a code nor an error",
        )));
    };
    if let Err(error) = federation::check_response_issuer(&provider, answer.iss.as_deref()) {
        return Ok(Err(Failed::of_sign_in(Failure::Provider, &error)));
    }
    let place = uuid::Uuid::from(run.id);
    let kept = services
        .seal()
        .unseal(TABLE, "sealed", place.as_bytes(), sealed)?;
    let kept: Kept = serde_json::from_slice(&kept)?;
    let brought = Brought {
        code,
        verifier: &kept.verifier,
        nonce: &kept.nonce,
    };
    let at = Registered {
        account: run.account_id,
        idp: run.idp_id,
        provider,
    };
    Ok(match at_provider::identify(acting, &at, &brought).await? {
        Ok(identity) if is_the_person(&identity, &address(run)?) => Ok(identity),
        Ok(_) => Err(Failed::new(
            Failure::WrongPerson,
            "somebody else signed in than the device was started for",
        )),
        Err(error @ SignInError::NoEmail { .. }) => Err(Failed::of_sign_in(Failure::NoName, &error)),
        Err(error) => Err(Failed::of_sign_in(Failure::Provider, &error)),
    })
}

/// Whether the provider knows the person by the address that the device gave (onboarding design, step 3). An address that the
/// provider says it has not verified is one that anybody may have typed, and proves nothing.
fn is_the_person(identity: &Identity, wanted: &EmailAddress) -> bool {
    let verified = identity.email_verified != Some(false);
    let names = [
        identity.email.as_ref().filter(|_| verified),
        identity.preferred_username.as_ref(),
    ];
    names
        .into_iter()
        .flatten()
        .any(|name| EmailAddress::parse(name).is_ok_and(|name| name == *wanted))
}

/// Notes who signed in and where that leads. `false` where the run went on otherwise.
async fn signed_in(acting: &Acting<Cloud>, run: &OnboardingRow, identity: &Identity) -> Result<bool> {
    let record = portal::route::record_for(acting, run.account_id, &address(run)?).await?;
    let assurance = match identity.assurance {
        Assurance::Full => "full",
        Assurance::Reduced => "reduced",
    };
    let who = runs::SignedIn {
        issuer: &identity.issuer,
        subject: &identity.subject,
        assurance,
        routing: record.as_ref().map(|record| record.routing),
    };
    let mut tx = acting.begin().await?;
    if !runs::signed_in(&mut tx, run.account_id, run.id, &who).await? {
        return Ok(false);
    }
    let event = Event::new("onboarding.signed_in", run.id, run.email.as_str())
        .with("idp", run.idp_id.to_string())
        .with("issuer", identity.issuer.as_str())
        .with("subject", identity.subject.as_str())
        .with("assurance", assurance);
    if record.is_none() {
        let failed = Failed::new(
            Failure::NoRecord,
            "no IGEL OS Onboarding record maps this user or domain",
        );
        let code = failed.failure.code().number();
        runs::failed(
            &mut tx,
            run.account_id,
            run.id,
            failed.failure.key(),
            code,
            &failed.cause,
        )
        .await?;
        tx.note(event).await?;
        tx.commit(failed.event(run)).await?;
        return Ok(true);
    }
    if !run.probe {
        let due = tx.now() + HAND_OVER_AFTER;
        tx.queue(
            HAND_OVER,
            &HandOver {
                account: run.account_id,
                onboarding: run.id,
            },
            due,
        )
        .await?;
    }
    tx.commit(event).await?;
    Ok(true)
}

/// The payload of [`HAND_OVER`].
#[derive(Serialize, Deserialize)]
pub(crate) struct HandOver {
    pub account: domain::id::AccountId,
    pub onboarding: OnboardingId,
}
