//! What every list screen asks for and gets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Rows on a page where nothing else was asked for.
pub const PER_PAGE: u16 = 50;
/// Most rows on a page.
pub const PER_PAGE_MAX: u16 = 200;
/// A total is counted exactly up to here, so that no list pays for counting a million rows.
pub const COUNT_LIMIT: u64 = 10_000;
/// What words have found is counted up to here: as many as can be chosen together
/// ([`MATCHING_MAX`](crate::selection::MATCHING_MAX)).
pub const SEARCH_COUNT_LIMIT: u64 = 1_000;

/// Search, order and place in a list: the state that stands in the page's address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListQuery {
    /// Words to look for; empty for all.
    #[serde(default)]
    pub search: String,
    /// Key of the column to sort by; empty or unknown for the list's own order.
    #[serde(default)]
    pub sort: String,
    #[serde(default)]
    pub descending: bool,
    /// Where to go on, as given by an earlier page; empty for the start. Opaque.
    #[serde(default)]
    pub cursor: String,
    /// What single columns are narrowed to: the filter's name and its value. A name or a choice that the list does not have finds
    /// nothing, so that a slip never widens what is then acted on.
    #[serde(default)]
    pub filters: BTreeMap<String, String>,
    /// Rows wanted; 0 for [`PER_PAGE`], at most [`PER_PAGE_MAX`].
    #[serde(default)]
    pub per: u16,
}

impl ListQuery {
    /// The number of rows to fetch, within its bounds.
    pub fn limit(&self) -> u16 {
        if self.per == 0 {
            PER_PAGE
        } else {
            self.per.min(PER_PAGE_MAX)
        }
    }
}

/// How many rows match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Total {
    Exact(u64),
    /// More than that: [`COUNT_LIMIT`], or [`SEARCH_COUNT_LIMIT`] of what words have found.
    AtLeast(u64),
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub total: Total,
    /// Cursor of the page after this one.
    pub next: Option<String>,
    /// Cursor of the page before this one.
    pub previous: Option<String>,
}

impl<T> Page<T> {
    /// The same page with each row turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page {
            rows: self.rows.into_iter().map(turn).collect(),
            total: self.total,
            next: self.next,
            previous: self.previous,
        }
    }

    /// The same page with each row turned into something else, or the first failure.
    pub fn try_map<U, E>(self, turn: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        let rows = self.rows.into_iter().map(turn).collect::<Result<_, E>>()?;
        Ok(Page {
            rows,
            total: self.total,
            next: self.next,
            previous: self.previous,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_fifty_rows_unless_asked_and_never_more_than_two_hundred() {
        let asking = |per| {
            ListQuery {
                per,
                ..ListQuery::default()
            }
            .limit()
        };
        assert_eq!(
            [asking(0), asking(10), asking(200), asking(201)],
            [50, 10, 200, 200]
        );
    }
}
