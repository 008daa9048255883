//! Recovery codes: for whoever has lost the authenticator app. Each is worth one sign-in.

use access::{Entropy, Secret};
use domain::second_factor::{RECOVERY_ALPHABET, RECOVERY_CHARACTERS, RECOVERY_CODES};

/// New codes, without groups.
pub(super) fn new(entropy: &Entropy) -> Vec<String> {
    (0..RECOVERY_CODES).map(|_| code(entropy)).collect()
}

fn code(entropy: &Entropy) -> String {
    let bytes: [u8; RECOVERY_CHARACTERS] = entropy.bytes();
    // 32 characters part the 256 values of a byte evenly.
    let character = |byte: &u8| char::from(RECOVERY_ALPHABET[usize::from(byte % 32)]);
    bytes.iter().map(character).collect()
}

/// What is kept of a code. It is random and has 80 bits, so a plain hash will do.
pub(super) fn hash(code: &str) -> Vec<u8> {
    Secret::hash_of(code)
}
