//! What a person typed, taken apart into words, and what each word is to the two engines.
//!
//! A word of [`GRAM`] letters or more is found anywhere in the list's text, as it was typed or without the separators that people
//! put into addresses and serial numbers. A shorter one has no trigram, and would be found in every other row: beside a longer
//! word it is found anywhere too, alone only where the list's name begins with it.
//!
//! `site:munich` and `site:"new york"` are no words where the list has a filter of that name that may be typed: its value, to the
//! letter. Any other colon is a letter as others are.

use std::collections::HashMap;

use crate::{Args, Value};

/// Letters of a trigram: SQLite's FTS5 and PostgreSQL's `pg_trgm` index nothing shorter.
pub(super) const GRAM: usize = 3;
/// Longest search that is looked for, in letters; what follows is cut.
pub(super) const SEARCH_MAX: usize = 200;
/// Most words that are looked for; the others are passed over.
const WORDS_MAX: usize = 8;
/// Most trigrams of a search that are [estimated](super::text::probe): each costs some hundredths of a millisecond.
const PROBES: usize = 40;
/// Rows that are looked at for such an estimate.
pub(super) const SAMPLE: i64 = 500;
/// Rows up to which a trigram is rare.
const RARE: i64 = 20_000;
/// Most rare trigrams that stand for a word: hardly any row has these by chance.
const DRIVERS: usize = 4;

/// How many words of each kind a search has: what its texts depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count {
    pub long: usize,
    pub short: usize,
}

/// A word that has trigrams.
#[derive(Debug, PartialEq, Eq)]
struct Long {
    typed: String,
    /// Without separators, where that is something else and still has a trigram.
    bare: Option<String>,
}

impl Long {
    fn spellings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.typed.as_str()).chain(self.bare.as_deref())
    }
}

/// The words of a search.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Terms {
    long: Vec<Long>,
    short: Vec<String>,
    named: Vec<(&'static str, String)>,
    /// Whether a word stands for a filter of one column.
    filtered: bool,
}

/// What FTS5 is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub query: String,
    /// Whether it finds the words themselves, or only rows that may hold them.
    pub exact: bool,
}

impl Terms {
    /// Given the names of the filters that may be typed. NUL, which PostgreSQL has no text for, parts words as any control
    /// letter does.
    pub fn read(search: &str, names: &[&'static str]) -> Self {
        let letters: String = search
            .trim()
            .chars()
            .take(SEARCH_MAX)
            .flat_map(char::to_lowercase)
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .collect();
        let mut terms = Self::default();
        let mut rest = letters.trim_start();
        for _ in 0..WORDS_MAX {
            if let Some((name, value, after)) = named(rest, names) {
                terms.named.push((name, value.to_owned()));
                rest = after.trim_start();
                continue;
            }
            let (word, after) = until(rest, char::is_whitespace);
            rest = after.trim_start();
            terms.push(word);
        }
        terms
    }

    /// The value of a filter, to be found as it is.
    pub fn push_filter(&mut self, value: &str) {
        self.filtered = true;
        self.long.push(Long {
            typed: value.to_owned(),
            bare: None,
        });
    }

    fn push(&mut self, word: &str) {
        match word.chars().count() {
            0 => {}
            1..GRAM => self.short.push(word.to_owned()),
            _ => {
                let bare: String = word
                    .chars()
                    .filter(|letter| !matches!(letter, ':' | '-' | '.'))
                    .collect();
                let other = bare != word && bare.chars().count() >= GRAM;
                self.long.push(Long {
                    typed: word.to_owned(),
                    bare: other.then_some(bare),
                });
            }
        }
    }

    /// Whether there is no word, but filters perhaps.
    pub fn is_empty(&self) -> bool {
        self.long.is_empty() && self.short.is_empty()
    }

    /// The filters that were typed, each with its value.
    pub fn named(&self) -> &[(&'static str, String)] {
        &self.named
    }

    /// The word, if it is the only one and has trigrams.
    pub fn single(&self) -> Option<&str> {
        match (self.long.as_slice(), self.short.as_slice()) {
            ([word], []) if !self.filtered => Some(&word.typed),
            _ => None,
        }
    }

    pub fn count(&self) -> Count {
        Count {
            long: self.long.len(),
            short: self.short.len(),
        }
    }

    /// The values of [`conditions`]: two for each word, the long ones first.
    pub fn push_all(&self, args: &mut Args) {
        for word in &self.long {
            let bare = word.bare.as_ref().unwrap_or(&word.typed);
            args.push(Value::Text(Some(pattern(&word.typed))));
            args.push(Value::Text(Some(pattern(bare))));
        }
        self.push_short(args);
    }

    /// The values of [`conditions`] for the short words alone.
    pub fn push_short(&self, args: &mut Args) {
        for word in &self.short {
            let (from, to) = if self.long.is_empty() {
                begun(word)
            } else {
                (pattern(word), pattern(word))
            };
            args.push(Value::Text(Some(from)));
            args.push(Value::Text(Some(to)));
        }
    }

    /// Trigrams whose frequency is worth knowing, each as a query of FTS5.
    pub fn probes(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for gram in self.long.iter().flat_map(Long::spellings).flat_map(grams) {
            if !all.contains(&gram) {
                all.push(gram);
            }
        }
        all.truncate(PROBES);
        all
    }

    /// What to ask FTS5 for, given about how many rows hold each of the [probed](Self::probes) trigrams.
    ///
    /// A word is found by all its trigrams side by side, and one that stands in every row, as in the MAC addresses of one
    /// vendor, makes that slow. So if there are frequent and rare ones, the rare ones alone are asked for, and the few rows
    /// that have them are looked at.
    pub fn query(&self, hits: &HashMap<String, i64>) -> Match {
        let exact = |long: &Long| {
            let spellings: Vec<String> = long.spellings().map(quoted).collect();
            format!("({})", spellings.join(" OR "))
        };
        let rare = |long: &Long| {
            let spellings: Option<Vec<String>> = long
                .spellings()
                .map(|spelling| {
                    let known = grams(spelling).filter_map(|gram| Some((*hits.get(&gram)?, gram)));
                    let mut found: Vec<(i64, String)> = known.filter(|(hits, _)| *hits <= RARE).collect();
                    found.sort_unstable();
                    let found: Vec<String> = found.into_iter().take(DRIVERS).map(|(_, gram)| gram).collect();
                    (!found.is_empty()).then(|| format!("({})", found.join(" AND ")))
                })
                .collect();
            spellings.map(|spellings| format!("({})", spellings.join(" OR ")))
        };
        let by_rare: Vec<String> = self.long.iter().filter_map(rare).collect();
        if hits.values().any(|hits| *hits > RARE) && !by_rare.is_empty() {
            Match {
                query: by_rare.join(" AND "),
                exact: false,
            }
        } else {
            Match {
                query: self.long.iter().map(exact).collect::<Vec<_>>().join(" AND "),
                exact: true,
            }
        }
    }
}

/// What stands before the words of each row of an account in an FTS5 table that accounts share: three letters of the private use
/// area for the last three digits of its id. No word of a person's has these, and one trigram is cheaper than an id.
pub(super) fn tag(account: uuid::Uuid) -> String {
    let [.., high, low] = *account.as_bytes();
    [high & 0xF, low >> 4, low & 0xF]
        .into_iter()
        .filter_map(|digit| char::from_u32(0xE001 + u32::from(digit)))
        .collect()
}

/// The conditions of that many words over the columns `text` and `short`, from `$first` on.
pub(super) fn conditions(count: Count, text: &str, short: &str, first: usize) -> Vec<String> {
    let long = (0..count.long).map(|word| first + 2 * word);
    let long = long.map(|n| {
        format!(
            "{text} like ${n} escape '\\' or {text} like ${} escape '\\'",
            n + 1
        )
    });
    let after = first + 2 * count.long;
    long.chain(short_conditions(count, text, short, after)).collect()
}

/// Those of the short words alone.
pub(super) fn short_conditions(count: Count, text: &str, short: &str, first: usize) -> Vec<String> {
    let values = (0..count.short).map(|word| (first + 2 * word, first + 2 * word + 1));
    values
        .map(|(n, m)| {
            if count.long == 0 {
                format!("{short} >= ${n} and {short} < ${m}")
            } else {
                format!("{text} like ${n} escape '\\' and {text} like ${m} escape '\\'")
            }
        })
        .collect()
}

/// The bounds of the texts that begin with a word: from the first on and before the second.
pub(super) fn begun(word: &str) -> (String, String) {
    (word.to_owned(), format!("{word}\u{10FFFF}"))
}

/// A filter at the start of a search: its name, its value, what follows.
fn named<'a>(search: &'a str, names: &[&'static str]) -> Option<(&'static str, &'a str, &'a str)> {
    let after = |name: &&&str| search.strip_prefix(**name)?.strip_prefix(':');
    let (name, value) = names.iter().find_map(|name| Some((*name, after(&name)?)))?;
    if let Some(quoted) = value.strip_prefix('"') {
        let (value, after) = until(quoted, |letter| letter == '"');
        return Some((name, value, after.strip_prefix('"').unwrap_or(after)));
    }
    let (value, after) = until(value, char::is_whitespace);
    (!value.is_empty()).then_some((name, value, after))
}

/// What stands before the first such letter, and the rest from there on.
fn until(text: &str, end: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(end).unwrap_or(text.len()))
}

/// The `like` pattern for a word: it stands anywhere, and every letter of it is a letter.
pub(super) fn pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for letter in word.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// A text of FTS5: nothing in it is syntax.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The trigrams of a word, each as a query of FTS5.
fn grams(word: &str) -> impl Iterator<Item = String> {
    let starts: Vec<usize> = word
        .char_indices()
        .map(|(at, _)| at)
        .chain([word.len()])
        .collect();
    let slices: Vec<String> = starts
        .windows(GRAM + 1)
        .filter_map(|window| word.get(*window.first()?..*window.last()?))
        .map(quoted)
        .collect();
    slices.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(search: &str) -> Terms {
        Terms::read(search, &["site", "department"])
    }

    fn exact(search: &str) -> String {
        read(search).query(&HashMap::new()).query
    }

    #[test]
    fn words_are_lower_case_and_parted_by_anything_that_is_no_letter_on_paper() {
        assert!(read(" \0\n ").is_empty());
        assert_eq!(exact(" MÜNCHEN\0Sales "), "(\"münchen\") AND (\"sales\")");
        assert_eq!(exact("00:E0-C5"), "(\"00:e0-c5\" OR \"00e0c5\")");
        assert_eq!(exact("a:b"), "(\"a:b\")", "without separators it has no trigram");
        assert_eq!(read("mü itc 😀😀").count(), Count { long: 1, short: 2 });
        assert_eq!(read(&"word ".repeat(9)).count(), Count { long: 8, short: 0 });
    }

    #[test]
    fn a_filter_is_typed_with_its_name_and_a_colon() {
        let filters = |search: &str| {
            let terms = read(search);
            let named: Vec<String> = terms
                .named()
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            (
                named.join(" "),
                if terms.is_empty() {
                    String::new()
                } else {
                    terms.query(&HashMap::new()).query
                },
            )
        };
        for (search, named, words) in [
            ("site:Munich", "site=munich", ""),
            (
                " SITE:munich sales department:Sales",
                "site=munich department=sales",
                "(\"sales\")",
            ),
            ("site:\"New York\" lab", "site=new york", "(\"lab\")"),
            ("site:\"new york\"lab", "site=new york", "(\"lab\")"),
            ("site:\"new\0york", "site=new york", ""),
            ("site:\"\"", "site=", ""),
            ("site:a:b\"c", "site=a:b\"c", ""),
            ("site:", "", "(\"site:\" OR \"site\")"),
            ("site: munich", "", "(\"site:\" OR \"site\") AND (\"munich\")"),
            ("sites:munich", "", "(\"sites:munich\" OR \"sitesmunich\")"),
            ("00:e0:c5", "", "(\"00:e0:c5\" OR \"00e0c5\")"),
        ] {
            assert_eq!(filters(search), (named.to_owned(), words.to_owned()), "{search}");
        }
    }

    #[test]
    fn nothing_typed_is_syntax() {
        assert_eq!(exact("x\"*OR"), "(\"x\"\"*or\")");
        assert_eq!(pattern("50%_\\"), "%50\\%\\_\\\\%");
    }

    #[test]
    fn a_search_is_cut_at_two_hundred_letters() {
        for (typed, kept) in [(199, 199), (200, 200), (201, 200)] {
            assert_eq!(exact(&"ä".repeat(typed)).chars().count(), kept + 4);
        }
    }

    #[test]
    fn rare_trigrams_stand_for_a_word_that_has_frequent_ones_too() {
        let terms = read("00:e0:c5:4a:1b");
        let probes = terms.probes();
        assert!(
            read(&"0123456789abcdefghijklmnopqrstuvwxyz".repeat(3))
                .probes()
                .len()
                <= PROBES
        );
        let count = |rare: &[&str]| -> HashMap<String, i64> {
            let hits = |gram: &String| {
                if rare.contains(&gram.as_str()) {
                    RARE
                } else {
                    RARE + 1
                }
            };
            probes.iter().map(|gram| (gram.clone(), hits(gram))).collect()
        };
        let of_both = terms.query(&count(&["\"00:\"", "\"a1b\""]));
        assert_eq!(
            of_both,
            Match {
                query: "((\"00:\") OR (\"a1b\"))".to_owned(),
                exact: false
            }
        );
        assert!(
            terms.query(&count(&["\"a1b\""])).exact,
            "only one of its spellings has a rare one"
        );
        assert!(terms.query(&count(&[])).exact);
        let all: Vec<&str> = probes.iter().map(String::as_str).collect();
        assert!(terms.query(&count(&all)).exact, "nothing makes it slow");
    }

    #[test]
    fn trigrams_are_letters_and_not_bytes() {
        assert_eq!(grams("äöüß").collect::<Vec<_>>(), ["\"äöü\"", "\"öüß\""]);
        assert_eq!(grams("äö").count(), 0);
    }
}
