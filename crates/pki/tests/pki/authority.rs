use domain::UnitId;
use pki::authority::{BACKDATE, DEVICE_LIFETIME, ROOT_LIFETIME, SERVER_LIFETIME};
use pki::{Authority, Csr, Issued, KeyKind, PkiError, PrivateKey, SelfSignedIdentity, ServerNames, csr};
use time::Duration;

use crate::fixtures::{NOW, device, folder, openssl, root, run};

fn names() -> ServerNames {
    ServerNames::new(["ums.contoso.example", "localhost", "127.0.0.1", "::1"]).unwrap()
}

const AT: &str = "-attime 1795000000";

#[test]
fn openssl_accepts_what_we_issue_and_nothing_of_another_root() {
    let (web, est) = (root("Contoso UMS web root"), root("Contoso UMS EST"));
    let server = web.issue_server(&names(), NOW, SERVER_LIFETIME).unwrap();
    let (client, _) = device(&est, "00E0C54A1B2C");
    let folder = folder(&[
        ("web.pem", web.certificate().pem().as_bytes()),
        ("est.pem", est.certificate().pem().as_bytes()),
        ("server.pem", server.certificate.pem().as_bytes()),
        ("client.pem", client.pem().as_bytes()),
    ]);
    let verify = |rest: &str| {
        run(folder.path(), &format!("verify -x509_strict {AT} {rest}"))
            .status
            .success()
    };
    assert!(verify("-CAfile web.pem web.pem"));
    assert!(verify(
        "-CAfile web.pem -purpose sslserver -verify_hostname ums.contoso.example server.pem"
    ));
    assert!(verify(
        "-CAfile web.pem -purpose sslserver -verify_ip ::1 server.pem"
    ));
    assert!(!verify(
        "-CAfile web.pem -verify_hostname other.contoso.example server.pem"
    ));
    assert!(!verify("-CAfile est.pem server.pem"));
    assert!(verify("-CAfile est.pem -purpose sslclient client.pem"));
    assert!(!verify("-CAfile est.pem -purpose sslserver client.pem"));
    assert!(!verify("-CAfile web.pem client.pem"));
}

#[test]
fn rsa_4096_works_all_the_way() {
    let web = Authority::new_root("Contoso RSA", KeyKind::Rsa4096, NOW, ROOT_LIFETIME).unwrap();
    let web = Authority::from_parts(&web.key().to_pkcs8(), web.certificate().der()).unwrap();
    assert_eq!(web.key().kind(), KeyKind::Rsa4096);
    let server = web.issue_server(&names(), NOW, SERVER_LIFETIME).unwrap();
    let folder = folder(&[
        ("web.pem", web.certificate().pem().as_bytes()),
        ("server.pem", server.certificate.pem().as_bytes()),
    ]);
    openssl(
        folder.path(),
        &format!("verify -x509_strict {AT} -CAfile web.pem server.pem"),
    );
    let text = openssl(folder.path(), "x509 -in server.pem -noout -text");
    assert!(
        text.contains("Public-Key: (4096 bit)") && text.contains("sha256WithRSAEncryption"),
        "{text}"
    );
}

#[test]
fn names_times_and_numbers_are_as_designed() {
    let web = root("Contoso UMS web root");
    let one = web
        .issue_server(&names(), NOW, SERVER_LIFETIME)
        .unwrap()
        .certificate;
    let two = web
        .issue_server(&names(), NOW, SERVER_LIFETIME)
        .unwrap()
        .certificate;
    assert_eq!(one.server_names(), &names());
    assert_ne!(
        one.server_names(),
        &ServerNames::new(["ums.contoso.example"]).unwrap()
    );
    assert_eq!(
        (one.not_before(), one.not_after()),
        (NOW - BACKDATE, NOW + Duration::days(365))
    );
    assert_eq!(web.certificate().not_after(), NOW + ROOT_LIFETIME);
    assert_eq!(web.certificate().not_after().year(), NOW.year() + 20);
    assert_ne!(one.serial(), two.serial());
    assert!(
        (1..=16).contains(&one.serial().len()) && !one.serial().starts_with('0'),
        "{}",
        one.serial()
    );
    assert_ne!(one.key_id(), two.key_id());
    assert!(matches!(
        web.issue_server(&ServerNames::default(), NOW, SERVER_LIFETIME),
        Err(PkiError::NoNames)
    ));
}

#[test]
fn a_name_too_long_for_a_subject_still_gets_its_certificate() {
    let long = format!("{}.{}.contoso.example", "a".repeat(60), "b".repeat(60));
    let web = root("Contoso UMS web root");
    let certificate = web
        .issue_server(&ServerNames::new([&long]).unwrap(), NOW, SERVER_LIFETIME)
        .unwrap()
        .certificate;
    assert!(certificate.server_names().contains(&long) && certificate.common_name().is_none());
    assert!(Authority::new_root(&"x".repeat(64), KeyKind::P256, NOW, ROOT_LIFETIME).is_ok());
    assert!(Authority::new_root(&"x".repeat(65), KeyKind::P256, NOW, ROOT_LIFETIME).is_err());
}

#[test]
fn nothing_outlives_its_authority_and_an_expired_one_issues_nothing() {
    let short = Authority::new_root("Short", KeyKind::P256, NOW, Duration::days(30)).unwrap();
    let issue = |now| {
        short
            .issue_server(&names(), now, SERVER_LIFETIME)
            .map(|issued| issued.certificate.not_after())
    };
    assert_eq!(issue(NOW).unwrap(), NOW + Duration::days(30));
    assert!(issue(NOW + Duration::days(30)).is_ok());
    assert!(matches!(
        issue(NOW + Duration::days(31)),
        Err(PkiError::AuthorityNotValid)
    ));
}

#[test]
fn stored_parts_make_the_same_authority_again_and_strange_ones_do_not() {
    let (web, other) = (root("Contoso UMS"), root("Contoso UMS"));
    let key = web.key().to_pkcs8();
    let again = Authority::from_parts(&key, web.certificate().der()).unwrap();
    let server = again.issue_server(&names(), NOW, SERVER_LIFETIME).unwrap();
    assert!(server.certificate.is_issued_by(web.certificate()));
    assert!(!server.certificate.is_issued_by(other.certificate()));
    let mixed = Authority::from_parts(&key, other.certificate().der());
    assert!(matches!(mixed, Err(PkiError::KeyMismatch)));
    let end = Authority::from_parts(&server.key.to_pkcs8(), server.certificate.der());
    assert!(matches!(end, Err(PkiError::NotAnAuthority)));
    assert!(Issued::from_parts(&server.key.to_pkcs8(), server.certificate.der()).is_ok());
    assert!(!format!("{web:?}").contains(&format!("{:?}", &key[40..44])));
}

#[test]
fn a_ums_id_signs_itself_and_is_no_authority() {
    let id = SelfSignedIdentity::self_signed("UMS ID of Contoso", NOW, ROOT_LIFETIME).unwrap();
    assert_eq!(id.certificate.not_after(), NOW + ROOT_LIFETIME);
    assert!(id.certificate.is_self_issued());
    assert_eq!(
        (
            id.certificate.public_key_bits().len(),
            id.certificate.public_key_bits()[0]
        ),
        (65, 4)
    );
    let folder = folder(&[("id.pem", id.certificate.pem().as_bytes())]);
    let text = openssl(folder.path(), "x509 -in id.pem -noout -text");
    assert!(text.contains("CA:FALSE") && text.contains("prime256v1"), "{text}");
}

/// SEC-19 and T-10: what a request asks for beside its key is not granted.
#[test]
fn sec_19_a_request_for_an_authority_with_a_foreign_name_gets_a_plain_device_certificate() {
    let est = root("Contoso UMS EST");
    let config = "[req]\ndistinguished_name=dn\nreq_extensions=ext\nprompt=no\n[dn]\nCN=ums.contoso.example\nO=Evil\n\
        [ext]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\nextendedKeyUsage=serverAuth\n\
        subjectAltName=DNS:ums.contoso.example,DNS:*.contoso.example,IP:10.0.0.1\n";
    let folder = folder(&[
        ("evil.cnf", config.as_bytes()),
        ("est.pem", est.certificate().pem().as_bytes()),
    ]);
    let make = "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -config evil.cnf -out evil.csr";
    openssl(folder.path(), make);
    let asked = openssl(folder.path(), "req -in evil.csr -noout -text");
    assert!(
        asked.contains("CA:TRUE") && asked.contains("DNS:ums.contoso.example"),
        "{asked}"
    );

    let request = Csr::parse(&std::fs::read(folder.path().join("evil.csr")).unwrap()).unwrap();
    let unit_id = UnitId::parse("00E0C54A1B2C").unwrap();
    let issued = est
        .issue_device(&request, &unit_id, NOW, DEVICE_LIFETIME)
        .unwrap();
    std::fs::write(folder.path().join("issued.pem"), issued.pem()).unwrap();
    let text = openssl(folder.path(), "x509 -in issued.pem -noout -text");
    for wanted in [
        "Subject: CN = 00E0C54A1B2C",
        "CA:FALSE",
        "TLS Web Client Authentication",
        "Digital Signature",
        "URI:urn:cosmos:device:00E0C54A1B2C",
        "X509v3 Authority Key Identifier",
        "X509v3 Subject Key Identifier",
    ] {
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
    for unwanted in [
        "CA:TRUE",
        "contoso.example",
        "Evil",
        "Certificate Sign",
        "Server Authentication",
        "10.0.0.1",
    ] {
        assert!(!text.contains(unwanted), "{unwanted} in {text}");
    }
    assert_eq!(
        (issued.common_name(), issued.key_id()),
        (Some("00E0C54A1B2C"), request.key_id())
    );
    assert!(issued.server_names().is_empty());
}

#[test]
fn a_key_and_its_certificate_have_the_same_key_id() {
    let est = root("Contoso UMS EST");
    let (certificate, key) = device(&est, "00E0C54A1B2C");
    assert_eq!(certificate.key_id(), key.key_id());
    let reloaded = PrivateKey::from_pkcs8(&key.to_pkcs8()).unwrap();
    assert_eq!(reloaded.key_id(), key.key_id());
    let request = Csr::parse(&csr::new_csr(&reloaded, "x").unwrap()).unwrap();
    assert_eq!(request.key_id(), key.key_id());
    assert!(PrivateKey::from_pkcs8(b"no key").is_err());
}
