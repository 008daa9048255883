//! How many rows a list says it has.

use domain::page::{COUNT_LIMIT, SEARCH_COUNT_LIMIT, Total};

/// Whether a list that says `total` has found `count` rows.
pub fn agrees(total: Total, count: u64) -> bool {
    match total {
        Total::Exact(rows) => rows == count,
        Total::AtLeast(limit) => [COUNT_LIMIT, SEARCH_COUNT_LIMIT].contains(&limit) && count > limit,
    }
}

/// For a median of them.
#[expect(clippy::cast_precision_loss, reason = "at most 10,000")]
pub fn rows(total: Total) -> f64 {
    match total {
        Total::Exact(rows) | Total::AtLeast(rows) => rows as f64,
    }
}
