//! Lists: state in the address, search, filters, columns, selection, export and pages, from one declaration.

mod acts;
mod address;
mod bulk;
mod choices;
mod column;
pub mod csv;
mod foot;
mod tools;

use std::collections::BTreeSet;

use domain::list_choices::ListChoices;
use domain::page::{ListQuery, Page, Total};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use ui::{
    ButtonLink, Card, Cell, Direction, EmptyState, Glyph, HeadCell, Row, SelectAllCell, SelectCell, SortCell,
    Table,
};

pub use self::acts::row_acts;
pub use self::address::{ListAddress, href};
pub use self::bulk::{Bulk, BulkAct, selection_of_address};
use self::choices::{Choices, choices_at};
pub use self::column::{Column, FilterKind};
use self::foot::Foot;
use self::tools::ListTools;
use crate::error::AppError;
use crate::layout::loaded::loaded_with;
use crate::texts::{Lists, texts};

/// The state of a list: it stands in the address, so that a link brings it back. What is ticked stays with the page.
#[derive(Clone, Copy)]
pub struct ListState {
    pub query: Memo<ListQuery>,
    address: Memo<ListAddress>,
    path: Memo<String>,
    ticked: RwSignal<BTreeSet<String>>,
    choices: Choices,
    /// What has come of them.
    chosen: StoredValue<Vec<ListChoices>>,
}

/// The state that the present address says.
pub fn list_state() -> ListState {
    let map = use_query_map();
    let address = Memo::new(move |_| map.with(|map| ListAddress::read(map)));
    let path = use_location().pathname;
    ListState {
        query: Memo::new(move |_| address.get().query),
        address,
        path,
        ticked: RwSignal::new(BTreeSet::new()),
        choices: choices_at(&path.get_untracked()),
        chosen: StoredValue::new(Vec::new()),
    }
}

/// Shows the rows that a resource brings, by what the reader has chosen for the list.
pub fn listed<T, V>(
    state: ListState,
    rows: Resource<Result<T, AppError>>,
    view: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    loaded_with(
        move || async move {
            // Without them the list is shown as it usually is.
            let choices = state.choices.await.unwrap_or_default();
            state.chosen.set_value(choices);
            rows.await
        },
        view,
    )
}

/// What makes one list differ from another.
pub struct ListParts<T> {
    /// Under what its columns and views are remembered.
    pub key: &'static str,
    /// What the list is called, for those who hear it.
    pub caption: &'static str,
    /// What can be searched for.
    pub search: &'static str,
    pub columns: Vec<Column<T>>,
    /// What it can be narrowed by besides its columns: name, label and how.
    pub filters: Vec<(&'static str, &'static str, FilterKind)>,
    /// Where the export is.
    pub export: Option<&'static str>,
    /// What can be done with several rows.
    pub bulk: Option<Bulk<T>>,
    /// In place of a list that has never had a row: what it is for, and the next step.
    pub empty: AnyView,
}

/// How many rows match, as it is read.
pub fn total_in_words(total: Total) -> String {
    match total {
        Total::Exact(number) => number.to_string(),
        Total::AtLeast(number) => format!("{} {number}", texts::<Lists>().more_than),
    }
}

impl ListState {
    /// The address of another page about what this list has found.
    pub fn found_on(self, page: &'static str) -> Signal<String> {
        Signal::derive(move || self.address.with(|at| href(page, &tools::about_these(at))))
    }

    /// A page of a list.
    pub fn show<T: 'static>(self, page: Page<T>, parts: ListParts<T>) -> AnyView {
        let (at, path) = (self.address.get_untracked(), self.path.get_untracked());
        if page.rows.is_empty() && !at.narrows() {
            return view! { <Card>{parts.empty}</Card> }.into_any();
        }
        let chosen = self.chosen_for(parts.key);
        let shown = shown(&parts, &at, &chosen.columns);
        let found = !page.rows.is_empty();
        let foot = Foot::of(&page, &at, &path);
        let ids = parts
            .bulk
            .as_ref()
            .map(|bulk| bulk.ids(&page.rows))
            .unwrap_or_default();
        let bar = parts
            .bulk
            .as_ref()
            .map(|bulk| bulk.bar(&at, page.total, self.ticked, &ids));
        let head = self.head(&parts, &shown, &at, &path, ids);
        let caption = parts.caption;
        let rows: Vec<AnyView> = page
            .rows
            .iter()
            .map(|row| self.row(&parts, &shown, row))
            .collect();
        let tools = ListTools::of(&parts, &shown, &at, &path, chosen.views).view();
        let body = if found {
            view! { {bar} <Table caption head=move || head>{rows}</Table> {foot.view()} }.into_any()
        } else {
            nothing_found(path)
        };
        view! { <Card flush=true>{tools} {body}</Card> }.into_any()
    }

    fn chosen_for(self, list: &str) -> ListChoices {
        let of_list = |choices: &Vec<ListChoices>| choices.iter().find(|one| one.list == list).cloned();
        self.chosen.with_value(of_list).unwrap_or_default()
    }

    fn head<T>(
        self,
        parts: &ListParts<T>,
        shown: &[usize],
        at: &ListAddress,
        path: &str,
        ids: Vec<String>,
    ) -> AnyView {
        let all = parts.bulk.is_some().then(|| self.select_all(ids));
        let cells: Vec<AnyView> = shown
            .iter()
            .filter_map(|number| parts.columns.get(*number))
            .map(|column| {
                if column.sort {
                    let (href, sorted) = sort(at, path, column.key);
                    view! { <SortCell label=column.label href sorted/> }.into_any()
                } else {
                    view! { <HeadCell label=column.label/> }.into_any()
                }
            })
            .collect();
        view! { {all} {cells} }.into_any()
    }

    /// Ticks all rows of the page, or none.
    fn select_all(self, ids: Vec<String>) -> AnyView {
        let ticked = self.ticked;
        let here = ids.clone();
        let checked = Signal::derive(move || {
            ticked.with(|ticked| !here.is_empty() && here.iter().all(|id| ticked.contains(id)))
        });
        let change = move |on: bool| {
            ticked.set(if on {
                ids.iter().cloned().collect()
            } else {
                BTreeSet::new()
            });
        };
        let label = texts::<Lists>().select_page;
        view! { <SelectAllCell label checked on_change=Callback::new(change)/> }.into_any()
    }

    fn row<T>(self, parts: &ListParts<T>, shown: &[usize], row: &T) -> AnyView {
        let ticked = self.ticked;
        let select = parts.bulk.as_ref().map(|bulk| {
            let Some(id) = bulk.id(row) else {
                return view! { <td role="cell" class="table__select"></td> }.into_any();
            };
            let label = format!("{} {}", texts::<Lists>().select, bulk.name(row));
            let of = id.clone();
            let checked = Signal::derive(move || ticked.with(|ticked| ticked.contains(&of)));
            let value = id.clone();
            let change = move |on: bool| {
                ticked.update(|ticked| {
                    if on {
                        ticked.insert(id.clone());
                    } else {
                        ticked.remove(&id);
                    }
                });
            };
            view! { <SelectCell form=bulk::FORM value label checked on_change=Callback::new(change)/> }
                .into_any()
        });
        let cells: Vec<AnyView> = shown
            .iter()
            .filter_map(|number| parts.columns.get(*number))
            .map(|column| {
                let (main, num, value) = (column.main, column.figures, column.show(row));
                view! { <Cell label=column.label main num>{value}</Cell> }.into_any()
            })
            .collect();
        view! { <Row>{select} {cells}</Row> }.into_any()
    }
}

/// The places of the columns that are shown: those of the address, those that were chosen before, or the usual ones; always the
/// one that names the row.
fn shown<T>(parts: &ListParts<T>, at: &ListAddress, chosen: &[String]) -> Vec<usize> {
    let chosen = if at.columns.is_empty() {
        chosen
    } else {
        at.columns.as_slice()
    };
    let known = |key: &String| parts.columns.iter().any(|column| column.key == key);
    let usual = !chosen.iter().any(known);
    let columns = parts.columns.iter().enumerate();
    columns
        .filter(|(_, column)| {
            column.main
                || if usual {
                    !column.extra
                } else {
                    chosen.iter().any(|key| key == column.key)
                }
        })
        .map(|(number, _)| number)
        .collect()
}

/// The address that sorts by a column or turns its order around, and how the list is sorted by it now.
fn sort(at: &ListAddress, path: &str, key: &'static str) -> (String, Option<Direction>) {
    let here = at.query.sort == key;
    let direction = if at.query.descending {
        Direction::Descending
    } else {
        Direction::Ascending
    };
    let mut next = at.from_start();
    next.query.descending = here && !at.query.descending;
    key.clone_into(&mut next.query.sort);
    (next.href(path), here.then_some(direction))
}

/// What stands in place of the rows when a search finds none.
fn nothing_found(path: String) -> AnyView {
    let t = texts::<Lists>();
    view! {
        <EmptyState title=t.nothing_found text=t.nothing_found_text icon=Glyph::Search>
            <ButtonLink href=path>{t.show_all}</ButtonLink>
        </EmptyState>
    }
    .into_any()
}
