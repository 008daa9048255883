//! Invitations: how somebody becomes a user of an account.

use serde::{Deserialize, Serialize};

use crate::draft::{Checker, name};
use crate::fault::{Invalid, Reason};
use crate::role::Role;
use crate::user::new_password;
use crate::{EmailAddress, Language};

/// An invitation that nobody answered ends after this many days (start guide, "Canceling and Resending Invitations").
pub const INVITATION_DAYS: u16 = 30;
/// Most people that are invited by one pasted list.
pub const LINES_MAX: u32 = 200;

/// What has become of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    Pending,
    Accepted,
    Declined,
    Cancelled,
    /// Nobody answered in time; no list shows it any more.
    Expired,
}

impl InvitationState {
    const ALL: [Self; 5] = [
        Self::Pending,
        Self::Accepted,
        Self::Declined,
        Self::Cancelled,
        Self::Expired,
    ];

    /// The key in the database and in audit events.
    pub fn key(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// "Invite new user", as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationDraft {
    #[serde(default)]
    pub first_name: String,
    #[serde(default)]
    pub last_name: String,
    #[serde(default)]
    pub email: String,
    /// Key of a language; empty for English.
    #[serde(default)]
    pub language: String,
    /// Key of a role.
    #[serde(default)]
    pub role: String,
}

/// Somebody who can be invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInvitation {
    pub email: EmailAddress,
    pub first_name: String,
    pub last_name: String,
    pub language: Language,
    pub role: Role,
}

impl InvitationDraft {
    pub fn check(&self) -> Result<NewInvitation, Invalid> {
        let mut checker = Checker::default();
        let first_name = checker
            .optional("first_name", &self.first_name, name)
            .unwrap_or_default();
        let last_name = checker
            .optional("last_name", &self.last_name, name)
            .unwrap_or_default();
        let email = checker.required("email", &self.email, EmailAddress::parse);
        let language = checker
            .optional("language", &self.language, Language::chosen)
            .unwrap_or_default();
        let role = checker.required("role", &self.role, Role::parse);
        checker.finish(|| {
            Some(NewInvitation {
                email: email?,
                first_name,
                last_name,
                language,
                role: role?,
            })
        })
    }
}

/// Many people at once: a pasted list, one per line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationListDraft {
    /// Each line has an address, and may have names, a role and a language: `Ada Berg <ada@contoso.example>`,
    /// `ada@contoso.example; UMS Admin`, `Ada; Berg; ada@contoso.example; OBS Admin; de`, or cells of a spreadsheet.
    #[serde(default)]
    pub lines: String,
    /// For lines without a language.
    #[serde(default)]
    pub language: String,
    /// For lines without a role.
    #[serde(default)]
    pub role: String,
}

impl InvitationListDraft {
    /// The people and the numbers of their lines as typed, from 1. A fault names its line as `lines.N`.
    pub fn check(&self) -> Result<Vec<(usize, NewInvitation)>, Invalid> {
        let mut checker = Checker::default();
        let language = checker
            .optional("language", &self.language, Language::chosen)
            .unwrap_or_default();
        let role = checker.optional("role", &self.role, Role::parse);
        let mut people: Vec<(usize, NewInvitation)> = Vec::new();
        let (mut typed, mut without_role) = (0, false);
        for (number, line) in (1..).zip(self.lines.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            typed += 1;
            if typed > LINES_MAX {
                checker.fault("lines", Reason::TooMany { max: LINES_MAX });
                break;
            }
            match invited(line, language, role) {
                Ok(new) if people.iter().any(|(_, known)| known.email == new.email) => {
                    checker.fault(format!("lines.{number}"), Reason::Repeated);
                }
                Ok(new) => people.push((number, new)),
                Err(LineFault::Line(reason)) => checker.fault(format!("lines.{number}"), reason),
                Err(LineFault::NoRole) => without_role = true,
            }
        }
        // Something that is no role is a fault of its own already.
        if without_role && self.role.trim().is_empty() {
            checker.fault("role", Reason::NoRole);
        }
        if typed == 0 {
            checker.fault("lines", Reason::Required);
        }
        checker.finish(|| Some(people))
    }
}

enum LineFault {
    Line(Reason),
    NoRole,
}

/// Somebody from a line: the part with an `@` is the address; of the others each is a role, a language, or a name.
fn invited(line: &str, language: Language, role: Option<Role>) -> Result<NewInvitation, LineFault> {
    // In `Berg, Ada <ada@contoso.example>` the comma belongs to the name.
    let separators: &[char] = match line {
        line if line.contains([';', '\t']) => &[';', '\t'],
        line if line.contains('<') => &[],
        _ => &[','],
    };
    let parts: Vec<&str> = line
        .split(separators)
        .map(|part| part.trim().trim_matches('"').trim())
        .filter(|part| !part.is_empty())
        .collect();
    let (mut email, mut names) = (None, Vec::new());
    let (mut language, mut role) = (language, role);
    for part in parts {
        if part.contains('@') {
            let (before, address) = split_address(part);
            if email.replace(address).is_some() {
                return Err(LineFault::Line(Reason::NotAnEmail));
            }
            names.extend(before);
        } else if let Some(named) = Role::named(part) {
            role = Some(named);
        } else if let Some(known) = Language::parse(&part.to_ascii_lowercase()) {
            language = known;
        } else {
            names.push(part);
        }
    }
    let fault = LineFault::Line;
    let email = email.ok_or(fault(Reason::NotAnEmail))?;
    let email = EmailAddress::parse(email).map_err(fault)?;
    let (first, last) = match names.as_slice() {
        [] => ("", ""),
        [whole] => match whole.split_once(',') {
            Some((last, first)) => (first, last),
            None => whole.rsplit_once(char::is_whitespace).unwrap_or((whole, "")),
        },
        [first, last] => (*first, *last),
        // Neither a name nor anything else that is known.
        _ => return Err(fault(Reason::NotAChoice)),
    };
    Ok(NewInvitation {
        email,
        first_name: name(first.trim()).map_err(fault)?,
        last_name: name(last.trim()).map_err(fault)?,
        language,
        role: role.ok_or(LineFault::NoRole)?,
    })
}

/// `Ada Berg <ada@contoso.example>`, `Ada Berg ada@contoso.example` or the address alone.
fn split_address(part: &str) -> (Option<&str>, &str) {
    let (before, address) = match part.split_once('<') {
        Some((before, rest)) => (before, rest.trim_end_matches('>')),
        None => part.rsplit_once(char::is_whitespace).unwrap_or(("", part)),
    };
    let before = before.trim().trim_matches('"').trim();
    ((!before.is_empty()).then_some(before), address.trim())
}

/// What somebody fills in who accepts an invitation.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct AcceptDraft {
    /// From the link in the mail.
    #[serde(default)]
    pub token: String,
    #[serde(default)]
    pub first_name: String,
    #[serde(default)]
    pub last_name: String,
    #[serde(default)]
    pub password: String,
}

impl AcceptDraft {
    /// First and last name; the password's length is right.
    pub fn check(&self) -> Result<(String, String), Invalid> {
        let password = if self.password.is_empty() {
            Err(Reason::Required)
        } else {
            new_password(&self.password)
        };
        self.names(password)
    }

    /// First and last name, where no password is wanted.
    pub fn check_without_password(&self) -> Result<(String, String), Invalid> {
        self.names(Ok(()))
    }

    fn names(&self, password: Result<(), Reason>) -> Result<(String, String), Invalid> {
        let mut checker = Checker::default();
        let first_name = checker.optional("first_name", &self.first_name, name);
        let last_name = checker.optional("last_name", &self.last_name, name);
        if let Err(reason) = password {
            checker.fault("password", reason);
        }
        checker.finish(|| Some((first_name.unwrap_or_default(), last_name.unwrap_or_default())))
    }
}

impl std::fmt::Debug for AcceptDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AcceptDraft")
    }
}

/// What the page of an invitation shows to the holder of its link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenedInvitation {
    Open(Offer),
    /// Somebody else is signed in in this browser.
    SignedInAs {
        email: String,
        invited: String,
    },
    /// It was answered or taken back, or has expired.
    Over(InvitationState),
    /// No link of ours, or one that a newer mail has replaced.
    Unknown,
}

/// An invitation that can be accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub account: String,
    pub invited_by: String,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub role: Role,
    pub days_left: u16,
    /// Whether whoever accepts signs in at the company's identity provider instead of with a password.
    pub federated: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(lines: &str, role: &str) -> Result<Vec<(usize, NewInvitation)>, Invalid> {
        InvitationListDraft {
            lines: lines.to_owned(),
            language: "en".to_owned(),
            role: role.to_owned(),
        }
        .check()
    }

    #[test]
    fn an_invitation_needs_an_address_and_a_role() {
        let draft = InvitationDraft {
            email: "ada@contoso.example".to_owned(),
            role: "obs-admin".to_owned(),
            ..InvitationDraft::default()
        };
        assert_eq!(draft.check().unwrap().role, Role::ObsAdmin);
        let faults = InvitationDraft::default().check().unwrap_err();
        assert_eq!(faults.reason("email"), Some(&Reason::Required));
        assert_eq!(faults.reason("role"), Some(&Reason::Required));
        let faults = InvitationDraft {
            role: "root".to_owned(),
            language: "fr".to_owned(),
            ..draft
        }
        .check()
        .unwrap_err();
        assert_eq!(faults.reason("role"), Some(&Reason::NotAChoice));
        assert_eq!(faults.reason("language"), Some(&Reason::NotAChoice));
    }

    #[test]
    fn a_pasted_line_is_forgiven_its_form() {
        for (line, first, last, role, language) in [
            ("ada@contoso.example", "", "", Role::ObsAdmin, "en"),
            (
                "Ada Berg <ada@contoso.example>",
                "Ada",
                "Berg",
                Role::ObsAdmin,
                "en",
            ),
            (
                "\"Ada Berg\" <ada@contoso.example>",
                "Ada",
                "Berg",
                Role::ObsAdmin,
                "en",
            ),
            (
                "Ada Berg ada@contoso.example",
                "Ada",
                "Berg",
                Role::ObsAdmin,
                "en",
            ),
            (
                "Berg, Ada <ada@contoso.example>",
                "Ada",
                "Berg",
                Role::ObsAdmin,
                "en",
            ),
            ("ada@contoso.example;UMS Admin", "", "", Role::UmsAdmin, "en"),
            (
                "Ada;Berg;ada@contoso.example;ums-admin;DE",
                "Ada",
                "Berg",
                Role::UmsAdmin,
                "de",
            ),
            (
                "Ada\tBerg\tada@contoso.example\tApp Portal User",
                "Ada",
                "Berg",
                Role::AppPortalUser,
                "en",
            ),
            (
                "Ada Maria Berg, ada@contoso.example",
                "Ada Maria",
                "Berg",
                Role::ObsAdmin,
                "en",
            ),
        ] {
            let people = list(line, "obs-admin").unwrap();
            let [(1, new)] = people.as_slice() else {
                panic!("{line}: {people:?}")
            };
            assert_eq!(new.email.as_str(), "ada@contoso.example", "{line}");
            let found = (
                new.first_name.as_str(),
                new.last_name.as_str(),
                new.role,
                new.language.key(),
            );
            assert_eq!(found, (first, last, role, language), "{line}");
        }
    }

    #[test]
    fn a_bad_line_is_named_by_its_number() {
        let faults = list(
            "ada@contoso.example\n\nnobody\nADA@contoso.example\na@contoso.example b@contoso.example\na;b;c;d@contoso.example",
            "obs-admin",
        )
        .unwrap_err();
        assert_eq!(faults.reason("lines.3"), Some(&Reason::NotAnEmail));
        assert_eq!(faults.reason("lines.4"), Some(&Reason::Repeated));
        assert_eq!(faults.reason("lines.6"), Some(&Reason::NotAChoice));
        assert_eq!(faults.reason("lines.1"), None);
        assert_eq!(
            list("", "obs-admin").unwrap_err().reason("lines"),
            Some(&Reason::Required)
        );
        // Without a role for all, each line needs its own.
        let faults = list("ada@contoso.example\nbo@contoso.example;OBS Admin", "").unwrap_err();
        assert_eq!(faults.reason("role"), Some(&Reason::NoRole));
        assert_eq!(faults.fields.len(), 1);
        assert!(list("bo@contoso.example;OBS Admin", "").is_ok());
    }

    #[test]
    fn a_list_may_have_200_people_and_no_more() {
        let lines = |n: usize| {
            (0..n)
                .map(|n| format!("user{n}@contoso.example"))
                .collect::<Vec<_>>()
                .join("\n\n")
        };
        assert_eq!(list(&lines(200), "obs-admin").unwrap().len(), 200);
        let faults = list(&lines(201), "obs-admin").unwrap_err();
        assert_eq!(faults.reason("lines"), Some(&Reason::TooMany { max: 200 }));
    }

    #[test]
    fn accepting_needs_a_password_of_the_right_length() {
        let draft = |password: &str| AcceptDraft {
            password: password.to_owned(),
            ..AcceptDraft::default()
        };
        assert!(draft("rye bread at seven").check().is_ok());
        assert_eq!(
            draft("").check().unwrap_err().reason("password"),
            Some(&Reason::Required)
        );
        assert_eq!(
            draft("fourteen chars").check().unwrap_err().reason("password"),
            Some(&Reason::TooShort { min: 15 })
        );
    }
}
