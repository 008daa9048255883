use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::UnitId;
use pki::csr::{MAX_CSR_BYTES, new_csr};
use pki::{Csr, CsrError, KeyKind, PrivateKey, est};

use crate::fixtures::{NOW, folder, openssl, root};

/// A request by `openssl` for the kind of key that the arguments say, in DER form.
fn by_openssl(args: &str) -> Vec<u8> {
    let folder = folder(&[]);
    let out = "-nodes -keyout key.pem -subj /CN=00E0C54A1B2C -outform DER -out device.csr";
    openssl(folder.path(), &format!("req -new {args} {out}"));
    std::fs::read(folder.path().join("device.csr")).unwrap()
}

fn refused(args: &str) -> CsrError {
    Csr::parse(&by_openssl(args)).unwrap_err()
}

#[test]
fn strong_keys_are_accepted_and_can_be_certified() {
    let est = root("Contoso UMS EST");
    let unit_id = UnitId::parse("00E0C54A1B2C").unwrap();
    for args in [
        "-newkey ec -pkeyopt ec_paramgen_curve:P-256",
        "-newkey ec -pkeyopt ec_paramgen_curve:P-384",
        "-newkey ec -pkeyopt ec_paramgen_curve:P-384 -sha384",
        "-newkey rsa:2048",
        "-newkey rsa:4096 -sha512",
    ] {
        let request = Csr::parse(&by_openssl(args)).expect(args);
        let issued = est
            .issue_device(&request, &unit_id, NOW, pki::authority::DEVICE_LIFETIME)
            .expect(args);
        assert_eq!(issued.key_id(), request.key_id(), "{args}");
    }
}

#[test]
fn weak_or_unknown_keys_and_proofs_are_refused() {
    assert_eq!(refused("-newkey rsa:1024"), CsrError::KeySize { bits: 1024 });
    assert_eq!(refused("-newkey rsa:2047"), CsrError::KeySize { bits: 2047 });
    assert_eq!(refused("-newkey rsa:4104"), CsrError::KeySize { bits: 4104 });
    assert_eq!(refused("-newkey rsa:512"), CsrError::KeySize { bits: 512 });
    assert_eq!(
        refused("-newkey rsa:2048 -pkeyopt rsa_keygen_pubexp:3"),
        CsrError::Exponent
    );
    assert_eq!(refused("-newkey rsa:2048 -sha1"), CsrError::Proof);
    assert_eq!(
        refused("-newkey ec -pkeyopt ec_paramgen_curve:secp256k1"),
        CsrError::KeyKind
    );
    assert_eq!(
        refused("-newkey ec -pkeyopt ec_paramgen_curve:P-224"),
        CsrError::KeyKind
    );
    assert_eq!(refused("-newkey ed25519"), CsrError::KeyKind);
}

#[test]
fn the_wire_forms_are_all_the_same_request() {
    let der = new_csr(&PrivateKey::generate(KeyKind::P256).unwrap(), "00E0C54A1B2C").unwrap();
    let expected = Csr::parse(&der).unwrap();
    let one_line = STANDARD.encode(&der);
    let lines = est::to_base64(&der);
    let pem = format!("-----BEGIN CERTIFICATE REQUEST-----\r\n{lines}-----END CERTIFICATE REQUEST-----\r\n");
    let new = pem.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST");
    for form in [
        &one_line,
        &lines,
        &lines.replace("\r\n", "\n"),
        &pem,
        &new,
        &format!("\n{one_line}\n"),
    ] {
        assert_eq!(Csr::parse(form.as_bytes()).unwrap(), expected, "{form}");
    }
    let other_label = pem.replace("CERTIFICATE REQUEST", "CERTIFICATE");
    for form in [
        "",
        "words",
        "AAAA",
        "MIIB====",
        &other_label,
        &(pem.clone() + &pem),
    ] {
        assert_eq!(Csr::parse(form.as_bytes()), Err(CsrError::Unreadable), "{form}");
    }
    assert_eq!(
        Csr::parse(&[der.as_slice(), &[0]].concat()),
        Err(CsrError::Unreadable)
    );
}

#[test]
fn a_request_not_signed_by_its_own_key_proves_nothing() {
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    let mut der = new_csr(&key, "00E0C54A1B2C").unwrap();
    assert!(Csr::parse(&der).is_ok());
    let name = der
        .windows(12)
        .position(|window| window == b"00E0C54A1B2C")
        .unwrap();
    der[name] = b'9';
    assert_eq!(Csr::parse(&der), Err(CsrError::Proof));
    // Somebody else's public key in an otherwise good request: the key is what must be proved.
    let own = new_csr(&key, "00E0C54A1B2C").unwrap();
    let foreign = PrivateKey::generate(KeyKind::P256).unwrap();
    let (from, to) = (key.public_key(), foreign.public_key());
    let at = own.windows(from.len()).position(|window| window == from).unwrap();
    let mut stolen = own.clone();
    stolen[at..at + to.len()].copy_from_slice(&to);
    assert_eq!(Csr::parse(&stolen), Err(CsrError::Proof));
}

#[test]
fn a_request_is_read_up_to_16_kib_and_not_beyond() {
    let der = new_csr(&PrivateKey::generate(KeyKind::P256).unwrap(), "00E0C54A1B2C").unwrap();
    let mut text = STANDARD.encode(der);
    text.push_str(&"\n".repeat(MAX_CSR_BYTES - text.len()));
    assert_eq!((text.len(), Csr::parse(text.as_bytes()).is_ok()), (16_384, true));
    text.push('\n');
    assert_eq!(Csr::parse(text.as_bytes()), Err(CsrError::TooLarge));
}

/// A damaged request is refused, or the damage lies outside the signed part and the proved key is the same.
#[test]
fn a_damaged_request_never_yields_another_key() {
    let der = new_csr(&PrivateKey::generate(KeyKind::P256).unwrap(), "00E0C54A1B2C").unwrap();
    let whole = Csr::parse(&der).unwrap();
    // 30 81 LL, then the signed part with its own 30 LL.
    assert!(der[1] == 0x81 && der[3] == 0x30 && der[4] < 0x80);
    let signed = 5 + usize::from(der[4]);
    for at in 0..der.len() {
        assert!(Csr::parse(&der[..at]).is_err());
        for value in [0x00, 0x30, 0x7f, 0x80, 0xff] {
            let mut damaged = der.clone();
            damaged[at] = value;
            match Csr::parse(&damaged) {
                Ok(read) => assert!(
                    read == whole && (damaged == der || at >= signed),
                    "byte {at} = {value}"
                ),
                Err(problem) => assert!(!problem.to_string().is_empty()),
            }
        }
    }
}

#[test]
fn openssl_reads_the_devices_request() {
    let der = new_csr(&PrivateKey::generate(KeyKind::P256).unwrap(), "00E0C54A1B2C").unwrap();
    let folder = folder(&[("device.csr", &der)]);
    let text = openssl(
        folder.path(),
        "req -inform DER -in device.csr -noout -verify -text",
    );
    assert!(
        text.contains("CN = 00E0C54A1B2C") && text.contains("prime256v1"),
        "{text}"
    );
}
