//! Plain routes that pages use: downloads, uploads without script, live changes, preferences.

mod cases;
mod downloads;
mod events;
mod exports;
mod list_choices;
mod preferences;
mod saml;
mod uploads;

use access::Services;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use domain::mapped_users::IMPORT_BYTES_MAX;
use domain::permission::{ChooseLists, ChooseOperatorLists, ChooseUmsLists};
use domain::{Cloud, Company, Vendor};

use app::paths;

use crate::layers::same_origin::no_other_site;

/// Every plain route of the web application with its method, for the authorisation matrix.
pub const ROUTES: &[(&str, &str)] = &[
    ("POST", paths::SET_PREFERENCE),
    ("POST", paths::UMS_SET_PREFERENCE),
    ("POST", paths::LIST_CHOICES),
    ("POST", paths::UMS_LIST_CHOICES),
    ("POST", paths::OPERATOR_LIST_CHOICES),
    ("POST", paths::ROUTING_UPLOAD),
    ("POST", paths::ROUTING_CHAIN_UPLOAD),
    ("POST", paths::MAPPED_USERS_UPLOAD),
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
    ("GET", paths::MAPPED_USERS_EXPORT),
    ("GET", paths::IMPORT_EXPORT),
    ("GET", paths::ROUTING_CHAIN_DOWNLOAD),
    ("GET", paths::ROUTING_EVENTS),
    ("GET", paths::UMS_INSTANCE_EXPORT),
    ("GET", paths::DOMAIN_EXPORT),
    ("GET", paths::EXPIRY_EXPORT),
    ("POST", paths::CASE_UPLOAD),
    ("POST", paths::CASE_COMMENT_UPLOAD),
    ("POST", paths::CASE_ANSWER_UPLOAD),
    ("GET", paths::CASE_FILE),
    ("GET", paths::COMPANY_CASE_FILE),
    ("GET", paths::CASE_EXPORT),
    ("GET", paths::DEVICE_EXPORT),
];

/// Largest upload, in bytes: a certificate file and the fields around it.
const UPLOAD_MAX: usize = 1024 * 1024;

/// Largest upload of a file of users, in bytes.
const IMPORT_MAX: usize = IMPORT_BYTES_MAX + 64 * 1024;

/// Largest upload of the files of a case, in bytes: as many as one form may have, and the fields around them.
pub const FILES_MAX: usize = cases::UPLOAD_MAX;

pub fn portal(services: Services<Cloud>) -> Router {
    Router::new()
        .route(paths::SET_PREFERENCE, post(preferences::set))
        .route(paths::LIST_CHOICES, post(list_choices::choose::<ChooseLists>))
        .route(paths::ROUTING_UPLOAD, post(uploads::routing))
        .route(paths::ROUTING_CHAIN_UPLOAD, post(uploads::routing_chain))
        .route(paths::UMS_INSTANCE_UPLOAD, post(uploads::ums_instance))
        .route(paths::ROUTING_CHAIN_DOWNLOAD, get(downloads::routing_chain))
        .route(paths::ROUTING_EVENTS, get(events::onboardings))
        .merge(exports())
        .layer(DefaultBodyLimit::max(UPLOAD_MAX))
        .route(
            paths::MAPPED_USERS_UPLOAD,
            post(uploads::mapped_users).layer(DefaultBodyLimit::max(IMPORT_MAX)),
        )
        .merge(case_files())
        .with_state(services)
}

/// Those of the operators' pages.
pub fn operator(services: Services<Vendor>) -> Router {
    Router::new()
        .route(
            paths::OPERATOR_LIST_CHOICES,
            post(list_choices::choose::<ChooseOperatorLists>),
        )
        .route(
            paths::CASE_ANSWER_UPLOAD,
            post(cases::answer).layer(DefaultBodyLimit::max(FILES_MAX)),
        )
        .route(paths::COMPANY_CASE_FILE, get(cases::file_of_company))
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
        .route(
            paths::UMS_LIST_CHOICES,
            post(list_choices::choose::<ChooseUmsLists>),
        )
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

/// Forms with files of cases, and the files.
fn case_files() -> Router<Services<Cloud>> {
    Router::new()
        .route(paths::CASE_UPLOAD, post(cases::submit))
        .route(paths::CASE_COMMENT_UPLOAD, post(cases::comment))
        .layer(DefaultBodyLimit::max(FILES_MAX))
        .route(paths::CASE_FILE, get(cases::file))
}

/// They are audited, so a foreign page must not be able to have them called.
fn exports() -> Router<Services<Cloud>> {
    Router::new()
        .route(paths::PEOPLE_EXPORT, get(exports::people))
        .route(paths::ACTIVITY_EXPORT, get(exports::activity))
        .route(paths::OS_IDP_EXPORT, get(exports::os_idps))
        .route(paths::ROUTING_EXPORT, get(exports::routing))
        .route(paths::MAPPED_USERS_EXPORT, get(exports::mapped_users))
        .route(paths::IMPORT_EXPORT, get(exports::import_results))
        .route(paths::EXPIRY_EXPORT, get(exports::expiry))
        .route(paths::DOMAIN_EXPORT, get(exports::domains))
        .route(paths::CASE_EXPORT, get(exports::cases))
        .route(paths::UMS_INSTANCE_EXPORT, get(exports::ums_instances))
        .layer(from_fn(no_other_site))
}
