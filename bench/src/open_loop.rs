//! Load at a fixed rate, whether the answers come or not: what real people and devices do (performance anchors, part 4, rule 4).

use std::future::Future;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::failure::{Failure, Outcome};

/// What came of one unit, and how long after the moment it was due.
pub struct Done<T> {
    pub value: T,
    pub took: Duration,
}

/// Begins `rate` units a second for `span`, then waits for all of them. Fails with the first that fails.
pub async fn open_loop<T, F>(
    rate: f64,
    span: Duration,
    mut unit: impl FnMut(usize) -> F,
) -> Outcome<Vec<Done<T>>>
where
    T: Send + 'static,
    F: Future<Output = Outcome<T>> + Send + 'static,
{
    let start = Instant::now();
    let mut running = JoinSet::new();
    let mut done = Vec::new();
    for number in 0.. {
        let due = start + Duration::from_secs_f64(f64::from(number) / rate);
        if due >= start + span {
            break;
        }
        sleep_until(due).await;
        let unit = unit(usize::try_from(number)?);
        running.spawn(async move {
            let value = unit.await?;
            Ok::<_, Failure>(Done {
                value,
                took: due.elapsed(),
            })
        });
        while let Some(ended) = running.try_join_next() {
            done.push(ended??);
        }
    }
    while let Some(ended) = running.join_next().await {
        done.push(ended??);
    }
    Ok(done)
}

/// The times in milliseconds.
pub fn milliseconds<T>(done: &[Done<T>]) -> Vec<f64> {
    done.iter().map(|one| one.took.as_secs_f64() * 1000.0).collect()
}
