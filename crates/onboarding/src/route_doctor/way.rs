//! The way to one address, step by step.

use access::{Acting, Result};
use domain::id::AccountId;
use domain::route_report::{ENDS_SOON_DAYS, Finding, RouteStep, RouteTrouble, TargetReport, Verdict};
use domain::{Cloud, Hostname};
use outside::http::{HeaderValue, header};
use outside::{Call, HttpError, Outside, Presented, Reply, TlsVersion, Trust};
use pki::{Certificate, CertificateChain, Fingerprint};
use portal::route::Route;
use protocol::DeviceError;
use protocol::onboarding::UmsIdentityReply;
use protocol::paths::{EST_CACERTS, UMS_CHECK_STATUS, UMS_ONBOARDING};
use serde::Deserialize;
use time::Duration;

use crate::failure::Failure;

/// All steps, in order.
const STEPS: [RouteStep; 7] = [
    RouteStep::Address,
    RouteStep::Tcp,
    RouteStep::Tls,
    RouteStep::Chain,
    RouteStep::CaCerts,
    RouteStep::Status,
    RouteStep::UmsId,
];
/// Longest detail, in characters.
const DETAIL_MAX: usize = 300;

/// The way to one address.
pub(super) struct Way<'a> {
    acting: &'a Acting<Cloud>,
    outside: &'a Outside,
    account: AccountId,
    route: &'a Route,
    findings: Vec<Finding>,
}

/// What a UMS says to monitors.
#[derive(Deserialize)]
struct Status {
    status: String,
}

/// The report about an address that took too long altogether.
pub(super) fn too_slow(route: &Route) -> TargetReport {
    let mut findings = Vec::new();
    bad(
        &mut findings,
        RouteStep::Address,
        RouteTrouble::TooSlow,
        "no answer in time",
        Some(code_of(HttpError::Timeout)),
    );
    TargetReport {
        host: route.host.clone(),
        port: route.port,
        findings: with_skipped(findings),
    }
}

/// The code that a device shows when the Onboarding Service fails so (ruling 21).
fn code_of(error: HttpError) -> u16 {
    Failure::of_call(error).code().number()
}

fn push(findings: &mut Vec<Finding>, step: RouteStep, verdict: Verdict, detail: &str, code: Option<u16>) {
    let plain = detail.chars().filter(|c| !c.is_control());
    findings.push(Finding {
        step,
        verdict,
        detail: plain.take(DETAIL_MAX).collect(),
        code,
    });
}

fn bad(findings: &mut Vec<Finding>, step: RouteStep, trouble: RouteTrouble, detail: &str, code: Option<u16>) {
    push(findings, step, Verdict::Bad(trouble), detail, code);
}

/// The findings with every step that was not reached.
fn with_skipped(mut findings: Vec<Finding>) -> Vec<Finding> {
    for step in STEPS {
        if !findings.iter().any(|finding| finding.step == step) {
            push(&mut findings, step, Verdict::Skipped, "", None);
        }
    }
    findings
}

impl<'a> Way<'a> {
    pub fn new(acting: &'a Acting<Cloud>, account: AccountId, route: &'a Route) -> Result<Self> {
        Ok(Self {
            acting,
            outside: acting.services().port::<Outside>()?,
            account,
            route,
            findings: Vec::new(),
        })
    }

    /// Goes as far as it gets.
    pub async fn go(mut self) -> Result<Vec<Finding>> {
        self.steps().await?;
        Ok(with_skipped(self.findings))
    }

    fn good(&mut self, step: RouteStep, detail: &str) {
        push(&mut self.findings, step, Verdict::Good, detail, None);
    }

    fn warn(&mut self, step: RouteStep, trouble: RouteTrouble, detail: &str) {
        push(&mut self.findings, step, Verdict::Warning(trouble), detail, None);
    }

    fn bad(&mut self, step: RouteStep, trouble: RouteTrouble, detail: &str, code: Option<u16>) {
        bad(&mut self.findings, step, trouble, detail, code);
    }

    async fn steps(&mut self) -> Result<()> {
        let usable = Hostname::parse(&self.route.host).ok().zip(
            CertificateChain::parse_stored(&self.route.chain_pem)
                .ok()
                .zip(Trust::only_pem(&self.route.chain_pem).ok()),
        );
        let Some((host, (chain, trust))) = usable else {
            let code = Some(code_of(HttpError::BadUrl));
            self.bad(RouteStep::Address, RouteTrouble::Unusable, "", code);
            return Ok(());
        };
        let seen = self.outside.tls.look(host.as_str(), self.route.port).await;
        let Some(presented) = self.looked(seen) else {
            return Ok(());
        };
        let base = format!("https://{}:{}", host.in_url(), self.route.port);
        let status = self.send(&format!("{base}{UMS_CHECK_STATUS}"), &trust).await;
        if !self.trusted(&chain, &presented, status.as_ref()) {
            return Ok(());
        }
        let cacerts = self.send(&format!("{base}{EST_CACERTS}"), &trust).await;
        self.cacerts(&chain, cacerts);
        self.status(status);
        let identity = self.send(&format!("{base}{UMS_ONBOARDING}"), &trust).await;
        self.identity(identity).await
    }

    async fn send(&self, url: &str, trust: &Trust) -> Result<Reply, HttpError> {
        let call = Call::get(url)
            .header(header::ACCEPT, HeaderValue::from_static("*/*"))
            .trust(trust.clone());
        self.outside.http.send(call).await
    }

    /// Address, TCP and TLS. `None` where the way ends there.
    fn looked(&mut self, seen: Result<Presented, HttpError>) -> Option<Presented> {
        let error = match seen {
            Ok(presented) => {
                self.good(RouteStep::Address, &presented.address.to_string());
                self.good(RouteStep::Tcp, &format!("port {}", self.route.port));
                if presented.version == TlsVersion::Tls13 {
                    self.good(RouteStep::Tls, "TLS 1.3");
                } else {
                    let code = DeviceError::NoTlsConnection.number();
                    self.bad(RouteStep::Tls, RouteTrouble::OldTls, "TLS 1.2", Some(code));
                }
                return Some(presented);
            }
            Err(error) => error,
        };
        let (code, said) = (Some(code_of(error)), error.to_string());
        let steps = [RouteStep::Address, RouteStep::Tcp, RouteStep::Tls];
        let (place, trouble) = match error {
            HttpError::BadUrl => (0, RouteTrouble::Unusable),
            HttpError::Dns => (0, RouteTrouble::NoAddress),
            HttpError::Refused { .. } => (0, RouteTrouble::NotAllowed),
            HttpError::Tcp => (1, RouteTrouble::NoConnection),
            HttpError::Timeout => (1, RouteTrouble::TooSlow),
            HttpError::NotTls => (2, RouteTrouble::NotTls),
            _ => (2, RouteTrouble::NoCommonTls),
        };
        for (number, step) in steps.into_iter().enumerate() {
            match number.cmp(&place) {
                std::cmp::Ordering::Less => self.good(step, ""),
                std::cmp::Ordering::Equal => self.bad(step, trouble, &said, code),
                std::cmp::Ordering::Greater => {}
            }
        }
        None
    }

    /// Whether the first call got through under the record's chain alone, and how its certificate stands.
    fn trusted(
        &mut self,
        chain: &CertificateChain,
        presented: &Presented,
        reply: Result<&Reply, &HttpError>,
    ) -> bool {
        let now = self.acting.now();
        let end = presented.certificates.first();
        let end = end.and_then(|der| Certificate::from_der(der).ok());
        let over = end.as_ref().is_some_and(|end| now > end.not_after());
        let seen = end.as_ref().map_or_else(String::new, |end| {
            format!(
                "{}, issued by {}, until {}",
                end.subject(),
                end.issuer(),
                end.not_after().date()
            )
        });
        let (trouble, error) = match reply {
            // Whatever it answers, the handshake was good.
            Ok(_) | Err(HttpError::Redirect | HttpError::Protocol | HttpError::TooLarge) => {
                match end {
                    Some(end) if now + Duration::days(ENDS_SOON_DAYS) > end.not_after() => {
                        self.warn(RouteStep::Chain, RouteTrouble::EndsSoon, &seen);
                    }
                    _ => self.good(RouteStep::Chain, &seen),
                }
                return true;
            }
            Err(error @ HttpError::TlsName) => (RouteTrouble::WrongName, *error),
            Err(error @ HttpError::TlsChain) if over => (RouteTrouble::EndExpired, *error),
            Err(error @ HttpError::TlsChain) => (RouteTrouble::WrongChain, *error),
            Err(error @ HttpError::Timeout) => (RouteTrouble::TooSlow, *error),
            Err(error) => (RouteTrouble::NoCommonTls, *error),
        };
        let wanted = chain.root().fingerprint();
        let detail = format!("{seen}; the root of the record is {wanted}");
        self.bad(RouteStep::Chain, trouble, &detail, Some(code_of(error)));
        false
    }

    /// EST `cacerts`: the device takes the authority from here whose fingerprint it was told.
    fn cacerts(&mut self, chain: &CertificateChain, reply: Result<Reply, HttpError>) {
        let code = Some(DeviceError::CaCertificatesNotReceived.number());
        let body = match reply {
            Ok(reply) if reply.is_success() => reply.body,
            Ok(reply) => {
                let said = format!("status {}", reply.status);
                return self.bad(RouteStep::CaCerts, RouteTrouble::NoCaCerts, &said, code);
            }
            Err(error) => {
                return self.bad(
                    RouteStep::CaCerts,
                    RouteTrouble::NoCaCerts,
                    &error.to_string(),
                    code,
                );
            }
        };
        let certificates = match pki::est::parse_certs_only(&body) {
            Ok(certificates) => certificates,
            Err(error) => {
                return self.bad(
                    RouteStep::CaCerts,
                    RouteTrouble::NoCaCerts,
                    &error.to_string(),
                    code,
                );
            }
        };
        let root = chain.root();
        let said = format!("{} certificates", certificates.len());
        if certificates.iter().any(|one| one == root.der()) {
            self.good(RouteStep::CaCerts, &said);
        } else {
            let said = format!("{said}, but not {}", root.subject());
            self.warn(RouteStep::CaCerts, RouteTrouble::CaCertsWithoutRoot, &said);
        }
    }

    fn status(&mut self, reply: Result<Reply, HttpError>) {
        let (detail, unreachable) = match reply {
            Ok(reply) if reply.is_success() => {
                let said: Option<Status> = serde_json::from_slice(&reply.body).ok();
                match said {
                    Some(said) if matches!(said.status.as_str(), "ok" | "warn") => {
                        return self.good(RouteStep::Status, &said.status);
                    }
                    Some(said) => (said.status, false),
                    None => ("the answer is not that of a UMS".to_owned(), false),
                }
            }
            Ok(reply) => (format!("status {}", reply.status), reply.status >= 500),
            Err(error) => (error.to_string(), true),
        };
        if unreachable {
            let code = Some(code_of(HttpError::Protocol));
            self.bad(RouteStep::Status, RouteTrouble::NotReady, &detail, code);
        } else {
            // A proxy may well keep this path from strangers: devices do not need it.
            self.warn(RouteStep::Status, RouteTrouble::NotReady, &detail);
        }
    }

    async fn identity(&mut self, reply: Result<Reply, HttpError>) -> Result<()> {
        let not_a_ums = Some(Failure::UmsUnreachable.code().number());
        let reply = match reply {
            Ok(reply) if reply.is_success() => reply,
            Ok(reply) => {
                let said = format!("status {}", reply.status);
                self.bad(RouteStep::UmsId, RouteTrouble::NotAUms, &said, not_a_ums);
                return Ok(());
            }
            Err(error) => {
                let code = Some(code_of(error));
                self.bad(RouteStep::UmsId, RouteTrouble::NotAUms, &error.to_string(), code);
                return Ok(());
            }
        };
        let said: Option<UmsIdentityReply> = serde_json::from_slice(&reply.body).ok();
        let fingerprint: Option<Fingerprint> = said.and_then(|said| said.ums_id_fingerprint.parse().ok());
        let Some(fingerprint) = fingerprint else {
            let said = "the answer is not that of a UMS";
            self.bad(RouteStep::UmsId, RouteTrouble::NotAUms, said, not_a_ums);
            return Ok(());
        };
        let shown = fingerprint.to_string();
        let found = portal::ums_instances::registered(self.acting, self.account, &shown).await?;
        if let Some(ums) = found {
            self.good(RouteStep::UmsId, &ums.name);
        } else {
            let code = Some(Failure::NotRegistered.code().number());
            self.bad(RouteStep::UmsId, RouteTrouble::NotRegistered, &shown, code);
        }
        Ok(())
    }
}
