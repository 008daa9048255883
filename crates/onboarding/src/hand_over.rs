//! Step 4: the run is announced to the UMS of its record, over TLS that trusts only the record's chain.

use access::{Acting, Event, Result};
use domain::id::OnboardingId;
use domain::onboarding::OnboardingStep;
use domain::{Cloud, EmailAddress, Hostname};
use outside::http::{HeaderValue, header};
use outside::{Call, Outside, Reply, Trust};
use pki::Fingerprint;
use portal::route::Route;
use protocol::Secret;
use protocol::onboarding::{AnnounceOnboarding, UmsIdentityReply};
use protocol::paths::UMS_ONBOARDING;

use crate::failure::{Failed, Failure};
use crate::onboardings::rows::{self as runs, OnboardingRow};
use crate::{Settings, onboardings, tokens};

/// Hands a run over, if it waits for that. Done twice it does nothing the second time.
pub(crate) async fn run(acting: &Acting<Cloud>, id: OnboardingId) -> Result<()> {
    let mut tx = acting.read().await?;
    let run = runs::by_id_unscoped(&mut tx, id).await?;
    drop(tx);
    let Some(run) = run.filter(|run| run.step() == OnboardingStep::SignedIn && !run.probe) else {
        return Ok(());
    };
    let email = EmailAddress::parse(&run.email)
        .map_err(|reason| access::Error::internal(format!("stored: {reason:?}")))?;
    let done = match portal::route::record_for(acting, run.account_id, &email).await? {
        Some(route) => hand_over(acting, &run, &route).await?,
        None => Err(Failed::new(
            Failure::NoRecord,
            "the IGEL OS Onboarding record was removed meanwhile",
        )),
    };
    match done {
        Ok(()) => announced(acting, &run).await,
        Err(failed) => onboardings::fail(acting, &run, &failed).await,
    }
}

/// Tries the addresses of the record in their order: where nothing accepts connections, the next one is tried. Whatever else is
/// wrong ends the run, since another UMS would not be the one that was meant.
async fn hand_over(acting: &Acting<Cloud>, run: &OnboardingRow, route: &Route) -> Result<Result<(), Failed>> {
    let mut silent = Vec::new();
    for target in route.each() {
        let ums = match Ums::new(acting, &target)? {
            Ok(ums) => ums,
            Err(failed) => return Ok(Err(failed)),
        };
        let fingerprint = match ums.fingerprint().await {
            Ok(fingerprint) => fingerprint,
            Err(failed) if failed.no_connection => {
                silent.push(failed);
                continue;
            }
            Err(failed) => return Ok(Err(failed)),
        };
        return announce(acting, run, &target, &ums, &fingerprint.to_string()).await;
    }
    let causes: Vec<String> = silent.into_iter().map(|failed| failed.cause).collect();
    Ok(Err(Failed::new(Failure::UmsUnreachable, causes.join("; "))))
}

async fn announce(
    acting: &Acting<Cloud>,
    run: &OnboardingRow,
    route: &Route,
    ums: &Ums<'_>,
    shown: &str,
) -> Result<Result<(), Failed>> {
    // What answers under the record's chain must also be a UMS of the same account (ruling 20).
    if portal::ums_instances::registered(acting, run.account_id, shown)
        .await?
        .is_none()
    {
        let cause = format!(
            "This UMS is not registered: {}, UMS ID fingerprint {shown}",
            ums.place
        );
        return Ok(Err(Failed::new(Failure::NotRegistered, cause)));
    }
    let Some(token) = tokens::issue(acting, run, route, shown).await? else {
        return Ok(Ok(()));
    };
    let service = acting.services().port::<Settings>()?.base();
    Ok(ums.announce(token, service).await)
}

/// The UMS has said yes; it must also have asked what the token means, or it could not have known.
async fn announced(acting: &Acting<Cloud>, run: &OnboardingRow) -> Result<()> {
    let mut tx = acting.begin().await?;
    if !tokens::rows::is_announced(&mut tx, run.id).await? {
        drop(tx);
        let cause = "the UMS accepted the announcement without asking the Onboarding Service about it";
        return onboardings::fail(acting, run, &Failed::new(Failure::UmsUnreachable, cause)).await;
    }
    if runs::announced(&mut tx, run.account_id, run.id).await? {
        tx.commit(Event::new("onboarding.announced", run.id, run.email.as_str()))
            .await?;
    }
    Ok(())
}

/// A UMS as its record describes it.
struct Ums<'a> {
    outside: &'a Outside,
    /// Host and port, for causes.
    place: String,
    url: String,
    trust: Trust,
}

impl<'a> Ums<'a> {
    fn new(acting: &'a Acting<Cloud>, route: &Route) -> Result<Result<Self, Failed>> {
        let outside = acting.services().port::<Outside>()?;
        let Ok(host) = Hostname::parse(&route.host) else {
            return Ok(Err(Failed::new(
                Failure::UmsUnreachable,
                "the record's host name cannot be read",
            )));
        };
        let place = format!("{}:{}", host.in_url(), route.port);
        let Ok(trust) = Trust::only_pem(&route.chain_pem) else {
            return Ok(Err(Failed::new(
                Failure::UmsChain,
                "the record's certificate chain cannot be read",
            )));
        };
        let url = format!("https://{place}{UMS_ONBOARDING}");
        Ok(Ok(Self {
            outside,
            place,
            url,
            trust,
        }))
    }

    /// Who it says it is.
    async fn fingerprint(&self) -> Result<Fingerprint, Failed> {
        let reply = self.send(Call::get(&self.url)).await?;
        let said: Option<UmsIdentityReply> = serde_json::from_slice(&reply.body).ok();
        let fingerprint = said.and_then(|said| said.ums_id_fingerprint.parse().ok());
        fingerprint.ok_or_else(|| self.unreachable("the answer is not that of a UMS"))
    }

    /// Tells it of the token.
    async fn announce(&self, token: Secret, service: &str) -> Result<(), Failed> {
        let body = AnnounceOnboarding {
            token,
            service: service.to_owned(),
        };
        let body = serde_json::to_vec(&body).map_err(|error| self.unreachable(&error.to_string()))?;
        self.send(Call::post(&self.url, "application/json", body))
            .await
            .map(drop)
    }

    async fn send(&self, call: Call) -> Result<Reply, Failed> {
        let call = call
            .header(header::ACCEPT, HeaderValue::from_static("application/json"))
            .trust(self.trust.clone());
        let reply = self.outside.http.send(call).await;
        let reply = reply.map_err(|error| Failed::of_call(error, &self.place))?;
        if reply.is_success() {
            return Ok(reply);
        }
        Err(self.unreachable(&format!("the UMS or proxy answered with status {}", reply.status)))
    }

    fn unreachable(&self, why: &str) -> Failed {
        Failed::new(Failure::UmsUnreachable, format!("{}: {why}", self.place))
    }
}
