//! One look for a proof, and what follows from it.

use access::{Acting, Event, Result};
use domain::Cloud;
use domain::domain_claim::{DomainFinding, LAPSED_AFTER, STALE_AFTER};
use domain::id::AccountId;
use outside::{DnsError, Outside};
use time::{Duration, OffsetDateTime};

use super::letters::{self, Change};
use super::rows::{self, ClaimRow};
use super::{parsed, record, tenant};
use crate::proofs::is_anothers;
use crate::{Settings, names};

/// Other values that are shown, and how much of each, in characters.
const SEEN: usize = 5;
const SEEN_MAX: usize = 200;
/// A proof that is there is looked for again after so long, and up to [`JITTER`] later.
const DAILY: Duration = Duration::DAY;
const JITTER: i64 = 7200;
/// One that was not found, or where nobody answered, sooner.
const SOON: Duration = Duration::HOUR;

/// What a look brought.
pub(super) struct Look {
    pub finding: DomainFinding,
    pub seen: Vec<String>,
}

/// Looks for the proof of a claim: for its text record, or whose tenant the domain is.
pub(super) async fn look(acting: &Acting<Cloud>, claim: &ClaimRow) -> Result<Look> {
    match tenant::authority(&claim.domain) {
        Some(authority) => Ok(Look {
            finding: tenant::look(acting, claim, authority).await?,
            seen: Vec::new(),
        }),
        None => Ok(text_record(acting.services().port::<Outside>()?, claim).await),
    }
}

async fn text_record(outside: &Outside, claim: &ClaimRow) -> Look {
    let (name, value) = record(&claim.domain, &claim.token);
    let none = |finding| Look {
        finding,
        seen: Vec::new(),
    };
    match outside.dns.txt(&name).await {
        Ok(found) if found.iter().any(|text| text.trim() == value) => none(DomainFinding::Found),
        Ok(found) if !found.is_empty() => Look {
            finding: DomainFinding::OtherValue,
            seen: found
                .iter()
                .take(SEEN)
                .map(|text| text.chars().take(SEEN_MAX).collect())
                .collect(),
        },
        Ok(_) | Err(DnsError::NotFound | DnsError::BadName) => none(DomainFinding::NoName),
        Err(DnsError::Timeout | DnsError::Failed) => none(DomainFinding::NoServer),
    }
}

/// Where a claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Pending,
    Proved,
    Stale,
}

impl State {
    fn of(text: &str) -> Self {
        match text {
            "proved" => Self::Proved,
            "stale" => Self::Stale,
            _ => Self::Pending,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Proved => "proved",
            Self::Stale => "stale",
        }
    }
}

/// What becomes of a claim. A look that nobody answered changes nothing: an outage of ours must not take a domain from anybody.
fn next(
    state: State,
    missing_since: Option<OffsetDateTime>,
    finding: DomainFinding,
    now: OffsetDateTime,
) -> (State, Option<OffsetDateTime>) {
    match (state, finding) {
        (_, DomainFinding::Found) => (State::Proved, None),
        (State::Pending, _) => (State::Pending, None),
        (held, DomainFinding::NoServer | DomainFinding::Taken) => (held, missing_since),
        (
            held,
            DomainFinding::NoName
            | DomainFinding::OtherValue
            | DomainFinding::OtherTenant
            | DomainFinding::NoTest,
        ) => {
            let since = missing_since.unwrap_or(now);
            if now - since >= LAPSED_AFTER {
                (State::Pending, None)
            } else if now - since >= STALE_AFTER {
                (State::Stale, Some(since))
            } else {
                (held, Some(since))
            }
        }
    }
}

/// Writes down what a look brought, tells the admins what changed, and answers whether the claim was still as it had been read.
pub(super) async fn settle(
    acting: &Acting<Cloud>,
    account: AccountId,
    row: &ClaimRow,
    look: Look,
) -> Result<bool> {
    let mut tx = acting.within(account).begin().await?;
    let now = tx.now();
    let old = State::of(&row.state);
    let mut finding = look.finding;
    let (mut new, missing_since) = next(old, row.missing_since, finding, now);
    let domain = parsed(&row.domain)?;
    let registrable = names::registrable(&domain);
    if old == State::Pending && new == State::Proved {
        rows::guard(&mut tx, &registrable).await?;
        let settings = acting.services().port::<Settings>()?;
        if is_anothers(&mut tx, settings, account, &domain).await? {
            (finding, new) = (DomainFinding::Taken, State::Pending);
        }
    }
    let lapsed = old != State::Pending && new == State::Pending;
    let due = match (new, missing_since, finding) {
        (State::Pending, ..) => None,
        (_, None, DomainFinding::Found) => Some(now + DAILY + jitter(acting)),
        _ => Some(now + SOON),
    };
    let values = rows::Settled {
        state: new.as_str(),
        registrable: &registrable,
        finding: finding.as_str(),
        seen: serde_json::to_string(&look.seen)?,
        now,
        proved_at: if new == State::Proved && old == State::Pending {
            Some(now)
        } else {
            row.proved_at
        },
        missing_since,
        lapsed_at: match new {
            State::Pending if lapsed => Some(now),
            State::Pending => row.lapsed_at,
            State::Proved | State::Stale => None,
        },
        due,
    };
    let settled = match rows::settle(&mut tx, account, row, &values).await {
        // The guard is held by whoever proves; this is the database's own word on it.
        Err(error) if error.is_unique("domain_claims", &["domain"]) => return Ok(false),
        settled => settled?,
    };
    if !settled {
        return Ok(false);
    }
    let change = match (old, new) {
        (State::Proved, State::Stale) => Some(Change::Stale),
        (State::Proved | State::Stale, State::Pending) => Some(Change::Lapsed),
        _ => None,
    };
    if let Some(change) = change {
        let settings = acting.services().port::<Settings>()?;
        letters::post(&mut tx, acting.services(), settings, account, row, change).await?;
    }
    if old == new && finding != DomainFinding::Taken {
        tx.commit_without_event_because("a look that changed nothing")
            .await?;
        return Ok(true);
    }
    let name = match (old, new) {
        _ if finding == DomainFinding::Taken => "domain.refused",
        (_, State::Proved) => "domain.proved",
        (_, State::Stale) => "domain.stale",
        (_, State::Pending) => "domain.lapsed",
    };
    let event = Event::new(name, row.id, row.domain.clone()).changed("state", old.as_str(), new.as_str());
    tx.commit(event).await?;
    Ok(true)
}

/// Up to two hours, so that the domains of one day do not all come at the same second of the next.
fn jitter(acting: &Acting<Cloud>) -> Duration {
    let random = u32::from_le_bytes(acting.services().entropy().bytes::<4>());
    Duration::seconds(i64::from(random) % JITTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    #[test]
    fn a_day_without_its_record_makes_a_domain_stale_and_a_week_ends_it() {
        let gone = |state, since, after| {
            let now = START + after;
            next(state, since, DomainFinding::NoName, now)
        };
        let moment = Duration::SECOND;
        let since = Some(START);
        assert_eq!(gone(State::Proved, None, Duration::ZERO), (State::Proved, since));
        assert_eq!(
            gone(State::Proved, since, STALE_AFTER - moment),
            (State::Proved, since)
        );
        assert_eq!(gone(State::Proved, since, STALE_AFTER), (State::Stale, since));
        assert_eq!(
            gone(State::Stale, since, LAPSED_AFTER - moment),
            (State::Stale, since)
        );
        assert_eq!(gone(State::Stale, since, LAPSED_AFTER), (State::Pending, None));
        let back = next(
            State::Stale,
            since,
            DomainFinding::Found,
            START + Duration::days(6),
        );
        assert_eq!(back, (State::Proved, None));
    }

    #[test]
    fn name_servers_that_do_not_answer_take_nothing_from_anybody() {
        let later = START + Duration::days(30);
        for state in [State::Proved, State::Stale] {
            let kept = next(state, Some(START), DomainFinding::NoServer, later);
            assert_eq!(kept, (state, Some(START)));
        }
    }
}
