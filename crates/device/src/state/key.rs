use pki::{KeyKind, PrivateKey};
use protocol::DeviceError;

use super::Folder;
use crate::failure::{Failure, Result};

const FILE: &str = "key.p8";

impl Folder {
    /// The device's key (36 if it is missing or damaged).
    pub fn key(&self) -> Result<PrivateKey> {
        self.kept_key()?
            .ok_or_else(|| Failure::new(DeviceError::PrivateKeyNotLoaded, "there is no key yet"))
    }

    /// The device's key, made at first (35). It is kept before anything is asked with it: a device that is switched off between
    /// key and certificate comes back with the same key, and gets the certificate that was made for it.
    pub fn key_or_new(&self) -> Result<PrivateKey> {
        if let Some(key) = self.kept_key()? {
            return Ok(key);
        }
        let key = PrivateKey::generate(KeyKind::P256)
            .map_err(|error| Failure::new(DeviceError::KeyPairNotLoaded, error))?;
        self.write(FILE, &key.to_pkcs8(), DeviceError::KeyPairNotLoaded)?;
        Ok(key)
    }

    fn kept_key(&self) -> Result<Option<PrivateKey>> {
        let code = DeviceError::PrivateKeyNotLoaded;
        let Some(bytes) = self.read(FILE, code)?.map(zeroize::Zeroizing::new) else {
            return Ok(None);
        };
        PrivateKey::from_pkcs8(&bytes)
            .map(Some)
            .map_err(|error| Failure::new(code, error))
    }
}
