//! Whether the cloud knows this UMS: each listed Onboarding Service is asked, with a client assertion, and what it says is kept.

use access::{Acting, Actor, Result, Services};
use domain::Company;
use domain::network::{CloudRegistration, RegistrationState};
use outside::{Call, Outside, Trust};
use protocol::onboarding::{AskRegistration, CLIENT_ASSERTION_TYPE, UmsRegistration};
use protocol::paths::OBS_UMS_REGISTRATION;
use store::{args, row, sql};
use time::{Duration, OffsetDateTime};

use crate::{Settings, certificates, onboarding};

/// The job that asks, and queues itself anew.
pub(crate) const KIND: &str = "ums.registration";
/// How often.
const EVERY: Duration = Duration::minutes(30);

row! {
    struct RegistrationRow {
        service: String,
        state: String,
        name: String,
        app_portal: bool,
        insight: bool,
        known_at: Option<OffsetDateTime>,
        asked_at: OffsetDateTime,
    }
}

/// What each listed service last said; one that was never asked is not among them.
pub(crate) async fn known(tx: &mut store::Tx, settings: &Settings) -> Result<Vec<CloudRegistration>> {
    let select = sql!(
        "select service, state, name, app_portal, insight, known_at, asked_at from cloud_registrations order by service"
    );
    let rows: Vec<RegistrationRow> = tx.all(select, args![]).await?;
    let listed = |row: &RegistrationRow| settings.onboarding_service(&row.service).is_some();
    Ok(rows
        .into_iter()
        .filter(listed)
        .map(|row| CloudRegistration {
            service: row.service,
            state: RegistrationState::parse(&row.state),
            name: row.name,
            app_portal: row.app_portal,
            insight: row.insight,
            known_at: row.known_at,
            asked_at: row.asked_at,
        })
        .collect())
}

/// Asks every listed service.
pub(crate) async fn refresh(acting: &Acting<Company>) -> Result<()> {
    let services = acting.services();
    let listed = services.port::<Settings>()?.onboarding_services.clone();
    for service in &listed {
        let service = service.trim_end_matches('/');
        let answer = ask(services, service).await?;
        let mut tx = acting.begin().await?;
        let now = tx.now();
        match answer {
            // What was known stays known.
            None => {
                let keep = sql!(
                    "insert into cloud_registrations (service, state, name, app_portal, insight, asked_at)
                     values ($1, $2, '', false, false, $3)
                     on conflict (service) do update set state = excluded.state, asked_at = excluded.asked_at"
                );
                let state = RegistrationState::Unreachable.key();
                tx.execute(keep, args![service, state, now]).await?;
            }
            Some(found) => {
                let state = match found {
                    Some(_) => RegistrationState::Registered,
                    None => RegistrationState::NotRegistered,
                };
                let found = found.unwrap_or_default();
                let note = sql!(
                    "insert into cloud_registrations (service, state, name, app_portal, insight, known_at, asked_at)
                     values ($1, $2, $3, $4, $5, $6, $6)
                     on conflict (service) do update
                        set state = excluded.state, name = excluded.name, app_portal = excluded.app_portal,
                            insight = excluded.insight, known_at = excluded.known_at, asked_at = excluded.asked_at"
                );
                let values = args![
                    service,
                    state.key(),
                    found.name,
                    found.app_portal,
                    found.insight,
                    now
                ];
                tx.execute(note, values).await?;
            }
        }
        tx.commit_without_event_because("what the cloud says is no change of ours")
            .await?;
    }
    Ok(())
}

/// `None`: the service did not answer, or not as expected. `Some(None)`: it does not know this UMS.
async fn ask(services: &Services<Company>, service: &str) -> Result<Option<Option<UmsRegistration>>> {
    let held = certificates::current(services)?;
    let question = AskRegistration {
        client_assertion: onboarding::assertion(services, &held, service)?,
        client_assertion_type: CLIENT_ASSERTION_TYPE.to_owned(),
    };
    let body = serde_json::to_vec(&question)?;
    let call = Call::post(
        format!("{service}{OBS_UMS_REGISTRATION}"),
        "application/json",
        body,
    )
    .trust(Trust::SystemPlus);
    let reply = match services.port::<Outside>()?.http.send(call).await {
        Ok(reply) => reply,
        Err(error) => {
            tracing::info!(service, %error, "the Onboarding Service could not be asked about the registration");
            return Ok(None);
        }
    };
    Ok(match reply.status {
        200 => serde_json::from_slice(&reply.body).ok().map(Some),
        401 => Some(None),
        status => {
            tracing::info!(service, status, "an unexpected answer about the registration");
            None
        }
    })
}

/// One round of the job.
pub(crate) async fn work(services: &Services<Company>) -> Result<()> {
    let acting = services.acting_as_unchecked(Actor::System(KIND));
    if let Err(error) = refresh(&acting).await {
        let error = &error as &dyn std::error::Error;
        tracing::error!(error, "the registration could not be asked for");
    }
    queue(services, EVERY).await
}

/// Queues the next round, unless one waits already besides the one that is running.
pub(crate) async fn queue(services: &Services<Company>, after: Duration) -> Result<()> {
    let acting = services.acting_as_unchecked(Actor::System(KIND));
    let mut tx = acting.begin().await?;
    let waiting = sql!("select count(*) from jobs where kind = $1 and done_at is null and due_at > $2");
    let (now, due) = (tx.now(), tx.now() + after);
    if tx.scalar::<i64>(waiting, args![KIND, now]).await? > 0 {
        return Ok(());
    }
    tx.queue(KIND, &(), due).await?;
    tx.commit_without_event_because("what comes again and again")
        .await
}
