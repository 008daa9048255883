//! Codes of authenticator apps: TOTP as all of them understand it (RFC 6238; SHA-1, six digits, 30 seconds).

use std::fmt::Write as _;

use access::{Error, Result};
use domain::second_factor::{DIGITS, Picture};
use fast_qr::{ECL, QRBuilder};
use time::OffsetDateTime;
use totp_rs::{Algorithm, Builder, Totp};

/// Bytes of a key: what RFC 4226 recommends.
pub(super) const KEY: usize = 20;
/// Life of a code, in seconds.
const STEP: u64 = 30;
/// Steps before and after the present one whose codes are accepted: clocks differ, and people type slowly.
const SKEW: u16 = 1;
/// Light modules around a QR code, as its standard asks for.
const QUIET: usize = 4;
/// What the app shows beside the code.
const ISSUER: &str = "COSMOS";

/// The key of a user's app.
pub(super) struct AppKey(Totp);

impl AppKey {
    /// `user` is shown in the app.
    pub(super) fn new(key: &[u8], user: &str) -> Result<Self> {
        let digits = u8::try_from(DIGITS).unwrap_or(u8::MAX);
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(digits)
            .with_skew(SKEW)
            .with_step_duration(STEP)
            .with_secret(key.to_vec())
            .with_issuer(Some(ISSUER))
            // The address that is made of it parts issuer and user by a colon.
            .with_account_name(user.replace(':', " "))
            .build()
            .map(Self)
            .map_err(Error::internal)
    }

    /// The step that `code` belongs to, if it is one of the codes of now.
    pub(super) fn step(&self, code: &str, now: OffsetDateTime) -> Option<i64> {
        let now = u64::try_from(now.unix_timestamp()).ok()?;
        self.0.check(code, now).and_then(|step| i64::try_from(step).ok())
    }

    /// For typing: base32, in groups of four.
    pub(super) fn text(&self) -> String {
        groups(&self.0.secret().to_base32())
    }

    /// The `otpauth://` address.
    pub(super) fn address(&self) -> Result<String> {
        self.0.to_url().map_err(Error::internal)
    }

    /// The address as a QR code.
    pub(super) fn picture(&self) -> Result<Picture> {
        let code = QRBuilder::new(self.address()?)
            .ecl(ECL::M)
            .build()
            .map_err(|error| Error::internal(format!("no QR code: {error:?}")))?;
        let mut path = String::new();
        for y in 0..code.size {
            let line = &code[y];
            for x in (0..code.size).filter(|x| line.get(*x).is_some_and(|module| module.value())) {
                // Writing to a text cannot fail.
                let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
        let size = u32::try_from(code.size + 2 * QUIET).unwrap_or(u32::MAX);
        Ok(Picture { size, path })
    }
}

/// A text in groups of four characters.
pub(super) fn groups(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the RFC's test vectors.
    const RFC: &[u8; KEY] = b"12345678901234567890";

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(seconds).unwrap()
    }

    /// RFC 6238, appendix B, shortened to six digits.
    #[test]
    fn codes_are_those_of_the_standard_and_live_for_a_step_on_each_side() {
        let key = AppKey::new(RFC, "ada@contoso.example").unwrap();
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(key.step(code, at(seconds)), Some(seconds / 30), "{seconds}");
        }
        let step = Some(1);
        for (seconds, found) in [(0, step), (30, step), (89, step), (90, None), (120, None)] {
            assert_eq!(key.step("287082", at(seconds)), found, "{seconds}");
        }
        assert_eq!(key.step("287083", at(59)), None);
    }

    #[test]
    fn the_address_holds_key_user_and_issuer() {
        let key = AppKey::new(RFC, "ada:x@contoso.example").unwrap();
        let address = key.address().unwrap();
        assert!(
            address.starts_with("otpauth://totp/COSMOS:ada%20x%40contoso.example?"),
            "{address}"
        );
        assert!(
            address.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
            "{address}"
        );
        assert!(key.text().starts_with("GEZD-GNBV-"), "{}", key.text());
        let picture = key.picture().unwrap();
        assert!(
            picture.size > 29 && picture.path.starts_with("M4 4h1"),
            "{}",
            picture.size
        );
    }
}
