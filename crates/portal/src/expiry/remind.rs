//! Mails at 30, 14, 3 and 1 days before an end, once each, to those who may do something about it.

use access::{Acting, Actor, Result, Services};
use domain::expiry::{Expiry, STEPS, step};
use domain::id::{AccountId, UserId};
use domain::{Cloud, Grants, Language, Role};
use time::Duration;

use super::letters::Ending;
use super::{gather, remedy, rows};
use crate::{Settings, mails};

/// The kind of the job.
pub(crate) const KIND: &str = "portal.expiry";
/// For so long it is remembered which mails were sent, after the end.
const REMEMBERED: Duration = Duration::days(60);

/// Looks through all accounts. What was mailed is noted in the same transaction, so that a restart repeats nothing.
pub(crate) async fn remind(services: &Services<Cloud>) -> Result<()> {
    let acting = services.acting_as_unchecked(Actor::System(KIND));
    let mut after = AccountId::from(uuid::Uuid::nil());
    loop {
        let accounts = rows::accounts_unscoped(&mut acting.read().await?, after).await?;
        let Some(last) = accounts.last() else {
            break;
        };
        after = last.id;
        for account in &accounts {
            // The mails of one account must not keep those of the others; the next round tries again.
            if let Err(error) = remind_account(&acting, account.id).await {
                let error = &error as &dyn std::error::Error;
                tracing::error!(account = %account.id, error, "reminders could not be sent");
            }
        }
    }
    let mut tx = acting.begin().await?;
    let until = tx.now() - REMEMBERED;
    rows::purge_unscoped(&mut tx, until).await?;
    tx.commit_without_event_because("cleaning up").await
}

async fn remind_account(acting: &Acting<Cloud>, account: AccountId) -> Result<()> {
    let now = acting.now();
    let furthest = STEPS.into_iter().max().unwrap_or_default();
    let until = Some(now + Duration::days(furthest));
    let mut ending = gather(&mut acting.read().await?, account, until, now).await?;
    ending.retain(|one| step(one.expires_at, now).is_some());
    if ending.is_empty() {
        return Ok(());
    }
    let mut tx = acting.within(account).begin().await?;
    let mut due = Vec::new();
    for one in ending {
        let Some(days) = step(one.expires_at, now) else {
            continue;
        };
        let place = (one.series(), days);
        if rows::note(&mut tx, account, (&place.0, place.1), one.expires_at, now).await? {
            due.push(one);
        }
    }
    if due.is_empty() {
        return Ok(());
    }
    let url = format!(
        "{}/services/expiry",
        acting.services().port::<Settings>()?.portal_url
    );
    for person in people(rows::holders(&mut tx, account).await?) {
        let theirs: Vec<&Expiry> = due
            .iter()
            .filter(|one| person.grants.allow(remedy(one.kind)))
            .collect();
        if !theirs.is_empty() {
            let letter = Ending {
                ending: theirs,
                url: &url,
            };
            mails::post(
                &mut tx,
                acting.services(),
                &person.email,
                person.language,
                &letter,
            )
            .await?;
        }
    }
    tx.commit_without_event_because("a reminder changes nothing")
        .await
}

struct Person {
    id: UserId,
    email: String,
    language: Language,
    grants: Grants,
}

/// The rows of a person stand together.
fn people(rows: Vec<rows::HolderRow>) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for row in rows {
        let role = Role::parse(&row.role).ok();
        match people.last_mut() {
            Some(last) if last.id == row.id => last.grants.roles.extend(role),
            _ => people.push(Person {
                id: row.id,
                email: row.email,
                language: Language::parse(&row.language).unwrap_or_default(),
                grants: Grants {
                    roles: role.into_iter().collect(),
                    superuser: false,
                },
            }),
        }
    }
    people
}
