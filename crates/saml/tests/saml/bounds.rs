//! SEC-08: a bound on everything, on both sides.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use saml::{ATTRIBUTES, DEPTH, ENCODED_BYTES, NODES};

use crate::idp::{Case, Draft, code, read_field, refused};

/// A valid response with something in its extensions, which nobody signs.
fn extended(content: &str) -> String {
    let draft = Draft::default();
    let assertion = draft.assertion(&draft.signature());
    draft.around(&format!(
        "<samlp:Extensions>{content}</samlp:Extensions>{assertion}"
    ))
}

/// A valid response with so many attributes on its first tag.
fn attributes(count: usize) -> String {
    let good = Draft::default().xml();
    let tag = &good[..good.find('>').unwrap()];
    let more: Vec<_> = (0..count - tag.matches('=').count())
        .map(|n| format!(r#"a{n}="""#))
        .collect();
    let more = more.join(" ");
    good.replacen("<samlp:Response", &format!("<samlp:Response {more}"), 1)
}

/// A valid response, so deep.
fn depth(levels: usize, innermost: &str) -> String {
    let more = levels - 2;
    extended(&format!(
        "{}{innermost}{}",
        "<x>".repeat(more),
        "</x>".repeat(more)
    ))
}

/// A valid response with so many nodes.
fn nodes(count: usize) -> String {
    let good = extended("");
    let tags = good.matches('<').count() - good.matches("</").count();
    let texts = good
        .split('<')
        .filter(|part| !part.is_empty() && !part.ends_with('>'))
        .count();
    extended(&"<x/>".repeat(count - tags - texts))
}

/// A valid response that is so long in base64; a multiple of four.
fn long(encoded: usize) -> String {
    let without = extended("<!---->").len();
    extended(&format!("<!--{}-->", "a".repeat(encoded / 4 * 3 - without)))
}

pub fn cases() -> Vec<Case> {
    let good = Draft::default().xml();
    let before = |text: &str| format!("{text}{good}");
    let entities = r#"<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>"#;
    let quadratic = format!(r#"<!DOCTYPE r [<!ENTITY a "{}">]>"#, "a".repeat(50_000));
    let cases = [
        ("a document type", before("<!DOCTYPE samlp:Response>"), "doctype"),
        (
            "a document type from elsewhere",
            before(r#"<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd">"#),
            "doctype",
        ),
        (
            "a file as an entity",
            before(r#"<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>"#),
            "doctype",
        ),
        (
            "a bomb of entities",
            before(entities).replacen("user-7", "&c;", 1),
            "doctype",
        ),
        (
            "one long entity often",
            before(&quadratic).replacen("user-7", &"&a;".repeat(1000), 1),
            "doctype",
        ),
        (
            "a document type after a comment",
            before("<!-- > --><!DOCTYPE r>"),
            "doctype",
        ),
        (
            "an entity that nobody declared",
            good.replacen("user-7", "&user;", 1),
            "unreadable",
        ),
        ("an attribute too many", attributes(ATTRIBUTES + 1), "too_complex"),
        ("attributes without end", attributes(20_000), "too_complex"),
        ("a level too many", depth(DEPTH + 1, ""), "too_complex"),
        (
            "an empty element a level too deep",
            depth(DEPTH, "<x/>"),
            "too_complex",
        ),
        ("levels without end", depth(10_000, ""), "too_complex"),
        ("a node too many", nodes(NODES + 1), "too_complex"),
        ("too long", long(ENCODED_BYTES + 4), "too_large"),
        ("nothing", String::new(), "unreadable"),
        ("words", "Sign in again".to_owned(), "unreadable"),
        ("half of it", good[..good.len() / 2].to_owned(), "unreadable"),
        (
            "a tag that does not end",
            good[..good.len() - 1].to_owned(),
            "unreadable",
        ),
        ("twice", good.repeat(2), "unreadable"),
        (
            "a prefix that nobody declared",
            good.replacen("xmlns:samlp", "xmlns:other", 1),
            "unreadable",
        ),
        (
            "an attribute twice",
            good.replacen(r#" ID=""#, r#" Version="2.0" ID=""#, 1),
            "unreadable",
        ),
        ("a null", good.replacen("user-7", "user\0", 1), "unreadable"),
        ("another document", "<html></html>".to_owned(), "not_a_response"),
    ];
    cases
        .into_iter()
        .map(|(name, xml, code)| (name.to_owned(), xml, code))
        .collect()
}

#[test]
fn sec_08_what_is_too_much_is_refused() {
    refused(&cases());
}

#[test]
fn sec_08_up_to_the_bound_everything_is_accepted() {
    for (name, xml) in [
        ("attributes", attributes(ATTRIBUTES)),
        ("levels", depth(DEPTH, "")),
        ("an empty element at the last level", depth(DEPTH - 1, "<x/>")),
        ("nodes", nodes(NODES)),
        ("length", long(ENCODED_BYTES)),
        (
            "a declaration",
            format!(
                r#"<?xml version="1.0" encoding="UTF-8"?>{}"#,
                Draft::default().xml()
            ),
        ),
    ] {
        assert_eq!(code(&xml), "accepted", "{name}");
    }
    assert_eq!(BASE64_STANDARD.encode(long(ENCODED_BYTES)).len(), ENCODED_BYTES);
}

#[test]
fn sec_08_what_is_no_base64_or_no_text_is_refused() {
    let good = BASE64_STANDARD.encode(Draft::default().xml());
    let lines: Vec<_> = good.as_bytes().chunks(76).map(String::from_utf8_lossy).collect();
    assert!(read_field(&good).is_ok() && read_field(&lines.join("\r\n")).is_ok());
    let utf16: Vec<u8> = Draft::default()
        .xml()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for field in [
        "",
        "%%%%",
        &good[1..],
        &format!("{good}="),
        &Draft::default().xml(),
        &BASE64_STANDARD.encode(b"\xff\xfe<\0r\0/\0>\0"),
        &BASE64_STANDARD.encode(b"\x1f\x8b\x08\x00\x00"),
    ] {
        assert_eq!(read_field(field).unwrap_err().code(), "unreadable");
    }
    assert!(read_field(&BASE64_STANDARD.encode(utf16)).is_err());
    let large = "A".repeat(ENCODED_BYTES + 1);
    assert_eq!(read_field(&large).unwrap_err().code(), "too_large");
}
