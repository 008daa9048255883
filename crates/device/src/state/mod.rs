//! What a device keeps, in a folder of its own: who it is, its key, its enrolment, what it was told. Every file is replaced as a
//! whole, so that a device that is switched off while it writes finds the old one or the new one.

mod enrolment;
mod identity;
mod key;
mod memory;
mod pending;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use protocol::DeviceError;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use enrolment::Enrolment;
pub use identity::{Identity, Wanted};
pub use memory::Memory;
pub use pending::Pending;

use crate::failure::{Failure, Result};

/// Largest file that is read back, in bytes.
const FILE_MAX: u64 = 1024 * 1024;
/// The file whose lock says that a process uses the folder.
const LOCK: &str = "lock";

/// The folder of one device, or of a fleet. Held by one process at a time.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    /// Given back when the last clone goes.
    lock: Arc<File>,
}

impl Folder {
    /// Opens a folder, and makes it (0700) where it is missing. 41 where it cannot be had; 32 where another process uses it.
    pub fn open(path: &Path) -> Result<Self> {
        make(path).map_err(|error| not_saved(path, &error))?;
        let lock = path.join(LOCK);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&lock);
        let file = file.map_err(|error| not_saved(&lock, &error))?;
        file.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => Failure::arguments(format!(
                "another process uses the state folder {}",
                path.display()
            )),
            fs::TryLockError::Error(error) => not_saved(&lock, &error),
        })?;
        Ok(Self {
            path: path.to_owned(),
            lock: Arc::new(file),
        })
    }

    /// A folder within, under the lock of this one.
    pub fn within(&self, name: &str) -> Result<Self> {
        let path = self.path.join(name);
        make(&path).map_err(|error| not_saved(&path, &error))?;
        Ok(Self {
            path,
            lock: Arc::clone(&self.lock),
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The content of a file; `None` where there is none. `code` where it cannot be read.
    fn read(&self, name: &str, code: DeviceError) -> Result<Option<Vec<u8>>> {
        let path = self.path.join(name);
        let failed = |why: &dyn std::fmt::Display| Failure::new(code, format!("{}: {why}", path.display()));
        match fs::metadata(&path) {
            Ok(data) if data.len() > FILE_MAX => return Err(failed(&"the file is too large")),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(&error)),
        }
        fs::read(&path).map(Some).map_err(|error| failed(&error))
    }

    /// Replaces a file (0600): written beside, flushed, renamed.
    fn write(&self, name: &str, content: &[u8], code: DeviceError) -> Result<()> {
        let path = self.path.join(name);
        let failed = |error: std::io::Error| Failure::new(code, format!("{}: {error}", path.display()));
        let beside = self.path.join(format!("{name}.new"));
        // What an interrupted write has left may have other rights.
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let mut file = OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(&beside)
            .map_err(failed)?;
        file.write_all(content)
            .and_then(|()| file.sync_all())
            .map_err(failed)?;
        fs::rename(&beside, &path).map_err(failed)?;
        File::open(&self.path)
            .and_then(|folder| folder.sync_all())
            .map_err(failed)
    }

    fn remove(&self, name: &str, code: DeviceError) -> Result<()> {
        match fs::remove_file(self.path.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(Failure::new(code, error)),
            _ => Ok(()),
        }
    }

    fn read_json<T: DeserializeOwned>(&self, name: &str, code: DeviceError) -> Result<Option<T>> {
        let Some(bytes) = self.read(name, code)? else {
            return Ok(None);
        };
        let read = serde_json::from_slice(&bytes);
        read.map(Some)
            .map_err(|error| Failure::new(code, format!("{}: {error}", self.path.join(name).display())))
    }

    fn write_json(&self, name: &str, value: &impl Serialize, code: DeviceError) -> Result<()> {
        let text = serde_json::to_vec_pretty(value).map_err(|error| Failure::new(code, error))?;
        self.write(name, &text, code)
    }
}

fn make(path: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn not_saved(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        DeviceError::CertificateNotSaved,
        format!("{}: {error}", path.display()),
    )
}

#[cfg(test)]
mod tests;
