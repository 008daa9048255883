//! Devices with certificates of our server: enrolled once for each run, over EST and with a first-authentication key, as any
//! device could.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use device::est::Est;
use device::first_look;
use device::trust::Trust;
use domain::{Hostname, MacAddress, Port, UnitId};
use http::{Request, StatusCode, header};
use http_body_util::Full;
use pki::est::{CSR_TYPE, parse_certs_only, to_base64};
use pki::key::{KeyKind, PrivateKey};
use pki::{Certificate, csr};
use protocol::onboarding::Address;
use protocol::paths;
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls::sign::CertifiedKey;
use tokio::task::JoinSet;

use crate::cosmos::Key;
use crate::failure::{Doing as _, Failure, Outcome};
use crate::http::{Connection, loopback};

/// Connections that enrol at the same time.
const CONNECTIONS: u16 = 32;

/// A device that may connect.
pub struct Identity {
    pub unit_id: UnitId,
    pub mac: MacAddress,
    /// Certificate and P-256 key, ready to sign.
    pub certified: Arc<CertifiedKey>,
}

/// The devices of a run, and whom they trust.
pub struct Identities {
    pub devices: Vec<Identity>,
    /// EST authority and web root of our server.
    pub authorities: Vec<Certificate>,
}

impl Identities {
    /// Enrols so many devices at the UMS that listens on `ums`.
    pub async fn enrol(ums: SocketAddr, key: &Key, count: usize) -> Outcome<Self> {
        let server = Address {
            host: Hostname::parse("localhost").map_err(|_| Failure::new("no name"))?,
            port: Port::parse(&ums.port().to_string()).map_err(|_| Failure::new("no port"))?,
        };
        let trust = first_look::find(&server, &key.communication_token, device::clock::now()).await?;
        let authorities = Est::connect(&server, trust.anonymous()?)
            .await?
            .ca_certificates()
            .await?;
        let devices = enrol_all(ums, key, count, &trust).await?;
        Ok(Self { devices, authorities })
    }
}

async fn enrol_all(ums: SocketAddr, key: &Key, count: usize, trust: &Trust) -> Outcome<Vec<Identity>> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    for number in 0..CONNECTIONS {
        let (next, tls, secret) = (Arc::clone(&next), trust.anonymous()?, key.secret.clone());
        workers.spawn(async move { work(ums, number, tls, &secret, &next, count).await });
    }
    let mut enrolled = Vec::with_capacity(count);
    while let Some(done) = workers.join_next().await {
        enrolled.extend(done??);
    }
    Ok(enrolled)
}

/// One connection: enrols one device after the other until there are enough.
async fn work(
    ums: SocketAddr,
    number: u16,
    tls: Arc<ClientConfig>,
    secret: &str,
    next: &AtomicUsize,
    count: usize,
) -> Outcome<Vec<Identity>> {
    let mut connection = Connection::tls(ums, Some(loopback(number)), "localhost", tls).await?;
    let mut enrolled = Vec::new();
    loop {
        let device = next.fetch_add(1, Ordering::Relaxed);
        if device >= count {
            return Ok(enrolled);
        }
        let identity = enrol(&mut connection, device, secret).await;
        enrolled.push(identity.doing(format_args!("device {device} cannot be enrolled"))?);
    }
}

async fn enrol(connection: &mut Connection, device: usize, secret: &str) -> Outcome<Identity> {
    let (unit_id, mac) = named(device)?;
    let key = PrivateKey::generate(KeyKind::P256)?;
    let proof = STANDARD.encode(format!("{unit_id}:{secret}"));
    let request = Request::post(paths::EST_SIMPLE_ENROLL)
        .header(header::CONTENT_TYPE, CSR_TYPE)
        .header("content-transfer-encoding", "base64")
        .header(header::AUTHORIZATION, format!("Basic {proof}"))
        .body(Full::new(Bytes::from(to_base64(&csr::new_csr(
            &key,
            unit_id.as_str(),
        )?))))?;
    let body = connection.send(request).await?.expect(StatusCode::OK)?;
    let certificate = parse_certs_only(&body)?
        .iter()
        .filter_map(|der| Certificate::from_der(der).ok())
        .find(|one| one.public_key() == key.public_key() && one.common_name() == Some(unit_id.as_str()))
        .ok_or_else(|| Failure::new("the answer has no certificate for this device's key"))?;
    let certified = CertifiedKey::from_der(
        vec![certificate.der().clone()],
        key.to_rustls(),
        &aws_lc_rs::default_provider(),
    )?;
    Ok(Identity {
        unit_id,
        mac,
        certified: Arc::new(certified),
    })
}

/// What a device of this number is called.
pub fn named(device: usize) -> Outcome<(UnitId, MacAddress)> {
    // A locally administered address (IEEE 802, bit 1 of the first byte): belongs to no maker.
    let digits = format!("02BE{device:08X}");
    let unit = UnitId::parse(&digits).map_err(|_| Failure::new(format!("{digits} is no Unit ID")))?;
    let mac = MacAddress::parse(&digits).map_err(|_| Failure::new(format!("{digits} is no MAC address")))?;
    Ok((unit, mac))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_another_device() {
        let (unit, mac) = named(14_999).unwrap();
        assert_eq!(unit.as_str(), "02BE00003A97");
        assert_eq!(mac.to_string(), "02:BE:00:00:3A:97");
        assert_ne!(named(0).unwrap().0, named(1).unwrap().0);
    }
}
