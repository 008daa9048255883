//! What is typed about cases: a new one, a comment, an answer.

use serde::{Deserialize, Serialize};

use crate::case::{CaseKind, CaseState, Product, Severity};
use crate::draft::{Checker, short_text};
use crate::fault::{Invalid, Reason};

/// Longest subject, in characters.
pub const SUBJECT_MAX: u32 = 150;
/// Longest text of a case, a comment or an answer, in characters.
pub const TEXT_MAX: u32 = 10_000;

/// The form of a new case, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseDraft {
    #[serde(default)]
    pub kind: String,
    #[serde(default)]
    pub product: String,
    #[serde(default)]
    pub severity: String,
    #[serde(default)]
    pub subject: String,
    #[serde(default)]
    pub text: String,
    /// Id of the failed onboarding that it is opened from; empty for none.
    #[serde(default)]
    pub onboarding: String,
}

/// A case that can be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCase {
    pub kind: CaseKind,
    pub product: Product,
    pub severity: Severity,
    pub subject: String,
    pub text: String,
}

impl CaseDraft {
    pub fn check(&self) -> Result<NewCase, Invalid> {
        let mut checker = Checker::default();
        let kind = checker.required("kind", &self.kind, CaseKind::parse);
        let product = checker.required("product", &self.product, Product::parse);
        let severity = checker.required("severity", &self.severity, Severity::parse);
        let subject = checker.required("subject", &self.subject, subject);
        let text = checker.required("text", &self.text, text);
        checker.finish(|| {
            Some(NewCase {
                kind: kind?,
                product: product?,
                severity: severity?,
                subject: subject?,
                text: text?,
            })
        })
    }
}

/// A comment of the company, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentDraft {
    /// Of the case.
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    pub text: String,
}

impl CommentDraft {
    /// The text. It may be empty where files come with it.
    pub fn check(&self, has_files: bool) -> Result<String, Invalid> {
        let mut checker = Checker::default();
        let text = if has_files {
            checker.optional("text", &self.text, text).unwrap_or_default()
        } else {
            checker.required("text", &self.text, text).unwrap_or_default()
        };
        checker.finish(|| Some(text))
    }
}

/// An answer of the support, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerDraft {
    /// Of the case.
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    pub text: String,
    /// Key of the state afterwards.
    #[serde(default)]
    pub state: String,
    /// A note that the company does not see. It leaves the state as it is.
    #[serde(default)]
    pub internal: bool,
}

/// An answer that can be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The company sees it, and the case has this state afterwards. Without a text it is a change of state.
    Said {
        text: String,
        state: CaseState,
    },
    Note {
        text: String,
    },
}

impl AnswerDraft {
    /// What it says, to a case that is in state `now`.
    pub fn check(&self, now: CaseState, has_files: bool) -> Result<Answer, Invalid> {
        let mut checker = Checker::default();
        let after = |key: &str| {
            let state = CaseState::parse(key)?;
            let may = CaseState::AFTER_ANSWER.contains(&state);
            may.then_some(state).ok_or(Reason::NotAChoice)
        };
        let state = if self.internal {
            Some(now)
        } else {
            checker.required("state", &self.state, after)
        };
        let says_something = has_files || state.is_some_and(|state| state != now);
        let text = if says_something {
            checker.optional("text", &self.text, text).unwrap_or_default()
        } else {
            checker.required("text", &self.text, text).unwrap_or_default()
        };
        checker.finish(|| {
            Some(if self.internal {
                Answer::Note { text }
            } else {
                Answer::Said { text, state: state? }
            })
        })
    }
}

/// One line.
pub fn subject(text: &str) -> Result<String, Reason> {
    short_text(SUBJECT_MAX)(text)
}

/// Lines of text. What cannot be seen, as in the output of programs, is left out: nobody could find it to correct it.
pub fn text(text: &str) -> Result<String, Reason> {
    let seen = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
    let text: String = text.chars().filter(seen).collect();
    if text.chars().count() > TEXT_MAX as usize {
        return Err(Reason::TooLong { max: TEXT_MAX });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> CaseDraft {
        CaseDraft {
            kind: "support".into(),
            product: "ums".into(),
            severity: "high".into(),
            subject: "Devices do not come back".into(),
            text: "Since this morning.".into(),
            onboarding: String::new(),
        }
    }

    #[test]
    fn a_case_needs_everything_and_keeps_its_lines() {
        let case = CaseDraft {
            text: "one\r\ntwo\u{1b}[0m".into(),
            ..draft()
        };
        assert_eq!(case.check().unwrap().text, "one\ntwo[0m");
        let faults = CaseDraft::default().check().unwrap_err();
        for field in ["kind", "product", "severity", "subject", "text"] {
            assert_eq!(faults.reason(field), Some(&Reason::Required), "{field}");
        }
        let wrong = CaseDraft {
            kind: "rm".into(),
            ..draft()
        };
        assert_eq!(
            wrong.check().unwrap_err().reason("kind"),
            Some(&Reason::NotAChoice)
        );
    }

    #[test]
    fn subject_and_text_have_their_bounds() {
        assert!(subject(&"ä".repeat(150)).is_ok() && subject(&"ä".repeat(151)).is_err());
        assert_eq!(subject("a\nb"), Err(Reason::ControlCharacter));
        assert!(text(&"ä".repeat(10_000)).is_ok());
        assert_eq!(text(&"ä".repeat(10_001)), Err(Reason::TooLong { max: 10_000 }));
    }

    #[test]
    fn a_comment_says_something_or_brings_files() {
        let comment = |text: &str, files| {
            CommentDraft {
                id: String::new(),
                text: text.into(),
            }
            .check(files)
        };
        assert!(comment("Thanks", false).is_ok() && comment(" ", true).is_ok());
        assert_eq!(
            comment(" ", false).unwrap_err().reason("text"),
            Some(&Reason::Required)
        );
    }

    #[test]
    fn an_answer_says_something_or_changes_the_state_and_never_makes_a_case_new() {
        let answer = |text: &str, state: &str, internal| {
            AnswerDraft {
                id: String::new(),
                text: text.into(),
                state: state.into(),
                internal,
            }
            .check(CaseState::InProgress, false)
        };
        let said = |state| Answer::Said {
            text: String::new(),
            state,
        };
        assert_eq!(answer("", "closed", false), Ok(said(CaseState::Closed)));
        assert!(answer("Soon.", "in-progress", false).is_ok());
        let refused =
            |answer: Result<Answer, Invalid>, field: &str| answer.unwrap_err().reason(field).cloned();
        assert_eq!(
            refused(answer("", "in-progress", false), "text"),
            Some(Reason::Required)
        );
        assert_eq!(
            refused(answer("Soon.", "new", false), "state"),
            Some(Reason::NotAChoice)
        );
        assert!(answer("A note", "", true).is_ok());
        assert_eq!(
            refused(answer("", "closed", true), "text"),
            Some(Reason::Required)
        );
    }
}
