//! Reading a parsed document: by namespace and name, from child to child, and never "somewhere below".

use bergshamra_xml::NodeSet;
use federation::saml::SamlError;
use uppsala::{Document, Element, NodeId, NodeKind};

use crate::bounds;

/// SAML protocol messages.
pub const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// SAML assertions.
pub const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// SAML metadata.
pub const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// XML signatures.
pub const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// A document within the bounds.
pub struct Tree<'a> {
    document: Document<'a>,
}

/// An element of a tree.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree<'t>,
    id: NodeId,
}

impl<'a> Tree<'a> {
    /// Parses what the bounds let through.
    pub fn parse(xml: &'a str) -> Result<Self, SamlError> {
        Self::parse_up_to(xml, bounds::NODES)
    }

    /// As [`Self::parse`], for so many nodes.
    pub fn parse_up_to(xml: &'a str, nodes: usize) -> Result<Self, SamlError> {
        bounds::check(xml, nodes)?;
        let parser = uppsala::Parser::new()
            .with_max_depth(u32::try_from(bounds::DEPTH).unwrap_or(u32::MAX))
            .with_forbid_dtd(true)
            .with_forbid_entities(true);
        let document = parser.parse(xml).map_err(|_| SamlError::Unreadable)?;
        Ok(Self { document })
    }
}

impl<'t> Tree<'t> {
    /// The outermost element.
    pub fn root(&'t self) -> Result<Node<'t>, SamlError> {
        let id = self.document.document_element().ok_or(SamlError::Unreadable)?;
        Ok(Node { tree: self, id })
    }

    /// The document itself, to be canonicalised.
    pub const fn document(&self) -> &Document<'t> {
        &self.document
    }
}

impl<'t> Node<'t> {
    fn element(self) -> Option<&'t Element<'t>> {
        self.tree.document.element(self.id)
    }

    /// Whether it is this element of this namespace.
    pub fn is(self, namespace: &str, name: &str) -> bool {
        self.element()
            .is_some_and(|element| element.matches_name_ns(namespace, name))
    }

    /// Its name without namespace, to refuse by.
    pub fn local_name(self) -> &'t str {
        self.element().map_or("", |element| &*element.name.local_name)
    }

    /// An attribute without namespace.
    pub fn attribute(self, name: &str) -> Option<&'t str> {
        let attributes = &self.element()?.attributes;
        let found = attributes
            .iter()
            .find(|attribute| attribute.name.namespace_uri.is_none() && attribute.name.local_name == name);
        found.map(|attribute| &*attribute.value)
    }

    /// All values that some reader could take for the element's id.
    pub fn ids(self) -> impl Iterator<Item = &'t str> {
        let attributes = self.element().map(|element| element.attributes.iter());
        attributes
            .into_iter()
            .flatten()
            .filter(|attribute| {
                attribute.name.local_name.eq_ignore_ascii_case("id")
                    || matches!(&*attribute.name.local_name, "AssertionID" | "ResponseID")
            })
            .map(|attribute| &*attribute.value)
    }

    /// Its child elements.
    pub fn children(self) -> impl Iterator<Item = Node<'t>> {
        let tree = self.tree;
        tree.document
            .children_iter(self.id)
            .filter(|id| tree.document.element(*id).is_some())
            .map(move |id| Node { tree, id })
    }

    /// Its child elements of this name.
    pub fn all(self, namespace: &'static str, name: &'static str) -> impl Iterator<Item = Node<'t>> {
        self.children().filter(move |child| child.is(namespace, name))
    }

    /// Its one child element of this name; none where there are none or several.
    pub fn one(self, namespace: &'static str, name: &'static str) -> Option<Node<'t>> {
        let mut found = self.all(namespace, name);
        let only = found.next()?;
        found.next().is_none().then_some(only)
    }

    /// Itself and all elements below, to count and to refuse by.
    pub fn all_below(self) -> Vec<Node<'t>> {
        let mut found = vec![self];
        let mut next = 0;
        while let Some(node) = found.get(next).copied() {
            found.extend(node.children());
            next += 1;
        }
        found
    }

    /// Its whole text, without the white space around it; none where it holds anything but text. Comments never split it
    /// (SEC-07): read from canonical bytes there are none, and elsewhere they are refused here.
    pub fn text(self) -> Option<String> {
        let mut text = String::new();
        for child in self.tree.document.children_iter(self.id) {
            match self.tree.document.node_kind(child) {
                Some(NodeKind::Text(part) | NodeKind::CData(part)) => text.push_str(part),
                _ => return None,
            }
        }
        let text = text.trim_matches([' ', '\t', '\r', '\n']);
        Some(text.to_owned())
    }

    /// The element with all that is below but for `without`, as a set of nodes without comments.
    pub fn nodes(self, without: Option<Node<'_>>) -> NodeSet {
        let document = self.tree.document();
        let all = NodeSet::tree_without_comments(self.id, document);
        match without {
            Some(part) => all.subtract(&NodeSet::tree_with_comments(part.id, document)),
            None => all,
        }
    }

    /// The document it stands in.
    pub const fn document(self) -> &'t Document<'t> {
        self.tree.document()
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.tree, other.tree)
    }
}
