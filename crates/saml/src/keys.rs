//! Which signatures are accepted, and whose keys can make them.

use aws_lc_rs::rsa;
use aws_lc_rs::signature::{self, ParsedPublicKey, VerificationAlgorithm};
use federation::saml::SamlError;
use pki::Certificate;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// Shortest RSA key, in bytes of its modulus.
const RSA_BYTES: usize = 2048 / 8;

/// A signature method of the accepted ones: what to verify with, by kind of key.
pub struct Method(&'static [&'static dyn VerificationAlgorithm]);

/// The signature methods by URI (RFC 9231): RSA and ECDSA, with SHA-256 or longer; P-256 and P-384 with the hash of their own
/// length.
pub fn method(uri: &str) -> Result<Method, SamlError> {
    let more = uri.strip_prefix("http://www.w3.org/2001/04/xmldsig-more#");
    let newer = uri.strip_prefix("http://www.w3.org/2007/05/xmldsig-more#");
    Ok(Method(match (more, newer) {
        (Some("rsa-sha256"), _) => &[&signature::RSA_PKCS1_2048_8192_SHA256],
        (Some("rsa-sha384"), _) => &[&signature::RSA_PKCS1_2048_8192_SHA384],
        (Some("rsa-sha512"), _) => &[&signature::RSA_PKCS1_2048_8192_SHA512],
        (_, Some("sha256-rsa-MGF1")) => &[&signature::RSA_PSS_2048_8192_SHA256],
        (_, Some("sha384-rsa-MGF1")) => &[&signature::RSA_PSS_2048_8192_SHA384],
        (_, Some("sha512-rsa-MGF1")) => &[&signature::RSA_PSS_2048_8192_SHA512],
        (Some("ecdsa-sha256"), _) => &[
            &signature::ECDSA_P256_SHA256_FIXED,
            &signature::ECDSA_P521_SHA256_FIXED,
        ],
        (Some("ecdsa-sha384"), _) => &[
            &signature::ECDSA_P384_SHA384_FIXED,
            &signature::ECDSA_P521_SHA384_FIXED,
        ],
        (Some("ecdsa-sha512"), _) => &[&signature::ECDSA_P521_SHA512_FIXED],
        _ => return Err(SamlError::BadAlgorithm),
    }))
}

impl Method {
    /// Whether this certificate's key signed the message.
    pub fn verify(&self, certificate: &Certificate, message: &[u8], signature: &[u8]) -> bool {
        self.0.iter().any(|algorithm| {
            ParsedPublicKey::new(*algorithm, certificate.public_key())
                .is_ok_and(|key| key.verify_sig(message, signature).is_ok())
        })
    }
}

/// The digest of `bytes` by the method's URI.
pub fn digest(uri: &str, bytes: &[u8]) -> Result<Vec<u8>, SamlError> {
    match uri {
        "http://www.w3.org/2001/04/xmlenc#sha256" => Ok(Sha256::digest(bytes).to_vec()),
        "http://www.w3.org/2001/04/xmldsig-more#sha384" => Ok(Sha384::digest(bytes).to_vec()),
        "http://www.w3.org/2001/04/xmlenc#sha512" => Ok(Sha512::digest(bytes).to_vec()),
        _ => Err(SamlError::BadAlgorithm),
    }
}

/// Whether any accepted signature can be made with the certificate's key; [`SamlError::WeakKey`] otherwise.
pub fn check(certificate: &Certificate) -> Result<(), SamlError> {
    let key = certificate.public_key();
    let curves: [&'static dyn VerificationAlgorithm; 3] = [
        &signature::ECDSA_P256_SHA256_FIXED,
        &signature::ECDSA_P384_SHA384_FIXED,
        &signature::ECDSA_P521_SHA512_FIXED,
    ];
    let rsa = || rsa::PublicKey::from_der(key).is_ok_and(|key| key.modulus_len() >= RSA_BYTES);
    let curve = || {
        curves
            .iter()
            .any(|curve| ParsedPublicKey::new(*curve, key).is_ok())
    };
    if curve() || rsa() {
        Ok(())
    } else {
        Err(SamlError::WeakKey)
    }
}
