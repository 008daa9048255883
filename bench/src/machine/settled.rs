//! Waiting for a process by looking at it: until it has nothing to do, and until its memory moves no more.

use std::time::{Duration, Instant};

use super::process::Process;
use crate::failure::{Failure, Outcome};

/// Time between two looks at the processor time, and what a process at rest may use in it.
const LOOK: Duration = Duration::from_millis(200);
const RESTING: Duration = Duration::from_millis(10);
/// Looks in a row that have to find it at rest.
const QUIET_LOOKS: usize = 4;
/// Time between two looks at the memory, and how many in a row have to agree.
const MEMORY_LOOK: Duration = Duration::from_millis(500);
const LEVEL_LOOKS: usize = 6;
/// By how much they may differ.
const LEVEL: f64 = 0.002;
/// Longest wait.
const PATIENCE: Duration = Duration::from_mins(2);

/// Waits until the process hardly uses the processor.
pub async fn at_rest(process: Process) -> Outcome {
    let end = Instant::now() + PATIENCE;
    let mut quiet = 0;
    let mut before = process.cpu()?;
    while quiet < QUIET_LOOKS {
        if Instant::now() > end {
            return Err(Failure::new(format!(
                "process {} does not come to rest",
                process.0
            )));
        }
        tokio::time::sleep(LOOK).await;
        let now = process.cpu()?;
        quiet = if now.saturating_sub(before) <= RESTING {
            quiet + 1
        } else {
            0
        };
        before = now;
    }
    Ok(())
}

/// Its resident memory in bytes, once it is at rest and the memory has stopped moving.
#[expect(clippy::cast_precision_loss, reason = "memory is far below 2^52 bytes")]
pub async fn memory(process: Process) -> Outcome<f64> {
    at_rest(process).await?;
    let end = Instant::now() + PATIENCE;
    let mut looks: Vec<f64> = Vec::new();
    loop {
        looks.push(process.resident()? as f64);
        let last = looks.last_chunk::<LEVEL_LOOKS>();
        if let Some(last) = last.filter(|last| is_level(*last)) {
            return Ok(last[LEVEL_LOOKS - 1]);
        }
        if Instant::now() > end {
            return Err(Failure::new(format!(
                "the memory of process {} does not settle",
                process.0
            )));
        }
        tokio::time::sleep(MEMORY_LOOK).await;
    }
}

fn is_level(looks: &[f64]) -> bool {
    let (least, most) = looks.iter().fold((f64::MAX, 0.0_f64), |(least, most), look| {
        (least.min(*look), most.max(*look))
    });
    most - least <= most * LEVEL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_level_when_all_looks_agree_to_two_thousandths() {
        assert!(is_level(&[1000.0, 1001.0, 1002.0]));
        assert!(!is_level(&[1000.0, 1001.0, 1003.0]));
        assert!(!is_level(&[1003.0, 1001.0, 1000.0]), "falling is moving too");
    }
}
