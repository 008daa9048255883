//! What is changed of an IGEL OS IdP that is there: each act with a form of its own. Every form names the version that its page
//! showed, so that nobody overwrites what they have not seen (fault F30).

use serde::{Deserialize, Serialize};
use time::{Date, Duration, Month, OffsetDateTime, Time};

use crate::DomainName;
use crate::draft::{Checker, name, short_text};
use crate::fault::{Invalid, Reason};
use crate::id::OsIdpId;
use crate::os_idp::{CREDENTIAL_MAX, DOMAINS_MAX};

/// What happens to the client secret that was there when a new one comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeepOld {
    /// The new one takes its place at once.
    #[default]
    Replace,
    /// Works beside the new one until that has worked once, at most [`ONCE_LIFE`].
    UntilFirstSuccess,
    Hour,
    Day,
    Week,
}

/// Longest that an old secret waits for the first success of the new one.
pub const ONCE_LIFE: Duration = Duration::days(30);

impl KeepOld {
    pub const ALL: [Self; 5] = [
        Self::Replace,
        Self::UntilFirstSuccess,
        Self::Hour,
        Self::Day,
        Self::Week,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::UntilFirstSuccess => "first_success",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
        }
    }

    /// Nothing chosen means [`Self::Replace`].
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::Replace);
        }
        let mut all = Self::ALL.into_iter();
        all.find(|one| one.key() == text).ok_or(Reason::NotAChoice)
    }

    /// How long the old one works on; `None` where it does not.
    pub fn life(self) -> Option<Duration> {
        match self {
            Self::Replace => None,
            Self::UntilFirstSuccess => Some(ONCE_LIFE),
            Self::Hour => Some(Duration::HOUR),
            Self::Day => Some(Duration::DAY),
            Self::Week => Some(Duration::WEEK),
        }
    }
}

/// "Update client secret", as typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSecretDraft {
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    pub version: String,
    #[serde(default)]
    pub client_secret: String,
    /// The day on which the provider lets the secret end, `YYYY-MM-DD`; empty where it does not, or nobody knows.
    #[serde(default)]
    pub secret_expires: String,
    /// [`KeepOld`] by its key.
    #[serde(default)]
    pub keep_old: String,
}

impl std::fmt::Debug for ClientSecretDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientSecretDraft")
            .field("id", &self.id)
            .field("secret_expires", &self.secret_expires)
            .field("keep_old", &self.keep_old)
            .finish_non_exhaustive()
    }
}

/// A secret that can take the place of the old one.
pub struct NewClientSecret {
    pub version: i64,
    pub secret: String,
    pub expires_at: Option<OffsetDateTime>,
    pub keep_old: KeepOld,
}

impl ClientSecretDraft {
    pub fn check(&self) -> Result<NewClientSecret, Invalid> {
        let mut checker = Checker::default();
        let version = checker.required("version", &self.version, version);
        let secret = checker.required("client_secret", &self.client_secret, short_text(CREDENTIAL_MAX));
        let expires_at = checker.optional("secret_expires", &self.secret_expires, noon_of);
        let keep_old = KeepOld::parse(&self.keep_old).map_err(|reason| checker.fault("keep_old", reason));
        checker.finish(|| {
            Some(NewClientSecret {
                version: version?,
                secret: secret?,
                expires_at,
                keep_old: keep_old.ok()?,
            })
        })
    }
}

/// "Update Mapped Domains", as typed: one per line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OsIdpDomainsDraft {
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    pub version: String,
    #[serde(default)]
    pub domains: String,
}

impl OsIdpDomainsDraft {
    /// The version; the domains are read by the use case, which knows public suffixes.
    pub fn check(&self) -> Result<i64, Invalid> {
        let mut checker = Checker::default();
        let version = checker.required("version", &self.version, version);
        checker.lines(
            "domains",
            std::slice::from_ref(&self.domains),
            DOMAINS_MAX,
            DomainName::parse,
        );
        checker.finish(|| version)
    }
}

/// A new display name, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OsIdpNameDraft {
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    pub version: String,
    #[serde(default)]
    pub name: String,
}

impl OsIdpNameDraft {
    pub fn check(&self) -> Result<(i64, String), Invalid> {
        let mut checker = Checker::default();
        let version = checker.required("version", &self.version, version);
        let display = checker.required("name", &self.name, name);
        checker.finish(|| Some((version?, display?)))
    }
}

/// Enable, disable or delete: which one, and which version of it was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OsIdpActDraft {
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    pub version: String,
}

impl OsIdpActDraft {
    pub fn check(&self) -> Result<i64, Invalid> {
        let mut checker = Checker::default();
        let version = checker.required("version", &self.version, version);
        checker.finish(|| version)
    }
}

/// The provider that a form is about.
pub fn os_idp_id(text: &str) -> Option<OsIdpId> {
    text.trim().parse().ok()
}

/// The version of a record, as a hidden field carries it.
fn version(text: &str) -> Result<i64, Reason> {
    text.parse().map_err(|_| Reason::NotAChoice)
}

/// A day as a browser's date field writes it, `YYYY-MM-DD`: its noon in UTC, which is that day almost everywhere.
pub fn noon_of(text: &str) -> Result<OffsetDateTime, Reason> {
    let mut parts = text.trim().splitn(3, '-').map(str::parse::<u16>);
    let mut next = || parts.next()?.ok();
    let day = (|| {
        let (year, month, day) = (next()?, next()?, next()?);
        let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
        Date::from_calendar_date(year.into(), month, u8::try_from(day).ok()?).ok()
    })();
    let day = day.filter(|day| (2000..=2999).contains(&day.year()));
    let noon = Time::from_hms(12, 0, 0).map_err(|_| Reason::NotADate)?;
    Ok(day.ok_or(Reason::NotADate)?.with_time(noon).assume_utc())
}

/// What stops when a provider is deleted or switched off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OsIdpStops {
    /// Whose people cannot onboard devices any more.
    pub domains: Vec<DomainName>,
    /// Names of the IGEL OS Onboarding records that map one of these domains or somebody of one, at most
    /// [`RECORDS_SHOWN`].
    pub records: Vec<String>,
    /// Onboardings that wait for a sign-in there at this moment.
    pub running: u64,
}

/// Most records that are named.
pub const RECORDS_SHOWN: u32 = 50;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_noon_and_nothing_else_is_a_day() {
        assert_eq!(noon_of("2027-02-28").unwrap().unix_timestamp(), 1_803_816_000);
        assert!(noon_of("2028-02-29").is_ok());
        for bad in [
            "",
            "2027-02-29",
            "28.02.2027",
            "2027-13-01",
            "1999-12-31",
            "3000-01-01",
            "2027-1",
            "-1-1-1",
        ] {
            assert_eq!(noon_of(bad), Err(Reason::NotADate), "{bad}");
        }
    }

    #[test]
    fn a_secret_needs_only_itself_and_hides() {
        let draft = ClientSecretDraft {
            version: "3".to_owned(),
            client_secret: " s3cret ".to_owned(),
            ..ClientSecretDraft::default()
        };
        let new = draft.check().unwrap();
        assert_eq!(
            (new.version, new.secret.as_str(), new.keep_old),
            (3, "s3cret", KeepOld::Replace)
        );
        assert!(!format!("{draft:?}").contains("s3cret"));
        let wrong = ClientSecretDraft {
            keep_old: "for ever".to_owned(),
            secret_expires: "soon".to_owned(),
            ..ClientSecretDraft::default()
        };
        let faults: Vec<_> = wrong
            .check()
            .err()
            .unwrap()
            .fields
            .into_iter()
            .map(|fault| fault.field)
            .collect();
        assert_eq!(faults, ["version", "client_secret", "secret_expires", "keep_old"]);
        for keep in KeepOld::ALL {
            assert_eq!(KeepOld::parse(keep.key()), Ok(keep));
        }
    }
}
