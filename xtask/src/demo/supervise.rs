//! Programs that run together: started in order, followed, and ended together in the reverse order.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Read, Write as _},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;

use crate::failure::{Doing as _, Failure, Outcome};

/// How often a condition outside of us (a file, a listener) is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How long a program may take to end when it is asked to.
const END_WITHIN: Duration = Duration::from_secs(10);
const LINES_SHOWN_AT_FAILURE: usize = 30;

enum Event {
    Line { of: usize, text: String },
    Closed { of: usize },
    Interrupted,
}

struct Program {
    name: &'static str,
    child: Child,
    log: PathBuf,
    announced: Option<Value>,
}

/// Ends everything it has started when it is dropped.
pub struct Supervisor {
    programs: Vec<Program>,
    logs: PathBuf,
    echo: bool,
    sender: Sender<Event>,
    events: Receiver<Event>,
}

/// A program of a [`Supervisor`].
#[derive(Clone, Copy)]
pub struct Id(usize);

impl Supervisor {
    /// `logs` gets a file per program; with `echo` each line is also shown behind the program's name. Takes over Ctrl-C.
    pub fn new(logs: PathBuf, echo: bool) -> Outcome<Self> {
        fs::create_dir_all(&logs).doing(logs.display())?;
        let (sender, events) = mpsc::channel();
        let interrupted = sender.clone();
        ctrlc::set_handler(move || drop(interrupted.send(Event::Interrupted)))
            .map_err(|error| Failure::new(format!("cannot listen for Ctrl-C: {error}")))?;
        Ok(Self {
            programs: Vec::new(),
            logs,
            echo,
            sender,
            events,
        })
    }

    /// Starts a program in a process group of its own, so that Ctrl-C reaches only us and the order of the end is ours.
    pub fn start(&mut self, name: &'static str, command: &mut Command) -> Outcome<Id> {
        let log = self.logs.join(format!("{name}.log"));
        let file = File::create(&log).doing(log.display())?;
        // The other end of standard input tells the neighbours when we are gone, however we ended.
        let command = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let mut child = command.spawn().doing(format_args!("cannot start {name}"))?;
        let of = self.programs.len();
        let streams: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|stream| Box::new(stream) as _),
            child.stderr.take().map(|stream| Box::new(stream) as _),
        ];
        for stream in streams.into_iter().flatten() {
            let file = file.try_clone().doing(log.display())?;
            self.follow(of, name, stream, file);
        }
        self.programs.push(Program {
            name,
            child,
            log,
            announced: None,
        });
        Ok(Id(of))
    }

    fn follow(&self, of: usize, name: &'static str, stream: impl Read + Send + 'static, mut file: File) {
        let (sender, echo) = (self.sender.clone(), self.echo);
        thread::spawn(move || {
            for text in BufReader::new(stream).lines().map_while(Result::ok) {
                // A full disk must not stop the program we follow.
                let _unwritten = writeln!(file, "{text}");
                if echo {
                    println!("{name:>8} | {text}");
                }
                drop(sender.send(Event::Line { of, text }));
            }
            drop(sender.send(Event::Closed { of }));
        });
    }

    /// The line of JSON by which a neighbour tells its addresses.
    pub fn announcement(&mut self, id: Id, within: Duration) -> Outcome<Value> {
        let name = self.programs.get(id.0).map_or("", |program| program.name);
        let end = Instant::now() + within;
        loop {
            if let Some(value) = self
                .programs
                .get_mut(id.0)
                .and_then(|program| program.announced.take())
            {
                return Ok(value);
            }
            self.step(end, name)?;
        }
    }

    /// Waits until `ready` has an answer; fails at the deadline, at Ctrl-C, and when a program ends meanwhile.
    pub fn until<T>(
        &mut self,
        what: &str,
        within: Duration,
        mut ready: impl FnMut() -> Option<T>,
    ) -> Outcome<T> {
        let end = Instant::now() + within;
        loop {
            if let Some(answer) = ready() {
                return Ok(answer);
            }
            self.step(end, what)?;
        }
    }

    /// Returns at Ctrl-C; fails when one of the programs ends by itself.
    pub fn until_interrupted(&mut self) -> Outcome {
        loop {
            match self.events.recv() {
                Ok(Event::Interrupted) | Err(_) => return Ok(()),
                Ok(event) => self.take(event)?,
            }
        }
    }

    fn step(&mut self, end: Instant, what: &str) -> Outcome {
        if Instant::now() > end {
            return Err(Failure::new(format!(
                "{what} did not answer in time; see {}",
                self.logs.display()
            )));
        }
        match self.events.recv_timeout(LOOK_EVERY) {
            Ok(event) => self.take(event),
            Err(RecvTimeoutError::Timeout) => Ok(()),
            Err(RecvTimeoutError::Disconnected) => Err(Failure::new("nothing runs any more")),
        }
    }

    fn take(&mut self, event: Event) -> Outcome {
        match event {
            Event::Line { of, text } => {
                if let Some(program) = self.programs.get_mut(of)
                    && text.starts_with('{')
                    && program.announced.is_none()
                {
                    program.announced = serde_json::from_str(&text).ok();
                }
                Ok(())
            }
            Event::Closed { of } => {
                let Some(program) = self.programs.get(of) else {
                    return Ok(());
                };
                Err(Failure::new(format!(
                    "{} has ended:\n{}",
                    program.name,
                    last_lines(&program.log)
                )))
            }
            Event::Interrupted => Err(Failure::new("interrupted")),
        }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        for program in self.programs.iter_mut().rev() {
            let group = i32::try_from(program.child.id()).ok().and_then(Pid::from_raw);
            let tell = |signal| group.is_some_and(|group| kill_process_group(group, signal).is_ok());
            if !tell(Signal::TERM) {
                continue;
            }
            let end = Instant::now() + END_WITHIN;
            while matches!(program.child.try_wait(), Ok(None)) {
                // The pipes of an ending program close: its events wake us before the pause is over.
                let _woken = self.events.recv_timeout(LOOK_EVERY);
                if Instant::now() > end {
                    eprintln!("{} does not end by itself: killed", program.name);
                    tell(Signal::KILL);
                    let _ended = program.child.wait();
                }
            }
        }
    }
}

fn last_lines(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines
        .get(lines.len().saturating_sub(LINES_SHOWN_AT_FAILURE)..)
        .unwrap_or_default()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(10);

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    // One test: a process has one handler for Ctrl-C.
    #[test]
    fn programs_are_followed_and_all_end_with_the_supervisor() {
        let folder = tempfile::tempdir().unwrap();
        let mut supervisor = Supervisor::new(folder.path().join("logs"), false).unwrap();
        let neighbour = supervisor
            .start(
                "neighbour",
                &mut shell(r#"echo starting; echo '{"port": 7}'; exec sleep 600"#),
            )
            .unwrap();
        assert_eq!(supervisor.announcement(neighbour, SOON).unwrap()["port"], 7);
        assert!(folder.path().join("logs/neighbour.log").is_file());

        let asked = "trap 'touch asked; exit 0' TERM; touch ready; read -r _";
        supervisor
            .start("asked", shell(asked).current_dir(folder.path()))
            .unwrap();
        supervisor
            .until("the file", SOON, || {
                folder.path().join("ready").exists().then_some(())
            })
            .unwrap();
        let pids: Vec<_> = supervisor
            .programs
            .iter()
            .map(|program| program.child.id())
            .collect();
        drop(supervisor);
        assert!(
            folder.path().join("asked").exists(),
            "it is asked before it is killed"
        );
        for pid in pids {
            assert!(!Path::new(&format!("/proc/{pid}")).exists(), "{pid} still runs");
        }
    }
}
