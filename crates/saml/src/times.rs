//! Moments as SAML writes them, and how far two clocks may differ.

use federation::CLOCK_LEEWAY;
use federation::saml::SamlError;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

/// Reads an `xs:dateTime` (SAML core 2.0, section 1.3.3).
pub fn read(text: &str) -> Result<OffsetDateTime, SamlError> {
    OffsetDateTime::parse(text, &Rfc3339).map_err(|_| SamlError::BadTime)
}

/// Writes one, to the second, in UTC.
pub fn write(moment: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    let utc = moment.checked_to_offset(UtcOffset::UTC).unwrap_or(moment);
    utc.format(format).unwrap_or_default()
}

/// What begins at `moment` has begun.
pub fn begun(moment: OffsetDateTime, now: OffsetDateTime) -> Result<(), SamlError> {
    if now.saturating_add(CLOCK_LEEWAY) >= moment {
        Ok(())
    } else {
        Err(SamlError::NotYetValid)
    }
}

/// What ends at `moment` has not ended.
pub fn not_over(moment: OffsetDateTime, now: OffsetDateTime) -> Result<(), SamlError> {
    if now < moment.saturating_add(CLOCK_LEEWAY) {
        Ok(())
    } else {
        Err(SamlError::Expired)
    }
}
