//! Rows of a list that something is done with: those that were ticked, or all that a search and filters find.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::fault::{Fault, Invalid, Reason};
use crate::page::{ListQuery, PER_PAGE_MAX};

/// Most rows that can be ticked: a page.
pub const TICKED_MAX: usize = PER_PAGE_MAX as usize;
/// Most rows that something is done with at once, where it is done to one after the other.
pub const MATCHING_MAX: u64 = 1_000;

/// A selection, as its form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// Ids, parted by blanks: of the rows that were ticked.
    #[serde(default)]
    pub ids: String,
    /// Whether the rows that are ticked are meant, also where none is.
    #[serde(default)]
    pub ticked: bool,
    /// Whether all rows are meant that the search and the filters find; `ids` plays no part then.
    #[serde(default)]
    pub all: bool,
    #[serde(default)]
    pub search: String,
    #[serde(default)]
    pub filters: BTreeMap<String, String>,
}

/// A selection that can be looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selected<T> {
    These(Vec<T>),
    /// What the list finds, from its start.
    Matching(ListQuery),
}

impl Selection {
    /// What the search and the filters find, from the start.
    pub fn query(&self) -> ListQuery {
        ListQuery {
            search: self.search.clone(),
            filters: self.filters.clone(),
            per: PER_PAGE_MAX,
            ..ListQuery::default()
        }
    }

    /// Refused as `ids` without a single row, with more than [`TICKED_MAX`], and where one is no id.
    pub fn check<T: From<uuid::Uuid> + PartialEq>(&self) -> Result<Selected<T>, Fault> {
        if self.all {
            return Ok(Selected::Matching(self.query()));
        }
        let refused = |reason| Fault::from(Invalid::one("ids", reason));
        let mut ids = Vec::new();
        for id in self.ids.split_ascii_whitespace() {
            let id = uuid::Uuid::parse_str(id).map_err(|_| refused(Reason::NotAChoice))?;
            let id = T::from(id);
            if !ids.contains(&id) {
                ids.push(id);
            }
            if ids.len() > TICKED_MAX {
                let max = u32::try_from(TICKED_MAX).unwrap_or(u32::MAX);
                return Err(refused(Reason::TooMany { max }));
            }
        }
        if ids.is_empty() {
            return Err(refused(Reason::Required));
        }
        Ok(Selected::These(ids))
    }
}

/// What an act on several rows would come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prospect {
    /// Rows that are selected.
    pub selected: u64,
    /// Those of them that it can be done with.
    pub fit: u64,
    /// Names of some of these.
    pub some: Vec<String>,
}

/// What came of an act on several rows, in the order of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    pub rows: Vec<RowResult>,
}

/// What came of it for one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowResult {
    pub name: String,
    /// `None`: done.
    pub refused: Option<Fault>,
}

impl Results {
    /// How many rows it was done with.
    pub fn done(&self) -> usize {
        self.rows.iter().filter(|row| row.refused.is_none()).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::UserId;

    fn ticked(ids: usize) -> Result<Selected<UserId>, Fault> {
        let ids: Vec<String> = (0..ids)
            .map(|id| uuid::Uuid::from_u128(id as u128).to_string())
            .collect();
        let selection = Selection {
            ids: ids.join(" "),
            ..Selection::default()
        };
        selection.check()
    }

    #[test]
    fn a_page_of_rows_can_be_ticked_and_not_one_more_or_none() {
        assert!(matches!(ticked(TICKED_MAX), Ok(Selected::These(ids)) if ids.len() == TICKED_MAX));
        assert_eq!(
            ticked(TICKED_MAX + 1),
            Err(Fault::field("ids", Reason::TooMany { max: 200 }))
        );
        assert_eq!(ticked(0), Err(Fault::field("ids", Reason::Required)));
        assert!(ticked(1).is_ok());
    }

    #[test]
    fn a_row_that_is_ticked_twice_is_one_and_what_is_no_id_is_refused() {
        let of = |ids: &str| {
            let ids = ids.to_owned();
            Selection {
                ids,
                ..Selection::default()
            }
            .check::<UserId>()
        };
        let id = uuid::Uuid::from_u128(7);
        assert_eq!(
            of(&format!("{id} {id}")),
            Ok(Selected::These(vec![UserId::from(id)]))
        );
        assert_eq!(of("root"), Err(Fault::field("ids", Reason::NotAChoice)));
    }

    #[test]
    fn all_is_what_the_search_and_the_filters_find() {
        let selection = Selection {
            ids: "nonsense".to_owned(),
            all: true,
            search: "ada".to_owned(),
            ..Selection::default()
        };
        let Ok(Selected::Matching(query)) = selection.check::<UserId>() else {
            panic!("{selection:?}");
        };
        assert_eq!((query.search.as_str(), query.cursor.as_str()), ("ada", ""));
    }
}
