use app::paths;
use app::state::preferences::{Theme, ZONE_MINUTES};
use axum::Form;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Redirect};
use domain::Language;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Choice {
    #[serde(default)]
    lang: String,
    #[serde(default)]
    theme: String,
    #[serde(default)]
    zone: String,
    /// The page to go back to.
    #[serde(default)]
    back: String,
}

/// A year, in seconds.
const KEPT: u32 = 31_536_000;

/// Keeps language, colours or time zone in cookies, and goes back to the page. Needs no session: the sign-in page has these
/// choices too.
pub async fn set(Form(choice): Form<Choice>) -> impl IntoResponse {
    let mut cookies = Vec::new();
    let mut keep = |name: &str, value: &str| {
        cookies.push((
            SET_COOKIE,
            format!("{name}={value}; Path=/; Max-Age={KEPT}; SameSite=Lax"),
        ));
    };
    if let Some(lang) = Language::parse(&choice.lang) {
        keep("lang", lang.key());
    }
    if let Some(theme) = Theme::parse(&choice.theme) {
        keep("theme", theme.key());
    }
    if let Some(zone) = choice
        .zone
        .parse::<i16>()
        .ok()
        .filter(|zone| ZONE_MINUTES.contains(zone))
    {
        keep("zone", &zone.to_string());
    }
    let ums = paths::is_ums(&choice.back);
    let login = paths::login_for(&choice.back);
    let path = choice.back.split('?').next().unwrap_or_default();
    let back = if paths::is_public(path) {
        // The sign-in page looks at its `next` itself.
        let plain = choice.back.bytes().all(|byte| byte.is_ascii_graphic());
        if plain {
            choice.back.clone()
        } else {
            login.to_owned()
        }
    } else {
        paths::safe_next(&choice.back, ums)
    };
    (AppendHeaders(cookies), Redirect::to(&back))
}
