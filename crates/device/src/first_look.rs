//! The first look at a UMS of which only the communication token is known (ruling 24).
//!
//! **The only connection that believes no certificate.** It learns which authorities the server names, and sends nothing but
//! `GET cacerts`: no Unit ID, no key, no request. The one whose fingerprint matches the token is then trusted, alone, on a new
//! connection; what the first one said otherwise is forgotten.

use std::sync::{Arc, Mutex, PoisonError};

use domain::chain::CertificateRole;
use pki::Certificate;
use protocol::DeviceError;
use protocol::onboarding::Address;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use time::OffsetDateTime;

use crate::est::Est;
use crate::failure::{Failure, Result};
use crate::trust::{Trust, finished, modern};

/// Learns whom to trust at `address`: the authority that `token` means (46 if the server names none such).
pub async fn find(address: &Address, token: &str, now: OffsetDateTime) -> Result<Trust> {
    let look = Arc::new(Unverified {
        provider: pki::tls_provider(),
        presented: Mutex::default(),
    });
    let verifier = Arc::clone(&look) as Arc<dyn ServerCertVerifier>;
    let config = modern()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    let mut est = Est::connect(address, finished(config)).await?;
    let named = est.ca_certificates().await?;
    let presented = std::mem::take(&mut *look.presented.lock().unwrap_or_else(PoisonError::into_inner));
    let presented = presented.iter().filter_map(|der| Certificate::from_der(der).ok());
    let found = named
        .into_iter()
        .chain(presented)
        .find(|one| is_meant(one, token));
    let Some(authority) = found else {
        let cause = format!("{address}: no certificate of this server matches the communication token");
        return Err(Failure::new(DeviceError::ChainNotVerified, cause));
    };
    if !authority.is_valid_at(now) {
        let cause = format!("{address}: the certificate of the communication token is not valid now");
        return Err(Failure::new(DeviceError::ChainNotVerified, cause));
    }
    Trust::only(&authority, now)
}

/// Only an authority: trusting an end certificate would be no chain.
fn is_meant(certificate: &Certificate, token: &str) -> bool {
    certificate.role() != CertificateRole::End && certificate.fingerprint().matches_token(token)
}

/// Whether a text can be a communication token: the third quarter of a fingerprint, or a whole one.
pub fn is_token(text: &str) -> bool {
    let digits: Vec<char> = text
        .chars()
        .filter(|c| !matches!(c, ':' | ' ' | '-' | '\t'))
        .collect();
    matches!(digits.len(), 16 | 64) && digits.iter().all(char::is_ascii_hexdigit)
}

/// Keeps what the server presents. Believes any certificate, but still asks for the proof that the server holds its key, so that
/// what is kept is what the other end of this connection is.
#[derive(Debug)]
struct Unverified {
    provider: Arc<CryptoProvider>,
    presented: Mutex<Vec<CertificateDer<'static>>>,
}

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let all = std::iter::once(end_entity)
            .chain(intermediates)
            .take(pki::est::MAX_BODY_CERTIFICATES);
        let all = all.map(|certificate| certificate.clone().into_owned()).collect();
        *self.presented.lock().unwrap_or_else(PoisonError::into_inner) = all;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            certificate,
            signed,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            certificate,
            signed,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_sixteen_digits_or_all() {
        for right in ["B0:B1:B2:B3:B4:B5:B6:B7", "b0b1 b2b3-b4b5b6b7", &"A0".repeat(32)] {
            assert!(is_token(right), "{right}");
        }
        for wrong in [
            "",
            "B0:B1:B2:B3:B4:B5:B6",
            "B0:B1:B2:B3:B4:B5:B6:G7",
            &"A0".repeat(31),
        ] {
            assert!(!is_token(wrong), "{wrong}");
        }
    }
}
