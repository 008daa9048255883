//! A throw-away PostgreSQL cluster from the installed server programs: a fresh temporary folder, a Unix socket only, no `fsync`.
//! Its own order is the English one, so that a sorted column without `collate "C"` shows in a test.
//!
//! PostgreSQL refuses to run as root, so root runs its programs as the user `postgres`. The cluster hangs on a pipe to a shell
//! that ends it and removes its folder when the pipe closes: at the latest when this process is gone, however it ended.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;

/// The variable with the URL of a cluster that is already running: `cargo xtask test` starts one for all test programs.
pub const URL_VARIABLE: &str = "COSMOS_TEST_POSTGRES";

/// A running cluster. Ends when it is dropped or when the process ends.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    keeper: Child,
    /// Open as long as the cluster shall run.
    pipe: Option<ChildStdin>,
}

/// `$1` folder, `$2` folder of the programs, the rest what to put before them. Says `ready` once, or nothing.
const KEEPER: &str = r#"
folder=$1 programs=$2
shift 2
# Nobody may be left to hear `ready`; that must not end the keeper before it has cleaned up.
trap : PIPE
if "$@" "$programs/initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C \
        --locale-provider=icu --icu-locale=en --no-sync \
        >"$folder/initdb.log" 2>&1 </dev/null &&
   "$@" "$programs/pg_ctl" --pgdata="$folder/data" --log="$folder/server.log" --wait --silent \
        --options="-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off -c synchronous_commit=off \
                   -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c max_connections=300" \
        start >"$folder/start.log" 2>&1 </dev/null
then echo ready
fi
exec >/dev/null 2>&1
cat >/dev/null
"$@" "$programs/pg_ctl" --pgdata="$folder/data" --mode=immediate --wait stop </dev/null
rm -rf "$folder"
"#;

impl Cluster {
    /// Starts a cluster and waits until it answers. The error is a sentence for the person who runs the tests.
    pub fn start() -> Result<Self, String> {
        let programs = programs()?;
        let user = if is_root()? {
            vec![
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
            ]
        } else {
            Vec::new()
        };
        // Made by the user who owns the cluster: nobody else may write into it.
        let folder = PathBuf::from(output(
            &user,
            "mktemp",
            &["--directory", "/tmp/cosmos-postgres.XXXXXXXX"],
        )?);
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(KEEPER)
            .arg("keeper")
            .arg(&folder)
            .arg(&programs)
            .args(&user);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .current_dir("/");
        // Out of reach of Ctrl-C, so that it can clean up after us.
        command.process_group(0);
        let mut keeper = command
            .spawn()
            .map_err(|error| format!("cannot start sh: {error}"))?;
        let pipe = keeper.stdin.take();
        let mut said = String::new();
        if let Some(output) = keeper.stdout.take() {
            // Ends with the first line or, if the start failed, when the keeper closes it.
            let _read = BufReader::new(output).read_line(&mut said);
        }
        if said.trim() == "ready" {
            return Ok(Self { folder, keeper, pipe });
        }
        let logs = ["initdb.log", "start.log", "server.log"]
            .map(|log| std::fs::read_to_string(folder.join(log)).unwrap_or_default());
        drop(Self { folder, keeper, pipe });
        Err(format!(
            "the PostgreSQL test cluster did not start:\n{}",
            logs.join("")
        ))
    }

    /// The URL of its database `postgres`, as a superuser.
    pub fn url(&self) -> String {
        format!(
            "postgres://postgres@localhost/postgres?host={}",
            self.folder.display()
        )
    }

    /// The folder that holds everything of it, and its socket.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.pipe.take());
        let _ended = self.keeper.wait();
    }
}

/// The URL of the cluster for this process: the one of [`URL_VARIABLE`], or one of its own, started at the first call.
///
/// # Panics
/// If it cannot be started: a missing neighbour fails the tests, it never skips them.
pub fn url() -> String {
    static OWN: OnceLock<Cluster> = OnceLock::new();
    match std::env::var(URL_VARIABLE) {
        Ok(url) if !url.is_empty() => url,
        _ => OWN
            .get_or_init(|| Cluster::start().unwrap_or_else(|reason| panic!("{reason}")))
            .url(),
    }
}

/// The folder with `initdb` and `pg_ctl`.
fn programs() -> Result<PathBuf, String> {
    let folder = PathBuf::from(output(&[], "pg_config", &["--bindir"])?);
    for program in ["initdb", "pg_ctl", "postgres"] {
        if !folder.join(program).is_file() {
            return Err(format!(
                "{} is missing: install the PostgreSQL server (Debian: postgresql)",
                folder.join(program).display()
            ));
        }
    }
    Ok(folder)
}

fn is_root() -> Result<bool, String> {
    Ok(output(&[], "id", &["-u"])? == "0")
}

/// The first line that a program prints.
fn output(before: &[&str], program: &str, arguments: &[&str]) -> Result<String, String> {
    let words: Vec<&str> = before
        .iter()
        .chain([&program])
        .chain(arguments)
        .copied()
        .collect();
    let missing = |reason: String| {
        format!(
            "PostgreSQL tests need the program {program} (Debian: postgresql, libpq-dev, util-linux): {reason}"
        )
    };
    let Some((first, rest)) = words.split_first() else {
        return Err(missing("nothing to run".to_owned()));
    };
    let done = Command::new(first)
        .args(rest)
        .current_dir("/")
        .output()
        .map_err(|error| missing(error.to_string()))?;
    if !done.status.success() {
        return Err(missing(String::from_utf8_lossy(&done.stderr).trim().to_owned()));
    }
    Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
}
