//! How a certificate chain is shown, and what can be wrong with the file it comes in. The reading itself is in `pki`.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Most certificates in one file.
pub const CHAIN_MAX_CERTIFICATES: usize = 20;
/// Largest file, in bytes.
pub const CHAIN_MAX_BYTES: usize = 256 * 1024;

/// What a certificate does in its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateRole {
    Root,
    Intermediate,
    End,
}

/// One certificate, for a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateSummary {
    pub subject: String,
    pub issuer: String,
    pub role: CertificateRole,
    pub not_before: OffsetDateTime,
    pub not_after: OffsetDateTime,
    /// SHA-256, upper-case hex in pairs with colons.
    pub fingerprint: String,
}

/// A chain, for a page: root first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainSummary {
    pub certificates: Vec<CertificateSummary>,
}

/// How the end certificate names the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameFit {
    Named,
    /// Named, in other letters: a note, since names are compared without case.
    OtherCase,
    NotNamed,
    /// There is no end certificate to compare with.
    NoEnd,
}

/// Where a certificate stands in its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    Valid,
    EndsSoon,
    Expired,
    NotYetValid,
}

/// One certificate of a chain that is looked at before it is saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectedCertificate {
    pub summary: CertificateSummary,
    /// How many signers stand above it in the file.
    pub depth: u8,
    pub validity: Validity,
    /// Whether the host presents it too; `None` where the host was not asked.
    #[serde(default)]
    pub presented: Option<bool>,
}

/// What a host presents in a TLS handshake, compared with the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostLook {
    /// Its certificates, the end certificate first.
    Presented {
        certificates: Vec<InspectedCertificate>,
        /// The PEM text of the certification authorities among them that the file lacks, to add with one click.
        authorities_pem: String,
        /// Whether what it presents leads to an authority of the file.
        led_to_file: bool,
        tls13: bool,
    },
    /// It could not be looked at; the text says why, in English.
    Failed { why: String },
}

/// What the certificate chain assistant is asked: the form as it is typed so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainQuestion {
    #[serde(default)]
    pub chain: String,
    /// May be empty: then names are not compared.
    #[serde(default)]
    pub host: String,
    #[serde(default)]
    pub port: String,
    /// Whether to look at what the host presents.
    #[serde(default)]
    pub look: bool,
}

/// What the certificate chain assistant says of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainReport {
    /// Root first, each after its signer.
    pub certificates: Vec<InspectedCertificate>,
    /// Blocks that stood there twice and are left out.
    pub duplicates: u32,
    /// Signers that are named in the file, but not in it.
    pub missing: Vec<String>,
    pub name: NameFit,
    /// The names in the end certificate.
    pub names: Vec<String>,
    pub host: Option<HostLook>,
}

/// Why a certificate file cannot be accepted. `block` counts the PEM blocks of the file from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChainProblem {
    Empty,
    NotPem,
    TooLarge { max: u64 },
    TooManyCertificates { max: u32 },
    PrivateKey { block: u32 },
    Unreadable { block: u32 },
    NoCa,
    RootNotCa { subject: String, block: u32 },
    RootExpired { subject: String, block: u32 },
    RootNotYetValid { subject: String, block: u32 },
}
