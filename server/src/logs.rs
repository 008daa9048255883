use tracing_subscriber::EnvFilter;

use crate::config::LogConfig;

/// Starts the log: one line per event on standard error, as JSON or as text.
pub fn start(config: &LogConfig) {
    let filter = EnvFilter::try_new(&config.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = if config.format == "json" {
        lines.json().flatten_event(true).try_init()
    } else {
        lines.with_target(false).try_init()
    };
    if let Err(error) = started {
        eprintln!("cosmos: the log was started already: {error}");
    }
}
