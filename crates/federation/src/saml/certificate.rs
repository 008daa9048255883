//! A certificate as people have it: a file, a PEM text, or what stands between two tags of metadata.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use pki::Certificate;

use super::error::SamlError;

/// Reads one certificate from PEM, from DER, or from the bare base64 text of a `<ds:X509Certificate>`.
///
/// [`SamlError::BadCertificate`] for anything else, also for several.
pub fn certificate(input: &[u8]) -> Result<Certificate, SamlError> {
    if let Ok(certificate) = Certificate::from_file(input) {
        return Ok(certificate);
    }
    let bare: Vec<u8> = input
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .take(domain::chain::CHAIN_MAX_BYTES)
        .collect();
    let der = BASE64_STANDARD
        .decode(bare)
        .map_err(|_| SamlError::BadCertificate)?;
    Certificate::from_der(&der).map_err(|_| SamlError::BadCertificate)
}
