//! The service provider against an identity provider that lives in the test, and against what two others really sent.
//!
//! Each refusal is derived from a response that is accepted, and stands beside its accepted twin. The names of the tests
//! are those of the incidents they answer.

#![expect(
    clippy::unwrap_used,
    reason = "the helpers of tests fail as the tests themselves do"
)]

mod bounds;
mod fields;
mod idp;
mod metadata;
mod others;
mod request;
mod signatures;
mod texts;
mod wrapping;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use idp::{Draft, code};

/// The corpus is not to become smaller unseen.
#[test]
fn the_corpus_has_at_least_sixty_mutations() {
    let sizes = [
        wrapping::cases().len(),
        signatures::cases().len(),
        fields::cases().len(),
        texts::cases().len(),
        bounds::cases().len(),
    ];
    assert!(sizes.iter().sum::<usize>() >= 60, "{sizes:?}");
}

#[test]
fn a_valid_response_is_accepted_and_says_who_signed_in() {
    let subject = Draft::default().subject().unwrap();
    assert_eq!(subject.name_id.value, "user-7");
    assert_eq!(subject.email.as_str(), "ada@contoso.example");
    assert_eq!(subject.assertion_id, "_assertion");
    assert_eq!(subject.not_on_or_after, idp::now() + time::Duration::minutes(5));
    let attributes: Vec<_> = subject
        .attributes
        .iter()
        .map(|attribute| (&*attribute.name, &*attribute.values))
        .collect();
    assert_eq!(attributes.len(), 2);
    assert_eq!(
        attributes[1],
        ("groups", &["staff".to_owned(), "admins".to_owned()][..])
    );

    // Signed twice, as many providers can be told to.
    assert_eq!(code(&Draft::default().both_signed()), "accepted");
}

/// Some changes mean the same (another quote, a blank within a tag); none names another person, and none stops the reader.
#[test]
fn no_changed_byte_changes_the_person() {
    let draft = Draft::default();
    let (good, subject) = (draft.xml(), draft.subject().unwrap());
    let mut state = 7_u64;
    let mut next = |most: usize| {
        // A linear congruential generator (Knuth): the same changes in every run.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % most
    };
    let mut accepted = 0;
    for _ in 0..1500 {
        let mut bytes = good.clone().into_bytes();
        let (at, other) = (next(bytes.len()), next(good.len()));
        match next(4) {
            0 => bytes[at] = b"<>&\"'/=- \0"[next(10)],
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, good.as_bytes()[other]),
            _ => bytes.swap(at, other),
        }
        let field = BASE64_STANDARD.encode(&bytes);
        if let Ok(read) = idp::read_field(&field) {
            assert_eq!(read, subject, "{}", String::from_utf8_lossy(&bytes));
            accepted += 1;
        }
    }
    // Names of certificates that nobody reads, for the most part.
    assert!(accepted < 700, "{accepted}");
}
