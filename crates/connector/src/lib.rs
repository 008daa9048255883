//! The device connector of a UMS: enrolment (EST, RFC 7030), the mutual-TLS WebSocket of each device, and what the Onboarding
//! Service and monitors ask. Plain axum routes: server functions and cookies have no place here.

pub mod admission;
mod est;
pub mod identity;
pub mod listener;
mod onboarding;
mod reply;
mod socket;
mod status;
pub mod tls;

use access::Services;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, post};
use domain::Company;
use http::StatusCode;
use protocol::paths;
use tokio_util::task::TaskTracker;

pub use socket::Timing;

/// Every route, for the authorisation matrix.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", paths::EST_CACERTS),
    ("GET", paths::EST_CSRATTRS),
    ("POST", paths::EST_SIMPLE_ENROLL),
    ("POST", paths::EST_SIMPLE_REENROLL),
    ("GET", paths::UMS_ONBOARDING),
    ("POST", paths::UMS_ONBOARDING),
    ("GET", paths::WS_CONNECT),
    ("GET", paths::UMS_CHECK_STATUS),
    ("GET", paths::UMS_INFO),
];

/// Largest body of a request, in bytes: a certificate request in base64, or an announcement.
const BODY_MAX: usize = 32 * 1024;

/// What the routes work with.
#[derive(Clone)]
struct Connector {
    services: Services<Company>,
    timing: Timing,
    /// The tasks of the devices' connections. They end by themselves when the server stops (`ums::background`).
    connections: TaskTracker,
}

/// The routes for devices, the Onboarding Service and monitors. Requests have to come through [`listener::serve`].
pub fn router(services: Services<Company>) -> Router {
    router_with(services, Timing::default())
}

/// The same with other times.
pub fn router_with(services: Services<Company>, timing: Timing) -> Router {
    Router::new()
        .route(paths::EST_CACERTS, get(est::ca_certificates))
        .route(paths::EST_CSRATTRS, get(est::request_attributes))
        .route(paths::EST_SIMPLE_ENROLL, post(est::simple_enroll))
        .route(paths::EST_SIMPLE_REENROLL, post(est::simple_reenroll))
        .route(
            paths::UMS_ONBOARDING,
            get(onboarding::identity).post(onboarding::announce),
        )
        .route(paths::WS_CONNECT, get(socket::connect))
        .route(paths::UMS_CHECK_STATUS, get(status::check))
        .route(paths::UMS_INFO, get(status::info))
        // Whatever else lies here does not exist, also where pages of the web app answer everything.
        .route("/device-connector", any(nothing))
        .route("/device-connector/{*rest}", any(nothing))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(Connector {
            services,
            timing,
            connections: TaskTracker::new(),
        })
}

async fn nothing() -> StatusCode {
    StatusCode::NOT_FOUND
}
