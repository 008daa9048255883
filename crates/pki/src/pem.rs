//! Splitting text into PEM blocks (RFC 7468), each with its number, so that a bad block can be named.
//!
//! The ready-made readers skip what they do not know; here every block counts, because the person has to find it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// One block, from 1, with its label and, where it can be read, its bytes.
pub(crate) struct Block {
    /// Number of the block in the file, from 1.
    pub number: u32,
    /// What stands after BEGIN.
    pub label: String,
    /// The decoded bytes; `None` if the block is cut off or not base64.
    pub bytes: Option<Vec<u8>>,
}

impl Block {
    /// A certificate under any of its three labels.
    pub(crate) fn is_certificate(&self) -> bool {
        matches!(self.label.as_str(), "CERTIFICATE" | "X509 CERTIFICATE")
    }

    /// Any kind of private key, encrypted ones too.
    pub(crate) fn is_private_key(&self) -> bool {
        self.label.ends_with("PRIVATE KEY")
    }
}

/// Whether bytes can only be DER: a sequence with a length in the long form. Certificates and requests are always longer
/// than 127 bytes, and no text starts like this.
pub(crate) fn is_der(bytes: &[u8]) -> bool {
    matches!(bytes, [0x30, 0x81..=0x84, ..])
}

/// All blocks of a text; text around them is ignored, line ends may be LF, CRLF or CR. The line end between two blocks may be
/// missing: so do files look that were put together from such without one at their end.
pub(crate) fn blocks(text: &[u8]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<(String, Vec<u8>)> = None;
    let lines = text.split(|byte| matches!(byte, b'\n' | b'\r')).flat_map(apart);
    for line in lines {
        let line = line.trim_ascii();
        let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        if let Some(label) = label(line, b"-----BEGIN ") {
            if let Some((unfinished, _)) = open.replace((label, Vec::new())) {
                push(&mut blocks, unfinished, None);
            }
        } else if let Some(end) = label(line, b"-----END ") {
            if let Some((label, body)) = open.take() {
                let bytes = (label == end).then(|| STANDARD.decode(&body).ok()).flatten();
                push(&mut blocks, label, bytes);
            }
        } else if let Some((_, body)) = &mut open {
            body.extend(line.iter().filter(|byte| !byte.is_ascii_whitespace()));
        }
    }
    if let Some((unfinished, _)) = open {
        push(&mut blocks, unfinished, None);
    }
    blocks
}

/// A line; two, where the end of a block and the beginning of the next stand on it.
fn apart(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    const SEAM: &[u8] = b"----------BEGIN ";
    let seam = line.windows(SEAM.len()).position(|found| found == SEAM);
    // Five dashes belong to the end of the first.
    let (first, second) = match seam.and_then(|seam| line.split_at_checked(seam + 5)) {
        Some((first, second)) => (first, Some(second)),
        None => (line, None),
    };
    std::iter::once(first).chain(second)
}

fn push(blocks: &mut Vec<Block>, label: String, bytes: Option<Vec<u8>>) {
    let number = u32::try_from(blocks.len()).unwrap_or(u32::MAX).saturating_add(1);
    blocks.push(Block { number, label, bytes });
}

fn label(line: &[u8], marker: &[u8]) -> Option<String> {
    let label = line.strip_prefix(marker)?.strip_suffix(b"-----")?;
    Some(String::from_utf8_lossy(label.trim_ascii()).into_owned())
}

/// One block in the form of RFC 7468: 64 characters to the line, LF.
pub(crate) fn encode(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at_checked(64).unwrap_or((rest, ""));
        out.push_str(line);
        out.push('\n');
        rest = tail;
    }
    out.push_str("-----END ");
    out.push_str(label);
    out.push_str("-----\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_counted_whatever_they_hold() {
        let good = encode("CERTIFICATE", b"hello");
        let text = format!(
            "\u{feff}{good}note\r\n-----BEGIN CERTIFICATE-----\r\n!!\r\n-----END CERTIFICATE-----\r\n{good}-----BEGIN X-----\n"
        );
        let blocks = blocks(text.as_bytes());
        let seen: Vec<_> = blocks
            .iter()
            .map(|b| (b.number, b.label.as_str(), b.bytes.is_some()))
            .collect();
        let expected = [
            (1, "CERTIFICATE", true),
            (2, "CERTIFICATE", false),
            (3, "CERTIFICATE", true),
            (4, "X", false),
        ];
        assert_eq!(seen, expected);
        assert_eq!(blocks[2].bytes.as_deref(), Some(&b"hello"[..]));
    }

    #[test]
    fn blocks_without_a_line_end_between_them_are_two() {
        let (first, second) = (encode("A", b"one"), encode("B PRIVATE KEY", b"two"));
        let blocks = blocks(format!("{}{second}", first.trim_end()).as_bytes());
        let seen: Vec<_> = blocks
            .iter()
            .map(|b| (b.label.as_str(), b.bytes.as_deref()))
            .collect();
        assert_eq!(
            seen,
            [("A", Some(&b"one"[..])), ("B PRIVATE KEY", Some(&b"two"[..]))]
        );
    }

    #[test]
    fn a_block_that_begins_twice_or_ends_otherwise_is_unreadable() {
        let twice = blocks(b"-----BEGIN A-----\nAAAA\n-----BEGIN A-----\nAAAA\n-----END A-----");
        assert_eq!(
            twice.iter().map(|b| b.bytes.is_some()).collect::<Vec<_>>(),
            [false, true]
        );
        assert!(
            blocks(b"-----BEGIN A-----\nAAAA\n-----END B-----")[0]
                .bytes
                .is_none()
        );
        assert!(blocks(b"-----END A-----\nwords").is_empty());
    }
}
