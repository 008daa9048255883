//! Users of the Customer Portal.

use serde::{Deserialize, Serialize};

use crate::draft::{Checker, name};
use crate::fault::{Invalid, Reason};
use crate::id::UserId;
use crate::{EmailAddress, Language, Role};

/// Shortest password, in characters.
pub const PASSWORD_MIN: u32 = 15;
/// Longest password, in characters.
pub const PASSWORD_MAX: u32 = 128;

/// The length rule for a new password. The list of common ones is looked up in the use case.
pub fn new_password(text: &str) -> Result<(), Reason> {
    match u32::try_from(text.chars().count()).unwrap_or(u32::MAX) {
        n if n < PASSWORD_MIN => Err(Reason::TooShort { min: PASSWORD_MIN }),
        n if n > PASSWORD_MAX => Err(Reason::TooLong { max: PASSWORD_MAX }),
        _ => Ok(()),
    }
}

/// Whether a user may use the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserState {
    /// Invited, has not accepted: no access.
    Pending,
    Active,
    /// No access; the row can be restored for a while.
    Deactivated,
}

impl UserState {
    pub fn key(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Deactivated => "deactivated",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        [Self::Pending, Self::Active, Self::Deactivated]
            .into_iter()
            .find(|state| state.key() == key)
    }
}

/// What an operator typed on the command line for a new user.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct UserDraft {
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub first_name: String,
    #[serde(default)]
    pub last_name: String,
    /// Key of a language; empty for English.
    #[serde(default)]
    pub language: String,
    #[serde(default)]
    pub roles: Vec<String>,
}

/// A user who can be added.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub email: EmailAddress,
    pub first_name: String,
    pub last_name: String,
    pub language: Language,
    pub roles: Vec<Role>,
}

impl UserDraft {
    pub fn check(&self) -> Result<NewUser, Invalid> {
        let mut checker = Checker::default();
        let email = checker.required("email", &self.email, EmailAddress::parse);
        let first_name = checker
            .optional("first_name", &self.first_name, name)
            .unwrap_or_default();
        let last_name = checker
            .optional("last_name", &self.last_name, name)
            .unwrap_or_default();
        let language = checker
            .optional("language", &self.language, Language::chosen)
            .unwrap_or_default();
        let roles = checker.lines("roles", &self.roles, 6, Role::parse);
        if roles.is_empty() && self.roles.iter().all(|role| role.trim().is_empty()) {
            checker.fault("roles", Reason::Required);
        }
        checker.finish(|| {
            Some(NewUser {
                email: email?,
                first_name,
                last_name,
                language,
                roles,
            })
        })
    }
}

/// The signed-in user, for the frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub account: String,
    pub roles: Vec<Role>,
    /// Whether IGEL OS Onboarding is activated for the account: the menu depends on it.
    pub onboarding_active: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_have_15_to_128_characters() {
        assert!(new_password(&"ä".repeat(15)).is_ok());
        assert_eq!(new_password(&"ä".repeat(14)), Err(Reason::TooShort { min: 15 }));
        assert!(new_password(&"a".repeat(128)).is_ok());
        assert_eq!(new_password(&"a".repeat(129)), Err(Reason::TooLong { max: 128 }));
    }

    #[test]
    fn a_user_needs_an_email_and_a_role() {
        let draft = UserDraft {
            email: "admin@contoso.example".into(),
            roles: vec!["obs-admin".into()],
            ..Default::default()
        };
        assert_eq!(draft.check().unwrap().roles, [Role::ObsAdmin]);
        let faults = UserDraft {
            email: "nobody".into(),
            ..Default::default()
        }
        .check()
        .unwrap_err();
        assert_eq!(faults.reason("email"), Some(&Reason::NotAnEmail));
        assert_eq!(faults.reason("roles"), Some(&Reason::Required));
    }
}
