//! Proofs are looked for again every day: a domain changes hands, and a record is deleted.

use access::{Actor, Result, Services};
use domain::Cloud;
use futures::future::join_all;

use super::proving;
use super::rows::{self, ClaimRow};

/// The kind of the job.
pub(crate) const KIND: &str = "portal.domains";
/// Domains of one round: a job has to end within its lease.
const ROUND: usize = 64;
/// Name servers that are asked at a time.
const AT_A_TIME: usize = 16;

/// Looks for every proof that is due. Answers whether some are left for another round.
pub(crate) async fn recheck(services: &Services<Cloud>) -> Result<bool> {
    let acting = services.acting_as_unchecked(Actor::System(KIND));
    let due: Vec<ClaimRow> = rows::due_unscoped(&mut acting.read().await?, services.now()).await?;
    for some in due.chunks(AT_A_TIME) {
        let looks = join_all(some.iter().map(|row| proving::look(&acting, row))).await;
        for (row, look) in some.iter().zip(looks) {
            let settled = match look {
                Ok(look) => proving::settle(&acting, row.account_id, row, look).await,
                Err(error) => Err(error),
            };
            // One that cannot be written down must not keep the others from it; it is due again.
            if let Err(error) = settled {
                let error = &error as &dyn std::error::Error;
                tracing::error!(domain = row.domain, error, "a proof could not be written down");
            }
        }
    }
    Ok(due.len() >= ROUND)
}
