use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Reason;

/// Longest domain name, in bytes of its ASCII form (RFC 1035, section 2.3.4).
pub const DOMAIN_MAX: u32 = 253;

/// A mail domain such as `contoso.example`, in lower case. The shape is checked here; international names are turned into
/// their ASCII form, and public suffixes are refused, in the use case (those tables are too large for the browser).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DomainName(String);

impl DomainName {
    /// Parses a name of at least two labels. A leading `@` is accepted, because people copy it along.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let text = text.trim();
        let text = text.strip_prefix('@').unwrap_or(text).to_lowercase();
        if text.len() > DOMAIN_MAX as usize {
            return Err(Reason::TooLong { max: DOMAIN_MAX });
        }
        let labels: Vec<&str> = text.split('.').collect();
        let digits = labels
            .last()
            .is_some_and(|last| last.chars().all(|c| c.is_ascii_digit()));
        if labels.len() < 2 || digits || !labels.iter().all(|label| is_label(label)) {
            return Err(Reason::NotADomain);
        }
        Ok(Self(text))
    }

    /// For a part of something that was parsed already.
    pub(crate) fn lower(parsed: &str) -> Self {
        Self(parsed.to_lowercase())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A label of letters, digits and inner hyphens, 1 to 63 bytes; letters of other scripts are accepted here.
pub(crate) fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|c| c == '-' || c.is_alphanumeric())
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for DomainName {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|_| "not a domain".to_owned())
    }
}

impl From<DomainName> for String {
    fn from(name: DomainName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_lower_case_with_two_labels_or_more() {
        assert_eq!(
            DomainName::parse("@Contoso.Example").unwrap().as_str(),
            "contoso.example"
        );
        assert!(DomainName::parse("münchen.example").is_ok());
        for bad in [
            "",
            "contoso",
            "contoso.",
            ".example",
            "a..b",
            "-a.example",
            "a-.example",
            "a_b.example",
            "10.0.0.1",
            "a b.example",
            "a/b.example",
        ] {
            assert_eq!(DomainName::parse(bad).unwrap_err(), Reason::NotADomain, "{bad:?}");
        }
    }

    #[test]
    fn labels_end_at_63_bytes_and_names_at_253() {
        assert!(DomainName::parse(&format!("{}.example", "a".repeat(63))).is_ok());
        assert!(DomainName::parse(&format!("{}.example", "a".repeat(64))).is_err());
        let of = |n: usize| format!("{}{}", "a.".repeat((n - 7) / 2), "example");
        assert!(DomainName::parse(&of(253)).is_ok());
        assert_eq!(
            DomainName::parse(&of(255)).unwrap_err(),
            Reason::TooLong { max: 253 }
        );
    }
}
