//! Signing in with a password, at the Customer Portal and at the UMS Web App.

use serde::{Deserialize, Serialize};

use crate::draft::Checker;
use crate::fault::{Invalid, Reason};
use crate::user::PASSWORD_MAX;

/// What somebody typed to sign in. `user` is an e-mail address at the portal and a user name at the UMS.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct SignInDraft {
    #[serde(default)]
    pub user: String,
    #[serde(default)]
    pub password: String,
    /// The page wanted before; only an address of our own is followed.
    #[serde(default)]
    pub next: String,
}

impl std::fmt::Debug for SignInDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInDraft")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// Longest user name, in characters.
const USER_MAX: usize = 254;

impl SignInDraft {
    /// User and password, neither empty. What cannot be a password or user of ours is refused like a wrong one, before
    /// anything is hashed.
    pub fn check(&self) -> Result<(String, String), Invalid> {
        let mut checker = Checker::default();
        if self.user.trim().is_empty() {
            checker.fault("user", Reason::Required);
        }
        if self.password.is_empty() {
            checker.fault("password", Reason::Required);
        }
        let possible =
            self.user.chars().count() <= USER_MAX && self.password.chars().count() <= PASSWORD_MAX as usize;
        if !possible {
            checker.fault("user", Reason::WrongCredentials);
        }
        checker.finish(|| Some((self.user.trim().to_owned(), self.password.clone())))
    }
}

/// How a try to sign in went on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInStep {
    /// Signed in.
    Done,
    /// A password is wanted.
    Password,
    /// To the company's identity provider, at this address.
    Company { url: String },
}

/// Why a sign-in at a company's identity provider was refused: what its page explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such sign-in under way in this browser: over, used, or begun elsewhere.
    Unknown,
    /// The provider said no.
    Provider,
    /// What the provider sent cannot be accepted.
    Answer,
    /// The provider is not active, or signing in there was switched off.
    Inactive,
    /// The address that came is of a domain that the provider may not speak for.
    Domain,
    /// The provider's person has no user here.
    NoUser,
    /// The person has an invitation that waits.
    Invited,
    /// The user has no access.
    NoAccess,
    /// The user is known by another name at this provider.
    OtherName,
    /// The invitation was for another address, or is over.
    Invitation,
    /// Too many answers from this address.
    TooMany,
}

impl Refused {
    pub const ALL: [Self; 11] = [
        Self::Unknown,
        Self::Provider,
        Self::Answer,
        Self::Inactive,
        Self::Domain,
        Self::NoUser,
        Self::Invited,
        Self::NoAccess,
        Self::OtherName,
        Self::Invitation,
        Self::TooMany,
    ];

    /// The key in addresses and in audit events.
    pub fn key(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Provider => "provider",
            Self::Answer => "answer",
            Self::Inactive => "inactive",
            Self::Domain => "domain",
            Self::NoUser => "no-user",
            Self::Invited => "invited",
            Self::NoAccess => "no-access",
            Self::OtherName => "other-name",
            Self::Invitation => "invitation",
            Self::TooMany => "too-many",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refused| refused.key() == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_fields_are_needed_and_an_endless_password_is_never_hashed() {
        let draft = |user: &str, password: &str| SignInDraft {
            user: user.into(),
            password: password.into(),
            next: String::new(),
        };
        assert!(draft(" admin@contoso.example ", &"x".repeat(128)).check().is_ok());
        let long = draft("admin@contoso.example", &"x".repeat(129))
            .check()
            .unwrap_err();
        assert_eq!(long.reason("user"), Some(&Reason::WrongCredentials));
        let none = draft(" ", "").check().unwrap_err();
        assert_eq!(none.fields.len(), 2);
        assert!(!format!("{:?}", draft("a", "secret")).contains("secret"));
    }
}
