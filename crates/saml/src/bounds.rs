//! What is looked at before anything is parsed (SEC-08): size, document type, and how much there is to parse.
//!
//! XML parsers compare every attribute of a tag with every other, and 40,000 of them fit into the size limit; so the
//! counting is done here, in one pass over the bytes. It builds nothing and decides nothing else: where it and the parser
//! see different things, the parser's word counts, within the limits that hold for both.

use federation::saml::SamlError;

/// Longest response, in bytes of base64.
pub const ENCODED_BYTES: usize = 256 * 1024;
/// Longest metadata, in bytes: those of large providers carry two signatures and all their claims, some 80 kB.
pub const METADATA_BYTES: usize = 512 * 1024;
/// Most attributes of one tag, namespace declarations included.
pub const ATTRIBUTES: usize = 64;
/// Deepest nesting of elements.
pub const DEPTH: usize = 32;
/// Most nodes of a response: elements, texts, comments, instructions.
pub const NODES: usize = 4096;
/// Most nodes of metadata: some list several hundred claims, twice.
pub const METADATA_NODES: usize = 16 * 1024;

/// Counts what stands in the text, up to `most` nodes.
///
/// [`SamlError::Doctype`] and [`SamlError::TooComplex`]; [`SamlError::Unreadable`] where a tag does not end.
pub fn check(xml: &str, most: usize) -> Result<(), SamlError> {
    let mut rest = xml.as_bytes();
    let (mut nodes, mut depth) = (0_usize, 0_usize);
    while let Some(start) = rest.iter().position(|byte| *byte == b'<') {
        let (text, markup) = rest.split_at(start);
        nodes += usize::from(!text.is_empty());
        rest = if markup.starts_with(b"<!--") {
            nodes += 1;
            after(markup, b"<!--".len(), b"-->")?
        } else if markup.starts_with(b"<![CDATA[") {
            nodes += 1;
            after(markup, b"<![CDATA[".len(), b"]]>")?
        } else if markup.starts_with(b"<!") {
            return Err(SamlError::Doctype);
        } else if markup.starts_with(b"<?") {
            nodes += 1;
            after(markup, b"<?".len(), b"?>")?
        } else if markup.starts_with(b"</") {
            depth = depth.saturating_sub(1);
            after(markup, b"</".len(), b">")?
        } else {
            nodes += 1;
            let (tag, rest) = tag(markup)?;
            if !tag.empty {
                depth += 1;
            }
            if tag.attributes > ATTRIBUTES || depth > DEPTH || (tag.empty && depth >= DEPTH) {
                return Err(SamlError::TooComplex);
            }
            rest
        };
        if nodes > most {
            return Err(SamlError::TooComplex);
        }
    }
    Ok(())
}

/// What follows the first `end` behind the first `skip` bytes.
fn after<'a>(markup: &'a [u8], skip: usize, end: &[u8]) -> Result<&'a [u8], SamlError> {
    let body = markup.get(skip..).unwrap_or_default();
    let found = body.windows(end.len()).position(|window| window == end);
    let next = found.ok_or(SamlError::Unreadable)? + end.len();
    Ok(body.get(next..).unwrap_or_default())
}

struct Tag {
    attributes: usize,
    empty: bool,
}

/// Counts the `=` of a start tag that stand outside quotes, up to its end.
fn tag(markup: &[u8]) -> Result<(Tag, &[u8]), SamlError> {
    let (mut quote, mut attributes, mut before) = (None, 0, b'<');
    for (at, byte) in markup.iter().copied().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'=') => attributes += 1,
            (None, b'>') => {
                let empty = before == b'/';
                return Ok((
                    Tag { attributes, empty },
                    markup.get(at + 1..).unwrap_or_default(),
                ));
            }
            _ => {}
        }
        before = byte;
    }
    Err(SamlError::Unreadable)
}
