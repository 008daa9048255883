//! The verified assertion: whether it is for us, now, and for this request; then who it is about (SAML profiles 2.0, 4.1.4).

use domain::EmailAddress;
use federation::saml::{
    Attribute, EMAIL_ATTRIBUTE, Expected, IdentityProvider, NameId, SamlError, ServiceProvider, Subject,
    name_format,
};
use time::OffsetDateTime;

use crate::signature::Verified;
use crate::times;
use crate::tree::{ASSERTION, Node, Tree};

const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
/// Longest name ID, in bytes; the standard's longest is 256 characters.
const NAME_ID: usize = 1024;

/// Reads the canonical text of a verified assertion.
pub fn read(
    verified: &Verified,
    provider: &IdentityProvider,
    ours: &ServiceProvider,
    expected: Expected<'_>,
) -> Result<Subject, SamlError> {
    let tree = Tree::parse(verified.text())?;
    let assertion = tree.root()?;
    if !assertion.is(ASSERTION, "Assertion") || assertion.attribute("Version") != Some("2.0") {
        return Err(SamlError::NotAResponse);
    }
    let issuer = assertion.one(ASSERTION, "Issuer").and_then(Node::text);
    if issuer.as_deref() != Some(&*provider.entity_id) {
        return Err(SamlError::WrongIssuer);
    }
    times::begun(required(assertion, "IssueInstant")?, expected.now)?;
    let subject = assertion.one(ASSERTION, "Subject").ok_or(SamlError::NoSubject)?;
    let confirmed_until = check_confirmation(subject, ours, expected)?;
    let valid_until = check_conditions(assertion, ours, expected.now)?;
    check_sign_in(assertion, expected.now)?;

    let name_id = name_id(subject)?;
    let attributes = attributes(assertion);
    let Some(email) = email(&name_id, &attributes) else {
        return Err(SamlError::NoEmail { name_id, attributes });
    };
    Ok(Subject {
        name_id,
        email,
        assertion_id: assertion.attribute("ID").unwrap_or_default().to_owned(),
        not_on_or_after: valid_until.map_or(confirmed_until, |until| until.min(confirmed_until)),
        attributes,
    })
}

/// A time that may be missing.
fn optional(node: Node<'_>, name: &str) -> Result<Option<OffsetDateTime>, SamlError> {
    node.attribute(name).map(times::read).transpose()
}

/// A time that may not.
fn required(node: Node<'_>, name: &str) -> Result<OffsetDateTime, SamlError> {
    optional(node, name)?.ok_or(SamlError::BadTime)
}

/// One confirmation by bearer must hold; until when it does. Where none does, why the first does not.
fn check_confirmation(
    subject: Node<'_>,
    ours: &ServiceProvider,
    expected: Expected<'_>,
) -> Result<OffsetDateTime, SamlError> {
    let confirmations = subject.all(ASSERTION, "SubjectConfirmation");
    let bearers = confirmations.filter(|node| node.attribute("Method") == Some(BEARER));
    let mut why = SamlError::NotConfirmed;
    for (number, bearer) in bearers.enumerate() {
        match confirmed(bearer, ours, expected) {
            Ok(until) => return Ok(until),
            Err(error) if number == 0 => why = error,
            Err(_) => {}
        }
    }
    Err(why)
}

fn confirmed(
    bearer: Node<'_>,
    ours: &ServiceProvider,
    expected: Expected<'_>,
) -> Result<OffsetDateTime, SamlError> {
    let data = bearer
        .one(ASSERTION, "SubjectConfirmationData")
        .ok_or(SamlError::NotConfirmed)?;
    if data.attribute("Recipient") != Some(&*ours.acs_url) {
        return Err(SamlError::WrongRecipient);
    }
    if data.attribute("InResponseTo") != Some(expected.request_id) {
        return Err(SamlError::WrongRequest);
    }
    // The profile forbids this one to providers; one that sends it means it.
    if let Some(from) = optional(data, "NotBefore")? {
        times::begun(from, expected.now)?;
    }
    let until = required(data, "NotOnOrAfter")?;
    times::not_over(until, expected.now)?;
    Ok(until)
}

/// All conditions must hold and be understood; until when they do, where they say so.
fn check_conditions(
    assertion: Node<'_>,
    ours: &ServiceProvider,
    now: OffsetDateTime,
) -> Result<Option<OffsetDateTime>, SamlError> {
    let conditions = assertion
        .one(ASSERTION, "Conditions")
        .ok_or(SamlError::WrongAudience)?;
    if let Some(from) = optional(conditions, "NotBefore")? {
        times::begun(from, now)?;
    }
    let until = optional(conditions, "NotOnOrAfter")?;
    if let Some(until) = until {
        times::not_over(until, now)?;
    }
    let mut restrictions = 0;
    for condition in conditions.children() {
        if condition.is(ASSERTION, "AudienceRestriction") {
            let mut audiences = condition.all(ASSERTION, "Audience").map(Node::text);
            if !audiences.any(|audience| audience.as_deref() == Some(&*ours.entity_id)) {
                return Err(SamlError::WrongAudience);
            }
            restrictions += 1;
        } else if !condition.is(ASSERTION, "OneTimeUse") && !condition.is(ASSERTION, "ProxyRestriction") {
            return Err(SamlError::UnknownCondition);
        }
    }
    if restrictions == 0 {
        return Err(SamlError::WrongAudience);
    }
    Ok(until)
}

/// Somebody signed in, and that sign-in still lasts.
fn check_sign_in(assertion: Node<'_>, now: OffsetDateTime) -> Result<(), SamlError> {
    let mut found = Err(SamlError::NoSignIn);
    for statement in assertion.all(ASSERTION, "AuthnStatement") {
        times::begun(required(statement, "AuthnInstant")?, now)?;
        if let Some(until) = optional(statement, "SessionNotOnOrAfter")? {
            times::not_over(until, now)?;
        }
        found = Ok(());
    }
    found
}

fn name_id(subject: Node<'_>) -> Result<NameId, SamlError> {
    let node = subject.one(ASSERTION, "NameID").ok_or(SamlError::NoSubject)?;
    let usable =
        |text: &String| !text.is_empty() && text.len() <= NAME_ID && !text.chars().any(char::is_control);
    let value = node.text().filter(usable).ok_or(SamlError::NoSubject)?;
    let format = node
        .attribute("Format")
        .unwrap_or(name_format::UNSPECIFIED)
        .to_owned();
    if format == name_format::TRANSIENT {
        return Err(SamlError::TransientName);
    }
    Ok(NameId { value, format })
}

fn attributes(assertion: Node<'_>) -> Vec<Attribute> {
    let statements = assertion.all(ASSERTION, "AttributeStatement");
    let found = statements.flat_map(|statement| statement.all(ASSERTION, "Attribute"));
    found
        .map(|attribute| Attribute {
            name: attribute.attribute("Name").unwrap_or_default().to_owned(),
            values: attribute
                .all(ASSERTION, "AttributeValue")
                .filter_map(Node::text)
                .collect(),
        })
        .collect()
}

/// The address by the design's rule: the attribute, else a name ID that says it is an address. An attribute with several
/// different values, or with one that is no address, is no reason to look elsewhere.
fn email(name_id: &NameId, attributes: &[Attribute]) -> Option<EmailAddress> {
    let named = attributes
        .iter()
        .filter(|attribute| attribute.name == EMAIL_ATTRIBUTE);
    let mut values = named
        .flat_map(|attribute| &attribute.values)
        .filter(|value| !value.is_empty());
    let text = match values.next() {
        Some(first) => values.all(|value| value == first).then_some(first),
        None => (name_id.format == name_format::EMAIL).then_some(&name_id.value),
    };
    EmailAddress::parse(text?).ok()
}
