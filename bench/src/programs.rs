//! Programs that a benchmark starts: the server and its peers, each on a core of its own, and ended by their ids.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::failure::{Doing as _, Failure, Outcome};
use crate::machine::process::Process;

/// How often a condition outside of us (a file, a listener) is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// How long a program may take to come up.
const UP_WITHIN: Duration = Duration::from_mins(1);

/// Which core a program may use: the server has the first one, we have the second, so that neither takes from the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Core {
    Server,
    /// All of them.
    Any,
}

impl Core {
    /// `taskset` before the program, where it is bound.
    pub fn command(self, program: impl AsRef<OsStr>) -> Command {
        let list = match self {
            Self::Server => "0",
            Self::Any => return Command::new(program),
        };
        let mut command = Command::new("taskset");
        command.args(["-c", list]).arg(program);
        command
    }
}

/// A program that runs. Killed when it is dropped.
pub struct Program {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Program {
    /// Starts it; what it says goes to `<folder>/<name>.log`.
    pub fn start(name: &str, folder: &Path, command: &mut Command) -> Outcome<Self> {
        let log = folder.join(format!("{name}.log"));
        let file = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .doing(log.display())?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .doing(format_args!("cannot start {name}"))?;
        Ok(Self {
            name: name.to_owned(),
            child,
            log,
        })
    }

    /// The process itself: `taskset` replaces itself by the program, so the id is the program's.
    pub fn process(&self) -> Process {
        Process(self.child.id())
    }

    /// Waits until `ready` says something. Fails when the program ends, or does not get there within a minute.
    pub async fn until<T>(&mut self, ready: impl Fn() -> Option<T>) -> Outcome<T> {
        let end = Instant::now() + UP_WITHIN;
        loop {
            if let Some(found) = ready() {
                return Ok(found);
            }
            let ended = self.child.try_wait()?;
            if ended.is_some() || Instant::now() > end {
                let log = self.log.display();
                let state = ended.map_or_else(
                    || "is not up after a minute".to_owned(),
                    |ended| format!("ended ({ended})"),
                );
                return Err(Failure::new(format!("{} {state}; see {log}", self.name)));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Asks it to end, and waits.
    pub fn stop(mut self) -> Outcome {
        self.signal(Signal::TERM)?;
        self.child.wait()?;
        Ok(())
    }

    /// As by a power cut.
    pub fn kill(mut self) -> Outcome {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    fn signal(&self, signal: Signal) -> Outcome {
        let id = i32::try_from(self.child.id())?;
        let id = Pid::from_raw(id).ok_or_else(|| Failure::new("no process"))?;
        Ok(kill_process(id, signal)?)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
