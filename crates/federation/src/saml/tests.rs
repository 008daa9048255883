use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use pki::Certificate;
use time::OffsetDateTime;

use super::*;
use crate::id_token::CLOCK_LEEWAY;

fn made(name: &str) -> Certificate {
    let key = rcgen::KeyPair::generate().unwrap();
    let parameters = rcgen::CertificateParams::new([name.to_owned()]).unwrap();
    Certificate::from_der(parameters.self_signed(&key).unwrap().der()).unwrap()
}

#[test]
fn a_certificate_is_read_in_each_of_its_forms_and_several_are_not() {
    let wanted = made("idp.contoso.example");
    let bare = BASE64_STANDARD.encode(wanted.der());
    let lines: Vec<_> = bare.as_bytes().chunks(60).map(String::from_utf8_lossy).collect();
    let broken = format!("   {}\r\n", lines.join("\r\n   "));
    for input in [
        wanted.der().to_vec(),
        wanted.pem().into(),
        bare.clone().into(),
        broken.into(),
    ] {
        assert_eq!(certificate(&input), Ok(wanted.clone()));
    }
    let twice = format!("{}{}", wanted.pem(), made("other.example").pem());
    for input in [
        twice.as_str(),
        "",
        "certificate",
        &bare[4..],
        &format!("{bare}AAAA"),
    ] {
        assert_eq!(
            certificate(input.as_bytes()),
            Err(SamlError::BadCertificate),
            "{input}"
        );
    }
}

#[test]
fn sec_04_there_is_no_provider_without_a_certificate() {
    let [a, b, c] = ["a.example", "b.example", "c.example"].map(made);
    assert_eq!(SigningCertificates::new([]), Err(SamlError::NoCertificate));
    let two = SigningCertificates::new([a.clone(), b.clone(), a.clone(), b.clone()]).unwrap();
    assert_eq!(two.iter().collect::<Vec<_>>(), [&a, &b]);
    assert_eq!(SigningCertificates::new([a.clone()]).unwrap().iter().count(), 1);
    assert_eq!(
        SigningCertificates::new([a, b, c]),
        Err(SamlError::TooManyCertificates)
    );
}

#[test]
fn what_a_provider_says_is_short_and_on_one_line() {
    let said = SamlError::provider_said(
        "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed",
        &"a\n".repeat(400),
    );
    let SamlError::ProviderSaid { status, message } = said else {
        unreachable!()
    };
    assert_eq!(status, "AuthnFailed");
    assert_eq!(message.chars().count(), 500);
    assert!(!message.contains('\n'));
}

#[test]
fn an_assertion_is_remembered_as_long_as_it_would_be_accepted() {
    let end = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
    let subject = Subject {
        name_id: NameId {
            value: "7".to_owned(),
            format: name_format::PERSISTENT.to_owned(),
        },
        email: domain::EmailAddress::parse("ada@contoso.example").unwrap(),
        assertion_id: "_1".to_owned(),
        not_on_or_after: end,
        attributes: Vec::new(),
    };
    assert_eq!(subject.replay_until(), end + CLOCK_LEEWAY);
    assert_eq!(subject.key(), format!("{} 7", name_format::PERSISTENT));
}
