use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Reason;

/// A MAC address (EUI-48). Any usual spelling is read; it is shown as `00:E0:C5:4A:1B:2C` and stored as 12 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MacAddress([u8; 6]);

impl MacAddress {
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let digits: String = text
            .trim()
            .chars()
            .filter(|c| !matches!(c, ':' | '-' | '.' | ' '))
            .collect();
        if digits.len() != 12 || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
            return Err(Reason::NotAMacAddress);
        }
        u64::from_str_radix(&digits, 16)
            .map(|number| {
                let [_, _, bytes @ ..] = number.to_be_bytes();
                Self(bytes)
            })
            .map_err(|_| Reason::NotAMacAddress)
    }

    /// Twelve upper-case hex digits: the form to store and to search in.
    pub fn key(self) -> String {
        self.to_string().replace(':', "")
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs: Vec<String> = self.0.iter().map(|byte| format!("{byte:02X}")).collect();
        f.write_str(&pairs.join(":"))
    }
}

impl TryFrom<String> for MacAddress {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|_| "not a MAC address".to_owned())
    }
}

impl From<MacAddress> for String {
    fn from(mac: MacAddress) -> Self {
        mac.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_spelling_is_the_same_address() {
        let mac = MacAddress::parse("00:e0:c5:4a:1b:2c").unwrap();
        for same in ["00E0C54A1B2C", "00-E0-C5-4A-1B-2C", "00e0.c54a.1b2c"] {
            assert_eq!(MacAddress::parse(same).unwrap(), mac);
        }
        assert_eq!(
            (mac.to_string().as_str(), mac.key().as_str()),
            ("00:E0:C5:4A:1B:2C", "00E0C54A1B2C")
        );
        for bad in [
            "",
            "00:e0:c5:4a:1b",
            "00:e0:c5:4a:1b:2c:2d",
            "zz:e0:c5:4a:1b:2c",
            "+0e0c54a1b2c",
        ] {
            assert_eq!(MacAddress::parse(bad), Err(Reason::NotAMacAddress), "{bad}");
        }
    }
}
