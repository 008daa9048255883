//! Certificates to try things on, and the `openssl` program.

use std::path::Path;
use std::process::{Command, Output};

use domain::UnitId;
use pki::{Authority, Certificate, Csr, KeyKind, PrivateKey, csr};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};

/// The moment of every test that does not run a neighbour with a clock of its own.
pub const NOW: OffsetDateTime = match OffsetDateTime::from_unix_timestamp(1_795_000_000) {
    Ok(now) => now,
    Err(_) => panic!("a valid time"),
};

/// A root of our own making.
pub fn root(name: &str) -> Authority {
    Authority::new_root(name, KeyKind::P256, NOW, pki::authority::ROOT_LIFETIME).unwrap()
}

/// A device certificate and its key.
pub fn device(authority: &Authority, unit_id: &str) -> (Certificate, PrivateKey) {
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    let request = Csr::parse(&csr::new_csr(&key, unit_id).unwrap()).unwrap();
    let unit_id = UnitId::parse(unit_id).unwrap();
    let lifetime = pki::authority::DEVICE_LIFETIME;
    (
        authority.issue_device(&request, &unit_id, NOW, lifetime).unwrap(),
        key,
    )
}

/// What a certificate made by a foreign authority is to look like.
#[derive(Clone, Copy)]
pub struct Foreign {
    pub name: &'static str,
    pub ca: IsCaMark,
    pub from: Duration,
    pub to: Duration,
}

/// The CA mark.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum IsCaMark {
    Yes,
    No,
    Absent,
}

impl Foreign {
    pub const fn ca(name: &'static str) -> Self {
        Self {
            name,
            ca: IsCaMark::Yes,
            from: Duration::days(-1),
            to: Duration::days(3_650),
        }
    }

    pub const fn end(name: &'static str) -> Self {
        Self {
            ca: IsCaMark::No,
            ..Self::ca(name)
        }
    }
}

/// A certificate of some company's own authority, in any shape, and its key.
pub struct Made {
    pub params: CertificateParams,
    pub key: KeyPair,
    pub pem: String,
}

/// Makes it, signed by another one or by itself.
pub fn make(foreign: Foreign, signer: Option<&Made>) -> Made {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, foreign.name);
    params.not_before = NOW + foreign.from;
    params.not_after = NOW + foreign.to;
    params.use_authority_key_identifier_extension = true;
    params.is_ca = match foreign.ca {
        IsCaMark::Yes => IsCa::Ca(BasicConstraints::Unconstrained),
        IsCaMark::No => IsCa::ExplicitNoCa,
        IsCaMark::Absent => IsCa::NoCa,
    };
    let certificate = match signer {
        Some(signer) => params
            .signed_by(&key, &Issuer::from_params(&signer.params, &signer.key))
            .unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    let pem = certificate.pem();
    Made { params, key, pem }
}

/// Root, intermediate and end certificate of a company, in PEM.
pub fn three() -> [String; 3] {
    let root = make(Foreign::ca("Contoso Root"), None);
    let intermediate = make(Foreign::ca("Contoso Intermediate"), Some(&root));
    let end = make(Foreign::end("ums.contoso.example"), Some(&intermediate));
    [root.pem, intermediate.pem, end.pem]
}

/// A folder of its own with some files in it.
pub fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

/// Runs `openssl` in a folder.
pub fn run(folder: &Path, args: &str) -> Output {
    let args = args.split_whitespace();
    Command::new("openssl")
        .args(args)
        .current_dir(folder)
        .output()
        .expect("the Debian program openssl")
}

/// Runs `openssl` in a folder; what it printed, if it was content.
pub fn openssl(folder: &Path, args: &str) -> String {
    let output = run(folder, args);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "openssl {args}: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
