//! SEC-03 and SEC-04: the signature is there, of the right kind, and of the right key.

use std::io::Write as _;
use std::process::{Command, Stdio};

use aws_lc_rs::hmac;
use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use federation::saml::{Expected, IdentityProvider, SamlVerifier, SigningCertificates};
use saml::Saml;

use crate::idp::{
    self, Case, DSIG, Draft, EC, ENVELOPED, EVIL, EXCLUSIVE, MORE, RSA, Signing, code, methods, refused,
    transform,
};

fn signed(change: impl FnOnce(&mut Signing)) -> String {
    Draft::changed(|draft| change(&mut draft.signing)).xml()
}

/// RSA with SHA-1 by another program: no library here makes it any more.
fn rsa_sha1(message: &[u8]) -> Vec<u8> {
    let folder = std::env::temp_dir().join(format!("cosmos-saml-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let key = folder.join("key.pem");
    std::fs::write(&key, RSA.pair.serialize_pem()).unwrap();
    let mut openssl = Command::new("openssl")
        .args(["dgst", "-sha1", "-sign"])
        .arg(&key)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    openssl.stdin.take().unwrap().write_all(message).unwrap();
    let output = openssl.wait_with_output().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(output.status.success());
    output.stdout
}

fn by_evil(message: &[u8]) -> Vec<u8> {
    EVIL.ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING, message)
}

/// HMAC with what everybody knows as its secret.
fn hmac(message: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, EC.certificate.public_key());
    hmac::sign(&key, message).as_ref().to_vec()
}

/// Mutations of one kind.
type Named = Vec<(&'static str, String, &'static str)>;

pub fn cases() -> Vec<Case> {
    [values(), places(), parameters(), weak(), other_forms()]
        .into_iter()
        .flatten()
        .map(|(name, xml, code)| (name.to_owned(), xml, code))
        .collect()
}

/// No signature, or one that nobody made.
fn values() -> Named {
    let good = Draft::default();
    vec![
        ("unsigned", good.around(&good.unsigned()), "not_signed"),
        (
            "the response alone is signed",
            good.response_halves("_response", &good.unsigned())
                .join(&good.response_signature(&good.unsigned())),
            "assertion_not_signed",
        ),
        (
            "an empty value",
            signed(|signing| signing.value = Some(String::new())),
            "bad_signature",
        ),
        (
            "a value of blanks",
            signed(|signing| signing.value = Some(" \n ".to_owned())),
            "bad_signature",
        ),
        (
            "a value that is no base64",
            signed(|signing| signing.value = Some("%".to_owned())),
            "bad_signature",
        ),
        (
            "a value of the right length",
            signed(|signing| signing.value = Some("A".repeat(86) + "==")),
            "bad_signature",
        ),
        (
            "another key",
            signed(|signing| signing.sign = by_evil),
            "bad_signature",
        ),
        (
            "another key that introduces itself",
            signed(|signing| {
                signing.sign = by_evil;
                signing.key_info = EVIL.key_info();
            }),
            "bad_signature",
        ),
    ]
}

/// A signature that is not where it belongs, or is not what it should be.
fn places() -> Named {
    let good = Draft::default();
    let signature = good.signature();
    vec![
        (
            "no value at all",
            good.xml().replace("ds:SignatureValue>", "ds:Value>"),
            "bad_signature_form",
        ),
        (
            "no signed info",
            good.xml().replace("ds:SignedInfo>", "ds:Info>"),
            "bad_signature_form",
        ),
        (
            "another element's namespace",
            good.xml().replacen(DSIG, "http://www.w3.org/2000/09/xmldsig", 1),
            "bad_signature_form",
        ),
        (
            "in another place",
            good.around(
                &good
                    .unsigned()
                    .replace("<saml:Conditions", &format!("{signature}<saml:Conditions")),
            ),
            "bad_signature_form",
        ),
        (
            "beside the assertion",
            good.around(&format!("{}{signature}", good.unsigned())),
            "bad_signature_form",
        ),
        (
            "twice",
            good.around(&good.assertion(&format!("{signature}{signature}"))),
            "bad_signature_form",
        ),
        (
            "an object in it",
            signed(|signing| signing.object = String::from("<ds:Object></ds:Object>")),
            "bad_signature_form",
        ),
    ]
}

/// Something in the signature that might mean something to somebody.
fn parameters() -> Named {
    let good = Draft::default().xml();
    let mut cases = Vec::new();
    for (name, end, child) in [
        (
            "a parameter of the method",
            "</ds:SignatureMethod>",
            "<ds:HMACOutputLength>8</ds:HMACOutputLength>",
        ),
        (
            "a parameter of the digest",
            "</ds:DigestMethod>",
            "<ds:Length>8</ds:Length>",
        ),
        (
            "a parameter of a transform",
            "</ds:Transform>",
            "<ds:XPath>self::text()</ds:XPath>",
        ),
        (
            "a parameter of the canonicalisation",
            "</ds:CanonicalizationMethod>",
            "<ds:Comments></ds:Comments>",
        ),
        (
            "something beside the transforms",
            "</ds:Transforms>",
            "</ds:Transforms><ds:Transforms>",
        ),
    ] {
        for (at, _) in good.match_indices(end) {
            let (head, tail) = good.split_at(at);
            cases.push((name, format!("{head}{child}{tail}"), "bad_signature_form"));
        }
    }
    cases
}

/// Algorithms that are broken or that are no signatures.
fn weak() -> Named {
    let method = |uri: &str, sign| signed(|signing| *signing = Signing::with(uri, sign));
    vec![
        (
            "RSA with SHA-1",
            method(&format!("{DSIG}rsa-sha1"), rsa_sha1),
            "bad_algorithm",
        ),
        (
            "ECDSA with SHA-1",
            method(&format!("{MORE}ecdsa-sha1"), by_evil),
            "bad_algorithm",
        ),
        (
            "DSA",
            method(&format!("{DSIG}dsa-sha1"), by_evil),
            "bad_algorithm",
        ),
        (
            "HMAC with SHA-1",
            method(&format!("{DSIG}hmac-sha1"), hmac),
            "bad_algorithm",
        ),
        (
            "HMAC with SHA-256",
            method(&format!("{MORE}hmac-sha256"), hmac),
            "bad_algorithm",
        ),
        ("no method", method("", hmac), "bad_algorithm"),
        (
            "the method of another key",
            method(&format!("{MORE}rsa-sha256"), |message| {
                EC.ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING, message)
            }),
            "bad_signature",
        ),
        (
            "a digest by SHA-1",
            signed(|signing| signing.digest_method = format!("{DSIG}sha1")),
            "bad_algorithm",
        ),
        (
            "no digest method",
            signed(|signing| signing.digest_method = String::new()),
            "bad_algorithm",
        ),
    ]
}

/// References and transforms that cover less than the assertion, or more than one can see.
fn other_forms() -> Named {
    let uri = |uri: &str| signed(|signing| signing.uri = Some(uri.to_owned()));
    let transforms = |list: String| signed(|signing| signing.transforms = list);
    let xpath = format!(
        r#"<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">{}</ds:Transform>"#,
        "<ds:XPath>not(self::text())</ds:XPath>"
    );
    let both = transform(ENVELOPED) + &transform(EXCLUSIVE);
    let form = "bad_signature_form";
    vec![
        ("a reference to nothing", uri(""), form),
        ("a reference to the response", uri("#_response"), form),
        (
            "a reference by XPointer",
            uri("#xpointer(id('_assertion'))"),
            form,
        ),
        ("a reference to a file", uri("file:///etc/passwd"), form),
        ("a transform by XPath", transforms(both.clone() + &xpath), form),
        (
            "only the enveloped transform",
            transforms(transform(ENVELOPED)),
            form,
        ),
        (
            "only the canonical transform",
            transforms(transform(EXCLUSIVE)),
            form,
        ),
        (
            "the canonical transform twice",
            transforms(transform(EXCLUSIVE).repeat(2)),
            form,
        ),
        (
            "transforms the other way round",
            transforms(transform(EXCLUSIVE) + &transform(ENVELOPED)),
            form,
        ),
        (
            "canonicalisation with comments",
            transforms(transform(ENVELOPED) + &transform(&format!("{EXCLUSIVE}WithComments"))),
            form,
        ),
        (
            "inclusive canonicalisation of what is signed",
            signed(|signing| {
                signing.canonicalization = signing
                    .canonicalization
                    .replace(EXCLUSIVE, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315");
            }),
            form,
        ),
        (
            "two references",
            {
                let one = Draft::default().xml();
                let start = one.find("<ds:Reference").unwrap();
                let end = one.find("</ds:Reference>").unwrap() + "</ds:Reference>".len();
                one.replacen(&one[start..end], &one[start..end].repeat(2), 1)
            },
            form,
        ),
    ]
}

#[test]
fn sec_03_what_is_not_signed_as_it_should_be_is_refused() {
    refused(&cases());
}

#[test]
fn sec_03_every_accepted_method_is_accepted_and_only_with_its_own_key() {
    for (signing, certificate) in methods() {
        let provider = |certificate| IdentityProvider {
            certificates: SigningCertificates::new([certificate]).unwrap(),
            ..idp::provider()
        };
        let method = signing.method.clone();
        let xml = Draft::changed(|draft| draft.signing = signing).xml();
        let field = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, xml);
        let expected = Expected {
            request_id: idp::REQUEST,
            now: idp::now(),
        };
        let read = |provider| Saml::default().response(&provider, &idp::ours(), expected, &field);
        assert!(read(provider(certificate)).is_ok(), "{method}");
        let error = read(provider(EVIL.certificate.clone())).unwrap_err();
        assert_eq!(error.code(), "bad_signature", "{method}");
    }
}

#[test]
fn sec_03_any_changed_byte_of_the_assertion_breaks_it() {
    let good = Draft::default();
    let xml = good.xml();
    assert_eq!(code(&xml), "accepted");
    for (from, to) in [
        ("user-7", "user-8"),
        ("ada@contoso.example", "eve@contoso.example"),
        ("<saml:Subject>", "<saml:Subject> "),
        (r#"ID="_assertion""#, r#"ID="_assertioN""#),
        ("nameid-format:persistent", "nameid-format:emailAddress"),
    ] {
        let changed = xml.replacen(from, to, 1);
        assert_ne!(changed, xml);
        assert_ne!(code(&changed), "accepted", "{from} -> {to}");
    }
}

#[test]
fn sec_03_a_broken_signature_of_the_response_is_not_passed_over() {
    let good = Draft::default().both_signed();
    assert_eq!(code(&good), "accepted");
    // A time that only the response's signature covers.
    let changed = good.replacen(&idp::at(-2), &idp::at(-3), 1);
    assert_eq!(code(&changed), "bad_signature");
}

#[test]
fn what_a_message_says_of_its_key_does_not_matter() {
    for key_info in [
        String::new(),
        EVIL.key_info(),
        "<ds:KeyInfo></ds:KeyInfo>".to_owned(),
    ] {
        assert_eq!(code(&signed(|signing| signing.key_info = key_info)), "accepted");
    }
}

#[test]
fn prefixes_that_a_canonicalisation_keeps_are_kept() {
    let prefixes = format!(
        r#"<ec:InclusiveNamespaces xmlns:ec="{EXCLUSIVE}" PrefixList="xs"></ec:InclusiveNamespaces>"#
    );
    let canonical = format!(r#"<ds:Transform Algorithm="{EXCLUSIVE}">{prefixes}</ds:Transform>"#);
    let mut draft = Draft::changed(|draft| draft.signing.transforms = transform(ENVELOPED) + &canonical);
    // Declared on the response: the list makes it part of what is signed.
    let xs = r#" xmlns:xs="http://www.w3.org/2001/XMLSchema""#;
    let [head, tail] = draft.halves();
    let with_xs = head.replacen(" ID=", &format!("{xs} ID="), 1);
    let signature = draft.signing.signature("_assertion", &format!("{with_xs}{tail}"));
    let xml = draft.around(&draft.assertion(&signature));
    let xml = xml.replacen("<samlp:Response", &format!("<samlp:Response{xs}"), 1);
    assert_eq!(code(&xml), "accepted");
    draft.signing.transforms = transform(ENVELOPED) + &transform(EXCLUSIVE);
    assert_eq!(code(&xml.replace(&prefixes, "")), "bad_signature");
}

/// The tests' own signatures are checked by a program that shares nothing with us, so that a fault of theirs cannot hide one
/// of ours.
#[test]
fn the_signatures_of_the_tests_are_those_of_the_standard() {
    let folder = std::env::temp_dir().join(format!("cosmos-saml-{}-standard", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (certificate, response) = (folder.join("certificate.pem"), folder.join("response.xml"));
    std::fs::write(&certificate, EC.certificate.pem()).unwrap();
    let verified = |xml: String| {
        std::fs::write(&response, xml).unwrap();
        let mut xmlsec = Command::new("xmlsec1");
        xmlsec.args([
            "--verify",
            "--id-attr:ID",
            "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
        ]);
        xmlsec.arg("--pubkey-cert-pem").arg(&certificate).arg(&response);
        xmlsec.output().unwrap().status.success()
    };
    let good = Draft::default().xml();
    let (taken, changed) = (verified(good.clone()), verified(good.replace("user-7", "user-8")));
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(taken && !changed);
}
