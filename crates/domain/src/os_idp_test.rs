//! The test sign-in at an IGEL OS IdP: what came, what it means, and what is missing.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::EmailAddress;
use crate::os_idp::OsIdp;

/// Most claims that are kept for the page.
pub const CLAIMS_MAX: usize = 64;
/// Longest claim that is kept, in characters; what is longer is cut.
pub const CLAIM_MAX: usize = 300;
/// Longest message of a provider that can be explained, in characters.
pub const MESSAGE_MAX: usize = 4000;

/// Why a test sign-in did not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestProblem {
    /// The person is not assigned to the application.
    NotAssigned,
    /// A rule demands a device that the company manages; the device is only about to become one.
    DeviceCondition,
    /// A second factor is demanded, or has to be set up first.
    SecondFactor,
    ClientSecret,
    ClientId,
    RedirectUri,
    /// An administrator has not agreed to the application yet.
    Consent,
    /// The person or the provider declined.
    Denied,
    /// It took too long, or was used twice.
    Code,
    /// Neither `email` nor `preferred_username` came.
    NoName,
    /// What came is no e-mail address, or one that the provider has not verified.
    NoAddress,
    /// The provider could not be reached.
    Unreachable,
    /// What came is of another issuer than the pinned one, or is not signed with its keys.
    NotThisIssuer,
    /// Anything else; the provider's own words say what.
    Other,
}

/// What the administrator should know although the sign-in passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestHint {
    /// No `email`; `preferred_username` takes its place.
    NoEmail,
    /// No `preferred_username`; `email` is enough.
    NoPreferredUsername,
    /// `email` came, and the provider says that it has not verified it.
    EmailNotVerified,
    /// The address is of a domain that is not mapped to this provider, so that nobody with it would be led here.
    OtherDomain,
}

/// One claim with its value as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub name: String,
    pub value: String,
}

/// What a test sign-in brought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestOutcome {
    pub problem: Option<TestProblem>,
    /// The words of the provider, or of ours for the log, in English.
    #[serde(default)]
    pub said: String,
    pub issuer: Option<String>,
    pub subject: Option<String>,
    pub email: Option<String>,
    pub email_verified: Option<bool>,
    pub preferred_username: Option<String>,
    /// The new client secret was refused and the old one worked.
    #[serde(default)]
    pub by_old_secret: bool,
    #[serde(default)]
    pub claims: Vec<Claim>,
}

impl TestOutcome {
    pub fn passed(&self) -> bool {
        self.problem.is_none()
    }

    /// The address that an onboarding would compare: a verified e-mail, else the user name.
    pub fn address(&self) -> Option<EmailAddress> {
        let email = self.email.as_ref().filter(|_| self.email_verified != Some(false));
        let mut names = email.into_iter().chain(&self.preferred_username);
        names.find_map(|name| EmailAddress::parse(name).ok())
    }

    /// The problem of the names, if they are one.
    pub fn names_problem(&self) -> Option<TestProblem> {
        if self.email.is_none() && self.preferred_username.is_none() {
            Some(TestProblem::NoName)
        } else if self.address().is_none() {
            Some(TestProblem::NoAddress)
        } else {
            None
        }
    }

    /// What to look at. `is_led_here`: whether the domain of an address is mapped to the provider now.
    pub fn hints(&self, is_led_here: impl Fn(&EmailAddress) -> bool) -> Vec<TestHint> {
        let mut hints = Vec::new();
        if !self.passed() {
            return hints;
        }
        match (&self.email, &self.preferred_username) {
            (None, Some(_)) => hints.push(TestHint::NoEmail),
            (Some(_), None) => hints.push(TestHint::NoPreferredUsername),
            _ => {}
        }
        if self.email.is_some() && self.email_verified == Some(false) {
            hints.push(TestHint::EmailNotVerified);
        }
        if !self.address().is_some_and(|address| is_led_here(&address)) {
            hints.push(TestHint::OtherDomain);
        }
        hints
    }
}

/// A kept result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OsIdpTest {
    pub outcome: TestOutcome,
    pub by: String,
    pub at: OffsetDateTime,
    pub hints: Vec<TestHint>,
}

/// A test that has begun and waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingTest {
    /// The page of the Onboarding Service where it goes on; works once.
    pub url: String,
    pub expires_at: OffsetDateTime,
    /// Whether somebody has gone on to the provider from there.
    pub left: bool,
}

/// The page of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OsIdpDetails {
    pub idp: OsIdp,
    pub test: Option<OsIdpTest>,
    pub redirect_uri: String,
}

/// The page of the test sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OsIdpTestPage {
    pub details: OsIdpDetails,
    /// Of the reader.
    pub waiting: Option<WaitingTest>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(email: Option<&str>, verified: Option<bool>, user: Option<&str>) -> TestOutcome {
        TestOutcome {
            email: email.map(str::to_owned),
            email_verified: verified,
            preferred_username: user.map(str::to_owned),
            ..TestOutcome::default()
        }
    }

    #[test]
    fn what_an_onboarding_would_compare_decides() {
        let (ada, other) = (Some("ada@contoso.example"), Some("CONTOSO\\ada"));
        for (outcome, problem) in [
            (outcome(ada, None, None), None),
            (outcome(None, None, ada), None),
            (outcome(ada, Some(false), ada), None),
            (outcome(None, None, None), Some(TestProblem::NoName)),
            (outcome(ada, Some(false), None), Some(TestProblem::NoAddress)),
            (outcome(ada, Some(false), other), Some(TestProblem::NoAddress)),
            (outcome(None, None, other), Some(TestProblem::NoAddress)),
        ] {
            assert_eq!(outcome.names_problem(), problem, "{outcome:?}");
        }
    }

    #[test]
    fn hints_name_what_is_missing_and_a_domain_that_is_not_mapped() {
        let mapped = |address: &EmailAddress| address.domain().as_str() == "contoso.example";
        let ada = Some("Ada@CONTOSO.example");
        assert_eq!(outcome(ada, Some(true), ada).hints(mapped), []);
        assert_eq!(outcome(None, None, ada).hints(mapped), [TestHint::NoEmail]);
        assert_eq!(
            outcome(ada, Some(false), ada).hints(mapped),
            [TestHint::EmailNotVerified]
        );
        let fabrikam = Some("ada@fabrikam.example");
        assert_eq!(
            outcome(fabrikam, None, None).hints(mapped),
            [TestHint::NoPreferredUsername, TestHint::OtherDomain]
        );
    }
}
