//! How many connections the process may hold: each is an open file to the system.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Open files that are no connections of devices or browsers: databases, listeners, logs, calls to the outside.
const OWN: u64 = 256;

/// Raises the limit of open files as far as the process may by itself, and says how many connections that allows.
pub fn raise() {
    let limit = getrlimit(Resource::Nofile);
    let wanted = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let current = match setrlimit(Resource::Nofile, wanted) {
        Ok(()) => limit.maximum,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files could not be raised");
            limit.current
        }
    };
    // None: there is no limit.
    let files = current.unwrap_or(u64::MAX);
    let connections = files.saturating_sub(OWN);
    tracing::info!(
        files,
        connections,
        "so many connections are possible (LimitNOFILE)"
    );
}
