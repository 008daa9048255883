use access::{Caller, Services};
use app::paths;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::Side;

use crate::guard::session_token;

/// Sends whoever opens a page without a session to the sign-in page, before anything is rendered; the page is kept as `next`.
/// (What the page may show is decided by the server functions that it calls.)
pub async fn signed_in<S: Side>(
    State(services): State<Services<S>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let page = matches!(*request.method(), Method::GET | Method::HEAD)
        && !paths::is_api(&path)
        && !path.starts_with("/wums-app/");
    if !page || paths::is_public(&path) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let first = path == paths::FIRST_PASSWORD;
    match caller(&services, &parts).await {
        // Nothing else is open to them; the door refuses it too.
        Ok(Some(caller)) if caller.identity().must_set_password && !first => {
            Redirect::to(paths::FIRST_PASSWORD).into_response()
        }
        Ok(Some(caller)) if first && !caller.identity().must_set_password => {
            Redirect::to(paths::HOME).into_response()
        }
        Ok(Some(caller)) => {
            // For everything that the page asks for.
            parts.extensions.insert(caller);
            next.run(Request::from_parts(parts, body)).await
        }
        Ok(None) => {
            let wanted = parts
                .uri
                .path_and_query()
                .map_or(path.as_str(), |wanted| wanted.as_str());
            let too_long = wanted.len() > paths::NEXT_MAX;
            let wanted: String = url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
            let login = paths::login_for(&path);
            let home = first || matches!(path.as_str(), paths::HOME | paths::WEBAPP | paths::OPERATOR);
            Redirect::to(&if home || too_long {
                login.to_owned()
            } else {
                format!("{login}?next={wanted}")
            })
            .into_response()
        }
        Err(error) => crate::guard::Refusal::from(error).into_response(),
    }
}

/// Who is signed in and has access.
async fn caller<S: Side>(services: &Services<S>, parts: &Parts) -> access::Result<Option<Caller<S>>> {
    match session_token(parts) {
        Some(token) => Caller::find(services, &token).await,
        None => Ok(None),
    }
}
