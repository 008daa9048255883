use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki::est::{self, EstError, MAX_BODY_BYTES};

use crate::fixtures::{device, folder, openssl, root, three};

#[test]
fn openssl_reads_our_certificates_and_we_read_those_of_openssl() {
    let (web, ca) = (root("Contoso UMS web root"), root("Contoso UMS EST"));
    let ours = [web.certificate(), ca.certificate()];
    let body = est::certs_only(ours.iter().map(|one| one.der())).unwrap();
    assert!(body.lines().all(|line| line.len() <= 76) && body.ends_with("\r\n"));
    let pem = format!(
        "-----BEGIN PKCS7-----\n{}-----END PKCS7-----\n",
        body.replace('\r', "")
    );
    let der = est::from_base64(body.as_bytes()).unwrap();
    let folder = folder(&[
        ("ours.pem", pem.as_bytes()),
        ("ours.der", &der),
        ("chain.pem", three().concat().as_bytes()),
    ]);
    let printed = openssl(folder.path(), "pkcs7 -in ours.pem -print_certs");
    assert!(
        printed.contains("CN = Contoso UMS web root") && printed.contains("CN = Contoso UMS EST"),
        "{printed}"
    );
    openssl(
        folder.path(),
        "cms -cmsout -print -noout -inform DER -in ours.der",
    );

    openssl(
        folder.path(),
        "crl2pkcs7 -nocrl -certfile chain.pem -outform DER -out theirs.der",
    );
    let theirs = std::fs::read(folder.path().join("theirs.der")).unwrap();
    let read = est::parse_certs_only(est::to_base64(&theirs).as_bytes()).unwrap();
    let names: BTreeSet<_> = read
        .iter()
        .map(|der| {
            pki::Certificate::from_der(der)
                .unwrap()
                .common_name()
                .unwrap()
                .to_owned()
        })
        .collect();
    let expected = ["Contoso Intermediate", "Contoso Root", "ums.contoso.example"];
    assert_eq!(names.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn certificates_come_back_byte_for_byte_with_or_without_line_breaks() {
    let ca = root("Contoso UMS EST");
    let (end, _) = device(&ca, "00E0C54A1B2C");
    let body = est::certs_only([end.der()]).unwrap();
    let one_line: String = body.split_whitespace().collect();
    for form in [body.clone(), one_line, body.replace("\r\n", "\n")] {
        assert_eq!(
            est::parse_certs_only(form.as_bytes()).unwrap(),
            [end.der().clone()]
        );
    }
}

#[test]
fn other_bodies_are_refused_in_words() {
    let body = est::certs_only([root("Contoso UMS EST").certificate().der()]).unwrap();
    assert!(est::parse_certs_only(body.as_bytes()).is_ok());
    let read = |text: &str| est::parse_certs_only(text.as_bytes()).map(drop);
    assert_eq!(read("<html>proxy</html>"), Err(EstError::NotBase64));
    assert_eq!(read(""), Err(EstError::NotCertsOnly));
    assert_eq!(read("AAAA"), Err(EstError::NotCertsOnly));
    assert_eq!(
        read(&STANDARD.encode(root("x").certificate().der())),
        Err(EstError::NotCertsOnly)
    );
    assert_eq!(read(&est::certs_only([]).unwrap()), Err(EstError::NoCertificates));
    let der = est::from_base64(body.as_bytes()).unwrap();
    for cut in 0..der.len() {
        assert!(est::parse_certs_only(est::to_base64(&der[..cut]).as_bytes()).is_err());
    }
}

#[test]
fn a_body_has_bounds_in_bytes_and_certificates() {
    let mut body = est::certs_only([root("Contoso UMS EST").certificate().der()]).unwrap();
    body.push_str(&" ".repeat(MAX_BODY_BYTES - body.len()));
    assert!(est::parse_certs_only(body.as_bytes()).is_ok());
    body.push(' ');
    assert_eq!(est::parse_certs_only(body.as_bytes()), Err(EstError::TooLarge));
    let many: Vec<_> = (0..21)
        .map(|_| root("Contoso").certificate().der().clone())
        .collect();
    let count = |n: usize| {
        let body = est::certs_only(many.iter().take(n)).unwrap();
        est::parse_certs_only(body.as_bytes()).map(|read| read.len())
    };
    assert_eq!((count(20), count(21)), (Ok(20), Err(EstError::TooLarge)));
}

#[test]
fn the_wanted_attributes_are_what_they_say() {
    let der = est::from_base64(est::csr_attributes().as_bytes()).unwrap();
    let folder = folder(&[("attributes.der", &der)]);
    let text = openssl(folder.path(), "asn1parse -inform DER -in attributes.der");
    let objects: Vec<_> = text
        .lines()
        .filter_map(|line| line.rsplit_once("OBJECT")?.1.split(':').nth(1))
        .collect();
    assert_eq!(objects, ["id-ecPublicKey", "prime256v1", "ecdsa-with-SHA256"]);
}
