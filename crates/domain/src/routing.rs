//! IGEL OS Onboarding records: which user or domain is routed to which UMS.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::chain::ChainSummary;
use crate::domain_proof::MappedDomain;
use crate::draft::{Checker, name};
use crate::fault::{Invalid, Reason};
use crate::id::RoutingId;
use crate::os_idp::DOMAINS_MAX;
use crate::route_report::{Health, RouteReport};
use crate::{DomainName, EmailAddress, Hostname, Port};

/// Most users mapped by one form.
pub const USERS_MAX: u32 = 500;

/// Mapped users that the details of a record name.
pub const USERS_SHOWN: u32 = 5;

/// The form "IGEL OS Onboarding Registration", as typed. One user and one domain per line; `chain` is the text of the
/// certificate file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RoutingDraft {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub host: String,
    #[serde(default)]
    pub port: String,
    #[serde(default)]
    pub users: String,
    #[serde(default)]
    pub domains: String,
    #[serde(default)]
    pub chain: String,
}

/// A record that can be registered once its chain has been read.
#[derive(Clone, Debug)]
pub struct NewRouting {
    pub name: String,
    pub host: Hostname,
    pub port: Port,
    pub users: Vec<EmailAddress>,
    pub domains: Vec<DomainName>,
    /// The file's text; `pki` reads it.
    pub chain: String,
}

impl RoutingDraft {
    pub fn check(&self) -> Result<NewRouting, Invalid> {
        let mut checker = Checker::default();
        let display = checker.required("name", &self.name, name);
        let host = checker.required("host", &self.host, Hostname::parse);
        let port = checker.required("port", &self.port, Port::parse);
        let users = checker.lines(
            "users",
            std::slice::from_ref(&self.users),
            USERS_MAX,
            EmailAddress::parse,
        );
        let domains = checker.lines(
            "domains",
            std::slice::from_ref(&self.domains),
            DOMAINS_MAX,
            DomainName::parse,
        );
        if self.users.trim().is_empty() && self.domains.trim().is_empty() {
            checker.fault("users", Reason::NobodyMapped);
        }
        if self.chain.trim().is_empty() {
            checker.fault("chain", Reason::Required);
        }
        checker.finish(|| {
            Some(NewRouting {
                name: display?,
                host: host?,
                port: port?,
                users,
                domains,
                chain: self.chain.clone(),
            })
        })
    }
}

/// A row of the list "IGEL OS Onboarding Management".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingRow {
    pub id: RoutingId,
    pub name: String,
    pub host: String,
    pub port: u16,
    pub created_by: String,
    /// Subject of the root certificate.
    pub root: String,
    pub fingerprint: String,
    /// Earliest end among the chain's certificates.
    pub expires_at: OffsetDateTime,
    pub created_at: OffsetDateTime,
    /// A record that is switched off routes nobody.
    pub enabled: bool,
    /// What the route doctor found last, and when.
    pub health: Health,
    pub checked_at: Option<OffsetDateTime>,
}

/// The details of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routing {
    pub row: RoutingRow,
    /// How many users are mapped; they have a list of their own.
    pub users: u64,
    /// The first of them, at most [`USERS_SHOWN`].
    pub first_users: Vec<String>,
    pub domains: Vec<MappedDomain>,
    pub chain: ChainSummary,
    /// "OBS Certificate String".
    pub chain_pem: String,
    /// Where devices are led when the first address does not answer, in order.
    pub targets: Vec<Target>,
    pub updated_at: OffsetDateTime,
    /// Who saved it last.
    pub updated_by: String,
    /// Counts saves. A change names the one that it was made from.
    pub version: i64,
    /// What the route doctor found last.
    pub report: Option<RouteReport>,
}

/// A further address of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// As typed.
    pub host: String,
    pub port: u16,
    /// A chain of its own; without one it is the record's.
    #[serde(default)]
    pub chain_pem: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_needs_a_host_a_port_a_chain_and_somebody() {
        let draft = RoutingDraft {
            name: "UMS".into(),
            host: "ums.contoso.example".into(),
            port: "8443".into(),
            users: "user1@contoso.example\n".into(),
            domains: String::new(),
            chain: "-----BEGIN".into(),
        };
        assert!(draft.check().is_ok());
        let faults = RoutingDraft {
            host: "https://x".into(),
            port: "70000".into(),
            ..Default::default()
        }
        .check()
        .unwrap_err();
        assert_eq!(faults.reason("name"), Some(&Reason::Required));
        assert_eq!(faults.reason("host"), Some(&Reason::HostnameHasScheme));
        assert_eq!(faults.reason("port"), Some(&Reason::NotAPort));
        assert_eq!(faults.reason("users"), Some(&Reason::NobodyMapped));
        assert_eq!(faults.reason("chain"), Some(&Reason::Required));
        let second = RoutingDraft {
            users: "user1@contoso.example\nuser2\nuser3@contoso.example".into(),
            ..draft
        };
        assert_eq!(
            second.check().unwrap_err().reason("users.2"),
            Some(&Reason::NotAnEmail)
        );
    }
}
