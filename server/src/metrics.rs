use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Starts counting. The handle renders what was counted.
pub fn start() -> Option<PrometheusHandle> {
    let buckets = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];
    let builder = PrometheusBuilder::new().set_buckets(&buckets).ok()?;
    builder
        .install_recorder()
        .inspect_err(|error| tracing::warn!(%error, "metrics are not counted"))
        .ok()
}

/// `/metrics` in the Prometheus text format, on a listener of its own.
pub fn router(handle: Option<PrometheusHandle>) -> Router {
    Router::new().route(
        "/metrics",
        get(move || async move { handle.map(|handle| handle.render()).unwrap_or_default() }),
    )
}
