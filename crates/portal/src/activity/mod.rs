//! "Activity": the audit trail, as its account may read it.

mod rows;

use access::{Authorized, Error, Result};
use domain::activity::{Activity, ActorKind, Detail};
use domain::id::AccountId;
use domain::page::{ListQuery, Page};
use domain::permission::ViewActivity;
use serde_json::{Map, Value};
use store::args;
use time::{Date, Duration, Month, OffsetDateTime, Time};

/// What was done in the caller's account, newest first unless another order is asked for: see [`page_of`].
pub async fn list(
    auth: &Authorized<ViewActivity>,
    query: ListQuery,
    zone_minutes: i16,
) -> Result<Page<Activity>> {
    let account = auth.account()?;
    page_of(&mut auth.read().await?, account, query, zone_minutes).await
}

/// What was done in an account. Every word of the search is found in who did it, what it was about, or the address; filters:
/// `who` (a part of the name), `kind` (`object.verb`), `from` and `until` (days such as 2026-11-21, both included, in a zone of
/// so many minutes east of UTC).
pub(crate) async fn page_of(
    tx: &mut store::Tx,
    account: AccountId,
    mut query: ListQuery,
    zone_minutes: i16,
) -> Result<Page<Activity>> {
    if query.sort.is_empty() {
        "at".clone_into(&mut query.sort);
        query.descending = true;
    }
    let mut span = Vec::new();
    for (name, later) in [("from", 0), ("until", 1)] {
        // What is no day stays a filter that nothing passes.
        if let Some(day) = query.filters.get(name).and_then(|text| day(text)) {
            query.filters.remove(name);
            let start = day.with_time(Time::MIDNIGHT).assume_utc() - Duration::minutes(zone_minutes.into());
            let at: OffsetDateTime = start.saturating_add(Duration::days(later));
            span.push((name, store::value(&at)));
        }
    }
    let found: Page<rows::EventRow> = tx
        .list_filtered(&rows::EVENTS, &query, args![account], &span)
        .await?;
    found.try_map(activity)
}

/// A day within the calendar that people use.
fn day(text: &str) -> Option<Date> {
    let mut parts = text.trim().splitn(3, '-').map(str::parse::<u16>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let day = Date::from_calendar_date(year.into(), month, u8::try_from(day).ok()?).ok()?;
    (1970..=9990).contains(&day.year()).then_some(day)
}

fn activity(row: rows::EventRow) -> Result<Activity> {
    let unknown = || Error::internal(format!("an event by the unknown kind {}", row.actor_kind));
    let details: Map<String, Value> = serde_json::from_str(&row.details)?;
    Ok(Activity {
        actor: ActorKind::parse(&row.actor_kind).ok_or_else(unknown)?,
        id: row.id,
        at: row.at,
        actor_name: row.actor_name,
        address: row.address,
        name: row.name,
        target: row.target_name,
        details: details.into_iter().map(detail).collect(),
    })
}

fn detail((key, value): (String, Value)) -> Detail {
    match value {
        Value::Object(change)
            if change.len() == 2 && change.contains_key("old") && change.contains_key("new") =>
        {
            let of = |name: &str| change.get(name).map(text).unwrap_or_default();
            Detail {
                key,
                old: Some(of("old")),
                new: of("new"),
            }
        }
        value => Detail {
            key,
            old: None,
            new: text(&value),
        },
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_has_its_old_and_its_new_value_and_lists_are_read_out() {
        let of = |json: &str| {
            let detail = detail(("roles".to_owned(), serde_json::from_str(json).unwrap()));
            (detail.old, detail.new)
        };
        assert_eq!(
            of(r#"{"old":["a"],"new":["a","b"]}"#),
            (Some("a".to_owned()), "a, b".to_owned())
        );
        assert_eq!(
            of(r#"{"old":null,"new":true}"#),
            (Some(String::new()), "true".to_owned())
        );
        assert_eq!(of("7"), (None, "7".to_owned()));
        assert_eq!(of(r#"{"new":1}"#), (None, r#"{"new":1}"#.to_owned()));
    }

    #[test]
    fn a_day_is_written_as_the_browser_writes_it() {
        assert!(day("2026-11-21").is_some() && day(" 9990-12-31 ").is_some());
        for bad in [
            "",
            "21.11.2026",
            "2026-13-01",
            "1969-12-31",
            "9991-01-01",
            "2026-11-21x",
        ] {
            assert_eq!(day(bad), None, "{bad}");
        }
    }
}
