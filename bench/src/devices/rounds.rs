//! Repeating a measurement while the machine stays what it was.

use crate::Stage;
use crate::failure::{Failure, Outcome};
use crate::machine::probe::Probe;
use crate::report::Report;

/// Rounds that may be thrown away for each one that is kept.
const SPARE: usize = 2;

/// Carries out `round` until so many are kept. A round during which the processor became faster or slower by more than a fifth
/// is thrown away, except with `--quick`.
pub async fn rounds<T>(
    stage: &Stage,
    report: &Report,
    wanted: usize,
    mut round: impl AsyncFnMut() -> Outcome<T>,
) -> Outcome<Vec<T>> {
    let mut kept = Vec::with_capacity(wanted);
    let mut thrown = 0;
    while kept.len() < wanted {
        let before = Probe::take(&stage.place)?;
        let measured = round().await?;
        let after = Probe::take(&stage.place)?;
        let steady = after.processor_is_steady(&before);
        report.note(format_args!(
            "round {}: before {before}; after {after}{}",
            kept.len() + 1,
            if steady { "" } else { " (not steady)" }
        ));
        if steady || stage.quick {
            kept.push(measured);
        } else {
            thrown += 1;
            if thrown > wanted * SPARE {
                return Err(Failure::new("the machine is too unsteady to measure on"));
            }
        }
    }
    report.note(format_args!("{wanted} pairs, alternating; {thrown} thrown away"));
    Ok(kept)
}
