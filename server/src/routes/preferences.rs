use app::paths;
use app::state::preferences::{Theme, ZONE_MINUTES};
use axum::body::Bytes;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Redirect};
use domain::Language;

struct Choice {
    lang: String,
    theme: String,
    zone: String,
    /// The page to go back to.
    back: String,
}

impl Choice {
    fn read(body: &[u8]) -> Self {
        let fields: Vec<_> = url::form_urlencoded::parse(body).collect();
        let field = |name: &str| {
            let found = fields.iter().rev().find(|(key, _)| key == name);
            found.map(|(_, value)| value.to_string()).unwrap_or_default()
        };
        Self {
            lang: field("lang"),
            theme: field("theme"),
            zone: field("zone"),
            back: field("back"),
        }
    }
}

/// A year, in seconds.
const KEPT: u32 = 31_536_000;

/// Keeps language, colours or time zone in cookies, and goes back to the page. Needs no session: the sign-in page has these
/// choices too.
pub async fn set(body: Bytes) -> impl IntoResponse {
    let choice = Choice::read(&body);
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
    (AppendHeaders(cookies), Redirect::to(&safe_back(&choice.back)))
}

/// The page to go back to after a choice, where it is one of ours.
pub fn safe_back(back: &str) -> String {
    let path = back.split('?').next().unwrap_or_default();
    if paths::is_public(path) {
        // The sign-in page looks at its `next` itself.
        let plain = back.bytes().all(|byte| byte.is_ascii_graphic());
        return if plain { back } else { paths::login_for(back) }.to_owned();
    }
    match paths::System::of(path) {
        paths::System::Operator => paths::safe_operator_next(back),
        system => paths::safe_next(back, system == paths::System::Ums),
    }
}
