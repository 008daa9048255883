//! Certificate signing requests (PKCS#10, RFC 2986): checked for possession and strength, and reduced to the public key.
//!
//! A request can ask to become an authority, or to bear a foreign name. So nothing but the key is ever read from it
//! (ruling 25); the type that would keep the rest is forbidden in `clippy.toml`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::CertificateParams;
use sha2::{Digest, Sha256};
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::oid_registry::{
    OID_EC_P256, OID_KEY_TYPE_EC_PUBLIC_KEY, OID_NIST_EC_P384, OID_PKCS1_RSAENCRYPTION,
    OID_PKCS1_SHA1WITHRSA, OID_SHA1_WITH_RSA,
};
use x509_parser::prelude::FromDer;
use x509_parser::public_key::{PublicKey, RSAPublicKey};
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::key::{PkiError, PrivateKey};
use crate::pem;

/// Largest request in bytes, in whatever form it comes: 16 KiB.
pub const MAX_CSR_BYTES: usize = 16 * 1024;
/// Smallest RSA key in bits.
pub const MIN_RSA_BITS: usize = 2048;
/// Largest RSA key in bits; a larger one costs the server more than it protects.
pub const MAX_RSA_BITS: usize = 4096;
/// The only public exponent in real use; small ones (1, 3) are refused.
const RSA_EXPONENT: [u8; 3] = [1, 0, 1];

/// The public key of a request whose sender has shown to hold the private one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Csr {
    public_key: Vec<u8>,
    key_id: [u8; 32],
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsrError {
    /// More than [`MAX_CSR_BYTES`].
    #[error("the certificate request is larger than {MAX_CSR_BYTES} bytes")]
    TooLarge,
    /// Neither DER, base64 nor PEM of a request, or something follows it.
    #[error("the certificate request cannot be read")]
    Unreadable,
    /// Not P-256, P-384 or RSA.
    #[error(
        "the kind of key is not accepted: use P-256, P-384 or RSA with {MIN_RSA_BITS} to {MAX_RSA_BITS} bits"
    )]
    KeyKind,
    /// RSA of a size that is not accepted.
    #[error("the RSA key has {bits} bits: use {MIN_RSA_BITS} to {MAX_RSA_BITS}")]
    KeySize {
        /// Its size.
        bits: usize,
    },
    /// RSA with a public exponent other than 65537.
    #[error("the RSA key has an unusual exponent: use 65537")]
    Exponent,
    /// The signature is missing, wrong, or of a kind that proves nothing any more (SHA-1).
    #[error("the certificate request is not signed by its own key")]
    Proof,
}

impl Csr {
    /// Reads a request as EST sends it: DER, base64 of it with or without line breaks (RFC 7030 4.2, RFC 8951), or PEM.
    pub fn parse(body: &[u8]) -> Result<Self, CsrError> {
        if body.len() > MAX_CSR_BYTES {
            return Err(CsrError::TooLarge);
        }
        if pem::is_der(body) {
            return Self::from_der(body);
        }
        if let [block] = pem::blocks(body).as_slice() {
            let is_request = matches!(
                block.label.as_str(),
                "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST"
            );
            let der = block
                .bytes
                .as_deref()
                .filter(|_| is_request)
                .ok_or(CsrError::Unreadable)?;
            return Self::from_der(der);
        }
        let text: Vec<u8> = body
            .iter()
            .copied()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        let der = STANDARD.decode(text).map_err(|_| CsrError::Unreadable)?;
        Self::from_der(&der)
    }

    fn from_der(der: &[u8]) -> Result<Self, CsrError> {
        let (rest, request) = X509CertificationRequest::from_der(der).map_err(|_| CsrError::Unreadable)?;
        if !rest.is_empty() {
            return Err(CsrError::Unreadable);
        }
        let key = &request.certification_request_info.subject_pki;
        check_key(key)?;
        let algorithm = &request.signature_algorithm.algorithm;
        if *algorithm == OID_PKCS1_SHA1WITHRSA || *algorithm == OID_SHA1_WITH_RSA {
            return Err(CsrError::Proof);
        }
        request.verify_signature().map_err(|_| CsrError::Proof)?;
        Ok(Self {
            public_key: key.raw.to_vec(),
            key_id: Sha256::digest(key.raw).into(),
        })
    }

    /// The public key as `SubjectPublicKeyInfo` in DER form.
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// SHA-256 of the `SubjectPublicKeyInfo`, equal to [`crate::Certificate::key_id`] of the certificate made from it.
    pub const fn key_id(&self) -> [u8; 32] {
        self.key_id
    }
}

fn check_key(key: &SubjectPublicKeyInfo<'_>) -> Result<(), CsrError> {
    if key.algorithm.algorithm == OID_KEY_TYPE_EC_PUBLIC_KEY {
        let curve = key
            .algorithm
            .parameters
            .as_ref()
            .and_then(|parameters| parameters.as_oid().ok());
        return match curve {
            Some(curve) if curve == OID_EC_P256 || curve == OID_NIST_EC_P384 => Ok(()),
            _ => Err(CsrError::KeyKind),
        };
    }
    if key.algorithm.algorithm != OID_PKCS1_RSAENCRYPTION {
        return Err(CsrError::KeyKind);
    }
    match key.parsed() {
        Ok(PublicKey::RSA(rsa)) => check_rsa(&rsa),
        _ => Err(CsrError::Unreadable),
    }
}

fn check_rsa(rsa: &RSAPublicKey<'_>) -> Result<(), CsrError> {
    let bits = bit_length(rsa.modulus);
    if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
        return Err(CsrError::KeySize { bits });
    }
    if without_leading_zeros(rsa.exponent) == RSA_EXPONENT {
        Ok(())
    } else {
        Err(CsrError::Exponent)
    }
}

fn bit_length(number: &[u8]) -> usize {
    let number = without_leading_zeros(number);
    let unused = number.first().map_or(0, |first| first.leading_zeros());
    (number.len() * 8).saturating_sub(usize::try_from(unused).unwrap_or(0))
}

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// Makes a request for a key, as the device sends it (DER). The name is a courtesy to people who look at the request: the
/// authority ignores it.
pub fn new_csr(key: &PrivateKey, common_name: &str) -> Result<Vec<u8>, PkiError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, common_name);
    Ok(params.serialize_request(key.pair())?.der().to_vec())
}
