//! The answer of a provider: found, verified, and turned into a session, a test's result, or a refusal.

use access::{Actor, Error, Event, Rate, Result, Secret, SessionToken, Visitor, sessions};
use domain::id::{SamlIdpId, UserId};
use domain::sign_in::Refused;
use domain::{Cloud, DomainName, Language};
use federation::saml::{Expected, SamlError, Subject};
use subtle::ConstantTimeEq as _;
use time::Duration;

use super::people::{self, Comer};
use super::{Purpose, rows};
use crate::Settings;
use crate::names::{self, Address};
use crate::proofs::Proofs;
use crate::saml_idps::rows::SamlIdpRow;
use crate::saml_idps::{self, Outcome, Saml};

/// Answers from one address.
const ANSWERS: Rate = Rate {
    name: "portal.federated.answers",
    burst: 60,
    per: Duration::MINUTE,
};
/// Longest relay state, in bytes: ours have 43.
const RELAY_STATE_MAX: usize = 100;

/// How it ended.
#[derive(Debug)]
pub enum Ended {
    /// A session has begun.
    SignedIn {
        token: SessionToken,
        language: Language,
        /// An address of our own, as it was asked for.
        next: String,
    },
    /// The result stands on the page of that provider.
    Tested(SamlIdpId),
    Refused(Refused),
}

/// Why somebody is not signed in: for their page, for the audit trail, and whose user it would have been.
pub(super) struct Refusal {
    pub why: Refused,
    /// More precisely than `why`; never told to strangers.
    pub cause: String,
    pub user: Option<UserId>,
}

impl Refusal {
    pub fn new(why: Refused) -> Self {
        Self {
            why,
            cause: why.key().to_owned(),
            user: None,
        }
    }

    pub fn of(user: UserId, why: Refused) -> Self {
        Self {
            user: Some(user),
            ..Self::new(why)
        }
    }
}

/// Takes the answer of a provider. `browser` is the value of the cookie that came with it, `relay_state` and `response` are the
/// fields of the form. An answer is accepted once, in the browser that asked.
pub async fn answer(
    visitor: &Visitor<Cloud>,
    browser: Option<&str>,
    relay_state: &str,
    response: String,
) -> Result<Ended> {
    if visitor.limit(ANSWERS).is_err() {
        return Ok(Ended::Refused(Refused::TooMany));
    }
    let Some(request) = asked(visitor, browser, relay_state).await? else {
        let event = Event::plain("user.sign_in_refused", "").with("cause", "no such request");
        visitor.begin().await?.commit(event).await?;
        return Ok(Ended::Refused(Refused::Unknown));
    };
    let purpose: Purpose = serde_json::from_str(&request.purpose)?;
    let mut tx = visitor.read().await?;
    let Some(idp) = saml_idps::rows::get_unscoped(&mut tx, request.saml_idp_id).await? else {
        return Ok(Ended::Refused(Refused::Inactive));
    };
    let off = saml_idps::rows::off_since(&mut tx, idp.account_id)
        .await?
        .is_some();
    drop(tx);
    if let Purpose::Test { user, email } = purpose {
        let tester = Actor::User { id: user, email };
        return test(visitor, &idp, &request, tester, response).await;
    }
    let come = if !idp.active || off {
        Err(Refusal::new(Refused::Inactive))
    } else {
        verified(visitor, &idp, &request, response).await?
    };
    let ended = match come {
        Ok((subject, address)) => {
            let comer = Comer {
                idp: &idp,
                subject: &subject,
                address: &address,
                relay_hash: &request.relay_hash,
            };
            match purpose {
                Purpose::Invitation {
                    token_hash,
                    first_name,
                    last_name,
                } => people::accept(visitor, &comer, &token_hash, (&first_name, &last_name)).await?,
                Purpose::SignIn { next } => people::sign_in(visitor, &comer, next).await?,
                Purpose::Test { .. } => Err(Refusal::new(Refused::Unknown)),
            }
        }
        Err(refusal) => Err(refusal),
    };
    match ended {
        Ok(ended) => Ok(ended),
        Err(refusal) => refuse(visitor, &idp, &request, refusal).await,
    }
}

/// The request that this browser has made. That of another browser stays where it is.
async fn asked(
    visitor: &Visitor<Cloud>,
    browser: Option<&str>,
    relay_state: &str,
) -> Result<Option<rows::RequestRow>> {
    let Some(browser) = browser.filter(|_| relay_state.len() <= RELAY_STATE_MAX) else {
        return Ok(None);
    };
    let mut tx = visitor.read().await?;
    let found = rows::request_unscoped(&mut tx, &Secret::hash_of(relay_state), visitor.now()).await?;
    let ours = |row: &rows::RequestRow| bool::from(row.binding_hash.ct_eq(&Secret::hash_of(browser)));
    Ok(found.filter(ours))
}

/// Verifies the response, where it holds nobody up.
async fn read(
    visitor: &Visitor<Cloud>,
    idp: &SamlIdpRow,
    request: &rows::RequestRow,
    response: String,
) -> Result<Result<Subject, SamlError>> {
    let services = visitor.services();
    let provider = saml_idps::provider(&mut visitor.read().await?, idp).await?;
    let ours = services.port::<Settings>()?.service_provider();
    let saml = services.port::<Saml>()?.clone();
    let (request_id, now) = (request.request_id.clone(), visitor.now());
    saml_idps::off_executor(move || {
        let expected = Expected {
            request_id: &request_id,
            now,
        };
        saml.0.response(&provider, &ours, expected, &response)
    })
    .await
}

async fn verified(
    visitor: &Visitor<Cloud>,
    idp: &SamlIdpRow,
    request: &rows::RequestRow,
    response: String,
) -> Result<Result<(Subject, Address), Refusal>> {
    let subject = match read(visitor, idp, request, response).await? {
        Ok(subject) => subject,
        Err(error) => {
            let why = match error {
                SamlError::ProviderSaid { .. } => Refused::Provider,
                _ => Refused::Answer,
            };
            let cause = error.code().to_owned();
            return Ok(Err(Refusal {
                cause,
                ..Refusal::new(why)
            }));
        }
    };
    Ok(match speaks_for(visitor, idp, &subject).await? {
        Some(address) => Ok((subject, address)),
        None => Err(Refusal::new(Refused::Domain)),
    })
}

/// The address that came, if its domain is one of the provider's and the account has proved it (SEC-09).
async fn speaks_for(
    visitor: &Visitor<Cloud>,
    idp: &SamlIdpRow,
    subject: &Subject,
) -> Result<Option<Address>> {
    let Ok(domain) = names::ascii(subject.email.domain().as_str()) else {
        return Ok(None);
    };
    let mut tx = visitor.read().await?;
    let associated = saml_idps::rows::domains(&mut tx, idp.account_id, idp.id).await?;
    let settings = visitor.services().port::<Settings>()?;
    let proofs = Proofs::of(&mut tx, settings, idp.account_id).await?;
    let ours = |domain: &DomainName| associated.iter().any(|(known,)| known == domain.as_str());
    if ours(&domain) && proofs.hold(&domain) {
        Ok(Address::of(&subject.email).ok())
    } else {
        Ok(None)
    }
}

/// Takes the request away and notes why nobody was signed in.
async fn refuse(
    visitor: &Visitor<Cloud>,
    idp: &SamlIdpRow,
    request: &rows::RequestRow,
    refusal: Refusal,
) -> Result<Ended> {
    let mut tx = visitor
        .known_as(Actor::Anonymous, Some(idp.account_id))
        .begin()
        .await?;
    rows::take(&mut tx, &request.relay_hash).await?;
    let event = match refusal.user {
        Some(user) => Event::new("user.sign_in_refused", user, idp.issuer.clone()),
        None => Event::new("user.sign_in_refused", idp.id, idp.issuer.clone()),
    };
    tx.commit(event.with("cause", refusal.cause)).await?;
    Ok(Ended::Refused(refusal.why))
}

/// Keeps what a test sign-in brought. It opens no session, and its assertion is used up.
async fn test(
    visitor: &Visitor<Cloud>,
    idp: &SamlIdpRow,
    request: &rows::RequestRow,
    tester: Actor,
    response: String,
) -> Result<Ended> {
    let came = read(visitor, idp, request, response).await?;
    let outcome = match &came {
        Err(error) => Outcome::failed(error),
        Ok(subject) => {
            let domain = subject.email.domain().to_string();
            let foreign = speaks_for(visitor, idp, subject).await?.is_none();
            let told = |language: Language| {
                language.pick(
                    format!("The address that came is of the domain {domain}, which is not among the Associated Domains or not proved."),
                    format!("Die Adresse, die kam, ist von der Domain {domain}. Sie steht nicht unter Associated Domains oder ist nicht nachgewiesen."),
                )
            };
            Outcome::of(subject, foreign.then_some(told))
        }
    };
    let by = tester.name().to_owned();
    let mut tx = visitor.known_as(tester, Some(idp.account_id)).begin().await?;
    let now = tx.now();
    let first = rows::take(&mut tx, &request.relay_hash).await?;
    let fresh = match &came {
        Ok(subject) => {
            rows::use_assertion(&mut tx, idp.id, &subject.assertion_id, subject.replay_until()).await?
        }
        Err(_) => true,
    };
    if !first || !fresh {
        return Ok(Ended::Refused(Refused::Unknown));
    }
    saml_idps::rows::put_test(&mut tx, idp.id, &serde_json::to_string(&outcome)?, &by, now).await?;
    if outcome.passed() {
        saml_idps::rows::set_tested(&mut tx, idp.account_id, idp.id, Some(now)).await?;
    }
    let code = came.as_ref().err().map_or("", SamlError::code);
    let event = Event::new("saml_idp.tested", idp.id, idp.issuer.clone());
    tx.commit(event.with("passed", outcome.passed()).with("problem", code))
        .await?;
    Ok(Ended::Tested(idp.id))
}

/// Ends a sign-in well: a session for `user`, and the event.
pub(super) async fn signed_in(
    visitor: &Visitor<Cloud>,
    mut tx: access::Tx,
    user: UserId,
    event: Event,
) -> Result<SessionToken, Error> {
    let token = sessions::start(&mut tx, visitor.services(), user, visitor.client()).await?;
    tx.commit(event).await?;
    Ok(token)
}
