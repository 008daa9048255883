//! For load balancers and monitors.

use axum::Json;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::header;

use crate::Connector;

/// `GET /ums/check-status`: `{"status":"init|ok|warn|err"}`.
pub(crate) async fn check(State(connector): State<Connector>) -> Response {
    let check = ums::status::check(&connector.services).await;
    ([(header::CACHE_CONTROL, "no-store")], Json(check)).into_response()
}

/// `GET /info`: monitors of the seed look for the product's name. No version: strangers read this.
pub(crate) async fn info() -> impl IntoResponse {
    Html("<!doctype html><html lang=\"en\"><title>UMS</title><p>IGEL Universal Management Suite</p></html>\n")
}
