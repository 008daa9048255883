//! Forgotten and changed passwords.

use serde::{Deserialize, Serialize};

use crate::EmailAddress;
use crate::draft::Checker;
use crate::fault::{Invalid, Reason};
use crate::user::{PASSWORD_MAX, new_password};

/// Longest token that is looked up, in characters. Ours have 43.
pub const TOKEN_MAX: usize = 100;

/// "Forgot Password?", Identify and Verify.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ForgottenDraft {
    /// The user name, which is the e-mail address of the log-in.
    #[serde(default)]
    pub user: String,
    /// The address that the mail is expected at: compared, and never written to.
    #[serde(default)]
    pub email: String,
}

impl ForgottenDraft {
    pub fn check(&self) -> Result<(EmailAddress, EmailAddress), Invalid> {
        let mut checker = Checker::default();
        let user = checker.required("user", &self.user, EmailAddress::parse);
        let email = checker.required("email", &self.email, EmailAddress::parse);
        checker.finish(|| Some((user?, email?)))
    }
}

/// "Reset Password".
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ResetDraft {
    #[serde(default)]
    pub token: String,
    #[serde(default)]
    pub password: String,
}

impl ResetDraft {
    /// The length rule; the rest is looked at by the use case, which knows the names.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut checker = Checker::default();
        check_new(&mut checker, &self.password);
        checker.finish(|| Some(()))
    }
}

/// The first password of one's own, after a one-time one.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct FirstPasswordDraft {
    #[serde(default)]
    pub password: String,
}

impl FirstPasswordDraft {
    /// The length rule; the rest is looked at by the use case, which knows the names.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut checker = Checker::default();
        check_new(&mut checker, &self.password);
        checker.finish(|| Some(()))
    }
}

/// What became of a link for a new password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResetLink {
    /// It can be used, for this user name.
    Open { user: String },
    /// It was used before.
    Used,
    /// Its hour is over.
    Expired,
    /// It is none of ours, or a newer one has taken its place.
    Unknown,
}

/// "Change password".
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ChangeDraft {
    #[serde(default)]
    pub old_password: String,
    #[serde(default)]
    pub password: String,
}

impl ChangeDraft {
    pub fn check(&self) -> Result<(), Invalid> {
        let mut checker = Checker::default();
        if self.old_password.is_empty() {
            checker.fault("old_password", Reason::Required);
        } else if self.old_password.chars().count() > PASSWORD_MAX as usize {
            checker.fault("old_password", Reason::WrongPassword);
        }
        check_new(&mut checker, &self.password);
        checker.finish(|| Some(()))
    }
}

fn check_new(checker: &mut Checker, password: &str) {
    if password.is_empty() {
        checker.fault("password", Reason::Required);
    } else if let Err(reason) = new_password(password) {
        checker.fault("password", reason);
    }
}

/// A draft shows no password when it is printed.
macro_rules! secret {
    ($($draft:ident)*) => {$(
        impl std::fmt::Debug for $draft {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($draft))
            }
        }
    )*};
}
secret! { ForgottenDraft ResetDraft FirstPasswordDraft ChangeDraft }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_plain_address_identifies_somebody() {
        let draft = |user: &str, email: &str| ForgottenDraft {
            user: user.to_owned(),
            email: email.to_owned(),
        };
        let good = "ada@contoso.example";
        assert!(draft(" ada@contoso.example ", good).check().is_ok());
        for bad in [
            "",
            "ada",
            "ada@contoso.example,eve@evil.example",
            "ada@contoso.example eve@evil.example",
            "ada@contoso.example\r\nBcc: eve@evil.example",
            "ıda@contoso.example",
            "ada@contoso.example;eve@evil.example",
        ] {
            assert!(
                draft(bad, good).check().unwrap_err().reason("user").is_some(),
                "{bad}"
            );
            assert!(
                draft(good, bad).check().unwrap_err().reason("email").is_some(),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_new_password_has_its_length_and_the_old_one_has_to_be_named() {
        let reset = |password: &str| ResetDraft {
            token: String::new(),
            password: password.to_owned(),
        };
        assert!(reset(&"a".repeat(15)).check().is_ok() && reset(&"a".repeat(128)).check().is_ok());
        for (bad, reason) in [
            (String::new(), Reason::Required),
            ("a".repeat(14), Reason::TooShort { min: 15 }),
            ("a".repeat(129), Reason::TooLong { max: 128 }),
        ] {
            assert_eq!(reset(&bad).check().unwrap_err().reason("password"), Some(&reason));
        }
        let change = |old: &str| ChangeDraft {
            old_password: old.to_owned(),
            password: "a".repeat(15),
        };
        assert!(change(&"x".repeat(128)).check().is_ok());
        let reason = |old: &str| change(old).check().unwrap_err().reason("old_password").cloned();
        assert_eq!(reason(""), Some(Reason::Required));
        assert_eq!(reason(&"x".repeat(129)), Some(Reason::WrongPassword));
        assert!(!format!("{:?}", change("secret")).contains("secret"));
    }
}
