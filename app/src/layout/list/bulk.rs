//! What can be done with several rows at once: those that are ticked, or all that match. The form leads to a page that names
//! them and asks; it works without script.

use std::collections::BTreeSet;

use domain::page::Total;
use domain::selection::Selection;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{Button, ButtonKind};

use super::tools::{about_these, hidden};
use super::{ListAddress, total_in_words};
use crate::texts::{Lists, texts};

/// The id of the form that the boxes of the rows belong to.
pub const FORM: &str = "selected";

/// What can be done with several rows.
pub struct Bulk<T> {
    /// The page that asks before.
    pub page: &'static str,
    pub acts: Vec<BulkAct>,
    /// A row that can be ticked.
    pub id: fn(&T) -> Option<String>,
    /// What the row is called.
    pub name: fn(&T) -> String,
}

/// An act: as it stands in the address, and on its button.
pub struct BulkAct {
    pub key: &'static str,
    pub label: &'static str,
    pub kind: ButtonKind,
}

impl<T> Bulk<T> {
    pub(super) fn id(&self, row: &T) -> Option<String> {
        (self.id)(row)
    }

    pub(super) fn name(&self, row: &T) -> String {
        (self.name)(row)
    }

    pub(super) fn ids(&self, rows: &[T]) -> Vec<String> {
        rows.iter().filter_map(self.id).collect()
    }

    /// The acts, with how many rows they are about.
    pub(super) fn bar(
        &self,
        at: &ListAddress,
        total: Total,
        ticked: RwSignal<BTreeSet<String>>,
        ids: &[String],
    ) -> AnyView {
        let t = texts::<Lists>();
        // What is ticked is on the page: rows that have gone from it are not meant any more.
        if ticked.with_untracked(|ticked| ticked.iter().any(|id| !ids.contains(id))) {
            ticked.update(|ticked| ticked.retain(|id| ids.contains(id)));
        }
        let all = RwSignal::new(false);
        let matching = total_in_words(total);
        let every = format!("{} {matching} {}", t.all_of, t.that_match);
        let count = move || {
            if all.get() {
                format!(" ({matching})")
            } else {
                let ticked = ticked.with(BTreeSet::len);
                if ticked == 0 {
                    String::new()
                } else {
                    format!(" ({ticked})")
                }
            }
        };
        let acts: Vec<AnyView> = self
            .acts
            .iter()
            .map(|act| {
                let count = count.clone();
                let (kind, label, key) = (act.kind, act.label, act.key);
                view! {
                    <Button kind small=true submit=true attr:name="act" attr:value=key>{label} {count}</Button>
                }
                .into_any()
            })
            .collect();
        view! {
            <form class="bulk" id=FORM method="get" action=self.page>
                {hidden(&about_these(at))}
                <select
                    class="input select"
                    name="what"
                    aria-label=t.what_selected
                    on:change:target=move |event| all.set(event.target().value() == "all")
                >
                    <option value="ticked">{t.ticked}</option>
                    <option value="all">{every}</option>
                </select>
                {acts}
            </form>
        }
        .into_any()
    }
}

/// What the form has sent: the act and the rows.
pub fn selection_of_address() -> Memo<(String, Selection)> {
    let map = use_query_map();
    Memo::new(move |_| {
        map.with(|map| {
            let address = ListAddress::read(map);
            let ids: Vec<&str> = map
                .into_iter()
                .filter(|(key, _)| *key == "id")
                .map(|(_, id)| id)
                .collect();
            let selection = Selection {
                ids: ids.join(" "),
                ticked: map.get_str("what") == Some("ticked"),
                all: map.get_str("what") == Some("all"),
                search: address.query.search,
                filters: address.query.filters,
            };
            (map.get("act").unwrap_or_default(), selection)
        })
    })
}
