use std::sync::{Arc, LazyLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::{Error, Result};
use domain::Fault;

/// Memory of one hashing, in KiB (security design, named limits).
const MEMORY_KIB: u32 = 19 * 1024;
/// Sign-ins that may wait for a turn; more are told to come back.
const QUEUE: usize = 64;

/// Hashes and checks passwords (Argon2id, 19 MiB, t=2, p=1), a few at a time, so that a storm of sign-ins cannot take the
/// machine from everybody else.
#[derive(Clone)]
pub struct Passwords {
    working: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
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
        Self {
            working: Arc::new(Semaphore::new(at_once)),
            waiting: Arc::new(Semaphore::new(at_once + QUEUE)),
        }
    }

    /// The hash to store (PHC text).
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.work(move || {
            Ok(hasher()?
                .hash_password(password.as_bytes())
                .map_err(Error::internal)?
                .to_string())
        })
        .await
    }

    /// Whether `password` is the one behind `hash`. Without a hash (no such user) the same work is done for nothing, so that
    /// the answer takes as long.
    pub async fn verify(&self, hash: Option<String>, password: &str) -> Result<bool> {
        let password = password.to_owned();
        self.work(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.clone());
            let parsed = PasswordHash::new(&hash).map_err(Error::internal)?;
            Ok(hasher()?.verify_password(password.as_bytes(), &parsed).is_ok() && known)
        })
        .await
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let _waiting = self
            .waiting
            .try_acquire()
            .map_err(|_| Fault::TooMany { retry_after: 1 })?;
        let _working = self.working.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
    }
}

fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, 2, 1, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash of a password that nobody has.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    let made = hasher()
        .ok()
        .and_then(|hasher| hasher.hash_password(b"\0nobody\0").ok());
    made.map(|hash| hash.to_string()).unwrap_or_default()
});

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
        assert!(!passwords.verify(None, "\0nobody\0").await.unwrap());
    }

    #[test]
    fn long_passwords_can_be_common_too() {
        assert!(is_common("PasswordPassword") && !is_common("a sentence of my own"));
    }
}
