//! Whose domain it is: the state of the proof that an account owns a domain.

use serde::{Deserialize, Serialize};

use crate::DomainName;

/// How far the proof of a domain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainProof {
    /// Not proved, or no longer: shown, and routes nobody.
    Pending,
    Proved,
    /// The proof has not been found for a day. The domain still routes, until seven days have passed.
    Stale,
    /// The configuration says whose it is: for closed networks and tests.
    Trusted,
}

impl DomainProof {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Proved, Self::Stale, Self::Trusted];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Proved => "proved",
            Self::Stale => "stale",
            Self::Trusted => "trusted",
        }
    }

    /// Whether people of the domain are led to the account.
    pub fn routes(self) -> bool {
        self != Self::Pending
    }
}

/// A domain with the state of its proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedDomain {
    pub domain: DomainName,
    pub proof: DomainProof,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_a_pending_domain_route() {
        let routing: Vec<_> = DomainProof::ALL
            .into_iter()
            .filter(|proof| proof.routes())
            .map(DomainProof::as_str)
            .collect();
        assert_eq!(routing, ["proved", "stale", "trusted"]);
    }
}
