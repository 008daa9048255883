use access::jobs::Jobs;
use access::{Result, Services};
use domain::Company;
use time::Duration;

use crate::registration;

/// Adds the handlers of this crate: what waits for others. What the UMS does by itself again and again is in
/// [`crate::background`].
#[must_use]
pub fn jobs(jobs: Jobs<Company>) -> Jobs<Company> {
    jobs.on(registration::KIND, |services, _| async move {
        registration::work(&services).await
    })
}

/// To be called once at the start of the process, when the certificates are there: sees to it that the cloud is asked.
pub async fn start_jobs(services: &Services<Company>) -> Result<()> {
    registration::queue(services, Duration::ZERO).await
}
