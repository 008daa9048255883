use app::paths;
use app::state::columns::{COOKIE as COLUMNS, ColumnsCookie};
use app::state::preferences::{Theme, ZONE_MINUTES};
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::response::{AppendHeaders, IntoResponse, Redirect};
use domain::Language;

struct Choice {
    lang: String,
    theme: String,
    zone: String,
    /// The list that columns are chosen for, and these; or the usual ones.
    list: String,
    columns: Vec<String>,
    usual: bool,
    /// The page to go back to.
    back: String,
}

impl Choice {
    fn read(body: &[u8]) -> Self {
        let fields: Vec<_> = url::form_urlencoded::parse(body).collect();
        let all = |name: &str| -> Vec<String> {
            let found = fields.iter().filter(|(key, _)| key == name);
            found.map(|(_, value)| value.to_string()).collect()
        };
        let field = |name: &str| all(name).pop().unwrap_or_default();
        Self {
            lang: field("lang"),
            theme: field("theme"),
            zone: field("zone"),
            list: field("list"),
            columns: all("column"),
            usual: field("usual") == "true",
            back: field("back"),
        }
    }
}

/// A year, in seconds.
const KEPT: u32 = 31_536_000;

/// Keeps language, colours, time zone or the columns of a list in cookies, and goes back to the page. Needs no session: the sign-in page has these
/// choices too.
pub async fn set(headers: HeaderMap, body: Bytes) -> impl IntoResponse {
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
    if !choice.list.is_empty() {
        let columns = if choice.usual { &[][..] } else { &choice.columns };
        let cookies = headers.get(COOKIE).and_then(|value| value.to_str().ok());
        let kept = ColumnsCookie::from_header(cookies.unwrap_or_default()).with(&choice.list, columns);
        keep(COLUMNS, &kept.0);
    }
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
        match paths::System::of(path) {
            paths::System::Operator => paths::safe_operator_next(&choice.back),
            system => paths::safe_next(&choice.back, system == paths::System::Ums),
        }
    };
    (AppendHeaders(cookies), Redirect::to(&back))
}
