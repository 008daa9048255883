//! One router per system. The UMS Web App may be mounted beside the Customer Portal on one origin; the layers of a side (its
//! session cookie, its gate) surround only its own routes.

use std::sync::Arc;

use access::Services;
use app::paths::System;
use app::state::form_key::FormKeys;
use app::state::kept_form::KeptForm;
use app::state::preferences::Preferences;
use app::{App, paths};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE, HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::middleware::{from_fn, from_fn_with_state};
use domain::{Cloud, Company, Side};
use leptos::prelude::*;
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::{
    AxumRouteListing, LeptosRoutes as _, ResponseOptions, file_and_error_handler_with_context,
    generate_route_list_with_exclusions_and_ssg_and_context,
};
use outside::IpRange;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::layers::headers::Transport;
use crate::{layers, routes};

/// The Customer Portal, with the pages of those who run it.
pub fn portal(services: &Services<Cloud>, options: &LeptosOptions) -> Router {
    let operators = portal::operators::side(services);
    side(services, options, System::Portal)
        .merge(session_layers(routes::portal(services.clone()), services))
        .merge(routes::saml(services.clone()))
        .merge(side(&operators, options, System::Operator))
        .merge(session_layers(routes::operator(operators.clone()), &operators))
}

/// The UMS Web App.
pub fn webapp(services: &Services<Company>, options: &LeptosOptions) -> Router {
    side(services, options, System::Ums).merge(session_layers(routes::ums(services.clone()), services))
}

/// The Onboarding Service: its own origin, no application.
pub fn onboarding(services: &Services<Cloud>, proxies: Vec<IpRange>) -> Router {
    let transport = services
        .port::<onboarding::Settings>()
        .map_or(Transport::Unsaid, |settings| Transport::of(&settings.public_url));
    onboarding::router(services.clone())
        .layer(from_fn(layers::body::limit))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(transport, layers::headers::security))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(layers::trace::trace))
        .layer(from_fn_with_state(Arc::new(proxies), layers::client::client))
}

/// What surrounds a whole listener. `files` answers for every address that no route has.
pub fn listener(router: Router, options: &LeptosOptions, services: Context, proxies: Vec<IpRange>) -> Router {
    let transport = services.transport();
    let context = move || services.provide();
    let files = file_and_error_handler_with_context::<LeptosOptions, _>(context, app::shell);
    let files = Router::new().fallback(files).with_state(options.clone());
    router
        .fallback_service(files)
        .layer(from_fn(layers::apart::apart))
        .layer(DefaultBodyLimit::max(layers::forms::BODY_MAX))
        .layer(from_fn(layers::body::limit))
        .layer(CompressionLayer::new())
        .layer(from_fn(layers::assets::cache))
        .layer(from_fn_with_state(transport, layers::headers::security))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(layers::trace::trace))
        .layer(from_fn_with_state(Arc::new(proxies), layers::client::client))
}

/// The services that pages and server functions of a listener may call.
#[derive(Clone, Default)]
pub struct Context {
    pub cloud: Option<Services<Cloud>>,
    pub company: Option<Services<Company>>,
}

impl Context {
    /// How browsers come to the portal. Of the UMS's own port nothing is said: its certificate is of a CA of its own, and its
    /// names are those of a machine on which other things may run.
    fn transport(&self) -> Transport {
        let settings = self.cloud.as_ref().map(Services::port::<portal::Settings>);
        match settings {
            Some(Ok(settings)) => Transport::of(&settings.portal_url),
            _ => Transport::Unsaid,
        }
    }

    fn provide(&self) {
        if let Some(cloud) = &self.cloud {
            provide_context(cloud.clone());
        }
        if let Some(company) = &self.company {
            provide_context(company.clone());
        }
        provide_page();
    }
}

/// Pages and server functions of one side, behind its session and its gate.
fn side<S: Side>(services: &Services<S>, options: &LeptosOptions, system: System) -> Router {
    let context = {
        let services = services.clone();
        move || {
            provide_context(services.clone());
            provide_page();
        }
    };
    let shell = {
        let options = options.clone();
        move || app::shell(options.clone())
    };
    let pages = Router::new()
        .leptos_routes_with_context(options, listings(system), context, shell)
        .with_state(options.clone());
    let pages = pages
        .layer(from_fn(layers::forms::plain_forms))
        .layer(from_fn_with_state(services.clone(), layers::gate::signed_in::<S>));
    session_layers(pages, services)
}

fn session_layers<S: Side>(router: Router, services: &Services<S>) -> Router {
    router
        .layer(layers::session::layer(services))
        .layer(from_fn(layers::same_origin::same_origin))
}

/// The pages of one system; the server functions of the others are left out.
fn listings(system: System) -> Vec<AxumRouteListing> {
    let foreign: Vec<String> = server_fn_paths()
        .map(|(path, _)| path.to_owned())
        .filter(|path| System::of(path) != system)
        .collect();
    let context = || provide_context(Preferences::from_headers("", "", 0));
    let (listings, _) =
        generate_route_list_with_exclusions_and_ssg_and_context(App, Some(foreign.clone()), context);
    let ours = |listing: &AxumRouteListing| {
        foreign.iter().any(|path| path == listing.path()) || System::of(listing.path()) == system
    };
    let known = |listing: &AxumRouteListing| app::HAS_KIT || listing.path() != paths::KIT;
    listings.into_iter().filter(known).filter(ours).collect()
}

/// Puts into the context what a page needs of its request, and sets the page's policy.
fn provide_page() {
    let Some(parts) = use_context::<Parts>() else {
        return;
    };
    let header = |name: HeaderName| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    if let Some(kept) = parts.extensions.get::<KeptForm>() {
        provide_context(kept.clone());
    }
    let now = access::Clock::system().now().unix_timestamp();
    provide_context(Preferences::from_headers(
        header(COOKIE),
        header(ACCEPT_LANGUAGE),
        now,
    ));
    provide_context(FormKeys(|| {
        let [a, b] = [(); 2].map(|()| u64::from_le_bytes(access::Entropy.bytes()));
        format!("{a:016x}{b:016x}")
    }));
    if paths::has_token(parts.uri.path())
        && let Some(response) = use_context::<ResponseOptions>()
    {
        response.insert_header(
            HeaderName::from_static("referrer-policy"),
            HeaderValue::from_static("no-referrer"),
        );
    }
    if let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), leptos::nonce::use_nonce())
        && let Ok(policy) = HeaderValue::from_str(&layers::headers::page_policy(&nonce))
    {
        response.insert_header(HeaderName::from_static("content-security-policy"), policy);
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, Bytes};
    use axum::extract::Request;
    use axum::http::StatusCode;
    use axum::routing::post;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    /// Collects the body as a server function does: past axum's extractors and their limit.
    async fn greedy(request: Request) -> Result<String, StatusCode> {
        let collected = request.into_body().collect().await;
        collected
            .map(|body| body.to_bytes().len().to_string())
            .map_err(|_| StatusCode::BAD_REQUEST)
    }

    async fn status(body: Body) -> StatusCode {
        let options = LeptosOptions::builder().output_name("cosmos").build();
        let router = Router::new().route("/greedy", post(greedy));
        let router = listener(router, &options, Context::default(), Vec::new());
        let request = Request::post("/greedy").body(body).unwrap();
        router.oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn a_body_may_have_two_mebibytes_and_no_more_whoever_reads_it() {
        let max = layers::forms::BODY_MAX;
        let streamed = |bytes: usize| {
            let half = Bytes::from(vec![b'x'; bytes / 2]);
            let rest = Bytes::from(vec![b'x'; bytes - bytes / 2]);
            let chunks = [half, rest].map(Ok::<_, std::convert::Infallible>);
            Body::from_stream(futures::stream::iter(chunks))
        };
        assert_eq!(status(Body::from(vec![b'x'; max])).await, StatusCode::OK);
        assert_eq!(
            status(Body::from(vec![b'x'; max + 1])).await,
            StatusCode::PAYLOAD_TOO_LARGE
        );
        assert_eq!(status(streamed(max)).await, StatusCode::OK);
        assert_eq!(status(streamed(max + 1)).await, StatusCode::BAD_REQUEST);
    }
}
