//! What goes by itself: the files of cases that have been closed for long, and files that belong to nothing.

use std::collections::BTreeSet;

use access::{Actor, Error, Result, Services};
use domain::Cloud;
use domain::id::CaseFileId;
use time::Duration;
use uuid::Uuid;

use super::{Desk, rows};

/// The kind of the job.
pub(crate) const KIND: &str = "portal.case_files";
/// The files of a case are kept for so long after it was closed. What was said stays.
const KEPT: Duration = Duration::days(90);

/// Lets old files go, then deletes every file on the disk that the database does not name (any more): of closed cases, of deleted
/// accounts, of uploads that did not end.
pub(crate) async fn purge(services: &Services<Cloud>) -> Result<()> {
    let acting = services.acting_as_unchecked(Actor::System(KIND));
    let mut tx = acting.begin().await?;
    let now = tx.now();
    rows::let_go_unscoped(&mut tx, now - KEPT, now).await?;
    tx.commit_without_event_because("cleaning up").await?;

    let files = &services.port::<Desk>()?.files;
    // Looked at first: what is on the disk later than this is not touched.
    let mut unnamed: BTreeSet<CaseFileId> = files.older(now).await.map_err(Error::internal)?;
    let mut after = CaseFileId::from(Uuid::nil());
    while !unnamed.is_empty() {
        let named = rows::there_unscoped(&mut acting.read().await?, after).await?;
        let Some(last) = named.last() else { break };
        after = last.id;
        for row in &named {
            unnamed.remove(&row.id);
        }
    }
    if !unnamed.is_empty() {
        tracing::info!(count = unnamed.len(), "files that belong to no case are deleted");
    }
    files.sweep(unnamed).await.map_err(Error::internal)
}
