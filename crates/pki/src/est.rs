//! Bodies of EST messages (RFC 7030, base64 as cleared up by RFC 8951): certificates in a certs-only PKCS#7, and the
//! attributes a request should have.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::revocation::RevocationInfoChoices;
use cms::signed_data::{EncapsulatedContentInfo, SignerInfos};
use const_oid::db::rfc5911::{ID_DATA, ID_SIGNED_DATA};
use der::asn1::{Any, SetOfVec};
use der::{Decode as _, Encode as _, Sequence};
use rustls_pki_types::CertificateDer;

use crate::key::PkiError;

/// Media type of `cacerts`.
pub const CACERTS_TYPE: &str = "application/pkcs7-mime";
/// Media type of the answer of `simpleenroll` and `simplereenroll`.
pub const CERTS_ONLY_TYPE: &str = "application/pkcs7-mime; smime-type=certs-only";
/// Media type of an enrolment request.
pub const CSR_TYPE: &str = "application/pkcs10";
/// Media type of `csrattrs`.
pub const CSRATTRS_TYPE: &str = "application/csrattrs";
/// The header that goes with every base64 body here.
pub const TRANSFER_ENCODING: (&str, &str) = ("content-transfer-encoding", "base64");

/// Largest body that is read, in bytes of base64.
pub const MAX_BODY_BYTES: usize = 256 * 1024;
/// Most certificates that are read from one body.
pub const MAX_BODY_CERTIFICATES: usize = 20;
/// Characters to the line (RFC 2045, 6.8).
const LINE: usize = 76;

/// `CsrAttrs` (RFC 7030, 4.5.2): a key of kind `ecPublicKey` on the curve `secp256r1`, signed by `ecdsa-with-SHA256`.
const CSR_ATTRIBUTES: [u8; 35] = [
    0x30, 0x21, // SEQUENCE
    0x30, 0x15, // SEQUENCE: attribute
    0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, // ecPublicKey
    0x31, 0x0A, // SET
    0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, // secp256r1
    0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02, // ecdsa-with-SHA256
];

/// A `SignedData` (RFC 5652, 5.1) whose certificates stay the bytes they are: reading one into fields and writing it again
/// could break its signature where the original is not strict DER.
#[derive(Sequence)]
struct CertsOnly {
    version: CmsVersion,
    digest_algorithms: SetOfVec<Any>,
    encap_content_info: EncapsulatedContentInfo,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    certificates: Option<SetOfVec<Any>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    crls: Option<RevocationInfoChoices>,
    signer_infos: SignerInfos,
}

/// Why a body with certificates cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EstError {
    /// More than [`MAX_BODY_BYTES`], or more than [`MAX_BODY_CERTIFICATES`].
    #[error("the answer is too large")]
    TooLarge,
    /// Not base64.
    #[error("the answer is not base64")]
    NotBase64,
    /// Not a certs-only PKCS#7.
    #[error("the answer is not a PKCS#7 with certificates")]
    NotCertsOnly,
    /// A PKCS#7 without any certificate.
    #[error("the answer holds no certificate")]
    NoCertificates,
}

/// The body that carries certificates: base64 of a certs-only PKCS#7. Duplicates must be left out by the caller; the
/// order is not kept, because it is a set.
pub fn certs_only<'a>(
    certificates: impl IntoIterator<Item = &'a CertificateDer<'static>>,
) -> Result<String, PkiError> {
    let certificates: Vec<Any> = certificates
        .into_iter()
        .map(|der| Any::from_der(der))
        .collect::<Result<_, _>>()?;
    let signed = CertsOnly {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::default(),
        encap_content_info: EncapsulatedContentInfo {
            econtent_type: ID_DATA,
            econtent: None,
        },
        certificates: Some(certificates.try_into()?),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::default()),
    };
    let content = ContentInfo {
        content_type: ID_SIGNED_DATA,
        content: Any::from_der(&signed.to_der()?)?,
    };
    Ok(to_base64(&content.to_der()?))
}

/// The certificates of such a body, in no particular order.
pub fn parse_certs_only(body: &[u8]) -> Result<Vec<CertificateDer<'static>>, EstError> {
    let der = from_base64(body)?;
    let content = ContentInfo::from_der(&der).map_err(|_| EstError::NotCertsOnly)?;
    if content.content_type != ID_SIGNED_DATA {
        return Err(EstError::NotCertsOnly);
    }
    let signed: CertsOnly = content.content.decode_as().map_err(|_| EstError::NotCertsOnly)?;
    let certificates = signed.certificates.unwrap_or_default().into_vec();
    match certificates.len() {
        0 => return Err(EstError::NoCertificates),
        count if count > MAX_BODY_CERTIFICATES => return Err(EstError::TooLarge),
        _ => {}
    }
    let to_der = |any: &Any| {
        any.to_der()
            .map(CertificateDer::from)
            .map_err(|_| EstError::NotCertsOnly)
    };
    certificates.iter().map(to_der).collect()
}

/// The body of `csrattrs`: what a request of ours should look like.
pub fn csr_attributes() -> String {
    to_base64(&CSR_ATTRIBUTES)
}

/// Base64 in lines of 76 characters with CRLF.
pub fn to_base64(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut lines = String::with_capacity(text.len() + text.len() / LINE * 2 + 2);
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at_checked(LINE).unwrap_or((rest, ""));
        lines.push_str(line);
        lines.push_str("\r\n");
        rest = tail;
    }
    lines
}

/// The bytes of a base64 body, with or without line breaks; the transfer-encoding header is not asked (RFC 8951, 2.1).
pub fn from_base64(body: &[u8]) -> Result<Vec<u8>, EstError> {
    if body.len() > MAX_BODY_BYTES {
        return Err(EstError::TooLarge);
    }
    let text: Vec<u8> = body
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    STANDARD.decode(text).map_err(|_| EstError::NotBase64)
}
