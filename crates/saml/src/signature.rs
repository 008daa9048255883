//! The one form of signature that is accepted (XML Signature 1.1; SAML core 2.0, section 5.4): enveloped, one reference to
//! the element it stands in, exclusive canonicalisation, RSA or ECDSA with SHA-256 or longer.
//!
//! `KeyInfo` is not read: a message never brings its own key.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bergshamra_c14n::{C14nMode, canonicalize_doc};
use bergshamra_xml::NodeSet;
use federation::saml::SamlError;
use pki::Certificate;
use uppsala::Document;

use crate::keys;
use crate::tree::{ASSERTION, Node, SIGNATURE, Tree};

const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// The canonical text of an element whose signature is verified: exactly the bytes that were digested.
pub struct Verified(String);

impl Verified {
    /// The text, to be parsed anew.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// The signature of an element, where the schemas of SAML have it: first, or right behind the issuer.
pub fn of(element: Node<'_>) -> Option<Node<'_>> {
    let first = element.children().find(|child| !child.is(ASSERTION, "Issuer"));
    first.filter(|child| child.is(SIGNATURE, "Signature"))
}

/// Verifies that one of the certificates' keys signed `element`, by the signature [`of`] it.
///
/// [`SamlError::BadSignatureForm`], [`SamlError::BadAlgorithm`], [`SamlError::BadSignature`].
pub fn verify<'c>(
    element: Node<'_>,
    signature: Node<'_>,
    certificates: impl IntoIterator<Item = &'c Certificate>,
) -> Result<Verified, SamlError> {
    let [signed_info, value] = parts(signature)?;
    let prefixes = signed_info
        .one(SIGNATURE, "CanonicalizationMethod")
        .map(prefixes)
        .unwrap_or_default();
    let signed_info = canonical(signed_info.document(), &signed_info.nodes(None), &prefixes)?;
    let tree = Tree::parse(&signed_info)?;
    let said = SignedInfo::read(tree.root()?, element)?;

    let value = bytes(value)?;
    let by = |certificate| said.method.verify(certificate, signed_info.as_bytes(), &value);
    if value.is_empty() || !certificates.into_iter().any(by) {
        return Err(SamlError::BadSignature);
    }
    let text = canonical(
        element.document(),
        &element.nodes(Some(signature)),
        &said.prefixes,
    )?;
    if keys::digest(said.digest_method, text.as_bytes())? != said.digest {
        return Err(SamlError::BadSignature);
    }
    Ok(Verified(text))
}

/// `SignedInfo` and `SignatureValue`; beside them only `KeyInfo` may stand.
fn parts(signature: Node<'_>) -> Result<[Node<'_>; 2], SamlError> {
    let known = ["SignedInfo", "SignatureValue", "KeyInfo"];
    let mut children = signature.children();
    let mut next = |name| children.next().filter(|child| child.is(SIGNATURE, name));
    let [signed_info, value, _] = known.map(&mut next);
    match (signed_info, value, signature.children().count()) {
        (Some(signed_info), Some(value), 2) => Ok([signed_info, value]),
        (Some(signed_info), Some(value), 3) if signature.one(SIGNATURE, "KeyInfo").is_some() => {
            Ok([signed_info, value])
        }
        _ => Err(SamlError::BadSignatureForm),
    }
}

/// What was signed, read from the signed bytes.
struct SignedInfo<'t> {
    method: keys::Method,
    digest_method: &'t str,
    digest: Vec<u8>,
    prefixes: Vec<&'t str>,
}

impl<'t> SignedInfo<'t> {
    fn read(node: Node<'t>, element: Node<'_>) -> Result<Self, SamlError> {
        let [canonicalization, method, reference] =
            exactly(node, ["CanonicalizationMethod", "SignatureMethod", "Reference"])?;
        let [transforms, digest_method, digest] =
            exactly(reference, ["Transforms", "DigestMethod", "DigestValue"])?;
        let [enveloped, exclusive] = exactly(transforms, ["Transform", "Transform"])?;

        let own = element.attribute("ID").filter(|id| !id.is_empty());
        let refers = reference.attribute("URI").and_then(|uri| uri.strip_prefix('#'));
        let forms = [
            own.is_some() && own == refers,
            algorithm(canonicalization) == EXCLUSIVE && only_prefixes(canonicalization),
            algorithm(enveloped) == ENVELOPED && enveloped.children().next().is_none(),
            algorithm(exclusive) == EXCLUSIVE && only_prefixes(exclusive),
            method.children().chain(digest_method.children()).next().is_none(),
        ];
        if forms.contains(&false) {
            return Err(SamlError::BadSignatureForm);
        }
        let digest_method = algorithm(digest_method);
        // Both methods are looked at before anything is computed, so that the answer names the cause.
        keys::digest(digest_method, b"")?;
        Ok(Self {
            method: keys::method(algorithm(method))?,
            digest_method,
            digest: bytes(digest)?,
            prefixes: prefixes(exclusive),
        })
    }
}

/// The child elements, which must be these in this order and no others.
fn exactly<'t, const N: usize>(node: Node<'t>, names: [&str; N]) -> Result<[Node<'t>; N], SamlError> {
    let children: Vec<_> = node.children().collect();
    let children = <[_; N]>::try_from(children).map_err(|_| SamlError::BadSignatureForm)?;
    if children
        .iter()
        .zip(names)
        .all(|(child, name)| child.is(SIGNATURE, name))
    {
        Ok(children)
    } else {
        Err(SamlError::BadSignatureForm)
    }
}

fn algorithm(node: Node<'_>) -> &str {
    node.attribute("Algorithm").unwrap_or_default()
}

fn only_prefixes(node: Node<'_>) -> bool {
    let mut children = node.children();
    children.all(|child| child.is(EXCLUSIVE, "InclusiveNamespaces"))
}

/// The prefixes that an exclusive canonicalisation keeps although they look unused.
fn prefixes(node: Node<'_>) -> Vec<&str> {
    let list = node.one(EXCLUSIVE, "InclusiveNamespaces");
    let list = list
        .and_then(|list| list.attribute("PrefixList"))
        .unwrap_or_default();
    list.split_ascii_whitespace().collect()
}

/// The bytes of a base64 text; some providers break it into lines.
fn bytes(node: Node<'_>) -> Result<Vec<u8>, SamlError> {
    let mut text = node.text().ok_or(SamlError::BadSignatureForm)?;
    text.retain(|c| !c.is_ascii_whitespace());
    BASE64_STANDARD.decode(text).map_err(|_| SamlError::BadSignature)
}

fn canonical(document: &Document<'_>, nodes: &NodeSet, prefixes: &[&str]) -> Result<String, SamlError> {
    let bytes = canonicalize_doc(document, C14nMode::Exclusive, Some(nodes), prefixes)
        .map_err(|_| SamlError::Unreadable)?;
    String::from_utf8(bytes).map_err(|_| SamlError::Unreadable)
}
