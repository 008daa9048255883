//! Whole sign-ins at two identity providers that nobody here wrote: `samlp` (Node, its own XML and signatures) and pysaml2
//! (Python, xmlsec1). They are the browser tests' neighbours, and run here without a browser.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use federation::saml::{
    Expected, IdentityProvider, SamlError, SamlRequest, SamlVerifier, ServiceProvider, SigningCertificates,
    Subject, name_format,
};
use saml::Saml;
use time::OffsetDateTime;
use url::Url;

use crate::idp;

const SAML: Saml = Saml { plain_http: true };
const LOGIN: &str = "user1@contoso.example";

/// A provider as a process of its own, ended with the test.
struct Other {
    process: Child,
    folder: std::path::PathBuf,
    address: String,
    metadata: String,
}

impl Other {
    /// Starts one; it knows us by our metadata, and the person is signed in there already.
    fn start(interpreter: &str, script: &str) -> Self {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../end2end/fixtures");
        let folder = std::env::temp_dir().join(format!("cosmos-saml-{}-{script}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let ours = folder.join("sp.xml");
        std::fs::write(&ours, SAML.metadata(&idp::ours())).unwrap();
        let mut process = Command::new(interpreter)
            .arg(scripts.join(script))
            .arg("--sp-metadata")
            .arg(&ours)
            .args(["--login", LOGIN, "--with-parent"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert!(
            !line.is_empty(),
            "{script} did not start: `cargo xtask setup` installs what it needs"
        );
        let said: serde_json::Value = serde_json::from_str(&line).unwrap();
        let text = |name: &str| said[name].as_str().unwrap().to_owned();
        Self {
            process,
            folder,
            address: text("address"),
            metadata: text("metadata"),
        }
    }

    /// Its record, from its own metadata.
    fn provider(&self) -> IdentityProvider {
        let read = SAML.read_metadata(get(&self.metadata).as_bytes(), now()).unwrap();
        assert!(read.provider.endpoint.starts_with(&self.address));
        assert_eq!(read.provider.certificates.iter().count(), 1);
        read.provider
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the other provider's clock cannot be moved"
)]
fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// The body of an answer with status 200.
fn get(url: &str) -> String {
    let url = Url::parse(url).unwrap();
    let (host, port) = (url.host_str().unwrap(), url.port().unwrap());
    let mut stream = TcpStream::connect((host, port)).unwrap();
    let path = url.query().map_or_else(
        || url.path().to_owned(),
        |query| format!("{}?{query}", url.path()),
    );
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(answer.split(' ').nth(1), Some("200"), "{answer}");
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// A field of the form that would be submitted.
fn field(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!(r#"name="{name}""#)).unwrap();
    let (_, rest) = rest.split_once(r#"value=""#).unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

struct SignIn {
    provider: IdentityProvider,
    begun: SamlRequest,
    field: String,
}

impl SignIn {
    /// From our request to the form that comes back.
    fn at(other: &Other) -> Self {
        let provider = other.provider();
        let mut entropy = |bytes: &mut [u8]| aws_lc_rs::rand::fill(bytes).unwrap();
        let begun = SAML
            .request(&provider, &idp::ours(), now(), &mut entropy)
            .unwrap();
        let page = get(&begun.url);
        assert!(page.contains(idp::ACS), "{page}");
        assert_eq!(field(&page, "RelayState"), begun.relay_state);
        let field = field(&page, "SAMLResponse");
        Self {
            provider,
            begun,
            field,
        }
    }

    fn read_at(
        &self,
        now: OffsetDateTime,
        ours: &ServiceProvider,
        field: &str,
    ) -> Result<Subject, SamlError> {
        let expected = Expected {
            request_id: &self.begun.id,
            now,
        };
        SAML.response(&self.provider, ours, expected, field)
    }

    fn read(&self) -> Result<Subject, SamlError> {
        self.read_at(now(), &idp::ours(), &self.field)
    }

    fn code(&self, change: impl FnOnce(&str) -> String) -> &'static str {
        let xml = BASE64_STANDARD.decode(&self.field).unwrap();
        let xml = String::from_utf8(xml).unwrap();
        let changed = change(&xml);
        assert_ne!(changed, xml);
        let field = BASE64_STANDARD.encode(changed);
        self.read_at(now(), &idp::ours(), &field)
            .map_or_else(|error| error.code(), |_| "accepted")
    }
}

/// What must hold of every provider's response, once it is accepted.
fn refuses_what_it_should(mut sign_in: SignIn) {
    let late = now() + time::Duration::hours(2);
    let elsewhere = ServiceProvider {
        entity_id: "https://other.example".to_owned(),
        ..idp::ours()
    };
    let refused = |result: Result<Subject, SamlError>| result.unwrap_err().code();
    assert_eq!(
        refused(sign_in.read_at(late, &idp::ours(), &sign_in.field)),
        "expired"
    );
    assert_eq!(
        refused(sign_in.read_at(now(), &elsewhere, &sign_in.field)),
        "wrong_audience"
    );
    let early = now() - time::Duration::hours(2);
    assert_eq!(
        refused(sign_in.read_at(early, &idp::ours(), &sign_in.field)),
        "not_yet_valid"
    );

    assert_eq!(
        sign_in.code(|xml| xml.replace("contoso.example", "fabrikam.example")),
        "bad_signature"
    );
    let assertion = |xml: &str| {
        let start = xml.find("Assertion").and_then(|at| xml[..at].rfind('<')).unwrap();
        let end = xml.rfind("Assertion>").unwrap() + "Assertion>".len();
        xml[start..end].to_owned()
    };
    assert_eq!(
        sign_in.code(|xml| xml.replacen(&assertion(xml), &assertion(xml).repeat(2), 1)),
        "duplicate_id"
    );

    let begun = sign_in.begun.clone();
    sign_in.begun.id = String::from("_other");
    assert_eq!(refused(sign_in.read()), "wrong_request");
    sign_in.begun = begun;
    sign_in.provider.certificates = SigningCertificates::new([idp::RSA.certificate.clone()]).unwrap();
    assert_eq!(refused(sign_in.read()), "bad_signature");
}

#[test]
fn a_sign_in_at_samlp() {
    let other = Other::start("node", "saml-idp.mjs");
    let sign_in = SignIn::at(&other);
    let subject = sign_in.read().unwrap();
    assert_eq!(subject.email.as_str(), LOGIN);
    assert_eq!(subject.name_id.value, "c0a80101-0001");
    assert_eq!(subject.name_id.format, name_format::PERSISTENT);
    assert_ne!(
        subject.assertion_id,
        SignIn::at(&other).read().unwrap().assertion_id
    );
    refuses_what_it_should(sign_in);
}

#[test]
fn a_sign_in_at_pysaml2() {
    let other = Other::start("/usr/bin/python3", "saml-idp.py");
    let sign_in = SignIn::at(&other);
    let subject = sign_in.read().unwrap();
    assert_eq!(subject.email.as_str(), LOGIN);
    assert_eq!(subject.name_id.value, LOGIN);
    assert_eq!(subject.name_id.format, name_format::EMAIL);
    assert_ne!(
        subject.assertion_id,
        SignIn::at(&other).read().unwrap().assertion_id
    );
    refuses_what_it_should(sign_in);
}
