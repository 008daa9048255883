//! How TLS between a UMS and its devices agrees on keys.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::{self, kx_group};

/// The library's own cryptography, with the key exchanges named here: which of them a build of the library prefers depends on
/// features that others may set.
///
/// First comes the one that a quantum computer will not open later: what a UMS says to its devices may be secret for years.
/// The client chooses (decisions, "Keys are exchanged by X25519 and ML-KEM together").
#[must_use]
pub fn tls_provider() -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider {
        kx_groups: vec![
            kx_group::X25519MLKEM768,
            kx_group::X25519,
            kx_group::SECP256R1,
            kx_group::SECP384R1,
        ],
        ..aws_lc_rs::default_provider()
    })
}
