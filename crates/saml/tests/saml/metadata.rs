//! What providers say about themselves.

use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use federation::saml::{Metadata, SamlError, SamlVerifier};
use pki::Certificate;
use saml::{METADATA_BYTES, METADATA_NODES, Saml};
use time::Duration;

use crate::idp::{DSIG, EC, EVIL, IDP, Key, PERSISTENT, PROTOCOL, RSA, Signing, at, now};

const BINDINGS: &str = "urn:oasis:names:tc:SAML:2.0:bindings:";

/// Metadata before they are written, canonical.
#[derive(Clone)]
struct Draft {
    until: Option<String>,
    keys: String,
    services: String,
    signature: String,
}

fn key(purpose: &str, certificate: &str) -> String {
    format!(
        r#"<md:KeyDescriptor{purpose}><ds:KeyInfo xmlns:ds="{DSIG}"><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"#
    )
}

fn text(certificate: &Certificate) -> String {
    BASE64_STANDARD.encode(certificate.der())
}

fn service(binding: &str, location: &str) -> String {
    format!(
        r#"<md:SingleSignOnService Binding="{BINDINGS}{binding}" Location="{location}"></md:SingleSignOnService>"#
    )
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            until: None,
            keys: key(r#" use="signing""#, &text(&EC.certificate)) + &key(r#" use="encryption""#, "AAAA"),
            services: service("HTTP-POST", "https://idp.contoso.example/post")
                + &service("HTTP-Redirect", "https://idp.contoso.example/sso"),
            signature: String::new(),
        }
    }
}

impl Draft {
    fn changed(change: impl FnOnce(&mut Self)) -> Self {
        let mut draft = Self::default();
        change(&mut draft);
        draft
    }

    fn xml(&self) -> String {
        let until = self.until.as_ref();
        let until = until
            .map(|until| format!(r#" validUntil="{until}""#))
            .unwrap_or_default();
        format!(
            r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_metadata" entityID="{IDP}"{until}>{}<md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="{PROTOCOL}">{}<md:NameIDFormat>{PERSISTENT}</md:NameIDFormat>{}</md:IDPSSODescriptor></md:EntityDescriptor>"#,
            self.signature, self.keys, self.services
        )
    }

    fn read(&self) -> Result<Metadata, SamlError> {
        read(self.xml())
    }
}

fn read(xml: impl AsRef<[u8]>) -> Result<Metadata, SamlError> {
    Saml::default().read_metadata(xml.as_ref(), now())
}

fn code(xml: impl AsRef<[u8]>) -> &'static str {
    read(xml).map_or_else(|error| error.code(), |_| "accepted")
}

#[test]
fn metadata_fill_the_whole_form() {
    let read = Draft::default().read().unwrap();
    assert_eq!(read.provider.entity_id, IDP);
    assert_eq!(read.provider.endpoint, "https://idp.contoso.example/sso");
    assert_eq!(
        read.provider.certificates.iter().collect::<Vec<_>>(),
        [&EC.certificate]
    );
    assert_eq!(read.endpoints.len(), 2);
    assert_eq!(read.name_formats, [PERSISTENT]);
    assert_eq!(
        (read.valid_until, &read.signed_by, read.wants_signed_requests),
        (None, &None, false)
    );
    let wanted = Draft::default()
        .xml()
        .replace(r#"Signed="false""#, r#"Signed="true""#);
    assert!(self::read(wanted).unwrap().wants_signed_requests);
    // As they come from files: with a mark of the byte order, a declaration, comments, and line ends within base64.
    let file = Draft::default()
        .xml()
        .replace("</ds:X509Certificate>", "\r\n   </ds:X509Certificate>");
    let file = format!("\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<!-- IdP -->\r\n{file}");
    assert_eq!(self::read(file).unwrap(), read);
}

#[test]
fn sec_04_metadata_without_a_signing_certificate_are_refused() {
    let with = |keys: String| code(Draft::changed(|draft| draft.keys = keys).xml());
    assert_eq!(with(String::new()), "no_certificate");
    assert_eq!(
        with(key(r#" use="encryption""#, &text(&EC.certificate))),
        "no_certificate"
    );
    let by_value = format!(
        r#"<md:KeyDescriptor><ds:KeyInfo xmlns:ds="{DSIG}"><ds:KeyValue></ds:KeyValue></ds:KeyInfo></md:KeyDescriptor>"#
    );
    assert_eq!(with(by_value), "no_certificate");
    assert_eq!(with(key("", "AAAA")), "bad_certificate");
    assert_eq!(with(key("", "")), "bad_certificate");
    // The twins: a key for everything, and a good one beside a bad one.
    assert_eq!(with(key("", &text(&EC.certificate))), "accepted");
    assert_eq!(
        with(key("", "AAAA") + &key("", &text(&EC.certificate))),
        "accepted"
    );
}

#[test]
fn of_several_certificates_the_two_that_last_longest_are_used() {
    let lasting = |days: i64| {
        let mut parameters = rcgen::CertificateParams::new(["idp.contoso.example".to_owned()]).unwrap();
        parameters.not_after = now() + Duration::days(days);
        Certificate::from_der(parameters.self_signed(&EC.pair).unwrap().der()).unwrap()
    };
    let [old, next, last] = [-1, 30, 700].map(lasting);
    let keys = |all: &[&Certificate]| -> String { all.iter().map(|one| key("", &text(one))).collect() };
    let read = |all: &[&Certificate]| Draft::changed(|draft| draft.keys = keys(all)).read().unwrap();
    let three = read(&[&old, &next, &last, &next]);
    assert_eq!(three.certificates, [old.clone(), next.clone(), last.clone()]);
    assert_eq!(
        three.provider.certificates.iter().collect::<Vec<_>>(),
        [&last, &next]
    );
    let two = read(&[&old, &next]);
    assert_eq!(
        two.provider.certificates.iter().collect::<Vec<_>>(),
        [&old, &next]
    );
}

#[test]
fn metadata_that_ended_are_refused() {
    for (seconds, expected) in [
        (-61, "metadata_expired"),
        (-60, "metadata_expired"),
        (-59, "accepted"),
        (61, "accepted"),
    ] {
        let draft = Draft::changed(|draft| draft.until = Some(at(seconds)));
        assert_eq!(code(draft.xml()), expected, "{seconds}");
    }
    let role = Draft::default().xml().replace(
        "<md:IDPSSODescriptor",
        &format!(r#"<md:IDPSSODescriptor validUntil="{}""#, at(-90)),
    );
    assert_eq!(code(role), "metadata_expired");
    assert_eq!(
        code(Draft::changed(|draft| draft.until = Some("soon".to_owned())).xml()),
        "not_metadata"
    );
}

#[test]
fn a_browser_can_be_sent_to_the_endpoint() {
    let with = |services: String| Draft::changed(|draft| draft.services = services).xml();
    assert_eq!(
        code(with(service("HTTP-POST", "https://idp.contoso.example/"))),
        "no_endpoint"
    );
    assert_eq!(code(with(String::new())), "no_endpoint");
    let plain = with(service("HTTP-Redirect", "http://idp.contoso.example/"));
    assert_eq!(code(&plain), "bad_endpoint");
    assert!(
        Saml { plain_http: true }
            .read_metadata(plain.as_bytes(), now())
            .is_ok()
    );
    assert_eq!(
        code(with(service("HTTP-Redirect", "javascript:alert(1)"))),
        "bad_endpoint"
    );
}

#[test]
fn metadata_are_of_one_identity_provider() {
    let one = Draft::default().xml();
    let several = |content: &str| {
        format!(
            r#"<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">{content}</md:EntitiesDescriptor>"#
        )
    };
    let service_provider = r#"<md:EntityDescriptor entityID="x"><md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"></md:SPSSODescriptor></md:EntityDescriptor>"#;
    assert_eq!(code(several(&one)), "accepted");
    assert_eq!(code(several(&format!("{service_provider}{one}"))), "accepted");
    assert_eq!(code(several(&one.repeat(2))), "several_providers");
    assert_eq!(code(several(service_provider)), "no_provider");
    assert_eq!(
        code(one.replace(PROTOCOL, "urn:oasis:names:tc:SAML:1.1:protocol")),
        "no_provider"
    );
    assert_eq!(
        code(one.replace(&format!(r#"entityID="{IDP}""#), r#"entityID="""#)),
        "not_metadata"
    );
    assert_eq!(code("<html></html>"), "not_metadata");
    assert_eq!(code("{}"), "unreadable");
    assert_eq!(code(b"\xff\xfe<\0"), "unreadable");
    assert_eq!(code(format!("<!DOCTYPE x>{one}")), "doctype");
}

#[test]
fn sec_08_metadata_are_bounded() {
    let one = Draft::default().xml();
    let long = |bytes: usize| format!("{one}<!--{}-->", "a".repeat(bytes - one.len() - 7));
    assert_eq!(code(long(METADATA_BYTES)), "accepted");
    assert_eq!(code(long(METADATA_BYTES + 1)), "too_large");
    let tags = one.matches('<').count() - one.matches("</").count();
    let texts = one
        .split('<')
        .filter(|part| !part.is_empty() && !part.ends_with('>'))
        .count();
    let many = |nodes: usize| {
        one.replacen(
            "<md:NameIDFormat>",
            &format!("{}<md:NameIDFormat>", "<x/>".repeat(nodes - tags - texts)),
            1,
        )
    };
    assert_eq!(code(many(METADATA_NODES)), "accepted");
    assert_eq!(code(many(METADATA_NODES + 1)), "too_complex");
}

#[test]
fn signed_metadata_say_by_whom_and_broken_ones_are_refused() {
    let signed = |signing: Signing| {
        let signature = signing.signature("_metadata", &Draft::default().xml());
        Draft::changed(|draft| draft.signature = signature).xml()
    };
    let good = signed(Signing::default());
    assert_eq!(read(&good).unwrap().signed_by.as_ref(), Some(&EC.certificate));
    let changed = good.replacen("https://idp.contoso.example/sso", "https://evil.example/sso", 1);
    assert_eq!(code(changed), "metadata_signature");
    let other = Signing {
        key_info: EVIL.key_info(),
        ..Signing::default()
    };
    assert_eq!(code(signed(other)), "metadata_signature");
    // Nothing to say about a signature that is not of the accepted form.
    let old = Signing {
        digest_method: format!("{DSIG}sha1"),
        ..Signing::default()
    };
    assert_eq!(read(signed(old)).unwrap().signed_by, None);
}

#[test]
fn sec_04_a_certificate_with_a_weak_key_is_refused() {
    let made = |arguments: &[&str]| {
        let output = Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-nodes",
                "-keyout",
                "/dev/null",
                "-subj",
                "/CN=idp",
                "-days",
                "9",
            ])
            .args(arguments)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Saml::default()
            .certificate(&output.stdout)
            .map_err(|error| error.code())
    };
    assert_eq!(made(&["-newkey", "rsa:1024"]), Err("weak_key"));
    assert_eq!(made(&["-newkey", "ed25519"]), Err("weak_key"));
    assert!(made(&["-newkey", "rsa:2048"]).is_ok());
    assert!(made(&["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"]).is_ok());
    let good: [&Key; 2] = [&EC, &RSA];
    for key in good {
        assert!(Saml::default().certificate(key.certificate.der()).is_ok());
    }
}
