use domain::page::{ListQuery, Page, Total};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use ui::{ButtonLink, Card, Direction, EmptyState, Glyph, Pager, SearchBox, Table, Tools};

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

    /// The address of another page about what this list has found.
    pub fn found_on(self, page: &'static str) -> Signal<String> {
        Signal::derive(move || {
            self.query.with(|query| match query.search.as_str() {
                "" => page.to_owned(),
                search => format!("{page}?q={}", escape(search)),
            })
        })
    }

    /// What a search keeps: the order.
    fn kept(self) -> Vec<(String, String)> {
        let query = self.query.get_untracked();
        let dir = if query.descending { "desc" } else { "" };
        let pairs = [("sort", query.sort.as_str()), ("dir", dir)];
        pairs
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn path(self) -> String {
        self.path.get_untracked()
    }

    fn search(self) -> Signal<String> {
        Signal::derive(move || self.query.get().search)
    }
}

/// How many rows match, as it is read.
pub fn total_in_words(total: Total) -> String {
    match total {
        Total::Exact(number) => number.to_string(),
        Total::AtLeast(number) => format!("{} {number}", texts::<Lists>().more_than),
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
    let total = total_in_words(total);
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
    fn foot<T>(self, page: &Page<T>) -> impl IntoView + use<T> {
        let (next, previous) = (page.next.clone(), page.previous.clone());
        view! { <ListFoot state=self shown=page.rows.len() total=page.total next previous/> }
    }
}

/// What makes one list differ from another.
pub struct ListParts<Empty, Head, Line> {
    /// What the list is called, for those who hear it.
    pub caption: &'static str,
    /// What can be searched for.
    pub search: &'static str,
    /// In place of a list that has never had a row: what it is for, and the next step.
    pub empty: Empty,
    /// The heads of the columns.
    pub head: Head,
    /// A row.
    pub row: Line,
}

impl ListState {
    /// A page of a list: search, rows and foot.
    pub fn show<T: 'static, Empty, Head, Line, A, B, C>(
        self,
        page: Page<T>,
        parts: ListParts<Empty, Head, Line>,
    ) -> AnyView
    where
        Empty: FnOnce() -> A + Send + 'static,
        Head: FnOnce() -> B + Send + 'static,
        Line: Fn(T) -> C,
        A: IntoView + 'static,
        B: IntoView + 'static,
        C: IntoView + 'static,
    {
        if page.rows.is_empty() && self.query.get_untracked() == ListQuery::default() {
            return view! { <Card>{(parts.empty)()}</Card> }.into_any();
        }
        let found = !page.rows.is_empty();
        let foot = self.foot(&page);
        let rows: Vec<AnyView> = page
            .rows
            .into_iter()
            .map(|row| (parts.row)(row).into_any())
            .collect();
        let (caption, head) = (parts.caption, move || (parts.head)().into_any());
        view! {
            <Card flush=true>
                <Tools>
                    <SearchBox id="search" action=self.path() label=parts.search value=self.search() keep=self.kept()/>
                </Tools>
                {if found {
                    view! { <Table caption head>{rows}</Table> {foot} }.into_any()
                } else {
                    self.nothing_found().into_any()
                }}
            </Card>
        }
        .into_any()
    }

    /// What stands in place of the rows when a search finds none.
    fn nothing_found(self) -> impl IntoView {
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
