//! Many who onboard a device at the same time, and what the processes behind have used for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::company::Company;
use super::way::{Took, Way};
use crate::failure::{Doing as _, Outcome};
use crate::figures::{each, number};
use crate::machine::process::Process;
use crate::machine::settled;

/// Onboardings under way at the same time: more than the cores can do, fewer than calls to one host.
const LANES: usize = 24;

/// Processor time of each process, in microseconds of an onboarding.
#[derive(Clone, Copy)]
pub struct Used {
    pub service: f64,
    pub ums: f64,
    pub idp: f64,
    pub front: f64,
    pub generator: f64,
}

/// What came of one block.
pub struct Block {
    /// Onboardings a second.
    pub rate: f64,
    pub used: Used,
    pub took: Vec<Took>,
}

/// `count` onboardings, from the number `first` on, as fast as they go.
pub async fn block(company: &Company, way: &Arc<Way>, first: usize, count: usize) -> Outcome<Block> {
    let processes = [
        company.cloud.process(),
        company.ums.process(),
        company.idp.process(),
        company.front.process(),
        Process(std::process::id()),
    ];
    let before = cpu(&processes)?;
    let start = Instant::now();
    let way = Arc::clone(way);
    let took = all(count, LANES, move |device| {
        let way = Arc::clone(&way);
        async move { way.go(first + device).await }
    })
    .await?;
    let elapsed = start.elapsed();
    // What is done after the answers belongs to them.
    settled::at_rest(company.cloud.process()).await?;
    let after = cpu(&processes)?;
    let of = |process: usize| each(after[process].saturating_sub(before[process]), count);
    Ok(Block {
        rate: number(count) / elapsed.as_secs_f64(),
        used: Used {
            service: of(0),
            ums: of(1),
            idp: of(2),
            front: of(3),
            generator: of(4),
        },
        took,
    })
}

fn cpu(processes: &[Process; 5]) -> Outcome<[Duration; 5]> {
    let mut used = [Duration::ZERO; 5];
    for (used, process) in used.iter_mut().zip(processes) {
        *used = process.cpu()?;
    }
    Ok(used)
}

/// `unit` for each number below `count`, so many at a time. Fails with the first that fails.
pub async fn all<T, F>(
    count: usize,
    lanes: usize,
    unit: impl Fn(usize) -> F + Clone + Send + 'static,
) -> Outcome<Vec<T>>
where
    T: Send + 'static,
    F: Future<Output = Outcome<T>> + Send + 'static,
{
    let next = Arc::new(AtomicUsize::new(0));
    let mut working = JoinSet::new();
    for _ in 0..lanes {
        let (next, unit) = (Arc::clone(&next), unit.clone());
        working.spawn(async move {
            let mut done = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return Ok(done);
                }
                done.push(unit(number).await.doing(format_args!("number {number}"))?);
            }
        });
    }
    let mut done = Vec::with_capacity(count);
    while let Some(lane) = working.join_next().await {
        let lane: Outcome<Vec<T>> = lane?;
        done.extend(lane?);
    }
    Ok(done)
}
