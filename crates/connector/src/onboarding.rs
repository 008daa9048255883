//! What the Onboarding Service asks and announces. It is believed only as far as calling it back goes.

use access::{Client, Visitor};
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use http::StatusCode;
use protocol::onboarding::AnnounceOnboarding;

use crate::Connector;
use crate::reply::{of_access, of_token, refused};

/// `GET`: which UMS this is.
pub(crate) async fn identity(State(connector): State<Connector>) -> Response {
    match ums::onboarding::identity(&connector.services) {
        Ok(identity) => Json(identity).into_response(),
        Err(error) => of_access(&error),
    }
}

/// `POST`: a device is about to come with this token. 201 when the service has confirmed it and it is noted.
pub(crate) async fn announce(
    State(connector): State<Connector>,
    Extension(client): Extension<Client>,
    body: Result<Json<AnnounceOnboarding>, JsonRejection>,
) -> Response {
    let Ok(Json(announcement)) = body else {
        return refused(StatusCode::BAD_REQUEST, "the announcement cannot be read");
    };
    let visitor = Visitor::new(&connector.services, client);
    match ums::onboarding::announce(&visitor, &announcement).await {
        Ok(()) => StatusCode::CREATED.into_response(),
        Err(error) => of_token(&error),
    }
}
