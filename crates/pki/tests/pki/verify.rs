use pki::authority::{BACKDATE, DEVICE_LIFETIME, SERVER_LIFETIME};
use pki::{
    Authority, CertificateChain, ClientProblem, KeyKind, ServerNames, root_store, trust_store, verify_client,
};
use time::Duration;

use crate::fixtures::{Foreign, NOW, device, make, root, three};

#[test]
fn a_device_certificate_counts_only_under_its_own_authority() {
    let (est, other) = (root("Contoso UMS EST"), root("Contoso UMS EST"));
    let (certificate, _) = device(&est, "00E0C54A1B2C");
    let verify = |authorities: &[&Authority]| {
        let authorities = authorities.iter().map(|authority| authority.certificate());
        verify_client(certificate.der(), &[], authorities, NOW)
    };
    assert_eq!(verify(&[&est]).unwrap(), certificate);
    assert_eq!(verify(&[&other, &est]).unwrap(), certificate);
    assert_eq!(verify(&[&other]), Err(ClientProblem::ForeignIssuer));
    assert_eq!(verify(&[]), Err(ClientProblem::ForeignIssuer));
}

#[test]
fn time_is_checked_to_the_second_also_that_of_the_authority() {
    let est = root("Contoso UMS EST");
    let (certificate, _) = device(&est, "00E0C54A1B2C");
    let at = |at| verify_client(certificate.der(), &[], [est.certificate()], at).map(drop);
    assert_eq!(at(NOW - BACKDATE), Ok(()));
    assert_eq!(
        at(NOW - BACKDATE - Duration::SECOND),
        Err(ClientProblem::NotYetValid)
    );
    assert_eq!(at(NOW + DEVICE_LIFETIME), Ok(()));
    assert_eq!(
        at(NOW + DEVICE_LIFETIME + Duration::SECOND),
        Err(ClientProblem::Expired)
    );
    // Issued well within its own time by an authority that is over by now.
    let short = Authority::new_root("Short", KeyKind::P256, NOW, Duration::days(2)).unwrap();
    let (certificate, _) = device(&short, "00E0C54A1B2C");
    let at = |at| verify_client(certificate.der(), &[], [short.certificate()], at).map(drop);
    assert_eq!(at(NOW + Duration::DAY), Ok(()));
    assert_eq!(at(NOW + Duration::days(3)), Err(ClientProblem::Expired));
}

#[test]
fn a_certificate_for_something_else_is_no_device() {
    let ca = root("Contoso UMS");
    let server = ca
        .issue_server(&ServerNames::new(["localhost"]).unwrap(), NOW, SERVER_LIFETIME)
        .unwrap();
    let refused = verify_client(server.certificate.der(), &[], [ca.certificate()], NOW);
    assert_eq!(refused, Err(ClientProblem::WrongPurpose));
    let authority_itself = verify_client(ca.certificate().der(), &[], [ca.certificate()], NOW);
    assert_eq!(authority_itself, Err(ClientProblem::WrongPurpose));
    // No purpose at all, under the right authority: refused too.
    let top = make(Foreign::ca("Top"), None);
    let plain = CertificateChain::parse(make(Foreign::end("x"), Some(&top)).pem + &top.pem, NOW).unwrap();
    let refused = verify_client(plain.end().unwrap().der(), &[], [plain.root()], NOW);
    assert_eq!(refused, Err(ClientProblem::WrongPurpose));
    assert_eq!(
        verify_client(b"junk", &[], [ca.certificate()], NOW),
        Err(ClientProblem::Unreadable)
    );
    assert!(verify_client(device(&ca, "00E0C54A1B2C").0.der(), &[], [ca.certificate()], NOW).is_ok());
}

/// A device certificate must not be able to sign further ones: path length 0 and no CA mark.
#[test]
fn a_device_cannot_issue_for_others() {
    let est = root("Contoso UMS EST");
    let (parent, key) = device(&est, "00E0C54A1B2C");
    let key = rcgen::KeyPair::try_from(&*key.to_pkcs8().to_vec()).unwrap();
    let issuer = rcgen::Issuer::from_ca_cert_der(parent.der(), &key).unwrap();
    let mut params = rcgen::CertificateParams::default();
    params.not_before = NOW - Duration::DAY;
    params.not_after = NOW + Duration::DAY;
    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    let child = params
        .signed_by(&rcgen::KeyPair::generate().unwrap(), &issuer)
        .unwrap();
    let refused = verify_client(child.der(), &[parent.der().clone()], [est.certificate()], NOW);
    assert_eq!(refused, Err(ClientProblem::ForeignIssuer));
}

#[test]
fn one_damaged_byte_spoils_a_certificate() {
    let est = root("Contoso UMS EST");
    let der = device(&est, "00E0C54A1B2C").0.der().to_vec();
    for at in 0..der.len() {
        let mut damaged = der.clone();
        damaged[at] ^= 0x55;
        assert!(
            verify_client(&damaged, &[], [est.certificate()], NOW).is_err(),
            "byte {at}"
        );
    }
}

#[test]
fn the_store_trusts_the_authorities_of_the_chain_while_they_are_valid() {
    let chain = CertificateChain::parse(three().concat(), NOW).unwrap();
    assert_eq!(root_store(&chain, NOW).len(), 2);
    assert_eq!(root_store(&chain, NOW + Duration::days(3_651)).len(), 0);
    assert_eq!(trust_store(chain.certificates(), NOW).len(), 2);
    assert_eq!(trust_store([chain.root()], NOW).len(), 1);
    assert_eq!(trust_store(chain.end(), NOW).len(), 0);
}
