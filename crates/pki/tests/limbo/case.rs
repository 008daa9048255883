//! The file, as far as it is of use here.

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

#[derive(Deserialize)]
pub struct Limbo {
    pub testcases: Vec<Case>,
}

#[derive(Deserialize)]
pub struct Case {
    pub id: String,
    pub validation_kind: Kind,
    pub trusted_certs: Vec<String>,
    pub untrusted_intermediates: Vec<String>,
    pub peer_certificate: String,
    validation_time: Option<String>,
    expected_result: Expected,
    pub expected_peer_name: Option<PeerName>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Kind {
    Client,
    Server,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Expected {
    Success,
    Failure,
}

#[derive(Deserialize)]
pub struct PeerName {
    pub value: String,
}

impl Case {
    pub fn is_good(&self) -> bool {
        self.expected_result == Expected::Success
    }

    /// The moment of the verification; for a case that names none, one at which the project's certificates are in their time.
    pub fn at(&self) -> OffsetDateTime {
        let text = self.validation_time.as_deref().unwrap_or("2024-01-01T00:00:00Z");
        OffsetDateTime::parse(text, &Rfc3339).unwrap()
    }

    /// All of its certificates as one file.
    pub fn chain_file(&self) -> ChainFile {
        let all = self.trusted_certs.iter().chain(&self.untrusted_intermediates);
        let blocks: Vec<String> = all
            .chain([&self.peer_certificate])
            .map(|block| format!("{}\n", block.trim_end()))
            .collect();
        ChainFile {
            text: blocks.concat(),
            blocks,
        }
    }
}

pub struct ChainFile {
    pub text: String,
    blocks: Vec<String>,
}

impl ChainFile {
    /// The same certificates, the last one first.
    pub fn reversed(&self) -> String {
        self.blocks.iter().rev().map(String::as_str).collect()
    }
}

/// The bytes of a certificate.
pub fn der(pem: &str) -> Result<CertificateDer<'static>, String> {
    CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|error| error.to_string())
}
