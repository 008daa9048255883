use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{DomainName, Reason};

/// Longest address, in bytes (RFC 5321, section 4.5.3.1.3, less the angle brackets).
pub const EMAIL_MAX: u32 = 254;
/// Longest part before the `@`, in bytes (RFC 5321, section 4.5.3.1.1).
const LOCAL_MAX: usize = 64;

/// An e-mail address as typed. Two addresses are the same if they differ only in case; the local part is never changed,
/// because only its own server knows what it means. Characters outside ASCII are refused in the local part: they are the way
/// to make one address look like another.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress {
    typed: String,
    at: usize,
}

impl EmailAddress {
    /// Parses `local@domain`. The domain may be international; it is compared in its ASCII form, which the use case makes.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let text = text.trim();
        if text.len() > EMAIL_MAX as usize {
            return Err(Reason::TooLong { max: EMAIL_MAX });
        }
        let at = text.rfind('@').ok_or(Reason::NotAnEmail)?;
        let (local, domain) = (&text[..at], &text[at + 1..]);
        let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
        let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
        if local.is_empty() || local.len() > LOCAL_MAX || dots || !local.chars().all(atom) {
            return Err(Reason::NotAnEmail);
        }
        DomainName::parse(domain).map_err(|_| Reason::NotAnEmail)?;
        Ok(Self {
            typed: text.to_owned(),
            at,
        })
    }

    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// The form to compare and to store beside the typed one.
    pub fn key(&self) -> String {
        self.typed.to_lowercase()
    }

    /// The part behind the `@`, in lower case.
    pub fn domain(&self) -> DomainName {
        DomainName::lower(&self.typed[self.at + 1..])
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}
impl Eq for EmailAddress {}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|_| "not an e-mail address".to_owned())
    }
}

impl From<EmailAddress> for String {
    fn from(email: EmailAddress) -> Self {
        email.typed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_as_typed_and_compared_without_case() {
        let typed = EmailAddress::parse(" First.Last+x@Contoso.Example ").unwrap();
        assert_eq!(typed.as_str(), "First.Last+x@Contoso.Example");
        assert_eq!(
            typed,
            EmailAddress::parse("first.last+x@contoso.example").unwrap()
        );
        assert_eq!(typed.domain().as_str(), "contoso.example");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in [
            "",
            "a",
            "@contoso.example",
            "a@",
            "a@b@",
            "a b@contoso.example",
            ".a@contoso.example",
            "a..b@contoso.example",
            "a@contoso",
            "a@-x.example",
            "a\r\nbcc:x@contoso.example",
            "mıke@contoso.example",
            "a@contoso.example,b@contoso.example",
        ] {
            assert_eq!(
                EmailAddress::parse(bad).unwrap_err(),
                Reason::NotAnEmail,
                "{bad:?}"
            );
        }
        assert!(EmailAddress::parse("mike@contoso.example").is_ok());
    }

    #[test]
    fn lengths_end_where_the_standard_says() {
        let local = |n: usize| format!("{}@contoso.example", "a".repeat(n));
        assert!(EmailAddress::parse(&local(64)).is_ok());
        assert!(EmailAddress::parse(&local(65)).is_err());
        let label = "a".repeat(60);
        let long = |n: usize| {
            format!(
                "{}@{label}.{label}.{label}.{}.example",
                "a".repeat(n),
                "b".repeat(2)
            )
        };
        let room = 254 - long(0).len();
        assert!(EmailAddress::parse(&long(room)).is_ok());
        assert_eq!(
            EmailAddress::parse(&long(room + 1)).unwrap_err(),
            Reason::TooLong { max: 254 }
        );
    }
}
