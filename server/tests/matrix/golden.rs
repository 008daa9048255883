//! The matrix as text, and the file that it is compared with.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use super::{Actor, Row};

/// One table of the file.
pub struct Table {
    title: &'static str,
    codes: Vec<String>,
    legend: BTreeMap<String, String>,
    lines: Vec<(String, Vec<String>)>,
}

const ENDPOINT: usize = 68;
const WHO: usize = 24;

impl Table {
    pub fn new(title: &'static str, actors: &[&Actor]) -> Self {
        Self {
            title,
            codes: actors.iter().map(|actor| actor.code.clone()).collect(),
            legend: actors
                .iter()
                .map(|actor| (actor.code.clone(), actor.words.clone()))
                .collect(),
            lines: Vec::new(),
        }
    }

    pub fn push(&mut self, row: &Row, cells: Vec<String>) {
        let endpoint = format!("{:<4} {}", row.method, row.path);
        self.lines
            .push((format!("{endpoint:<ENDPOINT$} {:<WHO$}", row.who.words()), cells));
    }

    /// A further column.
    pub fn explain(&mut self, code: &str, words: &str) {
        self.codes.push(code.to_owned());
        self.legend.insert(code.to_owned(), words.to_owned());
    }

    pub fn text(&self) -> String {
        let mut text = format!("{}\n\n", self.title);
        for code in &self.codes {
            writeln!(text, "  {code:<4} {}", self.legend[code]).unwrap();
        }
        let cells = |cells: &[String]| {
            let padded: Vec<_> = cells.iter().map(|cell| format!(" {cell:>4}")).collect();
            padded.concat()
        };
        let head = format!("{:<ENDPOINT$} {:<WHO$}", "", "");
        writeln!(text, "\n{}", (head + &cells(&self.codes)).trim_end()).unwrap();
        for (start, line) in &self.lines {
            writeln!(text, "{}", (start.clone() + &cells(line)).trim_end()).unwrap();
        }
        text
    }
}

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/matrix.txt");
const HEAD: &str = "Who is answered what by every endpoint, as observed. Written by `COSMOS_BLESS=1 cargo test -p server authorization`;\n\
     never by CI. 401: no session here. 403: no role allows it. 404: not theirs, or not there. tls: the handshake was refused.\n";

/// Compares with the file. It is written anew only when somebody asks for it, and never in CI.
pub fn compare(tables: &[Table]) {
    let texts: Vec<_> = tables.iter().map(Table::text).collect();
    let text = format!("{HEAD}\n{}", texts.join("\n"));
    let file = Path::new(FILE);
    if std::env::var("COSMOS_BLESS").is_ok_and(|value| value == "1") && std::env::var_os("CI").is_none() {
        std::fs::write(file, &text).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{FILE}: {error}"));
    let old: Vec<_> = kept.lines().collect();
    let new: Vec<_> = text.lines().collect();
    let gone = old
        .iter()
        .filter(|line| !new.contains(line))
        .map(|line| format!("- {line}"));
    let come = new
        .iter()
        .filter(|line| !old.contains(line))
        .map(|line| format!("+ {line}"));
    let changes: Vec<_> = gone.chain(come).collect();
    assert!(
        kept == text,
        "the matrix has changed; look at each line, then write it anew:\n{}",
        changes.join("\n")
    );
}
