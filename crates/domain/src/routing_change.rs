//! What can be changed of a routing record, each change as it is typed, and the history of changes.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::draft::{Checker, name};
use crate::fault::{Invalid, Reason};
use crate::id::RoutingId;
use crate::os_idp::DOMAINS_MAX;
use crate::routing::Target;
use crate::{DomainName, Hostname, Port};

/// Most further addresses of a record.
pub const TARGETS_MAX: usize = 4;
/// Changes of one record that are kept; the oldest go.
pub const HISTORY_MAX: u32 = 100;

/// Which record a form is about, and which state of it the person saw: with another one saved meanwhile the change is refused,
/// and both are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub record: RoutingId,
    pub version: i64,
}

macro_rules! seen {
    ($($draft:ident),*) => {$(
        impl $draft {
            /// The record and the state that the form shows.
            pub fn seen(&self, checker: &mut Checker) -> Option<Seen> {
                seen(checker, &self.record, &self.version)
            }
        }
    )*};
}
seen!(
    EditRouting,
    ReplaceChain,
    MapDomains,
    SwitchRouting,
    AddTarget,
    RemoveTarget,
    DeleteRouting,
    RestoreRouting
);

fn seen(checker: &mut Checker, record: &str, version: &str) -> Option<Seen> {
    let (record, version) = (record.parse().ok(), version.parse().ok());
    if let (Some(record), Some(version)) = (record, version) {
        return Some(Seen { record, version });
    }
    checker.fault("record", Reason::Required);
    None
}

/// Host and port of a form.
fn place(checker: &mut Checker, host: &str, port: &str) -> Option<(Hostname, Port)> {
    let host = checker.required("host", host, Hostname::parse);
    let port = checker.required("port", port, Port::parse);
    Some((host?, port?))
}

/// Display name, host and port.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditRouting {
    #[serde(default)]
    pub record: String,
    #[serde(default)]
    pub version: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub host: String,
    #[serde(default)]
    pub port: String,
}

impl EditRouting {
    pub fn check(&self) -> Result<(Seen, String, Hostname, Port), Invalid> {
        let mut checker = Checker::default();
        let seen = self.seen(&mut checker);
        let display = checker.required("name", &self.name, name);
        let place = place(&mut checker, &self.host, &self.port);
        checker.finish(|| {
            let (host, port) = place?;
            Some((seen?, display?, host, port))
        })
    }
}

/// "Replace X.509 Certificate".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplaceChain {
    #[serde(default)]
    pub record: String,
    #[serde(default)]
    pub version: String,
    #[serde(default)]
    pub chain: String,
}

impl ReplaceChain {
    /// The record; `pki` reads the chain.
    pub fn check(&self) -> Result<Seen, Invalid> {
        let mut checker = Checker::default();
        let seen = self.seen(&mut checker);
        if self.chain.trim().is_empty() {
            checker.fault("chain", Reason::Required);
        }
        checker.finish(|| seen)
    }
}

/// "Update Mapped Domains": all of them, one per line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapDomains {
    #[serde(default)]
    pub record: String,
    #[serde(default)]
    pub version: String,
    #[serde(default)]
    pub domains: String,
}

impl MapDomains {
    pub fn check(&self) -> Result<Seen, Invalid> {
        let mut checker = Checker::default();
        let seen = self.seen(&mut checker);
        checker.lines(
            "domains",
            std::slice::from_ref(&self.domains),
            DOMAINS_MAX,
            DomainName::parse,
        );
        checker.finish(|| seen)
    }
}

/// Switches a record off or on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchRouting {
    #[serde(default)]
    pub record: String,
    #[serde(default)]
    pub version: String,
    #[serde(default)]
    pub enabled: bool,
}

impl SwitchRouting {
    pub fn check(&self) -> Result<Seen, Invalid> {
        let mut checker = Checker::default();
        let seen = self.seen(&mut checker);
        checker.finish(|| seen)
    }
}

/// Deletes a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteRouting {
    #[serde(default)]
    pub record: String,
    #[serde(default)]
    pub version: String,
}

impl DeleteRouting {
    pub fn check(&self) -> Result<Seen, Invalid> {
        let mut checker = Checker::default();
        let seen = self.seen(&mut checker);
        checker.finish(|| seen)
    }
}

/// Adds an address to which devices are led when those before it do not answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddTarget {
    #[serde(default)]
    pub record: String,
    #[serde(default)]
    pub version: String,
    #[serde(default)]
    pub host: String,
    #[serde(default)]
    pub port: String,
    /// Empty for the record's chain.
    #[serde(default)]
    pub chain: String,
}

impl AddTarget {
    pub fn check(&self) -> Result<(Seen, Hostname, Port), Invalid> {
        let mut checker = Checker::default();
        let seen = self.seen(&mut checker);
        let place = place(&mut checker, &self.host, &self.port);
        checker.finish(|| {
            let (host, port) = place?;
            Some((seen?, host, port))
        })
    }
}

/// Removes a further address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveTarget {
    #[serde(default)]
    pub record: String,
    #[serde(default)]
    pub version: String,
    #[serde(default)]
    pub host: String,
    #[serde(default)]
    pub port: String,
}

impl RemoveTarget {
    pub fn check(&self) -> Result<(Seen, Hostname, Port), Invalid> {
        let mut checker = Checker::default();
        let seen = self.seen(&mut checker);
        let place = place(&mut checker, &self.host, &self.port);
        checker.finish(|| {
            let (host, port) = place?;
            Some((seen?, host, port))
        })
    }
}

/// Makes a record what it was after an earlier change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreRouting {
    #[serde(default)]
    pub record: String,
    #[serde(default)]
    pub version: String,
    /// The change whose outcome is wanted.
    #[serde(default)]
    pub to: String,
}

impl RestoreRouting {
    pub fn check(&self) -> Result<(Seen, i64), Invalid> {
        let mut checker = Checker::default();
        let seen = self.seen(&mut checker);
        let to = checker.required("to", &self.to, |text| {
            text.parse().map_err(|_| Reason::NotAChoice)
        });
        checker.finish(|| Some((seen?, to?)))
    }
}

/// What a change was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoutingAct {
    Registered,
    Edited,
    ChainReplaced,
    DomainsMapped,
    UsersMapped,
    Enabled,
    Disabled,
    TargetAdded,
    TargetRemoved,
    Restored,
}

impl RoutingAct {
    const ALL: [Self; 10] = [
        Self::Registered,
        Self::Edited,
        Self::ChainReplaced,
        Self::DomainsMapped,
        Self::UsersMapped,
        Self::Enabled,
        Self::Disabled,
        Self::TargetAdded,
        Self::TargetRemoved,
        Self::Restored,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Edited => "edited",
            Self::ChainReplaced => "chain_replaced",
            Self::DomainsMapped => "domains_mapped",
            Self::UsersMapped => "users_mapped",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::TargetAdded => "target_added",
            Self::TargetRemoved => "target_removed",
            Self::Restored => "restored",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.key() == key)
    }
}

/// Everything of a record but its users, as it was after a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingSettings {
    pub name: String,
    pub host: String,
    pub port: u16,
    pub enabled: bool,
    pub chain_pem: String,
    pub domains: Vec<String>,
    #[serde(default)]
    pub targets: Vec<Target>,
}

/// A change of a record, for a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingChange {
    pub version: i64,
    pub at: OffsetDateTime,
    pub by: String,
    pub act: RoutingAct,
    pub name: String,
    pub host: String,
    pub port: u16,
    pub enabled: bool,
    /// Fingerprint of the root of the chain.
    pub fingerprint: String,
    pub domains: Vec<String>,
    pub targets: Vec<String>,
    pub users_added: u64,
    pub users_removed: u64,
}

/// The history of a record, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingHistory {
    pub name: String,
    pub version: i64,
    pub changes: Vec<RoutingChange>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    #[test]
    fn a_change_names_its_record_and_the_state_that_was_seen() {
        let draft = EditRouting {
            record: RECORD.into(),
            version: "3".into(),
            name: "UMS".into(),
            host: "ums.contoso.example".into(),
            port: "8443".into(),
        };
        let (seen, ..) = draft.check().unwrap();
        assert_eq!((seen.record.to_string(), seen.version), (RECORD.to_owned(), 3));
        for wrong in [
            EditRouting {
                version: "x".into(),
                ..draft.clone()
            },
            EditRouting {
                record: "x".into(),
                ..draft.clone()
            },
        ] {
            assert_eq!(
                wrong.check().unwrap_err().reason("record"),
                Some(&Reason::Required)
            );
        }
        let port = EditRouting {
            port: "0".into(),
            ..draft
        };
        assert_eq!(port.check().unwrap_err().reason("port"), Some(&Reason::NotAPort));
    }

    #[test]
    fn keys_are_read_back() {
        for act in RoutingAct::ALL {
            assert_eq!(RoutingAct::parse(act.key()), Some(act));
        }
    }
}
