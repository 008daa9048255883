//! The mapped users of a routing record at size: the list, and adding or removing many at once with a result for each line.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::draft::Checker;
use crate::fault::{Invalid, Reason};
use crate::id::{MappedUserId, RoutingId};

/// Most mapped users of one record.
pub const MAPPED_USERS_MAX: u32 = 100_000;
/// Most lines of one import.
pub const IMPORT_LINES_MAX: u32 = 100_000;
/// Largest text of an import, in bytes.
pub const IMPORT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Lines on a page of an import's results.
pub const RESULTS_PER_PAGE: usize = 200;

/// A row of the list of mapped users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedUser {
    pub id: MappedUserId,
    /// As typed.
    pub email: String,
    pub added_at: Option<OffsetDateTime>,
}

/// What an import does with the addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportAct {
    Add,
    Remove,
}

impl ImportAct {
    pub fn key(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        [Self::Add, Self::Remove].into_iter().find(|act| act.key() == key)
    }
}

/// Users to add or to remove, as typed or as a CSV file: one per line, the address in the first cell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapUsers {
    #[serde(default)]
    pub record: String,
    /// `add` or `remove`.
    #[serde(default)]
    pub act: String,
    /// Typed or pasted.
    #[serde(default)]
    pub users: String,
    /// From a file.
    #[serde(default)]
    pub file: String,
    /// Whether good lines are carried out although others are bad.
    #[serde(default)]
    pub partly: bool,
}

impl MapUsers {
    /// The record, the act, and the text. At most [`crate::routing::USERS_MAX`] lines may be typed; a file takes
    /// [`IMPORT_LINES_MAX`].
    pub fn check(&self) -> Result<(RoutingId, ImportAct, &str), Invalid> {
        let mut checker = Checker::default();
        let record = checker.required("record", &self.record, |text| {
            text.parse().map_err(|_| Reason::NotAChoice)
        });
        let act = match self.act.as_str() {
            "" => Some(ImportAct::Add),
            act => checker.required("act", act, |key| ImportAct::parse(key).ok_or(Reason::NotAChoice)),
        };
        let (field, text, max) = if self.file.trim().is_empty() {
            ("users", &self.users, crate::routing::USERS_MAX)
        } else {
            ("file", &self.file, IMPORT_LINES_MAX)
        };
        if text.trim().is_empty() {
            checker.fault("users", Reason::Required);
        }
        if text.len() > IMPORT_BYTES_MAX {
            let max = u32::try_from(IMPORT_BYTES_MAX).unwrap_or(u32::MAX);
            checker.fault(field, Reason::TooLong { max });
        } else if text.lines().filter(|line| !line.trim().is_empty()).count() > max as usize {
            checker.fault(field, Reason::TooMany { max });
        }
        checker.finish(|| Some((record?, act?, text.as_str())))
    }
}

/// What came of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineResult {
    /// Added or removed.
    Done,
    /// It was there already, or was not there to be removed.
    Already,
    /// It stands on an earlier line.
    Repeated,
    /// Good, but nothing was done, because other lines are bad.
    Waits,
    /// Another record of the account, of this name, maps the address.
    Elsewhere {
        record: String,
    },
    Bad {
        reason: Reason,
    },
}

impl LineResult {
    /// Whether it keeps an import from being carried out as a whole.
    pub fn is_bad(&self) -> bool {
        matches!(self, Self::Elsewhere { .. } | Self::Bad { .. })
    }
}

/// A line of an import, from 1, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportLine {
    pub line: u32,
    pub text: String,
    pub result: LineResult,
}

/// The last import of a record's users, before the first one none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastImport {
    pub record: RoutingId,
    /// The record's.
    pub name: String,
    pub import: Option<ImportSummary>,
}

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportSummary {
    pub act: ImportAct,
    pub at: OffsetDateTime,
    pub by: String,
    /// Whether anything was carried out.
    pub applied: bool,
    pub done: u64,
    pub already: u64,
    pub bad: u64,
    pub waits: u64,
    /// Those that were not carried out first, then the others; one page of them.
    pub lines: Vec<ImportLine>,
    /// How many lines stand before those.
    pub before: u64,
    pub total: u64,
}

/// The addresses of a text with the numbers of their lines: the first cell of each line that is not empty, without quotes. A
/// head line (`email`, `e-mail`, `user`, …) without an `@` is passed over.
pub fn first_cells(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let cell = |line: &'_ str| -> Option<std::ops::Range<usize>> {
        let quoted = line.trim_start().strip_prefix('"');
        let (start, end) = match quoted {
            Some(rest) => {
                let start = line.len() - rest.len();
                (start, start + rest.find('"').unwrap_or(rest.len()))
            }
            None => (0, line.find([',', ';', '\t']).unwrap_or(line.len())),
        };
        (!line.trim().is_empty()).then_some(start..end)
    };
    (1..)
        .zip(text.lines())
        .filter_map(move |(number, line)| Some((number, line.get(cell(line)?)?.trim())))
        .enumerate()
        .filter(|(place, (_, cell))| *place > 0 || cell.contains('@') || !is_head(cell))
        .map(|(_, line)| line)
}

/// Whether a first cell is the head of a column, and no address that somebody mistyped.
fn is_head(cell: &str) -> bool {
    let plain: String = cell
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    [
        "email",
        "mail",
        "emailaddress",
        "user",
        "users",
        "mappedusers",
        "mappeduser",
        "emailadresse",
        "address",
        "upn",
        "userprincipalname",
    ]
    .contains(&plain.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(u32, &str)> {
        first_cells(text).collect()
    }

    #[test]
    fn the_first_cell_of_each_line_is_read_with_its_number() {
        let text = "\u{feff}E-mail;Name\r\nada@contoso.example;Ada\r\n\r\n\"bob@contoso.example\",\"Bob, the builder\"\n eve@contoso.example \tEve\n;x";
        let read = [
            (2, "ada@contoso.example"),
            (4, "bob@contoso.example"),
            (5, "eve@contoso.example"),
            (6, ""),
        ];
        assert_eq!(cells(text), read);
        assert_eq!(cells("ada\nbob"), [(1, "ada"), (2, "bob")], "no head line");
        assert_eq!(cells(""), []);
    }

    #[test]
    fn what_is_typed_has_five_hundred_lines_and_a_file_a_hundred_thousand() {
        let draft = |users: usize, file: usize| MapUsers {
            record: "01890a5d-ac96-774b-bcce-b302099a8057".into(),
            users: "a@b.example\n".repeat(users),
            file: "a@b.example\n".repeat(file),
            ..MapUsers::default()
        };
        assert!(draft(500, 0).check().is_ok());
        let many = draft(501, 0).check().unwrap_err();
        assert_eq!(many.reason("users"), Some(&Reason::TooMany { max: 500 }));
        assert!(draft(0, 100_000).check().is_ok());
        let many = draft(0, 100_001).check().unwrap_err();
        assert_eq!(many.reason("file"), Some(&Reason::TooMany { max: 100_000 }));
        assert_eq!(
            draft(0, 0).check().unwrap_err().reason("users"),
            Some(&Reason::Required)
        );
    }
}
