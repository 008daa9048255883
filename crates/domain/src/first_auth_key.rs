//! First-authentication keys: enrolment without the Onboarding Service.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::UnitId;
use crate::draft::Checker;
use crate::fault::{Invalid, Reason};
use crate::id::FirstAuthKeyId;

/// Most uses of one key.
pub const USES_MAX: u32 = 100_000;
/// Longest life of a key, in days.
pub const DAYS_MAX: u32 = 365;

/// The form for a new key, as typed. A key with a Unit ID is for that device alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FirstAuthKeyDraft {
    #[serde(default)]
    pub unit_id: String,
    /// How many devices it may enrol; empty for one.
    #[serde(default)]
    pub uses: String,
    /// Days until it expires; empty for 30.
    #[serde(default)]
    pub days: String,
}

/// A key that can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFirstAuthKey {
    pub unit_id: Option<UnitId>,
    pub uses: u32,
    pub days: u32,
}

impl FirstAuthKeyDraft {
    pub fn check(&self) -> Result<NewFirstAuthKey, Invalid> {
        let mut checker = Checker::default();
        let count = |max: u32| {
            move |text: &str| {
                text.parse()
                    .ok()
                    .filter(|n| (1..=max).contains(n))
                    .ok_or(Reason::NotAChoice)
            }
        };
        let unit_id = checker.optional("unit_id", &self.unit_id, UnitId::parse);
        let uses = checker.optional("uses", &self.uses, count(USES_MAX)).unwrap_or(1);
        let days = checker
            .optional("days", &self.days, count(DAYS_MAX))
            .unwrap_or(30);
        if unit_id.is_some() && uses > 1 {
            checker.fault("uses", Reason::NotAChoice);
        }
        checker.finish(|| Some(NewFirstAuthKey { unit_id, uses, days }))
    }
}

/// A key, for the list. The key itself is shown once, when it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstAuthKey {
    pub id: FirstAuthKeyId,
    pub unit_id: Option<String>,
    pub uses_left: u32,
    pub expires_at: OffsetDateTime,
    pub created_by: String,
    pub created_at: OffsetDateTime,
}

/// A key just made, with its secret and the communication token that a device needs beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeFirstAuthKey {
    pub key: FirstAuthKey,
    pub secret: String,
    pub communication_token: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_for_one_device_and_thirty_days_unless_asked() {
        assert_eq!(
            FirstAuthKeyDraft::default().check(),
            Ok(NewFirstAuthKey {
                unit_id: None,
                uses: 1,
                days: 30
            })
        );
        let draft = |uses: &str, days: &str| {
            FirstAuthKeyDraft {
                uses: uses.into(),
                days: days.into(),
                unit_id: String::new(),
            }
            .check()
        };
        assert!(draft("100000", "365").is_ok());
        assert!(draft("100001", "365").is_err() && draft("1", "366").is_err() && draft("0", "1").is_err());
    }
}
