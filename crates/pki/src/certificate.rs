//! One certificate, read once into what the rest of the product asks of it.

use std::net::IpAddr;

use domain::chain::{CertificateRole, CertificateSummary};
use rustls_pki_types::CertificateDer;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::oid_registry::OID_X509_EXT_BASIC_CONSTRAINTS;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::fingerprint::{Fingerprint, hex};
use crate::names::ServerNames;
use crate::pem;

/// Largest single certificate in bytes; real ones have one to three thousand.
pub const MAX_CERTIFICATE_BYTES: usize = 32 * 1024;

/// A certificate that could be read. Reading proves nothing: see [`crate::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    der: CertificateDer<'static>,
    subject: String,
    common_name: Option<String>,
    issuer: String,
    subject_raw: Vec<u8>,
    issuer_raw: Vec<u8>,
    subject_key_id: Option<Vec<u8>>,
    authority_key_id: Option<Vec<u8>>,
    serial: String,
    role: CertificateRole,
    not_before: OffsetDateTime,
    not_after: OffsetDateTime,
    fingerprint: Fingerprint,
    names: ServerNames,
    written_names: Vec<String>,
    public_key: Vec<u8>,
    public_key_bits: Vec<u8>,
}

/// Why bytes are not a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Not DER, not X.509, cut off, or followed by something else.
    #[error("not a readable X.509 certificate")]
    Unreadable,
    /// More than [`MAX_CERTIFICATE_BYTES`].
    #[error("certificate larger than {MAX_CERTIFICATE_BYTES} bytes")]
    TooLarge,
    /// The text holds no certificate, or more than one.
    #[error("expected exactly one certificate")]
    NotOne,
}

impl Certificate {
    /// Reads one certificate in DER form; nothing may follow it.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > MAX_CERTIFICATE_BYTES {
            return Err(CertificateError::TooLarge);
        }
        let (rest, parsed) = X509Certificate::from_der(der).map_err(|_| CertificateError::Unreadable)?;
        if !rest.is_empty() {
            return Err(CertificateError::Unreadable);
        }
        let mut subject_key_id = None;
        let mut authority_key_id = None;
        let mut is_ca = false;
        let mut names = ServerNames::default();
        let mut written_names = Vec::new();
        for extension in parsed.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::SubjectKeyIdentifier(id) => subject_key_id = Some(id.0.to_vec()),
                ParsedExtension::AuthorityKeyIdentifier(id) => {
                    authority_key_id = id.key_identifier.as_ref().map(|id| id.0.to_vec());
                }
                ParsedExtension::BasicConstraints(constraints) => is_ca = constraints.ca,
                ParsedExtension::SubjectAlternativeName(san) => {
                    read_names(&san.general_names, &mut names);
                    written_names.extend(san.general_names.iter().filter_map(written));
                }
                // The CA mark must be readable; what else is odd is the verifier's business.
                ParsedExtension::ParseError { .. } if extension.oid == OID_X509_EXT_BASIC_CONSTRAINTS => {
                    return Err(CertificateError::Unreadable);
                }
                _ => {}
            }
        }
        let self_issued = parsed.subject().as_raw() == parsed.issuer().as_raw()
            && (authority_key_id.is_none() || subject_key_id.is_none() || authority_key_id == subject_key_id);
        let role = match (is_ca, self_issued) {
            (true, true) => CertificateRole::Root,
            (true, false) => CertificateRole::Intermediate,
            (false, _) => CertificateRole::End,
        };
        let common_name = parsed.subject().iter_common_name().next();
        let spki = parsed.public_key();
        Ok(Self {
            subject: parsed.subject().to_string(),
            common_name: common_name.and_then(|name| name.as_str().ok()).map(str::to_owned),
            issuer: parsed.issuer().to_string(),
            subject_raw: parsed.subject().as_raw().to_vec(),
            issuer_raw: parsed.issuer().as_raw().to_vec(),
            subject_key_id,
            authority_key_id,
            serial: serial_text(parsed.raw_serial()),
            role,
            not_before: parsed.validity().not_before.to_datetime(),
            not_after: parsed.validity().not_after.to_datetime(),
            fingerprint: Fingerprint::of(der),
            names,
            written_names,
            public_key: spki.raw.to_vec(),
            public_key_bits: spki.subject_public_key.data.to_vec(),
            der: CertificateDer::from(der.to_vec()),
        })
    }

    /// Reads a file that must hold exactly one certificate, as PEM (text around it is ignored) or DER: the UMS ID.
    pub fn from_file(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() > domain::chain::CHAIN_MAX_BYTES {
            return Err(CertificateError::TooLarge);
        }
        if pem::is_der(bytes)
            && let Ok(certificate) = Self::from_der(bytes)
        {
            return Ok(certificate);
        }
        match pem::blocks(bytes).as_slice() {
            [one] if one.is_certificate() => {
                Self::from_der(one.bytes.as_deref().ok_or(CertificateError::Unreadable)?)
            }
            _ => Err(CertificateError::NotOne),
        }
    }

    /// The certificate in DER form.
    pub const fn der(&self) -> &CertificateDer<'static> {
        &self.der
    }

    /// The certificate as one PEM block.
    pub fn pem(&self) -> String {
        pem::encode("CERTIFICATE", &self.der)
    }

    /// Distinguished name of the holder.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The holder's common name: the unit id of a device.
    pub fn common_name(&self) -> Option<&str> {
        self.common_name.as_deref()
    }

    /// Distinguished name of the signer.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Serial number in lower-case hex, without leading zeros.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// Root, intermediate or end; by the CA mark and the names, not by a verified signature.
    pub const fn role(&self) -> CertificateRole {
        self.role
    }

    /// Valid from.
    pub const fn not_before(&self) -> OffsetDateTime {
        self.not_before
    }

    /// Valid to, inclusive.
    pub const fn not_after(&self) -> OffsetDateTime {
        self.not_after
    }

    /// Whether `now` lies within its time.
    pub fn is_valid_at(&self, now: OffsetDateTime) -> bool {
        self.has_begun(now) && !self.is_over(now)
    }

    /// Whether its time has begun.
    pub fn has_begun(&self, now: OffsetDateTime) -> bool {
        now.unix_timestamp() >= self.not_before.unix_timestamp()
    }

    /// Whether its time is over. Certificates know whole seconds, so the last one lasts to its end, as for the verifier.
    pub fn is_over(&self, now: OffsetDateTime) -> bool {
        now.unix_timestamp() > self.not_after.unix_timestamp()
    }

    /// SHA-256 over the DER.
    pub const fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The DNS names as the certificate writes them, in its letters; addresses are not among them.
    pub fn written_names(&self) -> &[String] {
        &self.written_names
    }

    /// DNS names and addresses of its subject alternative name.
    pub const fn server_names(&self) -> &ServerNames {
        &self.names
    }

    /// The public key as `SubjectPublicKeyInfo` in DER form.
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// The bare public key: for an elliptic curve the uncompressed point, as JWT libraries want it.
    pub fn public_key_bits(&self) -> &[u8] {
        &self.public_key_bits
    }

    /// SHA-256 of the `SubjectPublicKeyInfo`: the identity of the key, whatever certificate carries it.
    pub fn key_id(&self) -> [u8; 32] {
        Sha256::digest(&self.public_key).into()
    }

    /// Whether it names itself as its signer.
    pub fn is_self_issued(&self) -> bool {
        self.subject_raw == self.issuer_raw
    }

    /// Whether `issuer` looks like its signer: names, and key identifiers where both carry them.
    pub fn is_issued_by(&self, issuer: &Self) -> bool {
        let keys_fit = match (&self.authority_key_id, &issuer.subject_key_id) {
            (Some(wanted), Some(present)) => wanted == present,
            _ => true,
        };
        self.issuer_raw == issuer.subject_raw && keys_fit
    }

    /// What a page shows of it.
    pub fn summary(&self) -> CertificateSummary {
        CertificateSummary {
            subject: self.subject.clone(),
            issuer: self.issuer.clone(),
            role: self.role,
            not_before: self.not_before,
            not_after: self.not_after,
            fingerprint: self.fingerprint.to_string(),
        }
    }
}

fn written(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(dns) => Some((*dns).to_owned()),
        _ => None,
    }
}

fn read_names(general_names: &[GeneralName<'_>], names: &mut ServerNames) {
    for name in general_names {
        match name {
            GeneralName::DNSName(dns) => names.insert_dns(dns),
            GeneralName::IPAddress(bytes) => {
                let v4 = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
                let address = v4.or_else(|_| <[u8; 16]>::try_from(*bytes).map(IpAddr::from));
                if let Ok(address) = address {
                    names.insert_ip(address);
                }
            }
            _ => {}
        }
    }
}

fn serial_text(raw: &[u8]) -> String {
    let hex = hex(raw);
    let short = hex.trim_start_matches('0');
    if short.is_empty() {
        "0".to_owned()
    } else {
        short.to_owned()
    }
}
