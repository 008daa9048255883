//! What a process has cost: processor time and memory, from `/proc` (proc(5)).

use std::fs;
use std::time::Duration;

use crate::failure::{Doing as _, Failure, Outcome};

/// Length of a tick of `utime` and `stime`: Linux answers 100 a second for `_SC_CLK_TCK` on every machine it supports.
const TICK: Duration = Duration::from_millis(10);

/// A process that is watched.
#[derive(Clone, Copy, Debug)]
pub struct Process(pub u32);

impl Process {
    /// User and system time of all its threads since its start, in steps of 10 ms.
    pub fn cpu(self) -> Outcome<Duration> {
        let path = format!("/proc/{}/stat", self.0);
        let text = fs::read_to_string(&path).doing(&path)?;
        // The second field is a name in parentheses that may hold blanks.
        let rest = text.rsplit_once(')').map_or("", |(_, rest)| rest);
        let ticks = |field: usize| rest.split_whitespace().nth(field)?.parse::<u32>().ok();
        match (ticks(11), ticks(12)) {
            (Some(user), Some(system)) => Ok(TICK * user + TICK * system),
            _ => Err(Failure::new(format!("{path} cannot be understood"))),
        }
    }

    /// The same since an earlier look.
    pub fn cpu_since(self, before: Duration) -> Outcome<Duration> {
        Ok(self.cpu()?.saturating_sub(before))
    }

    /// Resident memory, in bytes.
    pub fn resident(self) -> Outcome<u64> {
        self.status("VmRSS:")
    }

    /// The most resident memory it has had, in bytes.
    pub fn resident_peak(self) -> Outcome<u64> {
        self.status("VmHWM:")
    }

    /// The part of it that no file stands behind: what the process has asked for. The rest is mostly the program itself.
    pub fn resident_own(self) -> Outcome<u64> {
        self.status("RssAnon:")
    }

    fn status(self, field: &str) -> Outcome<u64> {
        let path = format!("/proc/{}/status", self.0);
        let text = fs::read_to_string(&path).doing(&path)?;
        let kib = text.lines().find_map(|line| {
            line.strip_prefix(field)?
                .split_whitespace()
                .next()?
                .parse::<u64>()
                .ok()
        });
        kib.map(|kib| kib * 1024)
            .ok_or_else(|| Failure::new(format!("{path} has no {field}")))
    }
}
