//! UMS Registration: the UMS instances that an account has made known to the cloud, each by its UMS ID.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::draft::{Checker, name, short_text};
use crate::fault::{Invalid, Reason};
use crate::id::UmsInstanceId;
use crate::saml_idp::CertificateEnd;

/// Longest comment, in characters.
pub const COMMENT_MAX: u32 = 1000;

/// The form "Register a new UMS Instance", as typed. `certificate` is the text of the UMS ID file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UmsInstanceDraft {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub comments: String,
    #[serde(default)]
    pub app_portal: bool,
    #[serde(default)]
    pub insight: bool,
    #[serde(default)]
    pub certificate: String,
}

/// A UMS that can be registered once its certificate has been read.
#[derive(Clone, Debug)]
pub struct NewUmsInstance {
    pub name: String,
    pub comments: String,
    pub app_portal: bool,
    pub insight: bool,
    pub certificate: String,
}

impl UmsInstanceDraft {
    pub fn check(&self) -> Result<NewUmsInstance, Invalid> {
        let mut checker = Checker::default();
        let display = checker.required("name", &self.name, name);
        let comments = checker
            .optional("comments", &self.comments, comment)
            .unwrap_or_default();
        if self.certificate.trim().is_empty() {
            checker.fault("certificate", Reason::Required);
        }
        checker.finish(|| {
            Some(NewUmsInstance {
                name: display?,
                comments,
                app_portal: self.app_portal,
                insight: self.insight,
                certificate: self.certificate.clone(),
            })
        })
    }
}

/// Lines of text, as typed.
fn comment(text: &str) -> Result<String, Reason> {
    short_text(COMMENT_MAX)(&text.replace(['\r', '\n', '\t'], " ")).map(|_| text.to_owned())
}

/// What can be changed of a UMS instance, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UmsInstanceEditDraft {
    #[serde(default)]
    pub id: String,
    /// The version that was shown: a save over a newer one is refused.
    #[serde(default)]
    pub version: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub comments: String,
    #[serde(default)]
    pub app_portal: bool,
    #[serde(default)]
    pub insight: bool,
}

/// A change that can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UmsInstanceEdit {
    pub name: String,
    pub comments: String,
    pub app_portal: bool,
    pub insight: bool,
}

impl UmsInstanceEditDraft {
    pub fn check(&self) -> Result<UmsInstanceEdit, Invalid> {
        let mut checker = Checker::default();
        let display = checker.required("name", &self.name, name);
        let comments = checker
            .optional("comments", &self.comments, comment)
            .unwrap_or_default();
        checker.finish(|| {
            Some(UmsInstanceEdit {
                name: display?,
                comments,
                app_portal: self.app_portal,
                insight: self.insight,
            })
        })
    }
}

/// "Replace UMS ID", as typed: the text of the new UMS ID file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UmsIdDraft {
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    pub version: String,
    #[serde(default)]
    pub certificate: String,
}

/// A row of the list "UMS Management".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UmsInstance {
    pub id: UmsInstanceId,
    pub name: String,
    pub comments: String,
    pub app_portal: bool,
    pub insight: bool,
    /// Subject of the UMS ID certificate.
    pub certificate: String,
    pub fingerprint: String,
    pub expires_at: OffsetDateTime,
    pub created_by: String,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
    /// How far the end of the UMS ID is.
    pub end: CertificateEnd,
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_may_have_lines_and_a_thousand_characters() {
        let draft = |comments: String| UmsInstanceDraft {
            name: "UMS".into(),
            certificate: "x".into(),
            comments,
            ..Default::default()
        };
        assert_eq!(draft("a\nb".into()).check().unwrap().comments, "a\nb");
        assert!(draft("a".repeat(1000)).check().is_ok());
        assert!(
            draft("a".repeat(1001))
                .check()
                .unwrap_err()
                .reason("comments")
                .is_some()
        );
    }
}
