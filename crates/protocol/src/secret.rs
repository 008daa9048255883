//! A text that must not get into a log.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest secret that is read, in bytes; a token has 43 characters, a client assertion signed with RSA 4096 about 1200.
pub const MAX_SECRET: usize = 2048;

/// A one-time token or device secret on its way: plain on the wire, three dots in a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Secret(String);

/// The secret is empty, too long, or has characters that no header can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a secret has 1 to {MAX_SECRET} printable characters without spaces")]
pub struct NotASecret;

impl Secret {
    /// Takes a text as a secret.
    pub fn new(text: impl Into<String>) -> Result<Self, NotASecret> {
        let text = text.into();
        let fits = (1..=MAX_SECRET).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self(text)) } else { Err(NotASecret) }
    }

    /// The text itself, to send or to hash.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Secret {
    type Error = NotASecret;

    fn try_from(text: String) -> Result<Self, NotASecret> {
        Self::new(text)
    }
}

impl From<Secret> for String {
    fn from(secret: Secret) -> Self {
        secret.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_travels_but_is_not_printed() {
        let secret = Secret::new("s3cr3t-value").unwrap();
        assert_eq!(serde_json::to_string(&secret).unwrap(), r#""s3cr3t-value""#);
        assert_eq!(
            serde_json::from_str::<Secret>(r#""s3cr3t-value""#).unwrap(),
            secret
        );
        assert!(!format!("{secret:?}").contains("s3cr3t"));
    }

    #[test]
    fn it_has_bounds() {
        assert!(
            Secret::new("x".repeat(MAX_SECRET)).is_ok() && Secret::new("x".repeat(MAX_SECRET + 1)).is_err()
        );
        for wrong in ["", "a b", "a\r\nX-Header: 1", "ä"] {
            assert_eq!(Secret::new(wrong), Err(NotASecret), "{wrong}");
        }
    }
}
