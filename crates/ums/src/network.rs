//! The page Network: the UMS server, its fingerprints, and what the Onboarding Service needs to know.

use access::{Authorized, Error, Event, Rate, Result, Services};
use domain::network::{Network, OnboardingAddress, ServerDetails, UmsId};
use domain::permission::{CheckRegistration, ExportUmsId, ViewNetwork};
use domain::{Company, Hostname, Port};
use pki::Certificate;
use protocol::onboarding::Address;

use crate::{Settings, certificates, registration};

/// How often the cloud may be asked by hand.
const CHECKS: Rate = Rate {
    name: "ums.registration_checks",
    burst: 20,
    per: time::Duration::MINUTE,
};

/// What the page shows.
pub async fn get(auth: &Authorized<ViewNetwork>) -> Result<Network> {
    let held = certificates::current(auth.services())?;
    let settings = auth.services().port::<Settings>()?;
    let host_name = certificates::host_name().unwrap_or_else(|| "localhost".to_owned());
    let ids = held.installation();
    let ums_id = &held.ums_id().certificate;
    Ok(Network {
        server: ServerDetails {
            process_id: ids.process_id.to_string(),
            cluster_id: ids.cluster_id.to_string(),
            last_change: held.changed_at(),
            operating_system: operating_system(),
            process_type: "UMS Server".to_owned(),
            port: settings.public_port,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            certificate_fingerprint: held.web().certificate.fingerprint().parts(),
            root_fingerprint: held.web_root().certificate().fingerprint().parts(),
            host_name: host_name.clone(),
        },
        onboarding: OnboardingAddress {
            host: settings.public_host.clone().unwrap_or(host_name),
            port: settings.public_port,
            chain: held.chain_summary(auth.now()),
            only_loopback: certificates::only_loopback(settings),
        },
        ums_id: UmsId {
            subject: ums_id.subject().to_owned(),
            fingerprint: ums_id.fingerprint().to_string(),
            not_before: ums_id.not_before(),
            not_after: ums_id.not_after(),
        },
        registrations: registration::known(&mut auth.read().await?, settings).await?,
    })
}

/// Asks the listed Onboarding Services now whether they know this UMS.
pub async fn check_registration(auth: &Authorized<CheckRegistration>) -> Result<()> {
    auth.services().rates().count(CHECKS, "")?;
    registration::refresh(auth).await
}

/// "Download Certificate Chain": PEM, root first.
#[expect(
    clippy::unused_async,
    reason = "a use case of a page: all of them are awaited there"
)]
pub async fn chain_pem(auth: &Authorized<ViewNetwork>) -> Result<String> {
    Ok(certificates::current(auth.services())?.chain_pem())
}

/// The UMS ID's certificate, to be registered in the Customer Portal. Its key never leaves the UMS.
pub async fn ums_id_pem(auth: &Authorized<ExportUmsId>) -> Result<String> {
    let held = certificates::current(auth.services())?;
    let certificate: &Certificate = &held.ums_id().certificate;
    let event = Event::plain("ums_id.exported", certificate.subject());
    auth.begin()
        .await?
        .commit(event.with("fingerprint", certificate.fingerprint().to_string()))
        .await?;
    Ok(certificate.pem())
}

/// As the machine calls itself, such as "Debian GNU/Linux 12 (bookworm)".
fn operating_system() -> String {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let pretty = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    pretty.map_or_else(
        || std::env::consts::OS.to_owned(),
        |name| name.trim_matches('"').to_owned(),
    )
}

/// Where devices reach this UMS: what `welcome` tells them.
pub fn management_address(services: &Services<Company>) -> Result<Address> {
    let settings = services.port::<Settings>()?;
    let host = settings
        .public_host
        .clone()
        .or_else(certificates::host_name)
        .unwrap_or_else(|| "localhost".to_owned());
    Ok(Address {
        // A machine may be called what no host name can be; then only the loopback name is left.
        host: Hostname::parse(&host)
            .or_else(|_| Hostname::parse("localhost"))
            .map_err(|_| Error::internal("no host name"))?,
        port: Port::try_from(settings.public_port).map_err(Error::internal)?,
    })
}
