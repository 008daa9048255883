//! SEC-01 and SEC-02: a signature over one thing, a person read from another.

use crate::idp::{ASSERTION, Case, DSIG, Draft, PERSISTENT, code, name_id, refused};

/// The attacker's assertion: another person, with the id of the true one or with its own.
fn evil(id: &str) -> Draft {
    Draft::changed(|draft| {
        draft.name_id = name_id(PERSISTENT, "user-1");
        draft.assertion_id = String::from(id);
    })
}

fn inside(outer: &str, before: &str, content: &str) -> String {
    outer.replacen(before, &format!("{content}{before}"), 1)
}

/// The nine permutations, with an id of its own and with the true one.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for id in ["_evil", "_assertion"] {
        cases.extend(around_response(id));
        cases.extend(around_assertion(id));
    }
    cases
}

/// Permutations 1 and 2 and a wrapped response: the response is signed, and another stands around it.
fn around_response(id: &str) -> Vec<Case> {
    let good = Draft::default();
    let signed = good.assertion(&good.signature());
    let signature = good.response_signature(&signed);
    let bare = good.around(&signed);
    let whole = good.both_signed();
    let evil = evil(id);
    let outer = |content: &str| evil.response_halves("_outer", content);

    let within_signature = inside(&signature, "</ds:Signature>", &bare);
    let object = inside(
        &signature,
        "</ds:Signature>",
        &format!("<ds:Object>{bare}</ds:Object>"),
    );
    let forged = evil.unsigned();
    let many = if id == "_evil" {
        "several_assertions"
    } else {
        "duplicate_id"
    };
    let mut cases = vec![
        (
            format!("1 {id}: the response in its own signature"),
            outer(&forged).join(&within_signature),
            many,
        ),
        (
            format!("1b {id}: the response in an object"),
            outer(&forged).join(&object),
            many,
        ),
        (
            format!("2 {id}: the response beside its signature"),
            outer(&forged).join(&format!("{bare}{signature}")),
            many,
        ),
        (
            format!("wrapped {id}: a whole response in extensions"),
            outer(&format!("<samlp:Extensions>{whole}</samlp:Extensions>{forged}")).concat(),
            many,
        ),
    ];
    if id == "_evil" {
        let name = "wrapped: a whole response in another without an assertion";
        cases.push((name.to_owned(), outer(&whole).concat(), "no_assertion"));
    }
    cases
}

/// Permutations 3 to 9: the assertion is signed, and another stands before, behind, around or within it.
fn around_assertion(id: &str) -> Vec<Case> {
    let good = Draft::default();
    let (signature, bare) = (good.signature(), good.unsigned());
    let signed = good.assertion(&signature);
    let evil = evil(id);
    let forged = evil.unsigned();
    let many = if id == "_evil" {
        "several_assertions"
    } else {
        "duplicate_id"
    };
    let end = "</saml:Assertion>";
    let advice = |content: &str| format!("<saml:Advice>{content}</saml:Advice>");
    let confirmation = "</saml:SubjectConfirmationData>";
    [
        ("3: the evil one first", good.around(&format!("{forged}{signed}"))),
        ("3b: the evil one last", good.around(&format!("{signed}{forged}"))),
        (
            "4: the true one in the evil one",
            good.around(&inside(&forged, end, &signed)),
        ),
        (
            "5: the evil one with the signature, the true one behind",
            good.around(&format!("{}{bare}", evil.assertion(&signature))),
        ),
        (
            "6: the true one in the signature of the evil one",
            good.around(&evil.assertion(&inside(&signature, "</ds:Signature>", &bare))),
        ),
        (
            "7: the evil one in extensions",
            good.around(&format!("<samlp:Extensions>{forged}</samlp:Extensions>{signed}")),
        ),
        (
            "8: the true one in an object of the signature of the evil one",
            good.around(&evil.assertion(&inside(
                &signature,
                "</ds:Signature>",
                &format!("<ds:Object>{bare}</ds:Object>"),
            ))),
        ),
        (
            "9: the true one in the advice of the evil one",
            good.around(&inside(&forged, end, &advice(&signed))),
        ),
        (
            "10: the true one in the confirmation of the evil one",
            good.around(&inside(&forged, confirmation, &signed)),
        ),
        (
            "11: the evil one in the confirmation of the true one",
            good.around(&inside(&signed, confirmation, &forged)),
        ),
    ]
    .into_iter()
    .map(|(name, xml)| (format!("{name}, {id}"), xml, many))
    .collect()
}

#[test]
fn sec_01_no_permutation_of_wrapping_is_accepted() {
    refused(&cases());
}

#[test]
fn sec_01_hidden_from_the_count_it_is_still_not_read() {
    let good = Draft::default();
    let (signature, bare) = (good.signature(), good.unsigned());
    let evil = evil("_evil");
    // The true one under a name that is no assertion's: there is one assertion left, and the signature is not its own.
    let renamed = bare.replace("saml:Assertion", "saml:Kept");
    let within = good.around(&inside(
        &evil.assertion(&signature),
        "</saml:Assertion>",
        &renamed,
    ));
    assert_eq!(code(&within), "bad_signature_form");
    // The evil one alone under the true signature, with the id that it covers.
    let alone = self::evil("_assertion").assertion(&signature);
    assert_eq!(code(&good.around(&alone)), "bad_signature");
    assert_eq!(code(&good.around(&good.assertion(&signature))), "accepted");
}

#[test]
fn sec_01_a_namespace_declared_elsewhere_does_not_rename_anything() {
    let good = Draft::default().xml();
    // The same prefix, other namespaces: around the assertion, or instead of its own declaration.
    let foreign = good.replacen(
        &format!(r#"xmlns:saml="{ASSERTION}" ID="#),
        r#"xmlns:saml="urn:x" ID="#,
        1,
    );
    assert_eq!(code(&foreign), "no_assertion");
    let moved = good.replacen(&format!(r#" xmlns:ds="{DSIG}""#), "", 1).replacen(
        "<samlp:Response",
        &format!(r#"<samlp:Response xmlns:ds="{DSIG}""#),
        1,
    );
    // The twin: exclusive canonicalisation does not care where an ancestor declares a prefix.
    assert_eq!(code(&moved), "accepted");
}
