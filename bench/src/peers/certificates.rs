//! Certificates of the peers: of the same kind as ours (P-256, one level below their root), and our EST authority as the one
//! whose devices they let in.

use std::fs;
use std::path::{Path, PathBuf};

use pki::key::KeyKind;
use pki::names::ServerNames;
use pki::{Authority, Certificate};
use rustls_pki_types::CertificateDer;
use time::Duration;

use crate::failure::Outcome;

/// PEM files for the peers.
pub struct Certificates {
    folder: PathBuf,
    root: Certificate,
}

impl Certificates {
    /// Makes them in a folder of their own below `folder`; `devices` are the authorities of the devices that are let in.
    pub fn make(folder: &Path, devices: &[Certificate]) -> Outcome<Self> {
        let folder = folder.join("peers");
        fs::create_dir_all(&folder)?;
        let now = device::clock::now();
        let authority = Authority::new_root("Peers", KeyKind::P256, now, Duration::days(30))?;
        let names = ServerNames::new(["localhost", "127.0.0.1"])?;
        let server = authority.issue_server(&names, now, Duration::days(2))?;
        let devices: String = devices.iter().map(Certificate::pem).collect();
        fs::write(folder.join("server.pem"), server.certificate.pem())?;
        fs::write(
            folder.join("server.key"),
            pem("PRIVATE KEY", &server.key.to_pkcs8()),
        )?;
        fs::write(folder.join("devices.pem"), devices)?;
        fs::write(folder.join("root.pem"), authority.certificate().pem())?;
        Ok(Self {
            folder,
            root: authority.certificate().clone(),
        })
    }

    /// Holds `server.pem`, `server.key`, `root.pem` above them, and `devices.pem` (whose certificates are let in).
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The root above the server's certificate.
    pub fn root(&self) -> &CertificateDer<'static> {
        self.root.der()
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<String> = text
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_written_as_pem_in_lines_of_64() {
        let text = pem("PRIVATE KEY", &[0; 60]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "-----BEGIN PRIVATE KEY-----");
        assert_eq!((lines[1].len(), lines[2].len()), (64, 16));
        assert_eq!(lines[3], "-----END PRIVATE KEY-----");
    }
}
