use std::sync::Arc;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use crate::hashing::{Memory, Pool};
use crate::{Entropy, Error, Result};

/// What one hashing costs (security design, named limits).
const COST: Cost = Cost {
    memory_kib: 19 * 1024,
    passes: 2,
};
/// The least that Argon2 allows.
const LEAST: Cost = Cost {
    memory_kib: Params::MIN_M_COST,
    passes: Params::MIN_T_COST,
};
/// Sign-ins that may wait for a turn; more are told to come back.
const QUEUE: usize = 64;
/// Random bytes of a salt.
const SALT_BYTES: usize = 16;

#[derive(Clone, Copy)]
struct Cost {
    memory_kib: u32,
    passes: u32,
}

/// Hashes and checks passwords (Argon2id, 19 MiB, t=2, p=1) on threads of its own, a few at a time and after everything else,
/// so that a storm of sign-ins cannot take the machine from everybody else. The threads end with the last clone.
#[derive(Clone)]
pub struct Passwords {
    pool: Arc<Pool>,
    cost: Cost,
}

impl Default for Passwords {
    /// One hashing per core.
    fn default() -> Self {
        Self::new(std::thread::available_parallelism().map_or(1, usize::from))
    }
}

impl Passwords {
    /// At most `at_once` hashings at the same time.
    pub fn new(at_once: usize) -> Self {
        Self::of_cost(at_once, COST)
    }

    /// Hashes that protect nobody, for next to nothing: for tests of what comes after the hashing, as often as they like.
    pub fn worthless(at_once: usize) -> Self {
        Self::of_cost(at_once, LEAST)
    }

    fn of_cost(at_once: usize, cost: Cost) -> Self {
        Self {
            pool: Arc::new(Pool::start(at_once, QUEUE)),
            cost,
        }
    }

    /// The hash to store (PHC text).
    pub async fn hash(&self, password: &str) -> Result<String> {
        let (password, cost) = (Zeroizing::new(password.to_owned()), self.cost);
        self.pool
            .run(move |memory| Ok(new_hash(&password, cost, memory)?.to_string()))
            .await
    }

    /// Whether `password` is the one behind `hash`. Without a hash (no such user) the same work is done for nothing, so that
    /// the answer takes as long.
    pub async fn verify(&self, hash: Option<String>, password: &str) -> Result<bool> {
        let (password, cost) = (Zeroizing::new(password.to_owned()), self.cost);
        let work = move |memory: &mut Memory| match hash {
            Some(hash) => is_behind(
                &PasswordHash::new(&hash).map_err(Error::internal)?,
                &password,
                memory,
            ),
            None => new_hash(&password, cost, memory).map(|_| false),
        };
        self.pool.run(work).await
    }
}

fn new_hash(password: &str, cost: Cost, memory: &mut Memory) -> Result<PasswordHash> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(Error::internal)?;
    let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
    let salt = Salt::new(&Entropy.bytes::<SALT_BYTES>()).map_err(Error::internal)?;
    let described = ParamsString::try_from(&params).map_err(Error::internal)?;
    let argon2 = Argon2::new(algorithm, version, params);
    Ok(PasswordHash {
        algorithm: algorithm.ident(),
        version: Some(version.into()),
        params: described,
        hash: Some(derive(
            &argon2,
            password,
            &salt,
            Params::DEFAULT_OUTPUT_LEN,
            memory,
        )?),
        salt: Some(salt),
    })
}

/// With the cost that the hash itself names: it may have been made before the cost was raised.
fn is_behind(hash: &PasswordHash, password: &str, memory: &mut Memory) -> Result<bool> {
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
        return Ok(false);
    };
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).map_err(Error::internal)?;
    let version = hash
        .version
        .map(Version::try_from)
        .transpose()
        .map_err(Error::internal)?;
    let params = Params::try_from(hash).map_err(Error::internal)?;
    let argon2 = Argon2::new(algorithm, version.unwrap_or_default(), params);
    // `Output` compares in constant time.
    Ok(derive(&argon2, password, salt, expected.len(), memory)? == *expected)
}

/// What the crate's own `hash_password_into` does, in memory that is used again.
fn derive(
    argon2: &Argon2<'_>,
    password: &str,
    salt: &Salt,
    length: usize,
    memory: &mut Memory,
) -> Result<Output> {
    let mut buffer = Zeroizing::new([0; Output::MAX_LENGTH]);
    let output = buffer
        .get_mut(..length)
        .ok_or_else(|| Error::internal("the stored hash is too long"))?;
    let blocks = memory.blocks(argon2.params().block_count());
    argon2
        .hash_password_into_with_memory(password.as_bytes(), salt, output, blocks)
        .map_err(Error::internal)?;
    Output::new(output).map_err(Error::internal)
}

/// Whether a password is among those that are tried first.
pub fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    include_str!("../data/common-passwords.txt")
        .lines()
        .any(|common| common == lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_is_accepted_and_nothing_else() {
        let passwords = Passwords::new(1);
        let hash = passwords.hash("correct horse battery").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(
            passwords
                .verify(Some(hash.clone()), "correct horse battery")
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify(Some(hash), "correct horse batterx")
                .await
                .unwrap()
        );
        assert!(!passwords.verify(None, "correct horse battery").await.unwrap());
    }

    #[tokio::test]
    async fn what_the_library_makes_is_accepted_and_the_other_way_round() {
        use argon2::{PasswordHasher as _, PasswordVerifier as _};

        let passwords = Passwords::new(1);
        // Less memory than ours, and then more: what an earlier or a later version has stored.
        for kib in [8 * 1024, 32 * 1024] {
            let params = Params::new(kib, 1, 1, Some(24)).unwrap();
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let theirs = argon2
                .hash_password(b"correct horse battery")
                .unwrap()
                .to_string();
            assert!(
                passwords
                    .verify(Some(theirs.clone()), "correct horse battery")
                    .await
                    .unwrap()
            );
            assert!(
                !passwords
                    .verify(Some(theirs), "correct horse batterx")
                    .await
                    .unwrap()
            );
        }
        let ours = passwords.hash("correct horse battery").await.unwrap();
        assert!(
            Argon2::default()
                .verify_password(b"correct horse battery", ours.as_str())
                .is_ok()
        );
        assert!(
            Argon2::default()
                .verify_password(b"correct horse batterx", ours.as_str())
                .is_err()
        );
        assert!(passwords.verify(Some("no hash".to_owned()), "x").await.is_err());
    }

    #[test]
    fn long_passwords_can_be_common_too() {
        assert!(is_common("PasswordPassword") && !is_common("a sentence of my own"));
    }
}
