//! `/ums/check-status`, for load balancers and monitors.

use access::Services;
use domain::Company;
use serde::{Deserialize, Serialize};
use time::Duration;

use crate::Live;

/// An answer is used again for this long, so that a monitor cannot keep the database busy (at most a minute, by the design).
const FRESH: Duration = Duration::seconds(10);
/// Longest start before it counts as a failure.
const START: Duration = Duration::seconds(120);

/// How a UMS is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is still starting.
    Init,
    Ok,
    /// It works, but somebody should look: the web certificate is about to end and was not renewed.
    Warn,
    /// No database, or no certificates after two minutes.
    Err,
}

/// The body of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    pub status: Status,
}

/// How this UMS is, at most ten seconds old.
pub async fn check(services: &Services<Company>) -> Check {
    let Ok(live) = services.port::<Live>() else {
        return Check { status: Status::Err };
    };
    let now = services.now();
    if let Some((at, status)) = *live.status()
        && now - at < FRESH
    {
        return Check { status };
    }
    let status = match services.ping().await {
        Err(_) => Status::Err,
        Ok(()) => of_certificates(live, now),
    };
    *live.status() = Some((now, status));
    Check { status }
}

fn of_certificates(live: &Live, now: time::OffsetDateTime) -> Status {
    match &*live.certificates().borrow() {
        Some(certificates)
            if certificates.web().certificate.not_after() - now < pki::authority::RENEW_BEFORE / 2 =>
        {
            Status::Warn
        }
        Some(_) => Status::Ok,
        None if now - live.started_at() > START => Status::Err,
        None => Status::Init,
    }
}
