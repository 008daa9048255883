//! Language, colours and time zone of the person. Known to the server by cookies, and to the browser by attributes of the
//! document that the server wrote: so both render the same.

use domain::Language;
use leptos::prelude::*;

/// Which colours are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the person's system says.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        [Self::System, Self::Light, Self::Dark]
            .into_iter()
            .find(|theme| theme.key() == key)
    }
}

/// What the person chose, or what their browser says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    pub lang: Language,
    pub theme: Theme,
    /// Minutes east of UTC.
    pub zone_minutes: i16,
    /// The time of the response, in seconds since 1970: one for the whole page, so that server and browser agree.
    pub now: i64,
}

/// Zones lie between -12 and +14 hours.
pub const ZONE_MINUTES: std::ops::RangeInclusive<i16> = -720..=840;

impl Preferences {
    /// From what a request carries. (In the browser nothing may call it: reading fractions takes 15 KB there.)
    pub fn from_headers(cookies: &str, accept_language: &str, now: i64) -> Self {
        let cookie = |name: &str| {
            let pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
            pairs
                .filter(|(key, _)| *key == name)
                .map(|(_, value)| value)
                .next()
        };
        Self {
            lang: cookie("lang")
                .and_then(Language::parse)
                .unwrap_or_else(|| Language::accepted(accept_language)),
            theme: cookie("theme").and_then(Theme::parse).unwrap_or_default(),
            zone_minutes: cookie("zone")
                .and_then(|zone| zone.parse().ok())
                .filter(|zone| ZONE_MINUTES.contains(zone))
                .unwrap_or(0),
            now,
        }
    }

    /// Those of the request that is being answered; the server puts them into the context.
    pub fn of_request() -> Self {
        use_context().unwrap_or_default()
    }
}

/// Puts the preferences into the context: on the server they are there already, in the browser they stand in the document.
pub fn provide_preferences() {
    if use_context::<Preferences>().is_none() {
        provide_context(of_document());
    }
}

/// Tells the server by a cookie which zone the browser is in, for the pages from the next one on.
pub fn remember_zone() {
    use wasm_bindgen::JsCast as _;
    let west = js_sys::Date::new_0().get_timezone_offset();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "minutes of a zone: below a thousand"
    )]
    let east = -west as i16;
    if ZONE_MINUTES.contains(&east)
        && east != Preferences::of_request().zone_minutes
        && let Ok(document) = document().dyn_into::<web_sys::HtmlDocument>()
    {
        // Refused where cookies are off: times are then in UTC.
        let _ = document.set_cookie(&format!("zone={east}; Path=/; Max-Age=31536000; SameSite=Lax"));
    }
}

/// The person's language.
pub fn lang() -> Language {
    Preferences::of_request().lang
}

fn of_document() -> Preferences {
    let root = document().document_element();
    let attribute = |name: &str| {
        root.as_ref()
            .and_then(|root| root.get_attribute(name))
            .unwrap_or_default()
    };
    Preferences {
        lang: Language::parse(&attribute("lang")).unwrap_or_default(),
        theme: Theme::parse(&attribute("data-theme")).unwrap_or_default(),
        zone_minutes: attribute("data-zone").parse().unwrap_or(0),
        now: attribute("data-now").parse().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_beats_the_browsers_language_and_nonsense_beats_nothing() {
        let of = |cookies, accept| Preferences::from_headers(cookies, accept, 0);
        assert_eq!(of("", "fr, de-CH;q=0.9, en;q=0.8").lang, Language::German);
        assert_eq!(
            of("a=b; lang=en; theme=dark; zone=120", "de").lang,
            Language::English
        );
        assert_eq!(of("theme=dark; zone=120", "").theme, Theme::Dark);
        assert_eq!(of("zone=840", "").zone_minutes, 840);
        assert_eq!(of("zone=841; theme=pink; lang=xx", "").zone_minutes, 0);
    }
}
