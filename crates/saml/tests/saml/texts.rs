//! SEC-07: a text is the whole text.

use crate::idp::{Case, Draft, PERSISTENT, attribute, code, name_id, read, refused};
use federation::saml::{EMAIL_ATTRIBUTE, name_format};

const WHOLE: &str = "admin@contoso.example.evil.example";

/// Signed with the whole name.
fn named(value: &str) -> Draft {
    let name = name_id(PERSISTENT, value);
    Draft::changed(|draft| draft.name_id = name)
}

pub fn cases() -> Vec<Case> {
    let cut = |with: &str| WHOLE.replacen(".evil", &format!("{with}.evil"), 1);
    let after_signing = |with: &str| named(WHOLE).xml().replacen(WHOLE, &cut(with), 1);
    [
        (
            "an instruction put in later",
            after_signing("<?x y?>"),
            "bad_signature",
        ),
        (
            "an instruction that was signed",
            named(&cut("<?x y?>")).xml(),
            "no_subject",
        ),
        (
            "an element that was signed",
            named(&cut("<saml:x></saml:x>")).xml(),
            "no_subject",
        ),
        (
            "a text cut short",
            named(WHOLE).xml().replacen(WHOLE, "admin@contoso.example", 1),
            "bad_signature",
        ),
        ("a control character", named("user&#xD;7").xml(), "no_subject"),
        (
            "an element in the only address",
            Draft::changed(|draft| {
                draft.attributes = attribute(EMAIL_ATTRIBUTE, &["ada@contoso.example<saml:x></saml:x>"]);
            })
            .xml(),
            "no_email",
        ),
    ]
    .into_iter()
    .map(|(name, xml, code)| (name.to_owned(), xml, code))
    .collect()
}

#[test]
fn sec_07_what_is_no_text_is_refused() {
    refused(&cases());
}

#[test]
fn sec_07_a_comment_never_cuts_a_name() {
    let whole = named(WHOLE).xml();
    for with in ["<!---->", "<!-- a --><!-- b -->", "<![CDATA[]]>", "&#46;"] {
        let (from, to) = if with == "&#46;" {
            (WHOLE.to_owned(), WHOLE.replacen(".evil", "&#46;evil", 1))
        } else {
            (
                WHOLE.to_owned(),
                WHOLE.replacen(".evil", &format!("{with}.evil"), 1),
            )
        };
        let xml = whole.replacen(&from, &to, 1);
        assert_ne!(xml, whole);
        assert_eq!(read(&xml).unwrap().name_id.value, WHOLE, "{with}");
    }
    let all = whole.replacen(WHOLE, &format!("<![CDATA[{WHOLE}]]>"), 1);
    assert_eq!(read(&all).unwrap().name_id.value, WHOLE);
}

#[test]
fn sec_07_a_comment_never_cuts_an_address() {
    let by_name = |draft: &mut Draft| {
        draft.attributes = String::new();
        draft.name_id = name_id(name_format::EMAIL, WHOLE);
    };
    for draft in [
        Draft::changed(by_name),
        Draft::changed(|draft| draft.attributes = attribute(EMAIL_ATTRIBUTE, &[WHOLE])),
    ] {
        let xml = draft.xml().replacen(".evil", "<!---->.evil", 1);
        assert_eq!(read(&xml).unwrap().email.as_str(), WHOLE);
    }
}

#[test]
fn names_are_what_they_stand_for() {
    let subject = named("Zoë &amp; &lt;7&gt;").subject().unwrap();
    assert_eq!(subject.name_id.value, "Zoë & <7>");
    assert_eq!(code(&named("user\n7").xml()), "no_subject");
}
