//! "My account": what people see and change of themselves.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::Language;
use crate::draft::Checker;
use crate::fault::Invalid;
use crate::second_factor::SecondFactor;

/// The signed-in user's own settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MyAccount {
    pub email: String,
    pub name: String,
    pub language: Language,
    /// Whether there is a password that could be changed; who signs in at an identity provider needs none.
    pub has_password: bool,
    pub password_set_at: Option<OffsetDateTime>,
    pub second_factor: SecondFactor,
    /// Open sessions, the one used last first.
    pub sessions: Vec<OpenSession>,
}

/// A session that has not ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSession {
    /// Names it towards the server; no way to use it.
    pub key: String,
    /// The browser's own name.
    pub agent: String,
    pub address: String,
    pub since: OffsetDateTime,
    pub seen: OffsetDateTime,
    /// The one that asks.
    pub here: bool,
}

/// The choice of a language.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LanguageDraft {
    #[serde(default)]
    pub language: String,
}

impl LanguageDraft {
    pub fn check(&self) -> Result<Language, Invalid> {
        let mut checker = Checker::default();
        let language = checker.required("language", &self.language, Language::chosen);
        checker.finish(|| language)
    }
}

/// Browser and system of a browser's own name, as people call them: `Firefox`, `Windows`. Only a hint: a browser may call itself
/// what it likes.
pub fn device(agent: &str) -> Option<(&'static str, &'static str)> {
    // Each browser also names those that it wants to be taken for, so the order counts.
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("Windows", "Windows"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let named = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    Some((named(&BROWSERS)?, named(&SYSTEMS)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reason;

    #[test]
    fn browsers_are_called_as_people_call_them() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
                Some(("Edge", "Windows")),
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                Some(("Firefox", "Linux")),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                Some(("Safari", "iPhone")),
            ),
            ("curl/8.0", None),
            ("", None),
        ] {
            assert_eq!(device(agent), name, "{agent}");
        }
    }

    #[test]
    fn a_language_has_to_be_one_of_ours() {
        let draft = |language: &str| LanguageDraft {
            language: language.to_owned(),
        };
        assert_eq!(draft("de").check(), Ok(Language::German));
        let reason = |language: &str| draft(language).check().unwrap_err().reason("language").cloned();
        assert_eq!(reason("fr"), Some(Reason::NotAChoice));
        assert_eq!(reason(""), Some(Reason::Required));
    }
}
