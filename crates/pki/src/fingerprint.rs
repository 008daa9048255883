//! SHA-256 fingerprints of certificates, and the communication token that is a quarter of one.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// Characters between the digits that people and programs put into fingerprints.
const SEPARATORS: [char; 4] = [':', ' ', '-', '\t'];

/// The SHA-256 of a certificate's DER form. Shown as upper-case hex in pairs with colons, read in any spelling.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

/// The text is not 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 fingerprint has 64 hexadecimal digits")]
pub struct NotAFingerprint;

impl Fingerprint {
    /// The fingerprint of a certificate in DER form.
    pub fn of(der: &[u8]) -> Self {
        Self(Sha256::digest(der).into())
    }

    /// Its 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The four quarters as the UMS shows them: "Cert. Fingerprint - Part 1" to "Part 4".
    pub fn parts(&self) -> [String; 4] {
        let quarter = |skip: usize| grouped(self.0.iter().skip(skip * 8).take(8));
        [quarter(0), quarter(1), quarter(2), quarter(3)]
    }

    /// The communication token of the set-up assistant: the third quarter (seed 002, page 169).
    pub fn token(&self) -> String {
        grouped(self.0.iter().skip(16).take(8))
    }

    /// Whether a typed communication token means this certificate: the third quarter, or better the full fingerprint.
    /// Case, colons, hyphens and spaces do not matter. A token is no secret, so the comparison may take any time.
    pub fn matches_token(&self, typed: &str) -> bool {
        let typed = digits(typed);
        typed == digits(&self.token()) || typed == self.to_hex()
    }

    /// Lower-case hex without separators, for keys and file names.
    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }
}

/// Lower-case hex without separators.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 0xF)])
        .collect()
}

fn grouped<'a>(bytes: impl Iterator<Item = &'a u8>) -> String {
    bytes
        .map(|byte| format!("{byte:02X}"))
        .collect::<Vec<_>>()
        .join(":")
}

fn digits(text: &str) -> String {
    text.trim()
        .chars()
        .filter(|c| !SEPARATORS.contains(c))
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

impl From<[u8; 32]> for Fingerprint {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl FromStr for Fingerprint {
    type Err = NotAFingerprint;

    fn from_str(text: &str) -> Result<Self, NotAFingerprint> {
        let digits = digits(text);
        let mut nibbles = digits
            .chars()
            .map(|c| c.to_digit(16).and_then(|n| u8::try_from(n).ok()));
        let mut bytes = [0_u8; 32];
        for byte in &mut bytes {
            let (Some(Some(high)), Some(Some(low))) = (nibbles.next(), nibbles.next()) else {
                return Err(NotAFingerprint);
            };
            *byte = high << 4 | low;
        }
        if nibbles.next().is_some() {
            Err(NotAFingerprint)
        } else {
            Ok(Self(bytes))
        }
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&grouped(self.0.iter()))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting() -> Fingerprint {
        let mut bytes = [0; 32];
        for (n, byte) in bytes.iter_mut().enumerate() {
            *byte = 0xA0 + u8::try_from(n).unwrap();
        }
        Fingerprint::from(bytes)
    }

    #[test]
    fn the_shown_form_reads_back_in_any_spelling() {
        let shown = counting().to_string();
        assert!(shown.starts_with("A0:A1:A2") && shown.len() == 95, "{shown}");
        for typed in [
            shown.clone(),
            shown.to_lowercase(),
            shown.replace(':', ""),
            shown.replace(':', " "),
        ] {
            assert_eq!(typed.parse(), Ok(counting()), "{typed}");
        }
        for wrong in [
            "",
            "A0",
            &shown[..92],
            &format!("{shown}:00"),
            &shown.replacen('A', "G", 1),
            "é",
        ] {
            assert_eq!(wrong.parse::<Fingerprint>(), Err(NotAFingerprint), "{wrong}");
        }
    }

    #[test]
    fn the_token_is_the_third_quarter_or_the_whole() {
        let print = counting();
        let parts = print.parts();
        assert_eq!(parts[2], "B0:B1:B2:B3:B4:B5:B6:B7");
        assert_eq!(parts.join(":"), print.to_string());
        for right in [
            parts[2].clone(),
            " b0b1b2b3 b4b5b6b7 ".into(),
            print.to_string(),
            print.to_hex(),
        ] {
            assert!(print.matches_token(&right), "{right}");
        }
        for wrong in [
            &parts[0],
            &parts[1],
            &parts[3],
            "",
            "B0",
            "B0:B1:B2:B3:B4:B5:B6:B8",
        ] {
            assert!(!print.matches_token(wrong), "{wrong}");
        }
    }
}
