//! How fast the machine is right now, taken before and after each measurement: a pair whose probes moved by more than a fifth
//! says more about the neighbours than about us (performance anchors, part 4, rule 3).

use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use rustls::crypto::aws_lc_rs::sign::any_ecdsa_type;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::failure::{Doing as _, Failure, Outcome};
use crate::figures::median;

/// Synchronised writes of one probe.
const WRITES: usize = 50;
/// Time of the probe of the processor.
const SIGNING: Duration = Duration::from_millis(300);
/// Most that a probe may have moved.
const STEADY: f64 = 0.20;

/// What one look at the machine has told.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    /// Median of one `fdatasync` after 4 KiB, in milliseconds.
    pub fdatasync_ms: f64,
    /// ECDSA P-256 signatures of one core in a second.
    pub signatures: f64,
    /// Load average of the last minute.
    pub load: f64,
}

impl Probe {
    /// Looks at the machine; `folder` is on the disk that the measurement writes to. Takes about a third of a second.
    pub fn take(folder: &Path) -> Outcome<Self> {
        Ok(Self {
            fdatasync_ms: fdatasync(folder)?,
            signatures: signatures()?,
            load: load()?,
        })
    }

    /// Whether the processor was as fast as `before`.
    pub fn processor_is_steady(&self, before: &Self) -> bool {
        moved(self.signatures, before.signatures) <= STEADY
    }

    /// Whether the disk was as fast as `before`.
    pub fn disk_is_steady(&self, before: &Self) -> bool {
        moved(self.fdatasync_ms, before.fdatasync_ms) <= STEADY
    }
}

impl fmt::Display for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "fdatasync {:.2} ms, P-256 {:.0} signatures/s, load {:.2}",
            self.fdatasync_ms, self.signatures, self.load
        )
    }
}

fn moved(now: f64, before: f64) -> f64 {
    (now / before - 1.0).abs()
}

fn fdatasync(folder: &Path) -> Outcome<f64> {
    let mut file = tempfile::tempfile_in(folder).doing(folder.display())?;
    let mut times = Vec::with_capacity(WRITES);
    for _ in 0..WRITES {
        file.write_all(&[7; 4096])?;
        let start = Instant::now();
        file.sync_data()?;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(median(&times))
}

fn signatures() -> Outcome<f64> {
    let key = rcgen::KeyPair::generate()?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let key = any_ecdsa_type(&key)?;
    let signer = key
        .choose_scheme(&[rustls::SignatureScheme::ECDSA_NISTP256_SHA256])
        .ok_or_else(|| Failure::new("no P-256 signatures here"))?;
    let start = Instant::now();
    let mut made = 0_u32;
    while start.elapsed() < SIGNING {
        signer.sign(b"probe")?;
        made += 1;
    }
    Ok(f64::from(made) / start.elapsed().as_secs_f64())
}

fn load() -> Outcome<f64> {
    let text = fs::read_to_string("/proc/loadavg").doing("/proc/loadavg")?;
    let first = text.split_whitespace().next().unwrap_or_default();
    Ok(first.parse()?)
}
