//! Private keys: made, kept in memory that is wiped, and handed out only for sealing.

use rcgen::{KeyPair, PublicKeyData as _, RsaKeySize};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

/// What kind of key to make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyKind {
    /// ECDSA on P-256, the default: small, and a hundred times cheaper per connection than RSA 4096.
    #[default]
    P256,
    /// RSA with 4096 bits, the customer's present kind.
    Rsa4096,
}

/// Why something could not be made or loaded. For our log; a person gets words from the page.
#[derive(Debug, thiserror::Error)]
pub enum PkiError {
    /// The library refused to make, read or use a key or certificate.
    #[error("certificate library: {0}")]
    Library(#[from] rcgen::Error),
    /// Neither a DNS name nor an IP address.
    #[error("not a name for a certificate: {0:?}")]
    BadName(String),
    /// A server certificate without any name would fit no address.
    #[error("a server certificate needs at least one name")]
    NoNames,
    /// Key and certificate do not belong together.
    #[error("the private key does not belong to the certificate")]
    KeyMismatch,
    /// The certificate given as an authority does not carry the CA mark.
    #[error("the certificate is not a certification authority")]
    NotAnAuthority,
    /// The authority's own time does not cover the moment.
    #[error("the certification authority is not valid at this time")]
    AuthorityNotValid,
    /// The stored or issued certificate cannot be read.
    #[error("certificate: {0}")]
    Certificate(#[from] crate::certificate::CertificateError),
    /// The system gave no randomness for a serial number.
    #[error("no randomness available")]
    NoRandomness,
    /// A cryptographic message could not be written or read.
    #[error("certificate message: {0}")]
    Message(#[from] der::Error),
}

/// A private key; its stored form is wiped when it goes out of use.
pub struct PrivateKey {
    pair: KeyPair,
}

impl PrivateKey {
    /// Makes a new key with the library's own randomness.
    pub fn generate(kind: KeyKind) -> Result<Self, PkiError> {
        let pair = match kind {
            KeyKind::P256 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?,
            KeyKind::Rsa4096 => KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_4096)?,
        };
        Ok(Self { pair })
    }

    /// Loads a key from PKCS#8 DER, as [`Self::to_pkcs8`] gave it.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, PkiError> {
        let pair = KeyPair::try_from(&PrivatePkcs8KeyDer::from(der))?;
        Ok(Self { pair })
    }

    /// The key as PKCS#8 DER, to be sealed by the caller; wiped when dropped.
    pub fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.pair.serialize_der())
    }

    /// The key in the form rustls takes it.
    pub fn to_rustls(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(self.pair.serialize_der().into())
    }

    /// The public half as `SubjectPublicKeyInfo` in DER form.
    pub fn public_key(&self) -> Vec<u8> {
        self.pair.subject_public_key_info()
    }

    /// SHA-256 of the public half, as [`crate::Certificate::key_id`].
    pub fn key_id(&self) -> [u8; 32] {
        Sha256::digest(self.public_key()).into()
    }

    /// The kind of the key; any elliptic-curve key counts as P-256 here.
    pub fn kind(&self) -> KeyKind {
        if self.pair.is_compatible(&rcgen::PKCS_RSA_SHA256) {
            KeyKind::Rsa4096
        } else {
            KeyKind::P256
        }
    }

    pub(crate) const fn pair(&self) -> &KeyPair {
        &self.pair
    }
}

impl rcgen::PublicKeyData for PrivateKey {
    fn der_bytes(&self) -> &[u8] {
        self.pair.der_bytes()
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        self.pair.algorithm()
    }
}

impl rcgen::SigningKey for PrivateKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.pair.sign(message)
    }
}

impl Drop for PrivateKey {
    fn drop(&mut self) {
        self.pair.zeroize();
    }
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}
