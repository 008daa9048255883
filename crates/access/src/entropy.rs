use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Id;
use rand::TryRng as _;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// Where randomness comes from: the operating system's generator.
#[derive(Clone, Debug, Default)]
pub struct Entropy;

impl Entropy {
    /// Fills `bytes` at random.
    pub fn fill(&self, bytes: &mut [u8]) {
        #[expect(clippy::expect_used, reason = "without randomness nothing here may go on")]
        rand::rngs::SysRng
            .try_fill_bytes(bytes)
            .expect("the operating system gives random bytes");
    }

    /// Random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A new secret of 256 bits.
    pub fn secret(&self) -> Secret {
        Secret(Zeroizing::new(URL_SAFE_NO_PAD.encode(self.bytes::<32>())))
    }

    /// A new id: a UUIDv7 of `now`.
    pub fn id<T: Id>(&self, now: OffsetDateTime) -> T {
        let millis = u64::try_from(now.unix_timestamp_nanos() / 1_000_000).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes::<10>())
            .into_uuid()
            .into()
    }
}

/// A secret that is given out once and kept as its hash: 256 random bits, base64url.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The secret itself, to be handed to its holder.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored.
    pub fn hash(&self) -> Vec<u8> {
        Self::hash_of(&self.0)
    }

    /// The hash of a secret that somebody presents. Secrets are random and long, so a plain SHA-256 is enough to store.
    pub fn hash_of(presented: &str) -> Vec<u8> {
        Sha256::digest(presented.as_bytes()).to_vec()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}
