//! What a restart is for the devices.

use std::time::{Duration, Instant};

use super::herd::Herd;
use crate::failure::Outcome;
use crate::figures::{median, number};
use crate::machine::process::Process;
use crate::report::{Report, Target};

/// One restart, as its devices saw it.
pub struct Storm {
    /// From the kill until somebody listened again.
    pub down: Duration,
    /// From the kill until so many were back.
    pub most_back: Duration,
    pub all_back: Duration,
    /// Devices per second, from when somebody listened until 99 % were back.
    pub rate: f64,
    /// Processor time of the new process per device, with everything else it did, in microseconds.
    pub cpu: f64,
    pub lost: usize,
}

impl Storm {
    /// Waits until all are back, or no more come.
    pub async fn wait(
        herd: &Herd,
        killed: Instant,
        listens: Instant,
        devices: usize,
        server: Process,
    ) -> Outcome<Self> {
        let arrivals = herd.wait().await;
        let cpu = server.cpu()?.as_secs_f64() * 1e6 / number(devices);
        let most = arrivals.times.len().saturating_mul(99).div_ceil(100);
        let at = |rank: usize| {
            arrivals
                .times
                .get(rank.saturating_sub(1))
                .copied()
                .unwrap_or(killed)
        };
        let (most_back, all_back) = (at(most), at(arrivals.times.len()));
        Ok(Self {
            down: listens - killed,
            most_back: most_back - killed,
            all_back: all_back - killed,
            rate: number(most) / most_back.saturating_duration_since(listens).as_secs_f64(),
            cpu,
            lost: arrivals.lost,
        })
    }
}

/// Tells the middle of several restarts.
pub fn tell<'a>(report: &mut Report, name: &str, storms: impl Iterator<Item = &'a Storm>) -> Outcome {
    let storms: Vec<_> = storms.collect();
    let of = |pick: fn(&Storm) -> f64| median(&storms.iter().copied().map(pick).collect::<Vec<_>>());
    let figures: [(&str, f64, &str); 5] = [
        (
            "listens again after the kill",
            of(|storm| storm.down.as_secs_f64()),
            "s",
        ),
        (
            "99 % are back after the kill",
            of(|storm| storm.most_back.as_secs_f64()),
            "s",
        ),
        (
            "all are back after the kill",
            of(|storm| storm.all_back.as_secs_f64()),
            "s",
        ),
        ("devices back per second", of(|storm| storm.rate), "/s"),
        ("CPU of the new server per device", of(|storm| storm.cpu), "us"),
    ];
    for (what, value, unit) in figures {
        report.figure(format_args!("{name}: {what}"), value, unit, Target::None)?;
    }
    Ok(())
}
