//! Files that belong to cases: names, types and bounds.

use serde::{Deserialize, Serialize};

use crate::id::CaseFileId;

/// Most files of one case, comment or answer.
pub const FILES_MAX: u32 = 5;
/// Largest file, in bytes: support information of a device with its logs has some 5 MiB.
pub const FILE_BYTES_MAX: u64 = 25 * 1024 * 1024;
/// Most files of a case with its whole conversation.
pub const CASE_FILES_MAX: u32 = 100;
/// Longest name of a file, in characters; what is longer is cut before its ending.
pub const FILE_NAME_MAX: usize = 120;
/// How much of its beginning tells what a file is, in bytes.
pub const SNIFFED: usize = 4096;
/// What a browser offers to choose from.
pub const ACCEPTED: &str = ".png,.jpg,.jpeg,.pdf,.txt,.log,.csv,.json,.xml,.zip,.gz,.tgz";

/// A type that is accepted. What runs, or what a browser would show as a page of ours, is none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    Png,
    Jpeg,
    Pdf,
    Text,
    Json,
    Xml,
    Csv,
    Zip,
    Gzip,
}

impl FileKind {
    pub const ALL: [Self; 9] = [
        Self::Png,
        Self::Jpeg,
        Self::Pdf,
        Self::Text,
        Self::Json,
        Self::Xml,
        Self::Csv,
        Self::Zip,
        Self::Gzip,
    ];

    /// Endings of names, in lower case.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Pdf => &["pdf"],
            Self::Text => &["txt", "log"],
            Self::Json => &["json"],
            Self::Xml => &["xml"],
            Self::Csv => &["csv"],
            Self::Zip => &["zip"],
            Self::Gzip => &["gz", "tgz"],
        }
    }

    /// The type that a name says.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        let ending = ending.to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|kind| kind.endings().contains(&ending.as_str()))
    }

    /// The media type that a download is sent with.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Pdf => "application/pdf",
            Self::Text => "text/plain",
            Self::Json => "application/json",
            Self::Xml => "application/xml",
            Self::Csv => "text/csv",
            Self::Zip => "application/zip",
            Self::Gzip => "application/gzip",
        }
    }

    /// Whether a file that begins so can be of this type. `head` is the first [`SNIFFED`] bytes, or the whole of a shorter file.
    pub fn fits(self, head: &[u8]) -> bool {
        match self {
            Self::Png => head.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => head.starts_with(b"\xff\xd8\xff"),
            Self::Pdf => head.starts_with(b"%PDF-"),
            // The second one is that of an archive without entries.
            Self::Zip => head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06"),
            Self::Gzip => head.starts_with(b"\x1f\x8b"),
            Self::Text | Self::Json | Self::Xml | Self::Csv => is_text(head),
        }
    }
}

/// Whether it reads as text: of Windows also in UTF-16, and in whatever old encoding, but with no zero bytes and not as a program or
/// one of the other types.
fn is_text(head: &[u8]) -> bool {
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return true;
    }
    let others = [
        FileKind::Png,
        FileKind::Jpeg,
        FileKind::Pdf,
        FileKind::Zip,
        FileKind::Gzip,
    ];
    let program = head.starts_with(b"MZ") || head.starts_with(b"\x7fELF") || head.starts_with(b"#!");
    !program && !head.contains(&0) && !others.into_iter().any(|kind| kind.fits(head))
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileProblem {
    /// More than [`FILE_BYTES_MAX`].
    TooLarge,
    Empty,
    /// Its name says no type that is accepted.
    Kind,
    /// Its name says one type, and its content another.
    Content,
}

/// The name of a file, as it is shown and given back: without folders, without what cannot be seen, never empty.
pub fn file_name(typed: &str) -> String {
    let name = typed.rsplit(['/', '\\']).next().unwrap_or_default();
    // Marks of direction would show another ending than the real one.
    let odd = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
            || matches!(letter, '"' | '<' | '>' | '|' | ':' | '*' | '?')
    };
    let name: String = name.chars().filter(|letter| !odd(*letter)).collect();
    let name = name.trim_matches([' ', '.']);
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.chars().count() < 16 => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    let room = FILE_NAME_MAX - ending.chars().count();
    let stem: String = stem.chars().take(room).collect();
    match format!("{stem}{ending}") {
        name if name.is_empty() => "file".to_owned(),
        name => name,
    }
}

/// A file of a case, as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFile {
    pub id: CaseFileId,
    pub name: String,
    pub bytes: u64,
    /// Deleted some time after the case was closed.
    pub gone: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_what_both_name_and_content_say() {
        let text = b"2026-11-21 13:05 error 30".as_slice();
        for (name, head, fits) in [
            ("a.PNG", b"\x89PNG\r\n\x1a\n....".as_slice(), true),
            ("a.png", b"\xff\xd8\xff\xe0", false),
            ("a.jpeg", b"\xff\xd8\xff\xe0", true),
            ("a.pdf", b"%PDF-1.7", true),
            ("tclogs.zip", b"PK\x03\x04....", true),
            ("tclogs.zip", b"MZ\x90\0", false),
            ("a.tgz", b"\x1f\x8b\x08", true),
            ("a.log", text, true),
            ("a.json", b"{\"code\":30}", true),
            ("a.txt", b"\xff\xfeH\0i\0", true),
            ("a.txt", b"M\xfcnchen", true),
            ("a.txt", b"MZ\x90\0", false),
            ("a.log", b"\x7fELF\x02", false),
            ("a.csv", b"a\0b", false),
            ("a.txt", b"PK\x03\x04", false),
        ] {
            assert_eq!(
                FileKind::of_name(name).map(|kind| kind.fits(head)),
                Some(fits),
                "{name} {head:?}"
            );
        }
        for other in ["a.exe", "a.html", "a.svg", "a.png.js", "png", "", "."] {
            assert_eq!(FileKind::of_name(other), None, "{other}");
        }
    }

    #[test]
    fn every_ending_is_offered_to_choose_from() {
        let endings = FileKind::ALL.into_iter().flat_map(FileKind::endings);
        let offered: Vec<_> = endings.map(|ending| format!(".{ending}")).collect();
        let mut accepted: Vec<_> = ACCEPTED.split(',').collect();
        accepted.sort_unstable();
        let mut offered: Vec<_> = offered.iter().map(String::as_str).collect();
        offered.sort_unstable();
        assert_eq!(offered, accepted);
    }

    #[test]
    fn a_name_has_no_folder_nothing_unseen_and_keeps_its_ending() {
        for (typed, name) in [
            ("C:\\Users\\ann\\log.txt", "log.txt"),
            ("../../etc/passwd.log", "passwd.log"),
            ("invoice\u{202e}gpj.txt", "invoicegpj.txt"),
            ("a\r\nb\".txt", "ab.txt"),
            ("Übersicht März.pdf", "Übersicht März.pdf"),
            (" .hidden. ", "hidden"),
            ("..", "file"),
            ("", "file"),
        ] {
            assert_eq!(file_name(typed), name, "{typed:?}");
        }
        let long = file_name(&("x".repeat(300) + ".log"));
        assert!(long.chars().count() == FILE_NAME_MAX && long.ends_with("x.log"));
        assert_eq!(file_name(&("x".repeat(116) + ".log")), "x".repeat(116) + ".log");
    }
}
