use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

/// Files of the build carry the hash of their content in their name, so a browser may keep them for ever. Everything else is
/// a page for one person.
pub async fn cache(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let file = path.rsplit('/').next().unwrap_or_default();
    let of_the_build = path.starts_with("/wums-app/") && file.split('.').count() >= 3;
    let plain_file = file.contains('.') && !of_the_build;
    let mut response = next.run(request).await;
    let keep = match (response.status().is_success(), of_the_build, plain_file) {
        (true, true, _) => "public, max-age=31536000, immutable",
        (true, false, true) => "public, max-age=3600",
        _ => "no-store",
    };
    response
        .headers_mut()
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static(keep));
    response
}
