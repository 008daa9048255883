//! The program itself, its lines read as they come.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

/// Longest that anything may take here; a test that waits longer has failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// A device that runs. Ends with the test.
pub struct Device {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// What it has said so far.
    pub said: Vec<Value>,
}

/// How a device ended.
#[derive(Debug)]
pub struct Ended {
    pub success: bool,
    pub said: Vec<Value>,
}

impl Ended {
    /// The code of its last error.
    pub fn code(&self) -> Option<u64> {
        assert!(
            !self.success || self.said.iter().all(|line| line["event"] != "error"),
            "{:?}",
            self.said
        );
        self.said
            .iter()
            .rev()
            .find(|line| line["event"] == "error")
            .and_then(|line| line["code"].as_u64())
    }
}

pub fn start(state: &Path, line: &str) -> Device {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cosmos-device"))
        .arg("--json")
        .arg("--state")
        .arg(state)
        .args(line.split_whitespace())
        .env_remove("COSMOS_DEVICE_KEY")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    Device {
        child,
        lines,
        said: Vec::new(),
    }
}

/// Runs it to its end.
pub async fn run(state: &Path, line: &str) -> Ended {
    start(state, line).end().await
}

impl Device {
    /// Waits until it says that.
    pub async fn wait_for(&mut self, event: &str) -> Value {
        loop {
            let line = timeout(PATIENCE, self.lines.next_line())
                .await
                .expect("a word in time")
                .unwrap();
            let line = line.unwrap_or_else(|| panic!("it ended before {event}: {:?}", self.said));
            let line: Value = serde_json::from_str(&line).unwrap();
            self.said.push(line.clone());
            if line["event"] == event {
                return line;
            }
        }
    }

    pub async fn end(mut self) -> Ended {
        while let Some(line) = timeout(PATIENCE, self.lines.next_line())
            .await
            .expect("an end in time")
            .unwrap()
        {
            self.said.push(serde_json::from_str(&line).unwrap());
        }
        let status = timeout(PATIENCE, self.child.wait())
            .await
            .expect("an end in time")
            .unwrap();
        Ended {
            success: status.success(),
            said: std::mem::take(&mut self.said),
        }
    }

    /// As a power cut does it.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Asks it to end, as a service manager does.
    pub async fn terminate(self) -> Ended {
        let id = self.child.id().unwrap().to_string();
        assert!(
            std::process::Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        self.end().await
    }
}
