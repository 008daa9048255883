//! Handing posted mails to the mail server. It knows a mail by its job's id (Message-ID), however often it is tried.

use std::sync::{Arc, Mutex, PoisonError};

use access::jobs::{Job, Jobs, Outcome};
use access::{Actor, Error, Event, Result, Services};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use domain::{Cloud, EmailAddress};
use outside::{MailError, Outside};
use time::{Duration, OffsetDateTime};

use super::{Envelope, MAIL, SEALED, Written, layout, row};
use crate::names;

/// A mail that the server does not take for so long is given up.
const GIVE_UP: Duration = Duration::days(2);
/// The shortest wait for another try.
const SOON: Duration = Duration::seconds(10);
/// The longest wait while the server cannot be reached at all: people wait for its return (fault F15 allows two minutes).
const SERVER_MAX: Duration = Duration::MINUTE;
/// The longest wait where the server asks to come back later with one mail.
const LATER_MAX: Duration = Duration::minutes(15);
/// Tries that may have ended after the server took the mail, but before we noted it. One such duplicate is allowed.
const UNKNOWN_ENDS_MAX: i64 = 2;

/// Until when nothing is tried, because the server could not be reached.
type Pause = Arc<Mutex<Option<OffsetDateTime>>>;

/// Adds the sending of mails. It may take half a minute for each, so give it a runner of its own; without one the mails wait.
#[must_use]
pub fn jobs(jobs: Jobs<Cloud>) -> Jobs<Cloud> {
    let pause = Pause::default();
    jobs.on_job(MAIL, move |services, job| {
        deliver(services, job, Arc::clone(&pause))
    })
}

async fn deliver(services: Services<Cloud>, job: Job, pause: Pause) -> Result<Outcome> {
    let envelope: Envelope = serde_json::from_str(&job.payload)?;
    if job.attempts > UNKNOWN_ENDS_MAX {
        return end(&services, &job, &envelope, "unknown").await;
    }
    if let Some(until) = paused(&pause, services.now()) {
        return Ok(wait(until, "the mail server could not be reached a moment ago"));
    }
    let written = open(&services, &job, &envelope)?;
    let to = deliverable(&envelope.to);
    let mail = layout::mail(&written, envelope.language, to, job.id.to_string());
    let sent = services.port::<Outside>()?.mail.send(mail).await;
    let error = match sent {
        Ok(()) => {
            set(&pause, None);
            count("sent");
            tracing::info!(job = %job.id, "mail sent");
            return Ok(Outcome::Done);
        }
        Err(error) => error,
    };
    let now = services.now();
    let age = now - job.created_at;
    if error.is_permanent() || age >= GIVE_UP {
        return end(&services, &job, &envelope, error.code()).await;
    }
    let until = if error == MailError::Later {
        tracing::info!(job = %job.id, "the mail server asks to come back later");
        now + (age / 8_i32).clamp(SOON, LATER_MAX)
    } else {
        let until = now + age.clamp(SOON, SERVER_MAX);
        tracing::warn!(%error, "mails wait; try `cosmos mail test --to ADDRESS`");
        set(&pause, Some(until));
        until
    };
    count("waiting");
    Ok(wait(until, &error.to_string()))
}

/// Ends a mail that is not sent: noted for the account, without a word of what it said.
async fn end(services: &Services<Cloud>, job: &Job, envelope: &Envelope, code: &str) -> Result<Outcome> {
    count("refused");
    tracing::warn!(job = %job.id, code, "a mail is not sent");
    let acting = services.acting_as_unchecked(Actor::System(MAIL));
    let acting = match envelope.account {
        Some(account) => acting.within(account),
        None => acting,
    };
    let event = Event::new("mail.refused", job.id, envelope.to.clone()).with("code", code);
    acting.begin().await?.commit(event).await?;
    Ok(Outcome::Done)
}

fn open(services: &Services<Cloud>, job: &Job, envelope: &Envelope) -> Result<Written> {
    let sealed = STANDARD_NO_PAD
        .decode(&envelope.sealed)
        .map_err(Error::internal)?;
    let (table, column) = SEALED;
    let text = services.seal().unseal(table, column, &row(job.id), &sealed)?;
    Ok(serde_json::from_slice(&text)?)
}

/// The address with its domain in ASCII form, which every mail server understands.
fn deliverable(to: &str) -> String {
    let ascii = EmailAddress::parse(to)
        .ok()
        .and_then(|email| names::ascii(email.domain().as_str()).ok());
    match (to.rsplit_once('@'), ascii) {
        (Some((local, _)), Some(domain)) => format!("{local}@{domain}"),
        _ => to.to_owned(),
    }
}

fn wait(until: OffsetDateTime, why: &str) -> Outcome {
    Outcome::Wait {
        until,
        why: why.to_owned(),
    }
}

fn paused(pause: &Pause, now: OffsetDateTime) -> Option<OffsetDateTime> {
    pause
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .filter(|until| *until > now)
}

fn set(pause: &Pause, until: Option<OffsetDateTime>) {
    *pause.lock().unwrap_or_else(PoisonError::into_inner) = until;
}

fn count(outcome: &'static str) {
    metrics::counter!("cosmos_mails_total", "outcome" => outcome).increment(1);
}
