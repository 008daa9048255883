use access::Services;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::map_response;
use axum::routing::{get, post};
use domain::Cloud;
use protocol::paths::{OBS_ONBOARDINGS, OBS_UMS_REGISTRATION, OBS_VALIDATE_TOKEN};

use crate::limits::BODY_MAX;
use crate::{Settings, api, web};

/// Every endpoint, for the authorisation matrix. All are public: a run's secret, a link, a cookie or an assertion opens what
/// belongs to it and nothing else.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/"),
    ("GET", "/result"),
    ("GET", "/sign-in/{token}"),
    ("POST", "/sign-in/{token}"),
    ("GET", "/test/{token}"),
    ("POST", "/test/{token}"),
    ("GET", "/auth/{email}"),
    ("POST", "/auth/{email}"),
    ("GET", "/obs-{hash}.css"),
    ("POST", "/api/v1/onboardings"),
    ("GET", "/api/v1/onboardings/{id}"),
    ("POST", "/api/v1/tokens/validate"),
    ("POST", "/api/v1/ums-registration"),
];

/// The Onboarding Service on its own origin. Needs the ports [`Settings`], [`crate::Providers`], [`crate::Underway`], `outside::Outside` and those of the portal, and an
/// `access::Client` in the extensions of each request.
pub fn router(services: Services<Cloud>) -> Router {
    let mut router = Router::new()
        .route("/", get(web::pages::root))
        .route("/result", get(web::pages::result))
        .route(
            "/sign-in/{token}",
            get(web::pages::look).post(web::pages::confirm),
        )
        .route(
            "/test/{token}",
            get(web::pages::look_at_test).post(web::pages::confirm_test),
        )
        .route(
            "/auth/{email}",
            get(web::pages::probe).post(web::pages::confirm_probe),
        )
        .route(OBS_ONBOARDINGS, post(api::start))
        .route(&format!("{OBS_ONBOARDINGS}/{{id}}"), get(api::state))
        .route(OBS_VALIDATE_TOKEN, post(api::validate))
        .route(OBS_UMS_REGISTRATION, post(api::registration))
        .fallback(web::pages::missing);
    if let Ok(settings) = services.port::<Settings>() {
        router = router.route(&settings.stylesheet_path(), get(web::stylesheet));
    }
    router
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(map_response(web::headers))
        .with_state(services)
}
