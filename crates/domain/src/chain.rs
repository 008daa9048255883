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
