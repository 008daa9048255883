//! What the route doctor finds about a record: each step of the way from the Onboarding Service to the UMS.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// How a record stands after its last check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    #[default]
    Unchecked,
    Good,
    /// Devices get through, but something will stop them or has to be looked at.
    Warning,
    /// A device that comes now fails.
    Bad,
}

impl Health {
    const ALL: [Self; 4] = [Self::Unchecked, Self::Good, Self::Warning, Self::Bad];

    pub fn key(self) -> &'static str {
        match self {
            Self::Unchecked => "unchecked",
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|health| health.key() == key)
    }
}

/// A step of the way, in the order in which it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RouteStep {
    /// The name has an address that may be called.
    Address,
    /// Something accepts connections there.
    Tcp,
    /// It speaks TLS 1.3.
    Tls,
    /// Its certificate leads to the record's chain and names the host.
    Chain,
    /// EST `cacerts`.
    CaCerts,
    /// The state that the UMS says it is in.
    Status,
    /// The UMS ID is registered in the account.
    UmsId,
}

/// What is wrong with a step. Each has its next step in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RouteTrouble {
    /// The record's host name or chain cannot be used at all.
    Unusable,
    /// The name has no address.
    NoAddress,
    /// Our own rules forbid to call that address or port.
    NotAllowed,
    /// Nothing accepts connections.
    NoConnection,
    /// Connected, but no answer in time.
    TooSlow,
    /// Something answers, but not with TLS.
    NotTls,
    /// TLS, but no version in common.
    NoCommonTls,
    /// TLS 1.2 only.
    OldTls,
    /// The certificate does not name the host.
    WrongName,
    /// The certificate does not lead to the record's chain.
    WrongChain,
    /// The end certificate is over.
    EndExpired,
    /// The end certificate ends within [`ENDS_SOON_DAYS`].
    EndsSoon,
    /// `cacerts` cannot be read.
    NoCaCerts,
    /// `cacerts` does not hand out the root of the record's chain.
    CaCertsWithoutRoot,
    /// The UMS says that it is starting or has an error, or does not say.
    NotReady,
    /// What answers is no UMS, or a proxy that does not let the path through.
    NotAUms,
    /// The UMS is not registered in this account.
    NotRegistered,
}

/// From how many days on an end is near.
pub const ENDS_SOON_DAYS: i64 = 14;

/// How one step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Good,
    /// It works, and has to be looked at.
    Warning(RouteTrouble),
    Bad(RouteTrouble),
    /// A step before it failed.
    Skipped,
}

/// One step with what was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub step: RouteStep,
    pub verdict: Verdict,
    /// What was seen: addresses, versions, fingerprints. In English, for those who look closer.
    #[serde(default)]
    pub detail: String,
    /// The code that a device would show because of it.
    #[serde(default)]
    pub code: Option<u16>,
}

/// What was found at one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetReport {
    pub host: String,
    pub port: u16,
    pub findings: Vec<Finding>,
}

impl TargetReport {
    pub fn health(&self) -> Health {
        let of = |finding: &Finding| match finding.verdict {
            Verdict::Good | Verdict::Skipped => Health::Good,
            Verdict::Warning(_) => Health::Warning,
            Verdict::Bad(_) => Health::Bad,
        };
        self.findings.iter().map(of).max().unwrap_or_default()
    }
}

/// What was found about a record: its own address first, then the further ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteReport {
    pub at: OffsetDateTime,
    pub targets: Vec<TargetReport>,
}

impl RouteReport {
    /// How the record stands: as its best address does, but never good while one of them is not.
    pub fn health(&self) -> Health {
        let all: Vec<Health> = self.targets.iter().map(TargetReport::health).collect();
        match (all.iter().min(), all.iter().max()) {
            (Some(Health::Bad), _) => Health::Bad,
            (Some(_), Some(Health::Good)) => Health::Good,
            (Some(_), Some(_)) => Health::Warning,
            _ => Health::Unchecked,
        }
    }

    /// Whether that address was found to fail.
    pub fn fails(&self, host: &str, port: u16) -> bool {
        self.targets.iter().any(|target| {
            target.host.eq_ignore_ascii_case(host) && target.port == port && target.health() == Health::Bad
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(host: &str, verdict: Verdict) -> TargetReport {
        let step = |step, verdict| Finding {
            step,
            verdict,
            detail: String::new(),
            code: None,
        };
        TargetReport {
            host: host.to_owned(),
            port: 8443,
            findings: vec![
                step(RouteStep::Address, Verdict::Good),
                step(RouteStep::Tcp, verdict),
            ],
        }
    }

    #[test]
    fn a_record_is_as_well_as_its_best_address_and_good_only_if_all_are() {
        let health = |verdicts: &[Verdict]| {
            let targets = verdicts.iter().map(|verdict| target("a", *verdict)).collect();
            RouteReport {
                at: OffsetDateTime::UNIX_EPOCH,
                targets,
            }
            .health()
        };
        let (good, bad) = (Verdict::Good, Verdict::Bad(RouteTrouble::NoConnection));
        let warning = Verdict::Warning(RouteTrouble::EndsSoon);
        assert_eq!(health(&[]), Health::Unchecked);
        assert_eq!(health(&[good]), Health::Good);
        assert_eq!(health(&[warning]), Health::Warning);
        assert_eq!(health(&[bad]), Health::Bad);
        assert_eq!(health(&[bad, good]), Health::Warning);
        assert_eq!(health(&[good, bad]), Health::Warning);
        assert_eq!(health(&[bad, bad]), Health::Bad);
    }

    #[test]
    fn an_address_fails_by_its_own_findings() {
        let bad = Verdict::Bad(RouteTrouble::NoConnection);
        let report = RouteReport {
            at: OffsetDateTime::UNIX_EPOCH,
            targets: vec![target("UMS1.example", bad), target("ums2.example", Verdict::Good)],
        };
        assert!(report.fails("ums1.EXAMPLE", 8443) && !report.fails("ums1.example", 443));
        assert!(!report.fails("ums2.example", 8443));
    }

    #[test]
    fn keys_are_read_back() {
        for health in Health::ALL {
            assert_eq!(Health::parse(health.key()), Some(health));
        }
    }
}
