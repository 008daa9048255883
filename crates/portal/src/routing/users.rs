//! "Update Mapped Users": the list of a record's users, and adding or removing many at once with a result for each line.

pub(super) mod rows;

use std::collections::{HashMap, HashSet};

use access::{Authorized, Event, Rate, Result};
use domain::id::{AccountId, RoutingId};
use domain::mapped_users::{
    ImportAct, ImportLine, ImportSummary, LastImport, LineResult, MAPPED_USERS_MAX, MapUsers as Draft,
    MappedUser, RESULTS_PER_PAGE, first_cells,
};
use domain::page::{ListQuery, Page};
use domain::permission::{MapUsers, ViewRouting};
use domain::routing_change::RoutingAct;
use domain::{Conflict, Fault, Reason};
use store::args;
use time::Duration;

use super::changes::begin_with;
use super::rows::Needs;
use crate::names::Address;

/// Imports of one account.
const IMPORTS: Rate = Rate {
    name: "portal.routing.import",
    burst: 30,
    per: Duration::minutes(10),
};
/// Characters of a bad line that are kept.
const LINE_KEPT: usize = 254;
/// Addresses that an audit event names; of more it tells the number.
const NAMED: usize = 50;

/// The mapped users of a record, by address. Sorts: `email`, `added`.
pub async fn list(
    auth: &Authorized<ViewRouting>,
    record: RoutingId,
    query: ListQuery,
) -> Result<Page<MappedUser>> {
    let account = auth.account()?;
    let mut tx = auth.read().await?;
    super::rows::get(&mut tx, account, record)
        .await?
        .ok_or(Fault::NotFound)?;
    let page: Page<rows::UserRow> = tx.list(&rows::USERS, &query, args![account, record]).await?;
    Ok(page.map(|row| MappedUser {
        id: row.id,
        email: row.email,
        added_at: row.added_at,
    }))
}

/// The filter by which an export names its record.
pub const RECORD: &str = "record";

/// [`list`] of the record that the query names as its filter [`RECORD`].
pub async fn list_of_query(auth: &Authorized<ViewRouting>, mut query: ListQuery) -> Result<Page<MappedUser>> {
    let record = query.filters.remove(RECORD).and_then(|id| id.parse().ok());
    list(auth, record.ok_or(Fault::NotFound)?, query).await
}

/// Removes one user of a record. `NotFound` where it was removed meanwhile.
pub async fn remove(auth: &Authorized<MapUsers>, record: RoutingId, email: &str) -> Result<()> {
    let mut change = begin_with(auth, record, Needs::Nothing, RoutingAct::UsersMapped).await?;
    let (account, id) = (change.account, change.id);
    let address = Address::parse(email).map_err(|_| Fault::NotFound)?;
    let removed = rows::remove(&mut change.tx, account, id, &[address.key]).await?;
    if removed.is_empty() {
        return Err(Fault::NotFound.into());
    }
    let event = event(id, &change.settings.name, &[], &removed);
    change
        .commit(auth.actor().name(), (&Vec::new(), &removed), event)
        .await
}

/// Adds or removes the users of a text or of a CSV file, in one transaction. Where a line is bad, nothing is carried out, unless
/// `partly` was chosen. What came of each line is kept until the record's next import: [`results`].
pub async fn import(auth: &Authorized<MapUsers>, draft: &Draft) -> Result<RoutingId> {
    let (record, act, text) = draft.check()?;
    let account = auth.account()?;
    let mut tx = auth.read().await?;
    super::rows::get(&mut tx, account, record)
        .await?
        .ok_or(Fault::NotFound)?;
    auth.services().rates().count(IMPORTS, &account.to_string())?;
    let mut import = Import::read(text);
    let mapped = rows::mapped(&mut tx, account, &import.keys()).await?;
    let names = rows::record_names(&mut tx, account).await?;
    drop(tx);
    import.judge(act, record, &mapped, &names);
    let by = auth.actor().name();
    let kept = |applied, lines| rows::NewImport {
        account,
        id: record,
        by,
        act: act.key(),
        applied,
        lines,
    };
    if !draft.partly && import.is_bad() {
        import.wait();
        let lines = import.written()?;
        let mut tx = auth.begin().await?;
        rows::keep_import(&mut tx, kept(false, &lines)).await?;
        return tx
            .commit_without_event_because("nothing was changed but the result that is shown")
            .await
            .map(|()| record);
    }
    let wanted = import.wanted();
    if wanted.is_empty() {
        let lines = import.written()?;
        let mut tx = auth.begin().await?;
        rows::keep_import(&mut tx, kept(true, &lines)).await?;
        return tx
            .commit_without_event_because("nothing was changed but the result that is shown")
            .await
            .map(|()| record);
    }

    let mut change = begin_with(auth, record, Needs::Nothing, RoutingAct::UsersMapped).await?;
    let (added, removed) = match act {
        ImportAct::Add => {
            let added = rows::add(&mut change.tx, account, record, &wanted).await?;
            // Somebody mapped one of them a moment ago: what was said about the lines does not hold any more.
            if added.len() != wanted.len() {
                return Err(Conflict::Stale.into());
            }
            if rows::count(&mut change.tx, account, record).await? > u64::from(MAPPED_USERS_MAX) {
                let max = MAPPED_USERS_MAX;
                return Err(Fault::field("users", Reason::TooMany { max }).into());
            }
            (wanted.into_iter().map(|user| user.typed).collect(), Vec::new())
        }
        ImportAct::Remove => {
            let keys: Vec<String> = wanted.into_iter().map(|user| user.key).collect();
            (
                Vec::new(),
                rows::remove(&mut change.tx, account, record, &keys).await?,
            )
        }
    };
    let lines = import.written()?;
    rows::keep_import(&mut change.tx, kept(true, &lines)).await?;
    let event = event(record, &change.settings.name, &added, &removed);
    change.commit(by, (&added, &removed), event).await?;
    Ok(record)
}

fn event(record: RoutingId, name: &str, added: &[String], removed: &[String]) -> Event {
    let named = |users: &[String]| users.iter().take(NAMED).cloned().collect::<Vec<_>>();
    Event::new("routing.users_mapped", record, name)
        .with("users_added", added.len())
        .with("users_removed", removed.len())
        .with("added", named(added))
        .with("removed", named(removed))
}

/// What came of the last import of a record, if there was one: a page of its lines, those first that were not carried out.
pub async fn results(auth: &Authorized<ViewRouting>, record: RoutingId, before: u64) -> Result<LastImport> {
    let mut last = last(auth, record).await?;
    if let Some(import) = &mut last.import {
        let skip = usize::try_from(before).unwrap_or(usize::MAX);
        let lines = std::mem::take(&mut import.lines).into_iter();
        import.lines = lines.skip(skip).take(RESULTS_PER_PAGE).collect();
        import.before = before;
    }
    Ok(last)
}

/// [`results`] with every line, in the order of the text: for the export. `NotFound` where there was no import.
pub async fn all_results(auth: &Authorized<ViewRouting>, record: RoutingId) -> Result<ImportSummary> {
    let mut import = last(auth, record).await?.import.ok_or(Fault::NotFound)?;
    import.lines.sort_by_key(|line| line.line);
    Ok(import)
}

/// The last import with all its lines.
async fn last(auth: &Authorized<ViewRouting>, record: RoutingId) -> Result<LastImport> {
    let account: AccountId = auth.account()?;
    let mut tx = auth.read().await?;
    let name = super::rows::get(&mut tx, account, record)
        .await?
        .ok_or(Fault::NotFound)?
        .name;
    let Some(row) = rows::last_import(&mut tx, account, record).await? else {
        return Ok(LastImport {
            record,
            name,
            import: None,
        });
    };
    drop(tx);
    let lines: Vec<(u32, String, LineResult)> = serde_json::from_str(&row.lines)?;
    let mut lines: Vec<ImportLine> = lines
        .into_iter()
        .map(|(line, text, result)| ImportLine { line, text, result })
        .collect();
    let rank = |result: &LineResult| match result {
        LineResult::Bad { .. } | LineResult::Elsewhere { .. } => 0,
        LineResult::Repeated => 1,
        LineResult::Already => 2,
        LineResult::Waits => 3,
        LineResult::Done => 4,
    };
    lines.sort_by_key(|line| (rank(&line.result), line.line));
    let number = |wanted: &dyn Fn(&LineResult) -> bool| {
        u64::try_from(lines.iter().filter(|line| wanted(&line.result)).count()).unwrap_or(u64::MAX)
    };
    let import = ImportSummary {
        act: ImportAct::parse(&row.act).unwrap_or(ImportAct::Add),
        at: row.at,
        by: row.by_name,
        applied: row.applied,
        done: number(&|result| *result == LineResult::Done),
        already: number(&|result| matches!(result, LineResult::Already | LineResult::Repeated)),
        bad: number(&LineResult::is_bad),
        waits: number(&|result| *result == LineResult::Waits),
        total: number(&|_| true),
        lines,
        before: 0,
    };
    Ok(LastImport {
        record,
        name,
        import: Some(import),
    })
}

/// An import while it is worked out.
struct Import {
    /// Number, text and result of each line.
    lines: Vec<(u32, String, LineResult)>,
    /// The good ones: the place among the lines, and the address.
    good: Vec<(usize, Address)>,
}

impl Import {
    fn read(text: &str) -> Self {
        let mut seen = HashSet::new();
        let (mut lines, mut good) = (Vec::new(), Vec::new());
        for (number, cell) in first_cells(text) {
            let result = match Address::parse(cell) {
                Ok(address) if seen.insert(address.key.clone()) => {
                    good.push((lines.len(), address));
                    LineResult::Done
                }
                Ok(_) => LineResult::Repeated,
                Err(reason) => LineResult::Bad { reason },
            };
            let plain = cell.chars().filter(|c| !c.is_control());
            lines.push((number, plain.take(LINE_KEPT).collect(), result));
        }
        Self { lines, good }
    }

    fn keys(&self) -> Vec<String> {
        self.good.iter().map(|(_, address)| address.key.clone()).collect()
    }

    /// Says of each good line what it comes to.
    fn judge(
        &mut self,
        act: ImportAct,
        record: RoutingId,
        mapped: &HashMap<String, RoutingId>,
        names: &HashMap<RoutingId, String>,
    ) {
        for (place, address) in &self.good {
            let there = mapped.get(&address.key);
            let result = match (act, there) {
                (ImportAct::Add, None) => LineResult::Done,
                (ImportAct::Add, Some(id)) if *id == record => LineResult::Already,
                (ImportAct::Add, Some(id)) => LineResult::Elsewhere {
                    record: names.get(id).cloned().unwrap_or_default(),
                },
                (ImportAct::Remove, Some(id)) if *id == record => LineResult::Done,
                (ImportAct::Remove, _) => LineResult::Already,
            };
            if let Some(line) = self.lines.get_mut(*place) {
                line.2 = result;
            }
        }
    }

    fn is_bad(&self) -> bool {
        self.lines.iter().any(|(_, _, result)| result.is_bad())
    }

    /// Nothing is carried out: what would have been waits.
    fn wait(&mut self) {
        for (_, _, result) in &mut self.lines {
            if *result == LineResult::Done {
                *result = LineResult::Waits;
            }
        }
    }

    /// The addresses that are to be added or removed.
    fn wanted(&self) -> Vec<Address> {
        let done = |place: usize| {
            self.lines
                .get(place)
                .is_some_and(|(_, _, result)| *result == LineResult::Done)
        };
        let good = self.good.iter().filter(|(place, _)| done(*place));
        good.map(|(_, address)| address.clone()).collect()
    }

    fn written(&self) -> Result<String> {
        Ok(serde_json::to_string(&self.lines)?)
    }
}
