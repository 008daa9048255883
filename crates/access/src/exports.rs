use domain::Side;
use domain::page::ListQuery;

use crate::{Acting, Event, Result};

/// Notes that a list was exported, before its first line goes out: which one, and what it was narrowed to.
pub async fn note_export<S: Side>(acting: &Acting<S>, list: &'static str, query: &ListQuery) -> Result<()> {
    let filters: Vec<String> = query
        .filters
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let mut event = Event::plain("list.exported", list);
    if !query.search.is_empty() {
        event = event.with("search", query.search.clone());
    }
    if !filters.is_empty() {
        event = event.with("filters", filters);
    }
    acting.begin().await?.commit(event).await
}
