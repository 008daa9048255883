use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// Lets a change through only if the browser says that it comes from a page of ours: `Sec-Fetch-Site: same-origin`, or an
/// `Origin` that equals the address called. Neither of the two means no (tower-http's layer lets that through, which is why
/// it is not used).
pub async fn same_origin(request: Request, next: Next) -> Response {
    if is_safe(request.method())
        || from_here(
            request.headers(),
            request.uri().authority().map(ToString::to_string),
        )
    {
        return next.run(request).await;
    }
    (
        StatusCode::FORBIDDEN,
        "This request did not come from a page of ours. Please open the page again and repeat it there.",
    )
        .into_response()
}

/// For a GET that leaves a trace: refuses what the browser says another site has started. A person who types the address, and
/// a browser that says nothing, are let through.
pub async fn no_other_site(request: Request, next: Next) -> Response {
    let site = request.headers().get("sec-fetch-site");
    if site.is_none_or(|site| site == "same-origin" || site == "none") {
        return next.run(request).await;
    }
    (
        StatusCode::FORBIDDEN,
        "Another page led here. Please start this from a page of ours.",
    )
        .into_response()
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn from_here(headers: &HeaderMap, authority: Option<String>) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let host = authority.or_else(|| text(HOST).map(ToOwned::to_owned));
    let origin = text(ORIGIN)
        .and_then(|origin| origin.split_once("://"))
        .map(|(_, host)| host.to_owned());
    host.is_some() && host == origin
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        from_here(&headers.collect(), None)
    }

    #[test]
    fn sec_28_changes_come_from_pages_of_ours() {
        assert!(allowed(&[("sec-fetch-site", "same-origin")]));
        assert!(allowed(&[
            ("host", "portal.example"),
            ("origin", "https://portal.example")
        ]));
        for refused in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[
                ("sec-fetch-site", "cross-site"),
                ("host", "a.example"),
                ("origin", "https://a.example"),
            ],
            &[("host", "portal.example"), ("origin", "https://evil.example")],
            &[("host", "portal.example"), ("origin", "null")],
            &[("host", "portal.example")],
            &[],
        ] {
            assert!(!allowed(refused), "{refused:?}");
        }
    }
}
