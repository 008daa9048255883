//! The texts of a list, put together from its fixed fragments. Nothing from outside gets in here but through `$n`.

use domain::page::COUNT_LIMIT;

use super::cursor::Direction;
use super::{Filter, List, Sort};

/// Which of its texts is wanted.
pub(super) struct Shape<'a> {
    pub sort: &'a Sort,
    pub descending: bool,
    pub searching: bool,
    pub filters: Vec<&'a Filter>,
    /// Whether it goes on from a cursor, and where to.
    pub from: Option<Direction>,
}

impl List {
    /// How many values the scope takes: the highest `$n` of the fixed fragments.
    pub(super) fn scope_values(&self) -> usize {
        [self.select, self.from, self.scope]
            .into_iter()
            .flat_map(placeholders)
            .max()
            .unwrap_or(0)
    }
}

fn placeholders(text: &str) -> impl Iterator<Item = usize> {
    text.split('$').skip(1).filter_map(|rest| {
        let digits = rest
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(rest.len());
        rest.get(..digits)?.parse().ok()
    })
}

/// Values: scope, search, filters, then those of the cursor (key, id), then the limit.
pub(super) fn page(list: &List, shape: &Shape<'_>) -> String {
    let (mut clauses, mut used) = conditions(list, shape);
    let Sort { column, .. } = shape.sort;
    let id = list.id;
    let backwards = shape.from == Some(Direction::Previous);
    let down = shape.descending != backwards;
    if shape.from.is_some() {
        let beyond = if down { "<" } else { ">" };
        clauses.push(format!(
            "({column}, {id}) {beyond} (${}, ${})",
            used + 1,
            used + 2
        ));
        used += 2;
    }
    let direction = if down { "desc" } else { "asc" };
    format!(
        "select {}, {column} as list_sort, {id} as list_id from {}{} order by {column} {direction}, {id} {direction} limit ${}",
        list.select,
        list.from,
        whole(&clauses),
        used + 1
    )
}

/// Values: scope, search, filters. Stops counting where the exact number no longer matters.
pub(super) fn count(list: &List, shape: &Shape<'_>) -> String {
    let (clauses, _) = conditions(list, shape);
    format!(
        "select count(*) from (select 1 as one from {}{} limit {}) as counted",
        list.from,
        whole(&clauses),
        COUNT_LIMIT + 1
    )
}

/// Every text that the list can make.
pub(super) fn all(list: &'static List) -> Vec<String> {
    let mut texts = Vec::new();
    let searches: &[bool] = if list.search.is_empty() {
        &[false]
    } else {
        &[false, true]
    };
    let filters: &[bool] = if list.filters.is_empty() {
        &[false]
    } else {
        &[false, true]
    };
    for (searching, filtering) in searches
        .iter()
        .flat_map(|search| filters.iter().map(move |filter| (*search, *filter)))
    {
        for (position, sort) in list.sorts.iter().enumerate() {
            let filters = || {
                if filtering {
                    list.filters.iter().collect()
                } else {
                    Vec::new()
                }
            };
            let shape = |descending, from| Shape {
                sort,
                descending,
                searching,
                filters: filters(),
                from,
            };
            if position == 0 {
                texts.push(count(list, &shape(false, None)));
            }
            for descending in [false, true] {
                for from in [None, Some(Direction::Next), Some(Direction::Previous)] {
                    texts.push(page(list, &shape(descending, from)));
                }
            }
        }
    }
    texts
}

/// The conditions and the number of the last value in them.
fn conditions(list: &List, shape: &Shape<'_>) -> (Vec<String>, usize) {
    let mut used = list.scope_values();
    let mut clauses = Vec::new();
    if !list.scope.is_empty() {
        clauses.push(list.scope.to_owned());
    }
    if shape.searching {
        used += 1;
        clauses.push(list.search.replace(":search", &format!("${used}")));
    }
    for filter in &shape.filters {
        used += 1;
        clauses.push(filter.condition.replace(":value", &format!("${used}")));
    }
    (clauses, used)
}

fn whole(clauses: &[String]) -> String {
    if clauses.is_empty() {
        String::new()
    } else {
        format!(" where ({})", clauses.join(") and ("))
    }
}
