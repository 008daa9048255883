use std::io::{Read as _, Write as _};
use std::path::Path;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use store::{Db, args, sql};
use zeroize::Zeroizing;

use crate::Entropy;

/// Seals secrets that have to be read again (client secrets, private keys) with a key that lies outside the database.
/// XChaCha20-Poly1305; each value is bound to its table, column and row, so that it cannot be moved to another place.
#[derive(Clone)]
pub struct Seal {
    cipher: XChaCha20Poly1305,
}

#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("the seal key {path} cannot be read or written")]
    File {
        path: String,
        #[source]
        cause: std::io::Error,
    },
    #[error("the seal key {path} may be read by others than its owner: run chmod 600 on it")]
    Exposed { path: String },
    #[error("the seal key {path} has {bytes} bytes instead of 32")]
    Size { path: String, bytes: usize },
    #[error(
        "the database was sealed with a key that is not there: put it back at {path}; a new one is never made over it"
    )]
    Missing { path: String },
    #[error("the seal key {path} is not the one that this database was sealed with")]
    Wrong { path: String },
    #[error("a sealed value cannot be opened: it was changed, moved, or sealed with another key")]
    Broken,
    #[error(transparent)]
    Store(#[from] store::Error),
}

const NONCE: usize = 24;
const CHECK: &[u8] = b"cosmos seal check";
/// The bits of a file's mode by which group and others read it.
const READ_BY_OTHERS: u32 = 0o044;

impl Seal {
    /// Opens the key at `path` for `db`, making one (mode 0600) only where the database has never been sealed. One that group
    /// or others may read is refused: whoever has it opens every secret in every copy of the database.
    pub async fn open(path: &Path, db: &Db, entropy: &Entropy) -> Result<Self, SealError> {
        let name = path.display().to_string();
        let mut tx = db.begin().await?;
        let check: Option<(Vec<u8>,)> = tx
            .optional(sql!("select sealed from seal_check"), args![])
            .await?;
        let key = match read_private(path) {
            Ok(Some(key)) => key,
            Ok(None) => return Err(SealError::Exposed { path: name }),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound && check.is_none() => {
                let key = Zeroizing::new(entropy.bytes::<32>().to_vec());
                write_private(path, &key).map_err(|cause| SealError::File {
                    path: name.clone(),
                    cause,
                })?;
                key
            }
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                return Err(SealError::Missing { path: name });
            }
            Err(cause) => return Err(SealError::File { path: name, cause }),
        };
        let bytes: [u8; 32] = key.as_slice().try_into().map_err(|_| SealError::Size {
            path: name.clone(),
            bytes: key.len(),
        })?;
        let seal = Self {
            cipher: XChaCha20Poly1305::new(&Key::from(bytes)),
        };
        if let Some((sealed,)) = check {
            let opened = seal.unseal("seal_check", "sealed", b"", &sealed);
            return if opened.is_ok_and(|opened| *opened == CHECK) {
                Ok(seal)
            } else {
                Err(SealError::Wrong { path: name })
            };
        }
        let sealed = seal.seal(entropy, "seal_check", "sealed", b"", CHECK)?;
        tx.execute_one(
            sql!("insert into seal_check (id, sealed) values (1, $1)"),
            args![sealed],
        )
        .await?;
        tx.commit().await?;
        Ok(seal)
    }

    /// The sealed form of `secret` for one place: nonce, then ciphertext. `row` is the row's id.
    pub fn seal(
        &self,
        entropy: &Entropy,
        table: &str,
        column: &str,
        row: &[u8],
        secret: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE] = entropy.bytes();
        let aad = place(table, column, row);
        let sealed = self
            .cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: secret,
                    aad: &aad,
                },
            )
            .map_err(|_| SealError::Broken)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// What was sealed for that place.
    pub fn unseal(
        &self,
        table: &str,
        column: &str,
        row: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(SealError::Broken)?;
        let aad = place(table, column, row);
        let opened = self.cipher.decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: sealed,
                aad: &aad,
            },
        );
        opened.map(Zeroizing::new).map_err(|_| SealError::Broken)
    }
}

fn place(table: &str, column: &str, row: &[u8]) -> Vec<u8> {
    [table.as_bytes(), b"\0", column.as_bytes(), b"\0", row].concat()
}

/// The file's bytes; `None` where group or others may read it.
fn read_private(path: &Path) -> std::io::Result<Option<Zeroizing<Vec<u8>>>> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut file = std::fs::File::open(path)?;
    if file.metadata()?.permissions().mode() & READ_BY_OTHERS != 0 {
        return Ok(None);
    }
    let mut bytes = Zeroizing::new(Vec::new());
    file.read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// A file that only we may read; refuses to write over one.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

impl From<SealError> for crate::Error {
    fn from(error: SealError) -> Self {
        Self::internal(error)
    }
}
