use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_body_util::Limited;

use app::paths;
use domain::mapped_users::IMPORT_BYTES_MAX;

use super::forms::BODY_MAX;
use crate::routes::FILES_MAX;

/// Largest body of an import, in bytes: its file and the fields around it.
const IMPORT_MAX: usize = IMPORT_BYTES_MAX + 64 * 1024;

/// Bounds the body of every request, whoever reads it. (axum's own limit holds for axum's extractors alone; server functions
/// collect the body themselves.) What says that it is larger is refused at once; what turns out to be larger breaks off.
pub async fn limit(request: Request, next: Next) -> Response {
    let (max, said) = match request.uri().path() {
        paths::MAPPED_USERS_UPLOAD => (IMPORT_MAX, "This file is larger than 8 MiB."),
        paths::CASE_UPLOAD | paths::CASE_COMMENT_UPLOAD | paths::CASE_ANSWER_UPLOAD => {
            (FILES_MAX, "These files are larger than 126 MiB together.")
        }
        _ => (BODY_MAX, "This request is larger than 2 MiB."),
    };
    if request.body().size_hint().lower() > max as u64 {
        return (StatusCode::PAYLOAD_TOO_LARGE, said).into_response();
    }
    next.run(request.map(|body| Body::new(Limited::new(body, max))))
        .await
}
