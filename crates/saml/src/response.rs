//! The response around the assertion: its shape, its addresses, and the way to what is signed (SAML bindings 2.0, 3.5).
//!
//! Nothing of the person is read here. What the envelope says may only lead to a refusal.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use federation::saml::{Expected, IdentityProvider, SamlError, ServiceProvider, Subject};

use crate::bounds::ENCODED_BYTES;
use crate::tree::{ASSERTION, Node, PROTOCOL, Tree};
use crate::{assertion, signature, times};

const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

/// Verifies a response as it came in the form, and says who signed in.
pub fn read(
    provider: &IdentityProvider,
    ours: &ServiceProvider,
    expected: Expected<'_>,
    base64: &str,
) -> Result<Subject, SamlError> {
    let xml = decode(base64)?;
    let tree = Tree::parse(&xml)?;
    let response = tree.root()?;
    if !response.is(PROTOCOL, "Response") || response.attribute("Version") != Some("2.0") {
        return Err(SamlError::NotAResponse);
    }
    let all = response.all_below();
    check_ids(&all)?;
    check_status(response)?;
    let assertion = only_assertion(response, &all)?;
    check_signatures(response, assertion, &all)?;
    check_envelope(response, provider, ours, expected)?;

    if let Some(signature) = signature::of(response) {
        signature::verify(response, signature, provider.certificates.iter())?;
    }
    let signature = signature::of(assertion).ok_or(SamlError::AssertionNotSigned)?;
    let verified = signature::verify(assertion, signature, provider.certificates.iter())?;
    assertion::read(&verified, provider, ours, expected)
}

fn decode(base64: &str) -> Result<String, SamlError> {
    if base64.len() > ENCODED_BYTES {
        return Err(SamlError::TooLarge);
    }
    // Some providers break the field into lines (RFC 2045).
    let text: Vec<u8> = base64
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let bytes = BASE64_STANDARD.decode(text).map_err(|_| SamlError::Unreadable)?;
    String::from_utf8(bytes).map_err(|_| SamlError::Unreadable)
}

/// No two elements may be taken for one another.
fn check_ids(all: &[Node<'_>]) -> Result<(), SamlError> {
    let mut ids: Vec<_> = all.iter().flat_map(|node| node.ids()).collect();
    let found = ids.len();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() == found {
        Ok(())
    } else {
        Err(SamlError::DuplicateId)
    }
}

fn check_status(response: Node<'_>) -> Result<(), SamlError> {
    let status = response.one(PROTOCOL, "Status").ok_or(SamlError::NotAResponse)?;
    let code = status
        .one(PROTOCOL, "StatusCode")
        .ok_or(SamlError::NotAResponse)?;
    let value = |code: Node<'_>| code.attribute("Value").unwrap_or_default().to_owned();
    if value(code) == SUCCESS {
        return Ok(());
    }
    let inner = code.one(PROTOCOL, "StatusCode").unwrap_or(code);
    let message = status.one(PROTOCOL, "StatusMessage").and_then(Node::text);
    Err(SamlError::provider_said(
        &value(inner),
        &message.unwrap_or_default(),
    ))
}

/// The one assertion, which stands in the response itself (SEC-02). Whatever else bears the name, in whatever namespace and
/// however deep, is one too many.
fn only_assertion<'t>(response: Node<'t>, all: &[Node<'t>]) -> Result<Node<'t>, SamlError> {
    if all.iter().any(|node| node.local_name().starts_with("Encrypted")) {
        return Err(SamlError::Encrypted);
    }
    let found = all.iter().filter(|node| node.local_name() == "Assertion").count();
    if found > 1 {
        return Err(SamlError::SeveralAssertions);
    }
    response.one(ASSERTION, "Assertion").ok_or(SamlError::NoAssertion)
}

/// Signatures stand only where the response's and the assertion's own belong, and the assertion's is there (SEC-03).
fn check_signatures(response: Node<'_>, assertion: Node<'_>, all: &[Node<'_>]) -> Result<(), SamlError> {
    let (of_response, of_assertion) = (signature::of(response), signature::of(assertion));
    let mut signatures = all
        .iter()
        .filter(|node| node.local_name() == "Signature")
        .peekable();
    if signatures.peek().is_none() {
        return Err(SamlError::NotSigned);
    }
    if !signatures.all(|node| Some(*node) == of_response || Some(*node) == of_assertion) {
        return Err(SamlError::BadSignatureForm);
    }
    match of_assertion {
        Some(_) => Ok(()),
        None => Err(SamlError::AssertionNotSigned),
    }
}

fn check_envelope(
    response: Node<'_>,
    provider: &IdentityProvider,
    ours: &ServiceProvider,
    expected: Expected<'_>,
) -> Result<(), SamlError> {
    // The one field that the standard lets a provider leave out here; the assertion's may not be missing.
    let mut issuers = response.all(ASSERTION, "Issuer");
    if !issuers.all(|issuer| issuer.text().as_deref() == Some(&*provider.entity_id)) {
        return Err(SamlError::WrongIssuer);
    }
    if response.attribute("Destination") != Some(&*ours.acs_url) {
        return Err(SamlError::WrongDestination);
    }
    if response.attribute("InResponseTo") != Some(expected.request_id) {
        return Err(SamlError::WrongRequest);
    }
    let issued = response.attribute("IssueInstant").ok_or(SamlError::BadTime)?;
    times::begun(times::read(issued)?, expected.now)
}
