//! "Domains": every domain that an account has mapped or added, and how it proves that it is its own.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::DomainName;
use crate::domain_proof::DomainProof;
use crate::draft::Checker;
use crate::fault::{Invalid, Reason};
use crate::id::DomainId;

/// The label in front of the domain, under which the proof is looked for.
pub const CHALLENGE_LABEL: &str = "_cosmos-challenge";
/// What a value begins with.
pub const CHALLENGE_PREFIX: &str = "cosmos-domain=";
/// Most domains that can be added at once.
pub const ADDED_MAX: u32 = 100;
/// A proof that has not been found for so long is stale.
pub const STALE_AFTER: Duration = Duration::DAY;
/// After so long without its proof a domain routes nobody.
pub const LAPSED_AFTER: Duration = Duration::days(7);

/// What the last look at the name servers brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainFinding {
    /// The value is there.
    Found,
    /// The value is there, but the domain, or one above or below it, is proved by somebody else.
    Taken,
    /// There are text records, but none has the value.
    OtherValue,
    /// The name does not exist, or has no text record.
    NoName,
    /// The name servers did not answer.
    NoServer,
    /// The domain is that of no tenant, or of one that is the issuer of none of the account's identity providers.
    OtherTenant,
    /// It is the tenant of an identity provider of the account, where no test sign-in has passed yet.
    NoTest,
}

impl DomainFinding {
    const ALL: [Self; 7] = [
        Self::Found,
        Self::Taken,
        Self::OtherValue,
        Self::NoName,
        Self::NoServer,
        Self::OtherTenant,
        Self::NoTest,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Taken => "taken",
            Self::OtherValue => "other_value",
            Self::NoName => "no_name",
            Self::NoServer => "no_server",
            Self::OtherTenant => "other_tenant",
            Self::NoTest => "no_test",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// How a domain is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofBy {
    /// By a text record in its name servers.
    TextRecord,
    /// It has none that anybody could publish in (`….onmicrosoft.com`): by the identity provider whose tenant it belongs to.
    Tenant,
}

/// A row of the list "Domains".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainClaim {
    pub id: DomainId,
    pub domain: DomainName,
    pub proof: DomainProof,
    pub by: ProofBy,
    /// The text record that proves it, if it is proved by one.
    pub record_name: String,
    pub record_value: String,
    /// What the last look brought, and which other values it saw.
    pub finding: Option<DomainFinding>,
    pub seen: Vec<String>,
    pub checked_at: Option<OffsetDateTime>,
    pub proved_at: Option<OffsetDateTime>,
    /// Since when the proof has not been found any more.
    pub missing_since: Option<OffsetDateTime>,
    /// When a domain that was proved stopped routing.
    pub lapsed_at: Option<OffsetDateTime>,
    pub created_at: OffsetDateTime,
}

impl DomainClaim {
    /// When the domain stops routing, if its proof stays away.
    pub fn lapses_at(&self) -> Option<OffsetDateTime> {
        self.missing_since.map(|since| since + LAPSED_AFTER)
    }
}

/// A domain with what leads to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainDetails {
    pub claim: DomainClaim,
    pub used_by: Vec<DomainUse>,
}

/// What maps a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainUse {
    pub kind: UseKind,
    pub id: uuid::Uuid,
    pub name: String,
}

/// What can map a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UseKind {
    OsIdp,
    Routing,
    SamlIdp,
}

impl UseKind {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "os_idp" => Some(Self::OsIdp),
            "routing" => Some(Self::Routing),
            "saml_idp" => Some(Self::SamlIdp),
            _ => None,
        }
    }
}

/// The form "Add domains", as typed. One per line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainsDraft {
    #[serde(default)]
    pub domains: String,
}

impl DomainsDraft {
    pub fn check(&self) -> Result<Vec<DomainName>, Invalid> {
        let mut checker = Checker::default();
        let domains = checker.lines(
            "domains",
            std::slice::from_ref(&self.domains),
            ADDED_MAX,
            DomainName::parse,
        );
        if self.domains.trim().is_empty() {
            checker.fault("domains", Reason::Required);
        }
        checker.finish(|| Some(domains))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_domain_at_least_and_a_hundred_at_most() {
        let check = |domains: String| DomainsDraft { domains }.check();
        let many = |count: u32| {
            let lines: Vec<_> = (0..count).map(|number| format!("d{number}.example")).collect();
            lines.join("\n")
        };
        assert_eq!(
            check(" \n".to_owned()).unwrap_err().reason("domains"),
            Some(&Reason::Required)
        );
        assert_eq!(check(many(1)).unwrap().len(), 1);
        assert_eq!(check(many(ADDED_MAX)).unwrap().len(), 100);
        assert!(check(many(ADDED_MAX + 1)).is_err());
    }

    #[test]
    fn findings_are_read_as_they_are_written() {
        for finding in DomainFinding::ALL {
            assert_eq!(DomainFinding::parse(finding.as_str()), Some(finding));
        }
        assert_eq!(DomainFinding::parse("else"), None);
    }
}
