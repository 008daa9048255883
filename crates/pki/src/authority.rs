//! Certification authorities of our own: the web root, the EST authority, and the UMS ID, which signs only itself.
//!
//! The authority decides everything but the public key (rulings 25 and 26): subject, names, purpose, time and serial number.

use domain::UnitId;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyUsagePurpose,
    PublicKeyData as _, SanType, SerialNumber, SubjectPublicKeyInfo,
};
use rustls_pki_types::CertificateDer;
use time::{Duration, OffsetDateTime};

use crate::certificate::Certificate;
use crate::csr::Csr;
use crate::key::{KeyKind, PkiError, PrivateKey};
use crate::names::ServerNames;
use domain::chain::CertificateRole;

/// Life of a root, an EST authority and a UMS ID: 20 years.
pub const ROOT_LIFETIME: Duration = Duration::days(20 * 365 + 5);
/// Life of the web end certificate: one year.
pub const SERVER_LIFETIME: Duration = Duration::days(365);
/// Life of a device certificate: one year.
pub const DEVICE_LIFETIME: Duration = Duration::days(365);
/// How long before its end a server or device certificate is renewed.
pub const RENEW_BEFORE: Duration = Duration::days(30);
/// How far a new certificate begins in the past, so that a clock a little behind ours accepts it.
pub const BACKDATE: Duration = Duration::minutes(5);
/// Longest common name (X.520 `ub-common-name`).
const MAX_COMMON_NAME: usize = 64;
/// Random bytes of a serial number: 64 bits.
const SERIAL_BYTES: usize = 8;

/// A certification authority: its certificate and the key to it.
#[derive(Debug)]
pub struct Authority {
    certificate: Certificate,
    /// What of it goes into what it signs, and the key: read once, not for each signature.
    issuer: Issuer<'static, PrivateKey>,
}

/// A certificate together with the key that was made for it.
#[derive(Debug)]
pub struct Issued {
    /// The end certificate.
    pub certificate: Certificate,
    /// Its private key.
    pub key: PrivateKey,
}

/// A key with a certificate that it signed itself: the UMS ID. Always P-256, because it signs ES256 assertions.
pub type SelfSignedIdentity = Issued;

impl Authority {
    /// Makes a new root with a fresh key.
    pub fn new_root(
        common_name: &str,
        kind: KeyKind,
        now: OffsetDateTime,
        lifetime: Duration,
    ) -> Result<Self, PkiError> {
        let key = PrivateKey::generate(kind)?;
        let mut params = params(Some(common_name), now, now + lifetime)?;
        // Path length 0: what it signs are end certificates, and each further level would cost a signature check.
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = Certificate::from_der(params.self_signed(key.pair())?.der())?;
        Self::new(certificate, key)
    }

    fn new(certificate: Certificate, key: PrivateKey) -> Result<Self, PkiError> {
        let issuer = Issuer::from_ca_cert_der(certificate.der(), key)?;
        Ok(Self { certificate, issuer })
    }

    /// Loads an authority from its stored parts: PKCS#8 key (unsealed by the caller) and certificate, both DER. Fails where
    /// they do not belong together or the certificate lacks the CA mark.
    pub fn from_parts(key_pkcs8: &[u8], certificate_der: &[u8]) -> Result<Self, PkiError> {
        let Issued { certificate, key } = Issued::from_parts(key_pkcs8, certificate_der)?;
        if certificate.role() == CertificateRole::End {
            return Err(PkiError::NotAnAuthority);
        }
        Self::new(certificate, key)
    }

    /// Its certificate.
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Its key, for sealing.
    pub fn key(&self) -> &PrivateKey {
        self.issuer.key()
    }

    /// Issues a server certificate with a fresh key of the authority's own kind.
    pub fn issue_server(
        &self,
        names: &ServerNames,
        now: OffsetDateTime,
        lifetime: Duration,
    ) -> Result<Issued, PkiError> {
        if names.is_empty() {
            return Err(PkiError::NoNames);
        }
        let key = PrivateKey::generate(self.key().kind())?;
        let addresses = names.ip().map(|address| address.to_string());
        let common_name = names
            .dns()
            .map(str::to_owned)
            .chain(addresses)
            .find(|name| name.len() <= MAX_COMMON_NAME);
        let mut params = params(common_name.as_deref(), now, self.end_for(now, lifetime)?)?;
        for name in names.dns() {
            params.subject_alt_names.push(SanType::DnsName(name.try_into()?));
        }
        params
            .subject_alt_names
            .extend(names.ip().map(SanType::IpAddress));
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = self.sign(&params, key.pair())?;
        Ok(Issued { certificate, key })
    }

    /// Issues a device certificate. The request gives the public key and nothing else; the subject is `CN = unit id`, the
    /// alternative name `urn:cosmos:device:<unit id>`, the purpose client authentication.
    pub fn issue_device(
        &self,
        csr: &Csr,
        unit_id: &UnitId,
        now: OffsetDateTime,
        lifetime: Duration,
    ) -> Result<Certificate, PkiError> {
        let mut params = params(Some(unit_id.as_str()), now, self.end_for(now, lifetime)?)?;
        let urn = format!("urn:cosmos:device:{unit_id}");
        params.subject_alt_names = vec![SanType::URI(urn.as_str().try_into()?)];
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let public_key = SubjectPublicKeyInfo::from_der(csr.public_key())?;
        // The library rewrites the algorithm; the key certified must be the very one that was proved.
        if public_key.subject_public_key_info() != csr.public_key() {
            return Err(PkiError::KeyMismatch);
        }
        self.sign(&params, &public_key)
    }

    fn sign(
        &self,
        params: &CertificateParams,
        public_key: &impl rcgen::PublicKeyData,
    ) -> Result<Certificate, PkiError> {
        let signed = params.signed_by(public_key, &self.issuer)?;
        Ok(Certificate::from_der(signed.der())?)
    }

    /// The end of a new certificate: never after the authority's own, which would only look valid.
    fn end_for(&self, now: OffsetDateTime, lifetime: Duration) -> Result<OffsetDateTime, PkiError> {
        if !self.certificate.is_valid_at(now) {
            return Err(PkiError::AuthorityNotValid);
        }
        Ok(self.certificate.not_after().min(now + lifetime))
    }
}

impl Issued {
    /// Makes a P-256 key and a certificate that it signs itself, without the CA mark: the UMS ID.
    pub fn self_signed(common_name: &str, now: OffsetDateTime, lifetime: Duration) -> Result<Self, PkiError> {
        let key = PrivateKey::generate(KeyKind::P256)?;
        let mut params = params(Some(common_name), now, now + lifetime)?;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let certificate = Certificate::from_der(params.self_signed(key.pair())?.der())?;
        Ok(Self { certificate, key })
    }

    /// Loads a stored pair: PKCS#8 key (unsealed by the caller) and certificate, both DER. Fails where they do not belong
    /// together.
    pub fn from_parts(key_pkcs8: &[u8], certificate_der: &[u8]) -> Result<Self, PkiError> {
        let key = PrivateKey::from_pkcs8(key_pkcs8)?;
        let certificate = Certificate::from_der(certificate_der)?;
        if key.public_key() != certificate.public_key() {
            return Err(PkiError::KeyMismatch);
        }
        Ok(Self { certificate, key })
    }

    /// The certificate followed by the given signers, as a TLS server presents it.
    pub fn presented<'a>(
        &self,
        signers: impl IntoIterator<Item = &'a Certificate>,
    ) -> Vec<CertificateDer<'static>> {
        let signers = signers.into_iter().map(|signer| signer.der().clone());
        std::iter::once(self.certificate.der().clone())
            .chain(signers)
            .collect()
    }
}

/// Parameters with nothing from outside: every field that matters is set here or by the caller above.
fn params(
    common_name: Option<&str>,
    now: OffsetDateTime,
    not_after: OffsetDateTime,
) -> Result<CertificateParams, PkiError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    if let Some(name) = common_name {
        if name.is_empty() || name.chars().count() > MAX_COMMON_NAME {
            return Err(PkiError::BadName(name.chars().take(MAX_COMMON_NAME).collect()));
        }
        params.distinguished_name.push(DnType::CommonName, name);
    }
    params.not_before = now - BACKDATE;
    params.not_after = not_after;
    params.serial_number = Some(serial()?);
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// A positive random serial number of 64 bits (RFC 5280, 4.1.2.2; the library adds the zero byte that keeps it positive).
fn serial() -> Result<SerialNumber, PkiError> {
    let mut bytes = [0_u8; SERIAL_BYTES];
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    provider
        .secure_random
        .fill(&mut bytes)
        .map_err(|_| PkiError::NoRandomness)?;
    // Zero is not positive; as likely as any other number, and as useless as it is rare.
    if bytes == [0; SERIAL_BYTES] {
        Err(PkiError::NoRandomness)
    } else {
        Ok(SerialNumber::from_slice(&bytes))
    }
}
