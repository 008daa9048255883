//! The certificate cases of C2SP/x509-limbo (RFC 5280, web PKI): what others have written down about good and bad chains, against
//! our verification and our reading of chain files. `cargo xtask test --limbo FILE`, with the project's `limbo.json`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod case;
mod differences;
mod verdict;

use std::collections::BTreeMap;

use pki::{Certificate, CertificateChain};

use crate::case::{Case, Limbo};

/// Where the file is.
const FILE: &str = "COSMOS_LIMBO";
/// Families that are left out: a hundred thousand cases about name constraints that stand among the others in short, and
/// certificates of real servers, whose verdicts change with the world.
const LEFT_OUT: [&str; 2] = ["bettertls::", "online::"];

fn cases() -> Vec<Case> {
    let path = std::env::var(FILE).unwrap_or_else(|_| panic!("{FILE} names limbo.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let limbo: Limbo = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    let cases: Vec<Case> = limbo
        .testcases
        .into_iter()
        .filter(|case| !LEFT_OUT.iter().any(|family| case.id.starts_with(family)))
        .collect();
    assert!(cases.len() >= 150, "{path} has {} cases only", cases.len());
    cases
}

#[test]
#[ignore = "needs limbo.json: cargo xtask test --limbo FILE"]
fn every_verdict_is_the_expected_one_or_a_reviewed_difference() {
    let known = differences::read();
    let mut found = BTreeMap::new();
    let cases = cases();
    for case in &cases {
        let verdict = verdict::of(case);
        if verdict.is_ok() != case.is_good() {
            found.insert(case.id.as_str(), verdict);
        }
    }
    let mut wrong = Vec::new();
    for (id, verdict) in &found {
        let said = match verdict {
            Ok(()) => "accepted".to_owned(),
            Err(why) => format!("refused: {why}"),
        };
        match known.get(*id) {
            Some(accepts) if *accepts == verdict.is_ok() => {}
            Some(_) => wrong.push(format!("{id}: {said}, and the list says the opposite")),
            None => wrong.push(format!("{id}: {said}")),
        }
    }
    for id in known.keys() {
        if !found.contains_key(id.as_str()) {
            wrong.push(format!("{id}: is on the list, and no difference any more"));
        }
    }
    println!("{} cases, {} reviewed differences", cases.len(), found.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whatever is in a chain file, in any order: it is put in order, each certificate behind its signer, or refused for a reason that has a name.
#[test]
#[ignore = "needs limbo.json: cargo xtask test --limbo FILE"]
fn every_chain_file_is_put_in_order_or_refused_with_a_reason() {
    let mut read = 0;
    let cases = cases();
    for case in &cases {
        let forwards = case.chain_file();
        let backwards: String = forwards.reversed();
        let [one, other] = [&forwards.text, &backwards].map(|text| CertificateChain::parse(text, case.at()));
        match (one, other) {
            (Ok(chain), Ok(turned)) => {
                read += 1;
                for ordered in [&chain, &turned] {
                    behind_their_signers(ordered, &case.id);
                }
                let prints = |chain: &CertificateChain| {
                    let mut prints: Vec<String> = chain
                        .certificates()
                        .iter()
                        .map(|one| one.fingerprint().to_string())
                        .collect();
                    prints.sort();
                    prints
                };
                assert_eq!(prints(&chain), prints(&turned), "{}", case.id);
            }
            (Err(one), Err(other)) => {
                let kind = |problem| std::mem::discriminant::<domain::chain::ChainProblem>(problem);
                assert_eq!(kind(&one), kind(&other), "{}: {one:?}, {other:?}", case.id);
            }
            (one, other) => panic!(
                "{}: {:?} in one order, {:?} in the other",
                case.id,
                one.err(),
                other.err()
            ),
        }
    }
    println!("{} chain files, {read} of them accepted", cases.len());
    assert!(read * 2 > cases.len(), "most chains are no bad files");
}

/// A signer that is in the file stands before what it has signed.
fn behind_their_signers(chain: &CertificateChain, id: &str) {
    let all = chain.certificates();
    for (place, certificate) in all.iter().enumerate() {
        if certificate.is_self_issued() {
            continue;
        }
        let signers: Vec<usize> = all
            .iter()
            .enumerate()
            .filter(|(other, signer)| {
                *other != place
                    && signer.role() != domain::chain::CertificateRole::End
                    && certificate.is_issued_by(signer)
                    // Of authorities that have signed each other in a ring, one stands first.
                    && !stands_above(all, certificate, signer, all.len())
            })
            .map(|(other, _)| other)
            .collect();
        assert!(
            signers.is_empty() || signers.iter().any(|signer| *signer < place),
            "{id}: {} stands before its signer",
            certificate.subject()
        );
    }
}

/// Whether `upper` has signed `lower`, or one above it, in at most so many steps.
fn stands_above(all: &[Certificate], upper: &Certificate, lower: &Certificate, steps: usize) -> bool {
    steps > 0
        && (lower.is_issued_by(upper)
            || all.iter().any(|next| {
                next != lower && lower.is_issued_by(next) && stands_above(all, upper, next, steps - 1)
            }))
}
