use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_body_util::Limited;

use super::forms::BODY_MAX;

/// Bounds the body of every request, whoever reads it. (axum's own limit holds for axum's extractors alone; server functions
/// collect the body themselves.) What says that it is larger is refused at once; what turns out to be larger breaks off.
pub async fn limit(request: Request, next: Next) -> Response {
    if request.body().size_hint().lower() > BODY_MAX as u64 {
        return (
            StatusCode::PAYLOAD_TOO_LARGE,
            "This request is larger than 2 MiB.",
        )
            .into_response();
    }
    next.run(request.map(|body| Body::new(Limited::new(body, BODY_MAX))))
        .await
}
