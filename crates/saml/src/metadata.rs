//! What a provider says about itself (SAML metadata 2.0).

use federation::saml::{Endpoint, IdentityProvider, Metadata, SamlError, SamlVerifier, SigningCertificates};
use pki::Certificate;
use time::OffsetDateTime;

use crate::bounds::{METADATA_BYTES, METADATA_NODES};
use crate::tree::{METADATA, Node, PROTOCOL, SIGNATURE, Tree};
use crate::{Saml, signature, times};

const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
/// Longest entity id, in characters (SAML core 2.0, section 8.3.6).
const ENTITY_ID: usize = 1024;
/// Certificates that a record holds.
const CERTIFICATES: usize = 2;

/// Reads metadata with exactly one identity provider in them.
pub fn read(saml: Saml, xml: &[u8], now: OffsetDateTime) -> Result<Metadata, SamlError> {
    if xml.len() > METADATA_BYTES {
        return Err(SamlError::TooLarge);
    }
    let xml = std::str::from_utf8(xml).map_err(|_| SamlError::Unreadable)?;
    let xml = xml.strip_prefix('\u{feff}').unwrap_or(xml);
    let tree = Tree::parse_up_to(xml, METADATA_NODES)?;
    let root = tree.root()?;
    if !root.is(METADATA, "EntityDescriptor") && !root.is(METADATA, "EntitiesDescriptor") {
        return Err(SamlError::NotMetadata);
    }
    let (entity, role) = only_provider(root)?;
    let valid_until = valid_until([root, entity, role], now)?;
    let entity_id = entity.attribute("entityID").unwrap_or_default();
    if entity_id.is_empty() || entity_id.chars().count() > ENTITY_ID {
        return Err(SamlError::NotMetadata);
    }
    let certificates = certificates(saml, role)?;
    let endpoints = endpoints(role);
    let redirect = endpoints.iter().find(|endpoint| endpoint.binding == REDIRECT);
    let endpoint = redirect.ok_or(SamlError::NoEndpoint)?.location.clone();
    saml.endpoint(&endpoint, "sign-in endpoint")?;

    Ok(Metadata {
        provider: IdentityProvider {
            entity_id: entity_id.to_owned(),
            endpoint,
            certificates: SigningCertificates::new(valid_longest(&certificates))?,
        },
        certificates,
        endpoints,
        name_formats: role
            .all(METADATA, "NameIDFormat")
            .filter_map(Node::text)
            .collect(),
        valid_until,
        wants_signed_requests: matches!(role.attribute("WantAuthnRequestsSigned"), Some("true" | "1")),
        signed_by: signed_by(saml, [entity, root])?,
    })
}

/// The one entity that is an identity provider of SAML 2.0, and its role as such.
fn only_provider(root: Node<'_>) -> Result<(Node<'_>, Node<'_>), SamlError> {
    let entities = root
        .all_below()
        .into_iter()
        .filter(|node| node.is(METADATA, "EntityDescriptor"));
    let mut found = entities.flat_map(|entity| {
        let roles = entity.all(METADATA, "IDPSSODescriptor").filter(|role| {
            let protocols = role.attribute("protocolSupportEnumeration").unwrap_or_default();
            protocols
                .split_ascii_whitespace()
                .any(|protocol| protocol == PROTOCOL)
        });
        roles.map(move |role| (entity, role))
    });
    let only = found.next().ok_or(SamlError::NoProvider)?;
    match found.next() {
        None => Ok(only),
        Some(_) => Err(SamlError::SeveralProviders),
    }
}

/// The earliest end; [`SamlError::MetadataExpired`] where it is over.
fn valid_until(nodes: [Node<'_>; 3], now: OffsetDateTime) -> Result<Option<OffsetDateTime>, SamlError> {
    let mut earliest = None;
    for text in nodes.iter().filter_map(|node| node.attribute("validUntil")) {
        let until = times::read(text).map_err(|_| SamlError::NotMetadata)?;
        times::not_over(until, now).map_err(|_| SamlError::MetadataExpired)?;
        earliest = Some(earliest.map_or(until, |known: OffsetDateTime| known.min(until)));
    }
    Ok(earliest)
}

/// All certificates to sign with, each once. One that cannot be used is passed over as long as there are others.
fn certificates(saml: Saml, role: Node<'_>) -> Result<Vec<Certificate>, SamlError> {
    let (mut found, mut why) = (Vec::new(), SamlError::NoCertificate);
    for key in role.all(METADATA, "KeyDescriptor") {
        if !matches!(key.attribute("use"), None | Some("signing")) {
            continue;
        }
        for text in key.all(SIGNATURE, "KeyInfo").filter_map(certificate_text) {
            match saml.certificate(text.as_bytes()) {
                Ok(certificate) if found.contains(&certificate) => {}
                Ok(certificate) => found.push(certificate),
                Err(error) => why = error,
            }
        }
    }
    if found.is_empty() { Err(why) } else { Ok(found) }
}

/// The first certificate of a `KeyInfo`: those behind it are of the chain above.
fn certificate_text(key_info: Node<'_>) -> Option<String> {
    let data = key_info.all(SIGNATURE, "X509Data").next()?;
    data.all(SIGNATURE, "X509Certificate").next()?.text()
}

/// The certificates for the record: all, or where there are too many the ones that end last.
fn valid_longest(certificates: &[Certificate]) -> Vec<Certificate> {
    let mut kept = certificates.to_vec();
    if kept.len() > CERTIFICATES {
        kept.sort_by_key(|certificate| std::cmp::Reverse(certificate.not_after()));
        kept.truncate(CERTIFICATES);
    }
    kept
}

fn endpoints(role: Node<'_>) -> Vec<Endpoint> {
    let text = |node: Node<'_>, name| node.attribute(name).unwrap_or_default().trim().to_owned();
    role.all(METADATA, "SingleSignOnService")
        .map(|node| Endpoint {
            binding: text(node, "Binding"),
            location: text(node, "Location"),
        })
        .collect()
}

/// Whose certificate signed the description: its own, so this says that it is whole, not that it is true. A signature in a
/// form that is not accepted here counts as none.
fn signed_by(saml: Saml, nodes: [Node<'_>; 2]) -> Result<Option<Certificate>, SamlError> {
    for node in nodes {
        let Some(signature) = signature::of(node) else {
            continue;
        };
        let text = signature.one(SIGNATURE, "KeyInfo").and_then(certificate_text);
        let Some(certificate) = text.and_then(|text| saml.certificate(text.as_bytes()).ok()) else {
            continue;
        };
        match signature::verify(node, signature, [&certificate]) {
            Ok(_) => return Ok(Some(certificate)),
            Err(SamlError::BadSignature) => return Err(SamlError::MetadataSignature),
            Err(_) => {}
        }
    }
    Ok(None)
}
