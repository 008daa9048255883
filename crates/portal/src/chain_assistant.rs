//! The certificate chain assistant: what is in a file before it is saved, what is missing, whether it names the host, and how it
//! compares with what the host presents. Keeps nothing.

use access::{Authorized, Rate, Result};
use domain::chain::{
    CertificateRole, ChainQuestion, ChainReport, HostLook, InspectedCertificate, NameFit, Validity,
};
use domain::permission::InspectChain;
use domain::route_report::ENDS_SOON_DAYS;
use domain::{Hostname, Invalid, Port, Reason};
use outside::{Outside, Presented, TlsVersion};
use pki::{Certificate, CertificateChain};
use time::{Duration, OffsetDateTime};

/// Looks at hosts for one account.
const LOOKS: Rate = Rate {
    name: "portal.chain.look",
    burst: 30,
    per: Duration::minutes(10),
};

/// Why a chain cannot be accepted, if it cannot.
pub fn refusal(chain: &str, now: OffsetDateTime) -> Option<Invalid> {
    let problem = CertificateChain::parse(chain, now).err()?;
    Some(Invalid::one("chain", Reason::Chain(problem)))
}

/// Looks at a file, and at the host where that is wanted. What cannot be accepted is refused as at saving: `chain`; a look needs
/// `host` and `port`. An empty file is no fault when the host is looked at: its certificates are the beginning of one.
pub async fn inspect(auth: &Authorized<InspectChain>, asked: ChainQuestion) -> Result<ChainReport> {
    let now = auth.now();
    let mut report = if asked.look && asked.chain.trim().is_empty() {
        empty()
    } else {
        read(&asked, now)?
    };
    if asked.look {
        let (host, port) = place(&asked)?;
        let account = auth.account()?;
        auth.services().rates().count(LOOKS, &account.to_string())?;
        let tls = &auth.services().port::<Outside>()?.tls;
        let seen = tls.look(host.as_str(), port.get()).await;
        report.host = Some(match seen {
            Ok(presented) => compare(&mut report, &asked, &presented, now),
            Err(error) => HostLook::Failed {
                why: error.to_string(),
            },
        });
    }
    Ok(report)
}

fn empty() -> ChainReport {
    ChainReport {
        certificates: Vec::new(),
        duplicates: 0,
        missing: Vec::new(),
        name: NameFit::NoEnd,
        names: Vec::new(),
        host: None,
    }
}

fn place(asked: &ChainQuestion) -> Result<(Hostname, Port), Invalid> {
    let mut checker = domain::draft::Checker::default();
    let host = checker.required("host", &asked.host, Hostname::parse);
    let port = checker.required("port", &asked.port, Port::parse);
    checker.finish(|| Some((host?, port?)))
}

fn read(asked: &ChainQuestion, now: OffsetDateTime) -> Result<ChainReport, Invalid> {
    let refused = |problem| Invalid::one("chain", Reason::Chain(problem));
    let (chain, duplicates) = CertificateChain::parse_counting(&asked.chain, now).map_err(refused)?;
    let certificates = chain.certificates().iter().zip(chain.depths());
    let host = Hostname::parse(&asked.host).ok();
    let names = chain.end().map(names).unwrap_or_default();
    Ok(ChainReport {
        certificates: certificates
            .map(|(one, depth)| inspected(one, depth, now))
            .collect(),
        duplicates: u32::try_from(duplicates).unwrap_or(u32::MAX),
        missing: chain.missing().into_iter().map(str::to_owned).collect(),
        name: match (chain.end(), host) {
            (Some(end), Some(host)) => fit(end, host.as_str()),
            _ => NameFit::NoEnd,
        },
        names,
        host: None,
    })
}

fn names(end: &Certificate) -> Vec<String> {
    let addresses = end.server_names().ip().map(|address| address.to_string());
    end.written_names().iter().cloned().chain(addresses).collect()
}

/// How the certificate names the host, which is compared without case.
fn fit(end: &Certificate, host: &str) -> NameFit {
    if !end.server_names().covers(host) {
        return NameFit::NotNamed;
    }
    let same = |name: &String| name.eq_ignore_ascii_case(host);
    match end.written_names().iter().find(|name| same(name)) {
        Some(written) if written != host => NameFit::OtherCase,
        _ => NameFit::Named,
    }
}

fn inspected(one: &Certificate, depth: usize, now: OffsetDateTime) -> InspectedCertificate {
    let validity = if now > one.not_after() {
        Validity::Expired
    } else if now < one.not_before() {
        Validity::NotYetValid
    } else if now + Duration::days(ENDS_SOON_DAYS) > one.not_after() {
        Validity::EndsSoon
    } else {
        Validity::Valid
    };
    InspectedCertificate {
        summary: one.summary(),
        depth: u8::try_from(depth).unwrap_or(u8::MAX),
        validity,
        presented: None,
    }
}

/// Compares what the host presents with the file, by fingerprint.
fn compare(
    report: &mut ChainReport,
    asked: &ChainQuestion,
    presented: &Presented,
    now: OffsetDateTime,
) -> HostLook {
    let certificates: Vec<Certificate> = presented
        .certificates
        .iter()
        .filter_map(|der| Certificate::from_der(der).ok())
        .collect();
    let shown: Vec<InspectedCertificate> = certificates
        .iter()
        .map(|one| InspectedCertificate {
            presented: Some(true),
            ..inspected(one, 0, now)
        })
        .collect();
    for one in &mut report.certificates {
        let same = |other: &InspectedCertificate| other.summary.fingerprint == one.summary.fingerprint;
        one.presented = Some(shown.iter().any(same));
    }
    // The host's own certificate says better than the file which names are good.
    if let (Some(end), Ok(host)) = (certificates.first(), Hostname::parse(&asked.host)) {
        report.name = fit(end, host.as_str());
        report.names = names(end);
    }
    let known = |one: &Certificate| {
        let fingerprint = one.fingerprint().to_string();
        report
            .certificates
            .iter()
            .any(|other| other.summary.fingerprint == fingerprint)
    };
    let authorities = certificates
        .iter()
        .filter(|one| one.role() != CertificateRole::End && !known(one));
    let file = CertificateChain::parse(&asked.chain, now);
    HostLook::Presented {
        authorities_pem: authorities.map(Certificate::pem).collect(),
        led_to_file: file.is_ok_and(|chain| chain.vouches_for(&presented.certificates, now)),
        tls13: presented.version == TlsVersion::Tls13,
        certificates: shown,
    }
}
