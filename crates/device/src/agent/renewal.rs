//! A new certificate in time, for the present key: inside the WebSocket, which works behind a proxy, else by `simplereenroll`.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki::authority::RENEW_BEFORE;
use pki::{Certificate, CertificateChain};
use protocol::DeviceError;
use protocol::unified::{FromDevice, IssuedCertificate, Renewal};
use serde_json::json;
use time::OffsetDateTime;

use super::session::Session;
use super::{Agent, End, credentials};
use crate::clock;
use crate::enrol::{for_key, request};
use crate::est::{Est, Proof};
use crate::failure::{Failure, Result};

/// Whether it is time for a new certificate.
fn is_due(not_after: OffsetDateTime, now: OffsetDateTime) -> bool {
    not_after - RENEW_BEFORE <= now
}

/// Asks for a new certificate if it is time, once on each connection.
pub(super) async fn ask_if_due(session: &mut Session<'_>) -> Result<(), End> {
    if session.renewing.is_some() || !is_due(session.agent.not_after, clock::now()) {
        return Ok(());
    }
    match session
        .agent
        .folder
        .key()
        .and_then(|key| request(&key, &session.agent.identity))
    {
        Ok(csr) => {
            let renewal = Renewal {
                csr: STANDARD.encode(csr),
            };
            session.renewing = Some(session.line.send(FromDevice::Certificate(renewal)).await?);
        }
        Err(failure) => session.agent.report.failure(&failure),
    }
    Ok(())
}

/// Takes the certificate that was asked for. It is used from the next connection on.
pub(super) fn take(session: &mut Session<'_>, reply_to: Option<u64>, issued: &IssuedCertificate) {
    if reply_to.is_none() || reply_to != session.renewing {
        tracing::warn!("a certificate came that nobody had asked for");
        return;
    }
    let taken = read(&issued.certificate_pem).and_then(|issued| session.agent.renew(issued));
    if let Err(failure) = taken {
        session.agent.report.failure(&failure);
    }
}

/// The server does not renew inside the WebSocket: by EST, then.
pub(super) async fn directly(session: &mut Session<'_>) {
    let renewed = match by_est(session.agent).await {
        Ok(issued) => session.agent.renew(issued),
        Err(failure) => Err(failure),
    };
    if let Err(failure) = renewed {
        session.agent.report.failure(&failure);
    }
}

async fn by_est(agent: &Agent) -> Result<Vec<Certificate>> {
    let csr = request(&agent.folder.key()?, &agent.identity)?;
    let mut est = Est::connect(&agent.enrolment()?.enrolment, Arc::clone(&agent.tls)).await?;
    est.enrol(&Proof::Certificate, &csr).await
}

/// The certificates of a PEM text: one alone, or with what stands above it.
fn read(pem: &str) -> Result<Vec<Certificate>> {
    if let Ok(chain) = CertificateChain::parse(pem, clock::now()) {
        return Ok(chain.certificates().to_vec());
    }
    let one = Certificate::from_file(pem.as_bytes());
    one.map(|one| vec![one])
        .map_err(|error| Failure::new(DeviceError::CertificateNotConverted, error))
}

impl Agent {
    /// Keeps and uses a new certificate, if it is for this device's key and name and lasts.
    fn renew(&mut self, issued: Vec<Certificate>) -> Result<()> {
        let certificate = for_key(issued, &self.folder.key()?, &self.identity)?;
        if !certificate.is_valid_at(clock::now()) || certificate.not_after() < self.not_after {
            let cause = "the new certificate ends before the present one";
            return Err(Failure::new(DeviceError::CertificateNotConverted, cause));
        }
        let enrolment = self.change(|enrolment| enrolment.certificate_pem = certificate.pem())?;
        let (tls, certificate) = credentials(&self.folder, &enrolment)?;
        self.tls = tls;
        self.not_after = certificate.not_after();
        let fields = json!({ "not_after": self.not_after.unix_timestamp(), "fingerprint": certificate.fingerprint().to_string() });
        self.report.event(
            "renewed",
            fields,
            "The certificate of this device has been renewed.",
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::Duration;

    #[test]
    fn a_certificate_is_renewed_from_thirty_days_before_its_end() {
        let end = clock::now();
        assert!(!is_due(end, end - Duration::days(30) - Duration::SECOND));
        assert!(is_due(end, end - Duration::days(30)));
        assert!(is_due(end, end + Duration::DAY));
    }
}
