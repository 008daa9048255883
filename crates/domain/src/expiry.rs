//! The expiry calendar: every certificate and secret of an account that ends one day.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// Days before the end on which those who may act get a mail.
pub const STEPS: [i64; 4] = [30, 14, 3, 1];

/// What ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpiryKind {
    /// A certificate of the chain of an IGEL OS Onboarding record.
    RoutingCertificate,
    UmsId,
    /// A certificate that a SAML provider signs with.
    SamlCertificate,
    /// The client secret of an IGEL OS IdP.
    IdpSecret,
}

impl ExpiryKind {
    pub const ALL: [Self; 4] = [
        Self::RoutingCertificate,
        Self::UmsId,
        Self::SamlCertificate,
        Self::IdpSecret,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Self::RoutingCertificate => "routing",
            Self::UmsId => "ums",
            Self::SamlCertificate => "saml",
            Self::IdpSecret => "secret",
        }
    }
}

/// How near an end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nearness {
    Over,
    /// Three days or less.
    Now,
    /// Thirty days or less.
    Soon,
    Far,
}

impl Nearness {
    pub fn of(expires_at: OffsetDateTime, now: OffsetDateTime) -> Self {
        let left = expires_at - now;
        if left <= Duration::ZERO {
            Self::Over
        } else if left <= Duration::days(3) {
            Self::Now
        } else if left <= Duration::days(30) {
            Self::Soon
        } else {
            Self::Far
        }
    }
}

/// The step that an end has reached: the smallest number of days of [`STEPS`] that are left at most. None where it is further
/// away, and where it is over.
pub fn step(expires_at: OffsetDateTime, now: OffsetDateTime) -> Option<i64> {
    let left = expires_at - now;
    let reached = |days: &i64| left <= Duration::days(*days);
    (left > Duration::ZERO)
        .then(|| STEPS.into_iter().rev().find(reached))
        .flatten()
}

/// Something that ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expiry {
    pub kind: ExpiryKind,
    /// What it belongs to: its id and its name.
    pub object: uuid::Uuid,
    pub name: String,
    /// Subject of the certificate; empty for a secret.
    pub subject: String,
    /// SHA-256 of the certificate; empty for a secret.
    pub fingerprint: String,
    pub expires_at: OffsetDateTime,
    pub nearness: Nearness,
    /// Whole days until then, rounded up; negative: since then.
    pub days: i64,
}

impl Expiry {
    /// What tells it from everything else that ends: another certificate, and another end of a secret, are something else.
    pub fn series(&self) -> String {
        let what = if self.fingerprint.is_empty() {
            self.expires_at.unix_timestamp().to_string()
        } else {
            self.fingerprint.clone()
        };
        format!("{}:{}:{what}", self.kind.key(), self.object)
    }
}

/// Whole days from `now` until an end, rounded up; negative: since then.
pub fn days_until(expires_at: OffsetDateTime, now: OffsetDateTime) -> i64 {
    const DAY: i64 = 86_400;
    let seconds = (expires_at - now).whole_seconds();
    if seconds > 0 {
        (seconds + DAY - 1) / DAY
    } else {
        seconds / DAY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    #[test]
    fn a_step_is_reached_with_its_day_and_none_after_the_end() {
        let second = Duration::SECOND;
        for (left, expected) in [
            (Duration::days(30) + second, None),
            (Duration::days(30), Some(30)),
            (Duration::days(14) + second, Some(30)),
            (Duration::days(14), Some(14)),
            (Duration::days(3), Some(3)),
            (Duration::days(1) + second, Some(3)),
            (Duration::days(1), Some(1)),
            (second, Some(1)),
            (Duration::ZERO, None),
        ] {
            assert_eq!(step(NOW + left, NOW), expected, "{left}");
        }
    }

    #[test]
    fn days_are_counted_as_people_do() {
        for (left, expected) in [
            (Duration::days(2), 2),
            (Duration::days(1) + Duration::SECOND, 2),
            (Duration::SECOND, 1),
            (Duration::ZERO, 0),
            (-Duration::HOUR, 0),
            (-Duration::days(2), -2),
        ] {
            assert_eq!(days_until(NOW + left, NOW), expected, "{left}");
        }
        assert_eq!(Nearness::of(NOW, NOW), Nearness::Over);
        assert_eq!(Nearness::of(NOW + Duration::days(3), NOW), Nearness::Now);
        assert_eq!(Nearness::of(NOW + Duration::days(30), NOW), Nearness::Soon);
        assert_eq!(Nearness::of(NOW + Duration::days(31), NOW), Nearness::Far);
    }
}
