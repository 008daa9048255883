//! The second factor of a sign-in with a password: a code of an authenticator app (TOTP, RFC 6238), or one of the recovery codes.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::Role;
use crate::draft::Checker;
use crate::fault::{Invalid, Reason};

/// Digits of an app's code.
pub const DIGITS: usize = 6;
/// How many recovery codes somebody gets at a time.
pub const RECOVERY_CODES: usize = 10;
/// Characters of a recovery code: 80 bits.
pub const RECOVERY_CHARACTERS: usize = 16;
/// What recovery codes are made of: 32 characters that nobody takes for each other.
pub const RECOVERY_ALPHABET: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyzo";
/// Longest text that is looked at as a code, in characters.
const TYPED_MAX: usize = 64;

/// What "My account" says of the second factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// Since when it is asked for; `None` while there is none.
    pub since: Option<OffsetDateTime>,
    /// Recovery codes that were not used.
    pub recovery_codes: u32,
    /// The account asks for it, so it cannot be switched off.
    pub required: bool,
}

/// What has to be taken into the authenticator app, until a first code confirms it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetUp {
    /// Who signs in.
    pub user: String,
    /// The key for typing: base32 in groups of four.
    pub key: String,
    /// The key for apps on the same device: an `otpauth://` address.
    pub address: String,
    pub picture: Picture,
}

impl std::fmt::Debug for SetUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SetUp")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// A QR code: the path of its dark squares, in a drawing of `size` by `size`, the quiet zone included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    pub size: u32,
    pub path: String,
}

/// What a sign-in waits for after the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A code.
    Code { user: String },
    /// A second factor, which the account asks for and the user has not set up.
    SetUp(SetUp),
}

/// A code, as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct CodeDraft {
    #[serde(default)]
    pub code: String,
}

impl std::fmt::Debug for CodeDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeDraft")
    }
}

/// A code that can be compared.
#[derive(Clone, PartialEq, Eq)]
pub enum Code {
    /// Six digits of an authenticator app.
    App(String),
    /// A recovery code: without groups, in lower case.
    Recovery(String),
}

impl CodeDraft {
    /// An app's code, or a recovery code; both may be typed in groups.
    pub fn check(&self) -> Result<Code, Invalid> {
        let mut checker = Checker::default();
        let code = checker.required("code", &self.code, parse);
        checker.finish(|| code)
    }
}

fn parse(typed: &str) -> Result<Code, Reason> {
    if typed.chars().count() > TYPED_MAX {
        return Err(Reason::NotACode);
    }
    let code: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let is_recovery = |byte: u8| byte == b'0' || RECOVERY_ALPHABET.contains(&byte);
    if code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(Code::App(code))
    } else if code.len() == RECOVERY_CHARACTERS && code.bytes().all(is_recovery) {
        // There is no nought among their characters, so whoever types one read an o.
        Ok(Code::Recovery(code.replace('0', "o")))
    } else {
        Err(Reason::NotACode)
    }
}

/// The roles whose holders need a second factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    pub roles: Vec<Role>,
    /// Whether the reader may change them.
    pub may_change: bool,
}

/// "Ask for a second factor": the roles, by their keys.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RequirementDraft {
    #[serde(default)]
    pub roles: Vec<String>,
}

impl RequirementDraft {
    /// The roles, each once, in the order of the customer's table.
    pub fn check(&self) -> Result<Vec<Role>, Invalid> {
        let mut checker = Checker::default();
        let mut roles = Vec::new();
        // A form without a tick sends an empty one: a browser sends nothing for a box that is not ticked.
        for key in self.roles.iter().filter(|key| !key.is_empty()) {
            match Role::parse(key) {
                Ok(role) => roles.push(role),
                Err(reason) => {
                    checker.fault("roles", reason);
                    break;
                }
            }
        }
        roles.sort_unstable();
        roles.dedup();
        checker.finish(|| Some(roles))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_may_be_typed_in_groups_and_nothing_else_is_a_code() {
        let check = |code: &str| {
            CodeDraft {
                code: code.to_owned(),
            }
            .check()
        };
        let app = |code: &str| matches!(check(code), Ok(Code::App(read)) if read == "012345");
        assert!(app("012345") && app(" 012 345 ") && app("012-345"));
        let recovery = "ABCD-efgh-2345-mnpq";
        assert!(matches!(check(recovery), Ok(Code::Recovery(read)) if read == "abcdefgh2345mnpq"));
        let long = "0".repeat(65);
        for bad in [
            "12345",
            "1234567",
            "12345a",
            "abcd-efgh-2345-mnp",
            "abcd-efgh-2345-mnp1",
            "١٢٣٤٥٦",
            long.as_str(),
        ] {
            let fault = check(bad).err();
            assert_eq!(
                fault.as_ref().and_then(|fault| fault.reason("code")),
                Some(&Reason::NotACode),
                "{bad}"
            );
        }
        let none = check(" ").err();
        assert_eq!(
            none.as_ref().and_then(|fault| fault.reason("code")),
            Some(&Reason::Required)
        );
    }

    #[test]
    fn no_two_characters_of_recovery_codes_are_the_same() {
        let mut letters = RECOVERY_ALPHABET.to_vec();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), 32);
        for taken_for_others in b"01il" {
            assert!(!letters.contains(taken_for_others));
        }
    }

    #[test]
    fn a_requirement_names_roles_of_ours_once_each() {
        let draft = |roles: &[&str]| RequirementDraft {
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        };
        assert_eq!(
            (draft(&[]).check(), draft(&[""]).check()),
            (Ok(vec![]), Ok(vec![]))
        );
        let (a, b) = (Role::SuperAdmin.key(), Role::ObsAdmin.key());
        assert_eq!(
            draft(&[b, a, b]).check(),
            Ok(vec![Role::SuperAdmin, Role::ObsAdmin])
        );
        assert!(draft(&[a, "root"]).check().is_err());
    }
}
