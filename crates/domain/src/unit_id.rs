use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Reason;

/// Longest Unit ID, in characters.
pub const UNIT_ID_MAX: usize = 64;
/// Shortest Unit ID, in characters.
pub const UNIT_ID_MIN: usize = 6;

/// The identity of a piece of hardware, made by the device itself (often its first MAC address). Upper case; letters, digits
/// and hyphens only, because it becomes the common name of the device's certificate.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UnitId(String);

impl UnitId {
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let text = text.trim();
        let fits = (UNIT_ID_MIN..=UNIT_ID_MAX).contains(&text.len());
        if !fits || !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err(Reason::NotAUnitId);
        }
        Ok(Self(text.to_ascii_uppercase()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for UnitId {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|_| "not a unit id".to_owned())
    }
}

impl From<UnitId> for String {
    fn from(unit: UnitId) -> Self {
        unit.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_ids_have_6_to_64_letters_digits_and_hyphens() {
        assert_eq!(UnitId::parse("00e0c54a1b2c").unwrap().as_str(), "00E0C54A1B2C");
        assert!(UnitId::parse("ABCDEF").is_ok() && UnitId::parse("ABCDE").is_err());
        assert!(UnitId::parse(&"A".repeat(64)).is_ok() && UnitId::parse(&"A".repeat(65)).is_err());
        assert!(UnitId::parse("ABC DEF").is_err() && UnitId::parse("CN=ABCDEF").is_err());
    }
}
