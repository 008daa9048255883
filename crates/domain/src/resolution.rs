//! The answer to "where does this person's device go, and why?"

use serde::{Deserialize, Serialize};

use crate::domain_proof::DomainProof;
use crate::id::{OsIdpId, RoutingId};
use crate::route_report::Health;

/// A record that maps the address or its domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedBy {
    pub record: RoutingId,
    pub name: String,
    pub host: String,
    pub port: u16,
    pub enabled: bool,
    pub health: Health,
}

/// The identity provider that maps a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedIdp {
    pub id: OsIdpId,
    pub name: String,
    pub enabled: bool,
}

/// Where a device goes whose person types this address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    pub email: String,
    pub domain: String,
    /// How far this account has proved the domain.
    pub proof: DomainProof,
    /// Whether the mapped user has proved the address, where nobody has proved the domain.
    #[serde(default)]
    pub proved_user: bool,
    /// The identity provider of the domain.
    pub idp: Option<MappedIdp>,
    /// The record that maps the address itself.
    pub by_user: Option<MappedBy>,
    /// The record that maps its domain.
    pub by_domain: Option<MappedBy>,
}

/// What the way ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The record of the mapped user is used.
    ByUser,
    /// The record of the mapped domain is used.
    ByDomain,
    /// The domain is not proved: nobody of it is led anywhere.
    NotProved,
    /// No identity provider that is switched on maps the domain: nobody can sign in.
    NoIdp,
    /// No enabled record maps the address or its domain.
    NoRecord,
}

impl Resolution {
    /// A mapped user beats a mapped domain; what is switched off is passed over.
    pub fn outcome(&self) -> Outcome {
        let on = |mapped: &Option<MappedBy>| mapped.as_ref().is_some_and(|record| record.enabled);
        if !self.proof.routes() && !self.proved_user {
            Outcome::NotProved
        } else if !self.idp.as_ref().is_some_and(|idp| idp.enabled) {
            Outcome::NoIdp
        } else if on(&self.by_user) {
            Outcome::ByUser
        } else if self.proof.routes() && on(&self.by_domain) {
            Outcome::ByDomain
        } else {
            Outcome::NoRecord
        }
    }

    /// The record that is used, if there is one.
    pub fn record(&self) -> Option<&MappedBy> {
        match self.outcome() {
            Outcome::ByUser => self.by_user.as_ref(),
            Outcome::ByDomain => self.by_domain.as_ref(),
            Outcome::NotProved | Outcome::NoIdp | Outcome::NoRecord => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: &str, enabled: bool) -> MappedBy {
        MappedBy {
            record: RoutingId::from(uuid::Uuid::nil()),
            name: name.to_owned(),
            host: "ums.contoso.example".to_owned(),
            port: 8443,
            enabled,
            health: Health::Good,
        }
    }

    fn idp(enabled: bool) -> MappedIdp {
        MappedIdp {
            id: OsIdpId::from(uuid::Uuid::nil()),
            name: "Entra ID".to_owned(),
            enabled,
        }
    }

    #[test]
    fn a_user_beats_a_domain_and_what_is_off_is_passed_over() {
        let all = Resolution {
            email: "ada@contoso.example".to_owned(),
            domain: "contoso.example".to_owned(),
            proof: DomainProof::Proved,
            proved_user: false,
            idp: Some(idp(true)),
            by_user: Some(record("user", true)),
            by_domain: Some(record("domain", true)),
        };
        let used = |resolution: &Resolution| resolution.record().map(|record| record.name.clone());
        assert_eq!(used(&all).as_deref(), Some("user"));
        let off = Resolution {
            by_user: Some(record("user", false)),
            ..all.clone()
        };
        assert_eq!(used(&off).as_deref(), Some("domain"));
        for (outcome, resolution) in [
            (Outcome::ByUser, all.clone()),
            (
                Outcome::ByDomain,
                Resolution {
                    by_user: None,
                    ..all.clone()
                },
            ),
            (
                Outcome::NoRecord,
                Resolution {
                    by_user: None,
                    by_domain: None,
                    ..all.clone()
                },
            ),
            (
                Outcome::NoRecord,
                Resolution {
                    by_domain: Some(record("domain", false)),
                    by_user: None,
                    ..all.clone()
                },
            ),
            (
                Outcome::NotProved,
                Resolution {
                    proof: DomainProof::Pending,
                    ..all.clone()
                },
            ),
            (
                Outcome::ByUser,
                Resolution {
                    proof: DomainProof::Pending,
                    proved_user: true,
                    ..all.clone()
                },
            ),
            (
                Outcome::NoRecord,
                Resolution {
                    proof: DomainProof::Pending,
                    proved_user: true,
                    by_user: Some(record("user", false)),
                    ..all.clone()
                },
            ),
            (
                Outcome::NoIdp,
                Resolution {
                    idp: None,
                    ..all.clone()
                },
            ),
            (
                Outcome::NoIdp,
                Resolution {
                    idp: Some(idp(false)),
                    ..all
                },
            ),
        ] {
            assert_eq!(resolution.outcome(), outcome);
        }
    }
}
