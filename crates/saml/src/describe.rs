//! What we say about ourselves (SAML metadata 2.0).

use std::borrow::Cow;

use federation::saml::{ServiceProvider, name_format};

use crate::tree::{METADATA, PROTOCOL};

/// The binding by which responses come.
pub const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

/// Our metadata. They change only when our addresses do, so they have no end; we sign nothing and have nothing decrypted, so
/// they have no key.
pub fn metadata(ours: &ServiceProvider) -> String {
    let (entity_id, acs) = (escaped(&ours.entity_id), escaped(&ours.acs_url));
    let (persistent, email) = (name_format::PERSISTENT, name_format::EMAIL);
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="{METADATA}" entityID="{entity_id}">
  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="{PROTOCOL}">
    <md:NameIDFormat>{persistent}</md:NameIDFormat>
    <md:NameIDFormat>{email}</md:NameIDFormat>
    <md:AssertionConsumerService Binding="{POST}" Location="{acs}" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
"#
    )
}

/// Text as it may stand between tags and in double quotes.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\n', '\r', '\t']) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\r' | '\t' => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}
