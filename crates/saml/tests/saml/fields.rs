//! SEC-05 and SEC-10: every time, every address, every field that ties a response to us, to now and to this request.

use crate::idp::{
    Case, Draft, PERSISTENT, SUCCESS, at, attribute, audience, code, name_id, refused, signed_in, status,
};
use federation::saml::{EMAIL_ATTRIBUTE, SamlError, name_format};

/// Mutations of one kind.
type Named = Vec<(&'static str, String, &'static str)>;
/// Sets one time of a draft.
type Set = fn(&mut Draft, String);

/// The times that begin something, and those that end it.
const BEGINNINGS: [(&str, Set); 5] = [
    ("Conditions NotBefore", |draft, time| {
        draft.valid_from = Some(time);
    }),
    ("SubjectConfirmationData NotBefore", |draft, time| {
        draft.confirmed_from = Some(time);
    }),
    ("Assertion IssueInstant", |draft, time| draft.issued = Some(time)),
    ("Response IssueInstant", |draft, time| {
        draft.response_issued = Some(time);
    }),
    ("AuthnInstant", |draft, time| {
        draft.signed_in = signed_in(0, None).replacen(&at(0), &time, 1);
    }),
];
const ENDS: [(&str, Set); 3] = [
    ("Conditions NotOnOrAfter", |draft, time| {
        draft.valid_until = Some(time);
    }),
    ("SubjectConfirmationData NotOnOrAfter", |draft, time| {
        draft.confirmed_until = Some(time);
    }),
    ("SessionNotOnOrAfter", |draft, time| {
        draft.signed_in = signed_in(-90, Some(0)).replacen(&at(0), &time, 1);
    }),
];

fn changed(change: impl FnOnce(&mut Draft)) -> String {
    Draft::changed(change).xml()
}

fn set(set: Set, time: &str) -> String {
    changed(|draft| set(draft, time.to_owned()))
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, field) in BEGINNINGS {
        cases.push((format!("{name} in 61 s"), set(field, &at(61)), "not_yet_valid"));
    }
    for (name, field) in ENDS {
        cases.push((format!("{name} 61 s ago"), set(field, &at(-61)), "expired"));
        cases.push((format!("{name} 60 s ago"), set(field, &at(-60)), "expired"));
    }
    for (name, field) in BEGINNINGS.iter().chain(&ENDS) {
        cases.push((format!("{name} unreadable"), set(*field, "tomorrow"), "bad_time"));
        cases.push((
            format!("{name} without a zone"),
            set(*field, "2027-01-15T08:00:00"),
            "bad_time",
        ));
    }
    let others = missing()
        .into_iter()
        .chain(audiences())
        .chain(parties())
        .chain(statements())
        .chain(people());
    cases.extend(others.map(|(name, xml, code)| (name.to_owned(), xml, code)));
    cases
}

fn missing() -> Named {
    vec![
        (
            "no NotOnOrAfter of the confirmation",
            changed(|draft| draft.confirmed_until = None),
            "bad_time",
        ),
        (
            "no IssueInstant of the assertion",
            changed(|draft| draft.issued = None),
            "bad_time",
        ),
        (
            "no IssueInstant of the response",
            changed(|draft| draft.response_issued = None),
            "bad_time",
        ),
        (
            "no AuthnInstant",
            changed(|draft| {
                draft.signed_in = draft
                    .signed_in
                    .replacen(&format!(r#" AuthnInstant="{}""#, at(-5)), "", 1);
            }),
            "bad_time",
        ),
    ]
}

fn audiences() -> Named {
    let two = || audience("https://other.example") + &audience(crate::idp::OURS);
    vec![
        (
            "another audience",
            changed(|draft| draft.conditions = audience("https://other.example")),
            "wrong_audience",
        ),
        (
            "an audience that begins with ours",
            changed(|draft| draft.conditions = audience("https://portal.example/saml/metadata2")),
            "wrong_audience",
        ),
        (
            "an audience in other letters",
            changed(|draft| draft.conditions = audience("https://portal.example/SAML/metadata")),
            "wrong_audience",
        ),
        (
            "no audience",
            changed(|draft| draft.conditions = String::new()),
            "wrong_audience",
        ),
        (
            "an empty restriction",
            changed(|draft| {
                draft.conditions = String::from("<saml:AudienceRestriction></saml:AudienceRestriction>");
            }),
            "wrong_audience",
        ),
        (
            "a second restriction to another",
            changed(|draft| draft.conditions = two()),
            "wrong_audience",
        ),
    ]
}

fn parties() -> Named {
    let other = || Some("https://other.example/acs".to_owned());
    let slash = |text: &Option<String>| text.as_ref().map(|text| format!("{text}/"));
    vec![
        (
            "another recipient",
            changed(|draft| draft.recipient = other()),
            "wrong_recipient",
        ),
        (
            "a recipient with a slash",
            changed(|draft| draft.recipient = slash(&draft.recipient)),
            "wrong_recipient",
        ),
        (
            "no recipient",
            changed(|draft| draft.recipient = None),
            "wrong_recipient",
        ),
        (
            "another destination",
            changed(|draft| draft.destination = other()),
            "wrong_destination",
        ),
        (
            "a destination of another namespace",
            changed(|_| {}).replacen(" Destination=", r#" xmlns:x="urn:x" x:Destination="#, 1),
            "wrong_destination",
        ),
        (
            "no destination",
            changed(|draft| draft.destination = None),
            "wrong_destination",
        ),
        (
            "another issuer of the response",
            changed(|draft| draft.response_issuer = other()),
            "wrong_issuer",
        ),
        (
            "another issuer of the assertion",
            changed(|draft| draft.issuer = String::from("https://other.example")),
            "wrong_issuer",
        ),
        (
            "an empty issuer of the assertion",
            changed(|draft| draft.issuer = String::new()),
            "wrong_issuer",
        ),
        (
            "the response answers another request",
            changed(|draft| draft.answers = Some("_other".to_owned())),
            "wrong_request",
        ),
        (
            "the response answers none",
            changed(|draft| draft.answers = None),
            "wrong_request",
        ),
        (
            "the assertion answers another request",
            changed(|draft| draft.confirms = Some("_other".to_owned())),
            "wrong_request",
        ),
        (
            "the assertion answers none",
            changed(|draft| draft.confirms = None),
            "wrong_request",
        ),
        (
            "another way to confirm",
            changed(|draft| draft.method = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"),
            "not_confirmed",
        ),
    ]
}

fn statements() -> Named {
    let inner = r#"<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"></samlp:StatusCode></samlp:StatusCode><samlp:StatusMessage>No.</samlp:StatusMessage>"#;
    vec![
        ("a status of failure", changed(|draft| draft.status = String::from(inner)), "provider_said"),
        ("success in another case", changed(|draft| draft.status = status(&SUCCESS.to_lowercase())), "provider_said"),
        ("an empty status", changed(|draft| draft.status = status("")), "provider_said"),
        ("no status", changed(|draft| draft.status = String::new()), "not_a_response"),
        ("SAML 1.1", changed(|draft| draft.version = "1.1"), "not_a_response"),
        ("an assertion of SAML 1.1", changed(|draft| draft.assertion_version = "1.1"), "not_a_response"),
        ("another message", changed(|_| {}).replace("samlp:Response", "samlp:LogoutResponse"), "not_a_response"),
        (
            "a condition that nobody knows",
            changed(|draft| draft.conditions += r#"<x:Weather xmlns:x="urn:x"></x:Weather>"#),
            "unknown_condition",
        ),
        ("no sign-in", changed(|draft| draft.signed_in = String::new()), "no_sign_in"),
        (
            "an encrypted assertion",
            Draft::default().around("<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"></saml:EncryptedAssertion>"),
            "encrypted",
        ),
        (
            "an encrypted name",
            changed(|draft| draft.name_id = String::from("<saml:EncryptedID></saml:EncryptedID>")),
            "encrypted",
        ),
        ("no assertion", Draft::default().around(""), "no_assertion"),
    ]
}

fn people() -> Named {
    let email = |values: &[&str]| {
        let attributes = attribute(EMAIL_ATTRIBUTE, values);
        changed(|draft| {
            draft.attributes = attributes;
            draft.name_id = name_id(name_format::EMAIL, "ada@contoso.example");
        })
    };
    vec![
        (
            "no name",
            changed(|draft| draft.name_id = String::new()),
            "no_subject",
        ),
        (
            "an empty name",
            changed(|draft| draft.name_id = name_id(PERSISTENT, "")),
            "no_subject",
        ),
        (
            "a name of blanks",
            changed(|draft| draft.name_id = name_id(PERSISTENT, " ")),
            "no_subject",
        ),
        (
            "a name that is too long",
            changed(|draft| draft.name_id = name_id(PERSISTENT, &"a".repeat(1025))),
            "no_subject",
        ),
        (
            "two names",
            changed(|draft| draft.name_id = draft.name_id.repeat(2)),
            "no_subject",
        ),
        (
            "a name for one session",
            changed(|draft| draft.name_id = name_id(name_format::TRANSIENT, "_1")),
            "transient_name",
        ),
        (
            "no address",
            changed(|draft| draft.attributes = attribute("mail", &["ada@contoso.example"])),
            "no_email",
        ),
        (
            "two addresses",
            email(&["ada@contoso.example", "eve@contoso.example"]),
            "no_email",
        ),
        ("an address that is none", email(&["ada"]), "no_email"),
    ]
}

#[test]
fn sec_05_every_field_counts() {
    refused(&cases());
}

#[test]
fn sec_05_within_the_leeway_everything_is_accepted() {
    for (name, field) in BEGINNINGS {
        assert_eq!(code(&set(field, &at(59))), "accepted", "{name}");
        assert_eq!(code(&set(field, &at(60))), "accepted", "{name}");
    }
    for (name, field) in ENDS {
        assert_eq!(code(&set(field, &at(-59))), "accepted", "{name}");
    }
}

#[test]
fn what_a_provider_may_leave_out_or_add_is_accepted() {
    let of_two = "<saml:AudienceRestriction><saml:Audience>https://other.example</saml:Audience>".to_owned()
        + &audience(crate::idp::OURS).replacen("<saml:AudienceRestriction>", "", 1);
    for xml in [
        changed(|draft| draft.response_issuer = None),
        changed(|draft| draft.valid_from = None),
        changed(|draft| draft.valid_until = None),
        changed(|draft| draft.conditions = of_two.clone()),
        changed(|draft| draft.conditions += "<saml:OneTimeUse></saml:OneTimeUse>"),
        changed(|draft| draft.name_id = String::from("<saml:NameID>user-7</saml:NameID>")),
        changed(|draft| draft.name_id = name_id(PERSISTENT, &"a".repeat(1024))),
        changed(|draft| draft.valid_from = Some("2027-01-15T07:59:00.1234567Z".to_owned())),
    ] {
        assert_eq!(code(&xml), "accepted", "{xml}");
    }
}

#[test]
fn a_second_confirmation_is_enough() {
    let other = r#"<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData Recipient="https://other.example"></saml:SubjectConfirmationData></saml:SubjectConfirmation>"#;
    assert_eq!(code(&changed(|draft| draft.name_id += other)), "accepted");
}

#[test]
fn the_assertion_ends_when_the_first_of_its_parts_does() {
    for (confirmed, valid, until) in [(100, Some(200), 100), (200, Some(100), 100), (200, None, 200)] {
        let draft = Draft::changed(|draft| {
            draft.confirmed_until = Some(at(confirmed));
            draft.valid_until = valid.map(at);
        });
        let subject = draft.subject().unwrap();
        assert_eq!(
            subject.not_on_or_after,
            crate::idp::now() + time::Duration::seconds(until)
        );
    }
}

#[test]
fn the_address_comes_from_the_attribute_and_else_from_the_name() {
    let by_name = |value| {
        move |draft: &mut Draft| {
            draft.attributes = attribute("groups", &["staff"]);
            draft.name_id = name_id(name_format::EMAIL, value);
        }
    };
    let address = |draft: Draft| draft.subject().map(|subject| subject.email.to_string());
    assert_eq!(
        address(Draft::changed(by_name("ada@contoso.example"))).unwrap(),
        "ada@contoso.example"
    );
    assert_eq!(
        address(Draft::changed(by_name("ada"))).unwrap_err().code(),
        "no_email"
    );
    let both = Draft::changed(|draft| draft.name_id = name_id(name_format::EMAIL, "other@contoso.example"));
    assert_eq!(address(both).unwrap(), "ada@contoso.example");
    let twice = Draft::changed(|draft| {
        draft.attributes = attribute(
            EMAIL_ATTRIBUTE,
            &["ada@contoso.example", "ada@contoso.example", ""],
        );
    });
    assert_eq!(address(twice).unwrap(), "ada@contoso.example");
}

#[test]
fn a_refused_test_sign_in_can_show_what_came() {
    let draft = Draft::changed(|draft| draft.attributes = attribute("mail", &["ada@contoso.example"]));
    let SamlError::NoEmail { name_id, attributes } = draft.subject().unwrap_err() else {
        unreachable!()
    };
    assert_eq!(name_id.value, "user-7");
    assert_eq!(attributes[0].name, "mail");
    assert_eq!(attributes[0].values, ["ada@contoso.example"]);
}
