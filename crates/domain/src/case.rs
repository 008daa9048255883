//! Support cases: what a company asks of those who run the portal, and how it goes on.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::case_file::CaseFile;
use crate::fault::{Conflict, Reason};
use crate::id::{CaseEntryId, CaseId, OnboardingId};
use crate::role::Row;

/// Declares an enum of a few choices, each with its key in the database and in forms.
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $choice:ident => $key:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$of])* $choice),* }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$choice),*];

            pub fn key(self) -> &'static str {
                match self { $(Self::$choice => $key),* }
            }

            pub fn parse(key: &str) -> Result<Self, Reason> {
                Self::ALL.iter().copied().find(|one| one.key() == key).ok_or(Reason::NotAChoice)
            }
        }
    };
}

choices! {
    /// The kinds of the customer's table (start guide, page 9).
    CaseKind {
        Support => "support",
        /// A device comes back for repair or exchange.
        Rma => "rma",
        ResetKey => "reset-key",
        LicenseQuestion => "license-question",
    }
}

impl CaseKind {
    /// The customer's word for it, the same in every language.
    pub fn label(self) -> &'static str {
        match self {
            Self::Support => "Support",
            Self::Rma => "RMA",
            Self::ResetKey => "Reset key",
            Self::LicenseQuestion => "License question",
        }
    }

    /// The row of the table that allows submitting it.
    pub fn submit_row(self) -> Row {
        match self {
            Self::Support => Row::SubmitSupportCases,
            Self::Rma => Row::SubmitRmaCase,
            Self::ResetKey => Row::SubmitResetKeyCases,
            Self::LicenseQuestion => Row::SubmitLicenseQuestionCases,
        }
    }
}

choices! {
    /// What it is about.
    Product {
        Os => "os",
        Ums => "ums",
        Onboarding => "onboarding",
        Portal => "portal",
        AppPortal => "app-portal",
        Hardware => "hardware",
        Other => "other",
    }
}

choices! {
    /// How much stands still.
    Severity {
        Critical => "critical",
        High => "high",
        Normal => "normal",
        Low => "low",
    }
}

choices! {
    /// Whose turn it is.
    CaseState {
        /// Nobody of the support has looked at it.
        New => "new",
        InProgress => "in-progress",
        /// The support has asked something.
        WaitingForCustomer => "waiting",
        /// A comment of the company opens it again.
        Closed => "closed",
    }
}

impl CaseState {
    /// After a comment of the company: its answer is there, and a closed case is open again.
    #[must_use]
    pub fn commented(self) -> Self {
        match self {
            Self::New => Self::New,
            Self::InProgress | Self::WaitingForCustomer | Self::Closed => Self::InProgress,
        }
    }

    /// Closed by the company.
    pub fn closed(self) -> Result<Self, Conflict> {
        match self {
            Self::Closed => Err(Conflict::CaseClosed),
            Self::New | Self::InProgress | Self::WaitingForCustomer => Ok(Self::Closed),
        }
    }

    /// What an answer of the support may lead to: a case that was looked at is not new again.
    pub const AFTER_ANSWER: &[Self] = &[Self::WaitingForCustomer, Self::InProgress, Self::Closed];
}

/// What people call a case, on the telephone too: unique in the whole installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseNumber(pub i64);

impl std::fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "C-{}", self.0)
    }
}

/// A row of the lists of cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRow {
    pub id: CaseId,
    pub number: CaseNumber,
    /// The company, for operators; empty for the company itself.
    pub company: String,
    pub kind: CaseKind,
    pub product: Product,
    pub severity: Severity,
    pub subject: String,
    pub state: CaseState,
    /// E-mail of whoever has submitted it.
    pub submitted_by: String,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
}

/// A case with its conversation, the oldest entry first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    pub row: CaseRow,
    pub facts: Option<OnboardingFacts>,
    pub entries: Vec<CaseEntry>,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseSide {
    Company,
    Support,
}

impl CaseSide {
    pub fn key(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Support => "support",
        }
    }
}

/// One thing that was said or done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseEntry {
    pub id: CaseEntryId,
    pub side: CaseSide,
    /// E-mail; empty where the company looks at an answer of the support.
    pub author: String,
    /// Only operators see it.
    pub internal: bool,
    pub text: String,
    /// The state afterwards, where it became another.
    pub state: Option<CaseState>,
    pub at: OffsetDateTime,
    pub files: Vec<CaseFile>,
}

/// What is known of a failed onboarding that a case is about: what the "last onboardings" of its record show, and where it led.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnboardingFacts {
    /// By which the logs know it.
    pub onboarding: OnboardingId,
    pub at: OffsetDateTime,
    /// The code that the device shows.
    pub code: Option<u16>,
    pub cause: String,
    pub email: String,
    pub device: String,
    /// The routing record, its host with port, and the identity provider; empty where there is none (any more).
    pub record: String,
    pub host: String,
    pub idp: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_opens_a_closed_case_and_only_an_open_one_is_closed() {
        let after = CaseState::ALL.iter().map(|state| state.commented());
        assert_eq!(
            after.collect::<Vec<_>>(),
            [
                CaseState::New,
                CaseState::InProgress,
                CaseState::InProgress,
                CaseState::InProgress
            ]
        );
        assert_eq!(CaseState::New.closed(), Ok(CaseState::Closed));
        assert_eq!(CaseState::Closed.closed(), Err(Conflict::CaseClosed));
    }

    /// The list shows cases of every kind to whoever may view support cases.
    #[test]
    fn whoever_views_support_cases_views_rma_cases() {
        assert_eq!(Row::ViewSupportCases.roles(), Row::ViewRmaCases.roles());
    }

    #[test]
    fn a_number_is_short_and_can_be_said() {
        assert_eq!(CaseNumber(1042).to_string(), "C-1042");
    }
}
