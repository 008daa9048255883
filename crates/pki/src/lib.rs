//! Certificates: reading chains, fingerprints, certification authorities, requests, EST messages, and what a failed
//! handshake means. No database, no sockets and no clock: the time is always a parameter. The only randomness is that of
//! keys and serial numbers, made by the cryptographic library itself.

pub mod authority;
pub mod certificate;
pub mod chain;
pub mod csr;
pub mod est;
pub mod fingerprint;
pub mod key;
pub mod key_exchange;
pub mod names;
mod pem;
pub mod verify;

pub use authority::{Authority, Issued, SelfSignedIdentity};
pub use certificate::{Certificate, CertificateError};
pub use chain::CertificateChain;
pub use csr::{Csr, CsrError};
pub use fingerprint::Fingerprint;
pub use key::{KeyKind, PkiError, PrivateKey};
pub use key_exchange::tls_provider;
pub use names::ServerNames;
pub use verify::{ClientProblem, TlsProblem, root_store, tls_problem, trust_store, verify_client};
