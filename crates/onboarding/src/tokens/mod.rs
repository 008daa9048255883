//! One-time tokens: issued to nobody yet, announced to one UMS, redeemed with one key (ruling 19).

pub(crate) mod rows;

use access::{Acting, Event, Result, Visitor};
use domain::id::OnboardingId;
use domain::{Cloud, EmailAddress, Hostname, Port, UnitId};
use portal::route::Route;
use protocol::Secret;
use protocol::onboarding::{TokenClaims, ValidateToken};
use time::OffsetDateTime;

use crate::Settings;
use crate::assertion::Assertion;
use crate::limits::{self, ANNOUNCE_LIFE, CLOCK_LEEWAY, REDEEM_LIFE};
use crate::onboardings::rows::{self as runs, OnboardingRow};

const TABLE: &str = "onboarding_tokens";

/// What a device gets.
pub(crate) struct Delivery {
    pub host: Hostname,
    pub port: Port,
    pub chain_pem: String,
    pub token: Secret,
}

/// Makes the token of a run for one UMS. `None` where that UMS, or another, has asked for one already.
pub(crate) async fn issue(
    acting: &Acting<Cloud>,
    run: &OnboardingRow,
    route: &Route,
    audience: &str,
) -> Result<Option<Secret>> {
    let services = acting.services();
    let token = services.entropy().secret();
    let place = uuid::Uuid::from(run.id);
    let sealed = services.seal().seal(
        services.entropy(),
        TABLE,
        "sealed",
        place.as_bytes(),
        token.reveal().as_bytes(),
    )?;
    let mut tx = acting.begin().await?;
    let new = rows::NewRow {
        onboarding: run.id,
        hash: token.hash(),
        sealed,
        audience,
        host: &route.host,
        port: route.port,
        chain_pem: &route.chain_pem,
        expires_at: tx.now() + ANNOUNCE_LIFE,
    };
    if !rows::issue(&mut tx, &new).await? {
        return Ok(None);
    }
    tx.commit(Event::new("onboarding.token_issued", run.id, run.email.as_str()).with("ums_id", audience))
        .await?;
    Secret::new(token.reveal())
        .map(Some)
        .map_err(access::Error::internal)
}

/// The token of a run with what belongs to it, until it ends.
pub(crate) async fn delivery(
    visitor: &Visitor<Cloud>,
    tx: &mut store::Tx,
    id: OnboardingId,
    now: OffsetDateTime,
) -> Result<Option<Delivery>> {
    let Some(row) = rows::delivery(tx, id).await?.filter(|row| row.expires_at > now) else {
        return Ok(None);
    };
    let place = uuid::Uuid::from(id);
    let token = visitor
        .services()
        .seal()
        .unseal(TABLE, "sealed", place.as_bytes(), &row.sealed)?;
    let token = String::from_utf8(token.to_vec()).map_err(access::Error::internal)?;
    let stored = |what: &str| access::Error::internal(format!("a stored token has no usable {what}"));
    Ok(Some(Delivery {
        host: Hostname::parse(&row.host).map_err(|_| stored("host"))?,
        port: Port::try_from(row.port).map_err(|_| stored("port"))?,
        chain_pem: row.chain_pem,
        token: Secret::new(token).map_err(|_| stored("text"))?,
    }))
}

/// What a UMS learns when it asks.
#[derive(Debug)]
pub enum Validated {
    /// The token is for this UMS and may be used.
    Claims(Box<TokenClaims>),
    /// The assertion proves no registered UMS, or was used before.
    NotAUms,
    /// No such token for this UMS, or not any more, or taken by another key: one answer for all.
    NoToken,
}

/// Step 5 and the redeeming in step 7: a UMS asks what a token means.
pub async fn validate(visitor: &Visitor<Cloud>, question: &ValidateToken) -> Result<Validated> {
    visitor.limit(limits::VALIDATE)?;
    let audience = visitor.services().port::<Settings>()?.base().to_owned();
    let shown = (
        &question.client_assertion,
        question.client_assertion_type.as_str(),
    );
    let Some(assertion) = Assertion::verify(visitor, shown, &audience).await? else {
        return Ok(Validated::NotAUms);
    };

    let hash = access::Secret::hash_of(question.token.expose());
    let Some((run, acting)) = run_of(visitor, &hash).await? else {
        return spend(visitor, &assertion).await;
    };
    let mut tx = acting.begin().await?;
    if !rows::use_assertion_unscoped(
        &mut tx,
        &assertion.fingerprint,
        &assertion.jti_hash,
        until(&assertion),
    )
    .await?
    {
        return Ok(Validated::NotAUms);
    }
    let now = tx.now();
    let (claim, name) = match &question.key_id {
        None => {
            let until = now + REDEEM_LIFE;
            (
                rows::announce_unscoped(&mut tx, &hash, &assertion.fingerprint, until).await?,
                "onboarding.token_announced",
            )
        }
        Some(key_id) => {
            let claim = rows::redeem_unscoped(&mut tx, &hash, &assertion.fingerprint, key_id).await?;
            (claim, "onboarding.token_redeemed")
        }
    };
    let event = |name| {
        let event =
            Event::new(name, run.id, run.email.as_str()).with("ums_id", assertion.fingerprint.as_str());
        match &question.key_id {
            Some(key_id) => event.with("key_id", key_id.as_str()),
            None => event,
        }
    };
    let Some(claim) = claim.filter(|claim| claim.onboarding_id == run.id) else {
        tx.commit(event("onboarding.token_refused")).await?;
        return Ok(Validated::NoToken);
    };
    if question.key_id.is_some() {
        runs::enrolled(&mut tx, run.account_id, run.id).await?;
    }
    tx.commit(event(name)).await?;
    Ok(Validated::Claims(Box::new(claims(
        run,
        assertion.fingerprint,
        claim.expires_at,
    )?)))
}

/// The run of a token, and who acts in what follows.
async fn run_of(visitor: &Visitor<Cloud>, hash: &[u8]) -> Result<Option<(OnboardingRow, Acting<Cloud>)>> {
    let mut tx = visitor.read().await?;
    let Some(id) = rows::run_of_unscoped(&mut tx, hash).await? else {
        return Ok(None);
    };
    let run = runs::by_id_unscoped(&mut tx, id).await?;
    Ok(run.map(|run| {
        let acting = visitor.known_as(run.actor(), Some(run.account_id));
        (run, acting)
    }))
}

/// Uses up an assertion that came with a token of nobody.
async fn spend(visitor: &Visitor<Cloud>, assertion: &Assertion) -> Result<Validated> {
    let mut tx = visitor.begin().await?;
    let fresh = rows::use_assertion_unscoped(
        &mut tx,
        &assertion.fingerprint,
        &assertion.jti_hash,
        until(assertion),
    )
    .await?;
    tx.commit_without_event_because("a token of nobody belongs to no account")
        .await?;
    Ok(if fresh {
        Validated::NoToken
    } else {
        Validated::NotAUms
    })
}

/// How long an assertion has to be remembered: as long as it would be accepted.
fn until(assertion: &Assertion) -> OffsetDateTime {
    assertion.expires_at + CLOCK_LEEWAY
}

fn claims(run: OnboardingRow, audience: String, expires_at: OffsetDateTime) -> Result<TokenClaims> {
    let stored = |what: &str| access::Error::internal(format!("run {} has no usable {what}", run.id));
    let unit_id = run
        .unit_id
        .as_deref()
        .and_then(|unit| UnitId::parse(unit).ok())
        .ok_or_else(|| stored("unit id"))?;
    let email = EmailAddress::parse(&run.email).map_err(|_| stored("e-mail"))?;
    let issuer = run.issuer.clone().ok_or_else(|| stored("issuer"))?;
    Ok(TokenClaims {
        audience,
        unit_id,
        email,
        structure_tag: run.structure_tag,
        issuer,
        expires_at,
    })
}
