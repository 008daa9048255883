use domain::chain::{CHAIN_MAX_BYTES, CertificateRole, ChainProblem};
use pki::{Certificate, CertificateChain, CertificateError, PrivateKey};
use rcgen::Issuer;
use time::Duration;

use crate::fixtures::{Foreign, IsCaMark, NOW, make, root, three};

fn subjects(text: &str) -> Result<Vec<String>, ChainProblem> {
    let chain = CertificateChain::parse(text, NOW)?;
    Ok(chain
        .certificates()
        .iter()
        .map(|one| one.common_name().unwrap().to_owned())
        .collect())
}

const ORDER: [&str; 3] = ["Contoso Root", "Contoso Intermediate", "ums.contoso.example"];

#[test]
fn any_order_comes_out_root_first() {
    let [root, middle, end] = three();
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let text: String = order.map(|n| [&root, &middle, &end][n].as_str()).concat();
        let chain = CertificateChain::parse(&text, NOW).unwrap();
        assert_eq!(subjects(&text).unwrap(), ORDER, "{order:?}");
        assert_eq!(chain.root().common_name(), Some("Contoso Root"));
        assert_eq!(chain.end().unwrap().common_name(), Some("ums.contoso.example"));
        let roles: Vec<_> = chain.summary().certificates.iter().map(|one| one.role).collect();
        assert_eq!(
            roles,
            [
                CertificateRole::Root,
                CertificateRole::Intermediate,
                CertificateRole::End
            ]
        );
        assert!(chain.missing().is_empty());
        assert_eq!(CertificateChain::parse(chain.pem(), NOW).unwrap(), chain);
    }
}

#[test]
fn text_around_blocks_line_ends_marks_and_duplicates_do_not_matter() {
    let [root, middle, end] = three();
    let noisy = format!(
        "\u{feff}Bag Attributes: x\n{end}\nsubject=CN = Contoso\n{middle}{middle}\n  \n{root}{end}\nbye"
    );
    assert_eq!(subjects(&noisy).unwrap(), ORDER);
    assert_eq!(subjects(&format!("0 s:CN = Contoso\n{noisy}")).unwrap(), ORDER);
    assert_eq!(subjects(&noisy.replace('\n', "\r\n")).unwrap(), ORDER);
    assert_eq!(subjects(&noisy.replace('\n', "\r")).unwrap(), ORDER);
    let normal = CertificateChain::parse(noisy.replace('\n', "\r\n"), NOW)
        .unwrap()
        .pem();
    assert_eq!(normal, [root, middle, end].concat().replace('\r', ""));
}

#[test]
fn one_certificate_in_der_form_is_a_chain_and_with_a_tail_it_is_not() {
    let ours = root("Contoso UMS");
    let der = ours.certificate().der().to_vec();
    let chain = CertificateChain::parse(&der, NOW).unwrap();
    assert_eq!(chain.root(), ours.certificate());
    let unreadable = Err(ChainProblem::Unreadable { block: 1 });
    assert_eq!(
        CertificateChain::parse([der.as_slice(), b"x"].concat(), NOW),
        unreadable
    );
    assert_eq!(CertificateChain::parse(&der[..der.len() - 1], NOW), unreadable);
}

#[test]
fn without_the_root_the_highest_authority_counts_and_the_missing_signer_is_named() {
    let [_, middle, end] = three();
    let chain = CertificateChain::parse(end.clone() + &middle, NOW).unwrap();
    assert_eq!(chain.root().common_name(), Some("Contoso Intermediate"));
    assert_eq!(chain.missing(), ["CN=Contoso Root"]);
    assert_eq!(CertificateChain::parse(end, NOW), Err(ChainProblem::NoCa));
}

#[test]
fn empty_files_and_other_files_are_told_apart() {
    for empty in ["", " ", "\r\n\t\n"] {
        assert_eq!(subjects(empty), Err(ChainProblem::Empty));
    }
    for other in [
        "hello",
        "ssh-ed25519 AAAA",
        "-----BEGIN CERTIFICATE",
        "%PDF-1.7",
        "0",
        "0 s:CN = x",
    ] {
        assert_eq!(subjects(other), Err(ChainProblem::NotPem), "{other}");
    }
    assert!(subjects(&three()[0]).is_ok());
}

#[test]
fn a_private_key_is_refused_by_its_block_before_anything_else() {
    let [root, middle, end] = three();
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let damaged = middle.replacen('M', "*", 1);
    assert_eq!(
        subjects(&[root.clone(), key, middle.clone(), end].concat()),
        Err(ChainProblem::PrivateKey { block: 2 })
    );
    for label in [
        "PRIVATE KEY",
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
    ] {
        let cut_off = format!("{damaged}{root}-----BEGIN {label}-----\nMIIE");
        assert_eq!(
            subjects(&cut_off),
            Err(ChainProblem::PrivateKey { block: 3 }),
            "{label}"
        );
    }
    assert!(subjects(&[root, middle].concat()).is_ok());
}

/// SEC-19b: with several items the bad one is found wherever it stands.
#[test]
fn sec_19b_a_bad_block_between_good_ones_is_named_by_its_number() {
    let [root, middle, end] = three();
    let cut = &middle[..middle.len() / 2];
    let other = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let request = "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n";
    let bad_base64 = middle.replacen("MII", "M*I", 1);
    for bad in [cut, other, request, &bad_base64] {
        for at in 0..3 {
            let mut blocks = vec![root.as_str(), middle.as_str(), end.as_str()];
            blocks.insert(at, bad);
            let block = u32::try_from(at).unwrap() + 1;
            assert_eq!(
                subjects(&blocks.join("\n")),
                Err(ChainProblem::Unreadable { block }),
                "{bad:.40} at {at}"
            );
        }
    }
    assert!(subjects(&[root, middle, end].join("\n")).is_ok());
}

#[test]
fn twenty_certificates_are_read_and_twenty_one_are_not() {
    let top = make(Foreign::ca("Contoso Root"), None);
    let mut file = top.pem.clone();
    for _ in 0..19 {
        file.push_str(&make(Foreign::end("ums.contoso.example"), Some(&top)).pem);
    }
    assert_eq!(subjects(&file).unwrap().len(), 20);
    file.push_str(&make(Foreign::end("ums.contoso.example"), Some(&top)).pem);
    assert_eq!(
        subjects(&file),
        Err(ChainProblem::TooManyCertificates { max: 20 })
    );
}

#[test]
fn a_file_is_read_up_to_256_kib_and_not_beyond() {
    let mut file = three().concat();
    file.push_str(&"#".repeat(CHAIN_MAX_BYTES - file.len()));
    assert_eq!((file.len(), subjects(&file).is_ok()), (262_144, true));
    file.push('#');
    assert_eq!(subjects(&file), Err(ChainProblem::TooLarge { max: 262_144 }));
}

#[test]
fn a_root_whose_time_is_over_or_has_not_begun_is_named() {
    let good = make(Foreign::ca("Contoso Root"), None).pem;
    let named = |pem: String| subjects(&(good.clone() + &pem));
    let over = make(
        Foreign {
            to: Duration::seconds(-1),
            from: Duration::days(-9),
            ..Foreign::ca("Old Root")
        },
        None,
    );
    let subject = "CN=Old Root".to_owned();
    assert_eq!(
        named(over.pem),
        Err(ChainProblem::RootExpired { subject, block: 2 })
    );
    let future = make(
        Foreign {
            from: Duration::seconds(1),
            ..Foreign::ca("New Root")
        },
        None,
    );
    let subject = "CN=New Root".to_owned();
    assert_eq!(
        named(future.pem),
        Err(ChainProblem::RootNotYetValid { subject, block: 2 })
    );
    let just = make(
        Foreign {
            from: Duration::ZERO,
            to: Duration::ZERO,
            ..Foreign::ca("Brief Root")
        },
        None,
    );
    assert!(named(just.pem).is_ok());
}

#[test]
fn a_root_without_the_ca_mark_is_named() {
    let good = make(Foreign::ca("Contoso Root"), None).pem;
    for ca in [IsCaMark::No, IsCaMark::Absent] {
        let unmarked = make(
            Foreign {
                ca,
                ..Foreign::ca("Unmarked")
            },
            None,
        )
        .pem;
        let refused = |block| {
            Err(ChainProblem::RootNotCa {
                subject: "CN=Unmarked".to_owned(),
                block,
            })
        };
        assert_eq!(subjects(&unmarked), refused(1));
        assert_eq!(subjects(&(good.clone() + &unmarked)), refused(2));
    }
}

#[test]
fn authorities_that_sign_each_other_do_not_hang() {
    let one = make(Foreign::ca("One"), None);
    let other = make(Foreign::ca("Other"), Some(&one));
    let crossed = {
        let issuer = rcgen::Issuer::from_params(&other.params, &other.key);
        one.params.signed_by(&one.key, &issuer).unwrap().pem()
    };
    let chain = CertificateChain::parse(other.pem + &crossed, NOW).unwrap();
    assert_eq!(chain.certificates().len(), 2);
}

#[test]
fn a_ums_id_is_one_certificate_in_either_form() {
    let id = pki::SelfSignedIdentity::self_signed("UMS ID", NOW, Duration::days(9)).unwrap();
    let pem = id.certificate.pem();
    assert_eq!(Certificate::from_file(pem.as_bytes()).unwrap(), id.certificate);
    assert_eq!(
        Certificate::from_file(id.certificate.der()).unwrap(),
        id.certificate
    );
    let two = pem.clone() + &pem;
    let key = PrivateKey::generate(pki::KeyKind::P256).unwrap();
    for not_one in ["", "words", two.as_str()] {
        assert_eq!(
            Certificate::from_file(not_one.as_bytes()),
            Err(CertificateError::NotOne)
        );
    }
    assert_eq!(
        Certificate::from_file(&key.to_pkcs8()),
        Err(CertificateError::NotOne)
    );
}

/// Every damaged byte of a real file is read or refused with a reason; nothing panics.
#[test]
fn damaged_certificates_are_read_or_refused() {
    let der = root("Contoso UMS").certificate().der().to_vec();
    for at in 0..der.len() {
        for value in [0x00, 0x30, 0x7f, 0x80, 0xff] {
            let mut damaged = der.clone();
            damaged[at] = value;
            if let Err(problem) = CertificateChain::parse(&damaged, NOW) {
                assert!(!format!("{problem:?}").is_empty());
            }
        }
        assert!(CertificateChain::parse(&der[..at], NOW).is_err());
    }
}

#[test]
fn a_root_lasts_to_the_end_of_its_last_second() {
    let last = make(
        Foreign {
            to: Duration::ZERO,
            from: Duration::days(-9),
            ..Foreign::ca("Old Root")
        },
        None,
    );
    let at = |later| CertificateChain::parse(&last.pem, NOW + later);
    assert!(at(Duration::milliseconds(999)).is_ok());
    let subject = "CN=Old Root".to_owned();
    assert_eq!(
        at(Duration::seconds(1)),
        Err(ChainProblem::RootExpired { subject, block: 1 })
    );
}

/// After CVE-2024-0567, where such a ring had a verifier go round and round.
#[test]
fn authorities_that_signed_each_other_in_a_ring_stand_above_what_they_have_signed() {
    let names = ["Ring A", "Ring B", "Ring C"];
    let ring = names.map(|name| make(Foreign::ca(name), None));
    let by = |place: usize| {
        let (one, signer) = (&ring[place], &ring[(place + 1) % 3]);
        let signer = Issuer::from_params(&signer.params, &signer.key);
        one.params.signed_by(&one.key, &signer).unwrap().pem()
    };
    let middle = make(Foreign::ca("Middle"), Some(&ring[0]));
    let end = make(Foreign::end("ums.contoso.example"), Some(&middle));
    let file = format!("{}{}{}{}{}", end.pem, middle.pem, by(1), by(0), by(2));
    let found = subjects(&file).unwrap();
    assert_eq!(found[3..], ["Middle", "ums.contoso.example"]);
    assert_eq!(
        CertificateChain::parse(&file, NOW).unwrap().depths(),
        [0, 0, 0, 1, 2]
    );
}
