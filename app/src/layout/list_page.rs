use domain::page::{ListQuery, Page, Total};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use ui::{ButtonLink, Direction, EmptyState, Glyph, Pager};

use crate::texts::{Lists, texts};

/// The state of a list: it stands in the address, so that a link brings it back.
#[derive(Clone, Copy)]
pub struct ListState {
    pub query: Memo<ListQuery>,
    path: Memo<String>,
}

/// The state that the present address says.
pub fn list_state() -> ListState {
    let map = use_query_map();
    let query = Memo::new(move |_| {
        let get = |key: &str| map.with(|map| map.get(key)).unwrap_or_default();
        ListQuery {
            search: get("q"),
            sort: get("sort"),
            descending: get("dir") == "desc",
            cursor: get("at"),
            per: get("per").parse().unwrap_or(0),
        }
    });
    ListState {
        query,
        path: use_location().pathname,
    }
}

impl ListState {
    /// The address of this list with another state.
    fn href(self, query: &ListQuery) -> String {
        let dir = if query.descending { "desc" } else { "" };
        let per = if query.per == 0 {
            String::new()
        } else {
            query.per.to_string()
        };
        let pairs = [
            ("q", query.search.as_str()),
            ("sort", &query.sort),
            ("dir", dir),
            ("at", &query.cursor),
            ("per", &per),
        ];
        let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
        let text: Vec<String> = pairs
            .map(|(key, value)| format!("{key}={}", escape(value)))
            .collect();
        let path = self.path.get();
        if text.is_empty() {
            path
        } else {
            format!("{path}?{}", text.join("&"))
        }
    }

    /// The link of a column's head: sort by it, or turn the order around.
    pub fn sort_href(self, column: &'static str) -> Signal<String> {
        Signal::derive(move || {
            let query = self.query.get();
            let descending = query.sort == column && !query.descending;
            self.href(&ListQuery {
                sort: column.to_owned(),
                descending,
                cursor: String::new(),
                ..query
            })
        })
    }

    /// How the list is sorted by a column, if it is.
    pub fn sorted(self, column: &'static str) -> Signal<Option<Direction>> {
        Signal::derive(move || {
            let query = self.query.get();
            let direction = if query.descending {
                Direction::Descending
            } else {
                Direction::Ascending
            };
            (query.sort == column).then_some(direction)
        })
    }

    /// What a search keeps: the order.
    pub fn kept(self) -> Vec<(String, String)> {
        let query = self.query.get_untracked();
        let dir = if query.descending { "desc" } else { "" };
        let pairs = [("sort", query.sort.as_str()), ("dir", dir)];
        pairs
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    pub fn path(self) -> String {
        self.path.get_untracked()
    }

    pub fn search(self) -> Signal<String> {
        Signal::derive(move || self.query.get().search)
    }
}

/// Count and links to the pages around.
#[component]
pub fn ListFoot(
    state: ListState,
    shown: usize,
    total: Total,
    next: Option<String>,
    previous: Option<String>,
) -> impl IntoView {
    let t = texts::<Lists>();
    let total = match total {
        Total::Exact(number) => number.to_string(),
        Total::AtLeast(number) => format!("{} {number}", t.more_than),
    };
    let link = move |cursor: Option<String>| {
        Signal::derive(move || {
            cursor.clone().map(|cursor| {
                state.href(&ListQuery {
                    cursor,
                    ..state.query.get()
                })
            })
        })
    };
    view! { <Pager summary=format!("{shown} {} {total} {}", t.of, t.rows) previous=link(previous) next=link(next)/> }
}

impl ListState {
    /// The foot for a page of any rows.
    pub fn foot<T>(self, page: &Page<T>) -> impl IntoView + use<T> {
        let (next, previous) = (page.next.clone(), page.previous.clone());
        view! { <ListFoot state=self shown=page.rows.len() total=page.total next previous/> }
    }
}

impl ListState {
    /// What stands in place of the rows when a search finds none.
    pub fn nothing_found(self) -> impl IntoView {
        let t = texts::<Lists>();
        view! {
            <EmptyState title=t.nothing_found text=t.nothing_found_text icon=Glyph::Search>
                <ButtonLink href=self.path()>{t.show_all}</ButtonLink>
            </EmptyState>
        }
    }
}

/// Percent-encodes a value of the query.
fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn values_are_escaped_for_an_address() {
        assert_eq!(super::escape("a b&c=ä"), "a%20b%26c%3D%C3%A4");
    }
}
