//! The keys and certificates of MeshCentral's agents. They have to be RSA, because the server reads nothing else, and one key
//! belongs to one agent, because a hash of the key is the agent's name. An RSA key takes long to make, so they are kept.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA384};
use rustls_pki_types::PrivatePkcs8KeyDer;
use serde::{Deserialize, Serialize};

use super::{decoded, encoded};
use crate::failure::{Doing as _, Failure, Outcome};

/// An agent's key and its certificate, in DER.
pub struct Identity {
    pub key: KeyPair,
    pub certificate: Vec<u8>,
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
struct Kept {
    key: String,
    certificate: String,
}

/// Identities by the number of their agent.
pub struct Identities(Vec<Identity>);

impl Identities {
    /// So many identities, those of the file first; what is missing there is made and added to it.
    pub fn kept_in(file: &Path, wanted: usize) -> Outcome<Self> {
        let text = fs::read_to_string(file).unwrap_or_default();
        let mut all = Vec::with_capacity(wanted);
        for line in text.lines().take(wanted) {
            let kept: Kept = serde_json::from_str(line).doing(file.display())?;
            all.push(Identity::of(&decoded(&kept.key)?, decoded(&kept.certificate)?)?);
        }
        let missing = wanted - all.len();
        if missing > 0 {
            println!(
                "- making {missing} RSA keys for MeshCentral's agents; they are kept in {}",
                file.display()
            );
            let made = made(missing)?;
            let mut lines = File::options()
                .create(true)
                .append(true)
                .open(file)
                .doing(file.display())?;
            for identity in &made {
                let kept = Kept {
                    key: encoded(identity.key.serialized_der()),
                    certificate: encoded(&identity.certificate),
                };
                writeln!(lines, "{}", serde_json::to_string(&kept)?)?;
            }
            all.extend(made);
        }
        Ok(Self(all))
    }

    /// The identity of one agent.
    pub fn of(&self, agent: usize) -> Outcome<&Identity> {
        let found = self.0.get(agent);
        found.ok_or_else(|| Failure::new(format!("there is no agent {agent}")))
    }
}

impl Identity {
    fn new() -> Outcome<Self> {
        let key = KeyPair::generate_for(&PKCS_RSA_SHA384)?;
        let mut certificate = CertificateParams::new(Vec::new())?;
        certificate
            .distinguished_name
            .push(DnType::CommonName, "MeshCentralAgent");
        let certificate = certificate.self_signed(&key)?.der().to_vec();
        Ok(Self { key, certificate })
    }

    fn of(key: &[u8], certificate: Vec<u8>) -> Outcome<Self> {
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&PrivatePkcs8KeyDer::from(key), &PKCS_RSA_SHA384)?;
        Ok(Self { key, certificate })
    }
}

/// So many new identities, made on all cores.
fn made(count: usize) -> Outcome<Vec<Identity>> {
    let left = AtomicUsize::new(count);
    let take = || left.try_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        let work = || {
            let mut made = Vec::new();
            while take().is_ok() {
                made.push(Identity::new()?);
            }
            Ok(made)
        };
        let working: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let mut all = Vec::with_capacity(count);
        for working in working {
            let made: Outcome<Vec<Identity>> = working.join().map_err(|_| Failure::new("no RSA keys"))?;
            all.extend(made?);
        }
        Ok(all)
    })
}
