//! Work that is done after a change was committed, or when its time has come: a table of jobs, and a runner per side.
//! A job is done at least once; a handler that was interrupted finds its job again when the lease has ended. A runner takes only
//! the kinds that it has handlers for, so that slow work (mail) can have a runner of its own and nothing else waits for it.

use std::collections::HashMap;
use std::sync::Arc;

use domain::Side;
use domain::id::JobId;
use store::{args, row, sql};
use time::{Duration, OffsetDateTime};
use tokio_util::sync::CancellationToken;

use crate::{BoxFuture, Result, Services};

/// A job that nobody finished may be taken again after this long.
const LEASE: Duration = Duration::minutes(2);
/// Tries of one job before it is left alone, with its last error.
pub const ATTEMPTS: i64 = 8;
/// Longest error text that is kept, in characters.
const ERROR_MAX: usize = 500;

type Handler<S> = Arc<dyn Fn(Services<S>, Job) -> BoxFuture<'static, Result<Outcome>> + Send + Sync>;

/// A job, as its handler gets it.
#[derive(Clone, Debug)]
pub struct Job {
    pub id: JobId,
    /// JSON.
    pub payload: String,
    /// How often it was begun, this time included; tries that ended in [`Outcome::Wait`] are not counted.
    pub attempts: i64,
    pub created_at: OffsetDateTime,
}

/// How a try ended that did not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There is nothing left to do. What the job said is forgotten.
    Done,
    /// Somebody else was not ready: try again then. The try does not count, so the handler decides how long it goes on.
    Wait { until: OffsetDateTime, why: String },
}

/// What a side does with its jobs, by kind.
pub struct Jobs<S: Side> {
    handlers: HashMap<&'static str, Handler<S>>,
}

impl<S: Side> Default for Jobs<S> {
    fn default() -> Self {
        Self {
            handlers: HashMap::new(),
        }
    }
}

row! {
    struct JobRow {
        id: JobId,
        kind: String,
        payload: String,
        attempts: i64,
        created_at: OffsetDateTime,
    }
}

impl<S: Side> Jobs<S> {
    /// Adds the handler of a kind. It gets the payload as JSON.
    #[must_use]
    pub fn on<F>(
        self,
        kind: &'static str,
        handler: impl Fn(Services<S>, String) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.on_job(kind, move |services, job| {
            let done = handler(services, job.payload);
            async move { done.await.map(|()| Outcome::Done) }
        })
    }

    /// Adds the handler of a kind that wants to know the whole job, or to wait.
    #[must_use]
    pub fn on_job<F>(
        mut self,
        kind: &'static str,
        handler: impl Fn(Services<S>, Job) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Outcome>> + Send + 'static,
    {
        self.handlers.insert(
            kind,
            Arc::new(move |services, job| Box::pin(handler(services, job))),
        );
        self
    }

    /// Does every job that is due. Answers how many were tried.
    pub async fn run_due(&self, services: &Services<S>) -> Result<u64> {
        let kinds: Vec<_> = self.handlers.keys().collect();
        let kinds = serde_json::to_string(&kinds)?;
        let mut tried = 0;
        while let Some(row) = take(services, &kinds).await? {
            tried += 1;
            let job = Job {
                id: row.id,
                payload: row.payload.clone(),
                attempts: row.attempts,
                created_at: row.created_at,
            };
            let ended = match self.handlers.get(row.kind.as_str()) {
                Some(handler) => handler(services.clone(), job).await,
                None => Err(crate::Error::internal(format!(
                    "nobody does jobs of kind {}",
                    row.kind
                ))),
            };
            finish(services, &row, ended).await?;
        }
        Ok(tried)
    }

    /// Runs until `stop`: looks for due jobs every `every`, and at once when one was committed here.
    pub async fn run(&self, services: &Services<S>, every: std::time::Duration, stop: CancellationToken) {
        let mut queued = services.queued().subscribe();
        let mut tick = tokio::time::interval(every);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = tick.tick() => {}
                Ok(()) = queued.changed() => {}
            }
            if let Err(error) = self.run_due(services).await {
                tracing::error!(
                    side = S::KEY,
                    error = &error as &dyn std::error::Error,
                    "jobs could not be run"
                );
            }
        }
    }
}

/// `kinds` is a JSON list.
async fn take<S: Side>(services: &Services<S>, kinds: &str) -> Result<Option<JobRow>> {
    let now = services.now();
    let mut tx = services.db().begin().await?;
    let job: Option<JobRow> = tx
        .optional(
            sql!(
                sqlite: "update jobs set leased_until = $2, attempts = attempts + 1
                          where id = (select id from jobs
                                       where done_at is null and due_at <= $1 and attempts < $3
                                         and (leased_until is null or leased_until <= $1)
                                         and kind in (select value from json_each($4))
                                       order by due_at, id limit 1)
                         returning id, kind, payload, attempts, created_at",
                postgres: "update jobs set leased_until = $2, attempts = attempts + 1
                            where id = (select id from jobs
                                         where done_at is null and due_at <= $1 and attempts < $3
                                           and (leased_until is null or leased_until <= $1)
                                           and kind in (select jsonb_array_elements_text(cast($4 as jsonb)))
                                         order by due_at, id limit 1 for update skip locked)
                           returning id, kind, payload, attempts, created_at"
            ),
            args![now, now + LEASE, ATTEMPTS, kinds],
        )
        .await?;
    tx.commit().await?;
    Ok(job)
}

async fn finish<S: Side>(services: &Services<S>, job: &JobRow, ended: Result<Outcome>) -> Result<()> {
    let now = services.now();
    let mut tx = services.db().begin().await?;
    match ended {
        Ok(Outcome::Done) => {
            let done = sql!(
                "update jobs set done_at = $2, leased_until = null, error = null, payload = 'null' where id = $1"
            );
            tx.execute(done, args![job.id, now]).await?;
        }
        Ok(Outcome::Wait { until, why }) => {
            tracing::debug!(job = %job.id, kind = job.kind, why, "a job waits");
            let text: String = why.chars().take(ERROR_MAX).collect();
            let wait = sql!(
                "update jobs set due_at = $2, leased_until = null, error = $3, attempts = attempts - 1 where id = $1"
            );
            tx.execute(wait, args![job.id, until, text]).await?;
        }
        Err(error) => {
            tracing::warn!(job = %job.id, kind = job.kind, attempt = job.attempts, error = &error as &dyn std::error::Error, "job failed");
            let text: String = error.to_string().chars().take(ERROR_MAX).collect();
            let later = sql!("update jobs set due_at = $2, leased_until = null, error = $3 where id = $1");
            tx.execute(later, args![job.id, now + back_off(job.attempts), text])
                .await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Ten seconds, then twice as long each time, at most an hour.
fn back_off(attempts: i64) -> Duration {
    let doubled = 10_i64.saturating_mul(1 << (attempts - 1).clamp(0, 20));
    Duration::seconds(doubled.min(3600))
}

/// Deletes what was done more than a week ago. Answers how many.
pub async fn purge<S: Side>(services: &Services<S>, now: OffsetDateTime) -> Result<u64> {
    let mut tx = services.db().begin().await?;
    let gone = tx
        .execute(
            sql!("delete from jobs where done_at < $1"),
            args![now - Duration::WEEK],
        )
        .await?;
    tx.commit().await?;
    Ok(gone)
}
