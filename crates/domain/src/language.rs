//! The languages of pages and mails.

use serde::{Deserialize, Serialize};

use crate::Reason;

/// A language that the product speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    #[default]
    #[serde(rename = "en")]
    English,
    #[serde(rename = "de")]
    German,
}

/// Parts of an `Accept-Language` header that are looked at.
const PARTS_MAX: usize = 20;

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The tag of the language (BCP 47): in the database, in cookies and in documents.
    pub fn key(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// What those who speak it call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.key() == key)
    }

    /// The choice of a form; nothing chosen is English.
    pub fn chosen(key: &str) -> Result<Self, Reason> {
        match key.trim() {
            "" => Ok(Self::default()),
            key => Self::parse(key).ok_or(Reason::NotAChoice),
        }
    }

    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::English => Self::German,
            Self::German => Self::English,
        }
    }

    /// The one of two texts that is in this language.
    pub fn pick<T>(self, english: T, german: T) -> T {
        match self {
            Self::English => english,
            Self::German => german,
        }
    }

    /// What the browser likes best of what we have (RFC 9110, section 12.5.4); of equals the first.
    pub fn accepted(header: &str) -> Self {
        let mut best = (Self::English, 0.0_f32);
        for part in header.split(',').take(PARTS_MAX) {
            let mut pieces = part.split(';');
            let tag = pieces.next().unwrap_or_default().trim().to_ascii_lowercase();
            let quality = pieces
                .find_map(|piece| piece.trim().strip_prefix("q=").and_then(|q| q.parse().ok()))
                .unwrap_or(1.0);
            let language = match tag.split('-').next() {
                Some("de") => Self::German,
                Some("en" | "*") => Self::English,
                _ => continue,
            };
            if quality > best.1 {
                best = (language, quality);
            }
        }
        best.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_chooses_among_what_we_have() {
        for (header, language) in [
            ("", Language::English),
            ("de", Language::German),
            ("de-AT,de;q=0.9,en;q=0.8", Language::German),
            ("en-GB,de;q=0.9", Language::English),
            ("fr, de;q=0.4, en;q=0.3", Language::German),
            ("de;q=0, en;q=0.1", Language::English),
            ("fr", Language::English),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }

    #[test]
    fn a_form_that_chooses_nothing_gets_english_and_nonsense_is_refused() {
        assert_eq!(Language::chosen(" de "), Ok(Language::German));
        assert_eq!(Language::chosen(""), Ok(Language::English));
        assert_eq!(Language::chosen("fr"), Err(Reason::NotAChoice));
    }
}
