//! Plain routes that pages use: downloads, uploads without script, live changes, preferences.

mod downloads;
mod events;
mod exports;
mod preferences;
mod saml;
mod uploads;

use access::Services;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use domain::{Cloud, Company};

use app::paths;

use crate::layers::same_origin::no_other_site;

/// Every plain route of the web application with its method, for the authorisation matrix.
pub const ROUTES: &[(&str, &str)] = &[
    ("POST", paths::SET_PREFERENCE),
    ("POST", paths::UMS_SET_PREFERENCE),
    ("POST", paths::ROUTING_UPLOAD),
    ("POST", paths::UMS_INSTANCE_UPLOAD),
    ("POST", paths::SAML_ACS),
    ("GET", paths::SAML_METADATA),
    ("GET", paths::CHAIN_DOWNLOAD),
    ("GET", paths::UMS_ID_DOWNLOAD),
    ("GET", paths::DEVICE_EVENTS),
    ("GET", paths::PEOPLE_EXPORT),
    ("GET", paths::ACTIVITY_EXPORT),
    ("GET", paths::OS_IDP_EXPORT),
    ("GET", paths::ROUTING_EXPORT),
    ("GET", paths::UMS_INSTANCE_EXPORT),
    ("GET", paths::DEVICE_EXPORT),
];

/// Largest upload, in bytes: a certificate file and the fields around it.
const UPLOAD_MAX: usize = 1024 * 1024;

pub fn portal(services: Services<Cloud>) -> Router {
    Router::new()
        .route(paths::SET_PREFERENCE, post(preferences::set))
        .route(paths::ROUTING_UPLOAD, post(uploads::routing))
        .route(paths::UMS_INSTANCE_UPLOAD, post(uploads::ums_instance))
        .merge(exports())
        .layer(DefaultBodyLimit::max(UPLOAD_MAX))
        .with_state(services)
}

/// What SAML providers reach: no session, and no rule of same origin, since their answers come from another site.
pub fn saml(services: Services<Cloud>) -> Router {
    Router::new()
        .route(paths::SAML_ACS, post(saml::answer))
        .route(paths::SAML_METADATA, get(saml::metadata))
        .layer(DefaultBodyLimit::max(saml::ANSWER_MAX))
        .with_state(services)
}

pub fn ums(services: Services<Company>) -> Router {
    Router::new()
        .route(paths::UMS_SET_PREFERENCE, post(preferences::set))
        .route(paths::CHAIN_DOWNLOAD, get(downloads::chain))
        .route(
            paths::UMS_ID_DOWNLOAD,
            // It is audited, so a foreign page must not be able to have it called.
            get(downloads::ums_id).layer(from_fn(no_other_site)),
        )
        .route(paths::DEVICE_EVENTS, get(events::devices))
        .route(
            paths::DEVICE_EXPORT,
            get(exports::devices).layer(from_fn(no_other_site)),
        )
        .with_state(services)
}

/// They are audited, so a foreign page must not be able to have them called.
fn exports() -> Router<Services<Cloud>> {
    Router::new()
        .route(paths::PEOPLE_EXPORT, get(exports::people))
        .route(paths::ACTIVITY_EXPORT, get(exports::activity))
        .route(paths::OS_IDP_EXPORT, get(exports::os_idps))
        .route(paths::ROUTING_EXPORT, get(exports::routing))
        .route(paths::UMS_INSTANCE_EXPORT, get(exports::ums_instances))
        .layer(from_fn(no_other_site))
}
