//! Lists for screens: searched, sorted and paged in SQL by keyset, so that the last page costs what the first one does.
//!
//! ```ignore
//! list! {
//!     /// The devices of a UMS.
//!     pub static DEVICES: {
//!         select: "d.id, d.name, d.last_contact_at",
//!         from: "devices d",
//!         scope: "d.directory_id = $1",
//!         id: "d.id",
//!         search: "(d.name_key like :search escape '\\' or d.serial_key like :search escape '\\')",
//!         sorts: [Sort::text("name", "d.name_key"), Sort::int("last_contact", "coalesce(d.last_contact_at, 0)")],
//!         filters: [Filter::new("online", "d.online = :value")],
//!     }
//! }
//! let page = tx.list::<DeviceRow>(&DEVICES, &query, args![directory]).await?;
//! ```
//!
//! A list of some hundred rows is searched by `search`; one that may have a million says where its [`Words`] are instead
//! (`search: "", words: Words::new(…)`), and is searched by trigrams. Filters of such a list may be typed into the search.

mod cursor;
mod filter;
mod search;
mod text;
mod words;

use domain::page::{COUNT_LIMIT, ListQuery, Page, SEARCH_COUNT_LIMIT, Total};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use self::cursor::{Cursor, Direction, Key};
use self::filter::Chosen;
pub use self::filter::Filter;
use self::search::Terms;
use self::text::{Part, Shape, Way};
use crate::{Args, Error, Result, Row, Statement, Tx, Value};

/// A list as it is written down with [`list!`](crate::list!): fixed fragments of SQL, never anything from outside.
#[derive(Debug)]
pub struct List {
    /// Columns for the row type.
    pub select: &'static str,
    /// Tables and joins.
    pub from: &'static str,
    /// The condition that keeps foreign rows out, over `$1`, `$2`, …; empty for none.
    pub scope: &'static str,
    /// The column with the row's UUID, which makes the order total.
    pub id: &'static str,
    /// The condition of a search over `:search`, a `like` pattern in lower case with `\` as its escape, and where it is wanted
    /// `:typed`, the same as it was typed, in lower case: for what is found by its beginning. Empty if there is none.
    pub search: &'static str,
    /// Where the words of its rows are, at most one; then `search` is empty.
    pub words: &'static [Words],
    /// What it can be sorted by; the first is its own order.
    pub sorts: &'static [Sort],
    /// What it can be narrowed by.
    pub filters: &'static [Filter],
    #[doc(hidden)]
    pub module: &'static str,
    #[doc(hidden)]
    pub file: &'static str,
    #[doc(hidden)]
    pub line: u32,
}

impl List {
    fn words(&self) -> Option<&'static Words> {
        self.words.first()
    }

    fn takes_typed(&self) -> bool {
        self.search.contains(":typed")
    }

    fn terms(&self, search: &str) -> Terms {
        let typed = self.filters.iter().filter(|filter| filter.typed);
        Terms::read(search, &typed.map(|filter| filter.name).collect::<Vec<_>>())
    }
}

/// How the rows of a large table are found by the words in them: by an index of trigrams (FTS5 on SQLite, `pg_trgm` on
/// PostgreSQL), every word of a search anywhere in the row's text.
#[derive(Debug)]
pub struct Words {
    /// The column with the text: lower case, its parts kept apart by line ends. Empty for a row that no list shows.
    pub(crate) text: &'static str,
    /// The column with the row's number: the `rowid` of SQLite's table.
    pub(crate) number: &'static str,
    /// The FTS5 table over the text on SQLite, `tokenize = 'trigram case_sensitive 1'`.
    pub(crate) index: &'static str,
    /// The column with the row's name, lower case, with an index, and a part of the text. It begins with a word without a
    /// trigram, if a search has no other words. In its order, a single word brings the rows first whose name begins with it.
    pub(crate) short: &'static str,
    /// Whether each row's text in the FTS5 table begins with the [tag](search::tag) of its account, which is the first value of
    /// the list's scope.
    pub(crate) tagged: bool,
}

impl Words {
    /// `Words::new("d.words", "d.number", "devices_words", "d.name_key")`.
    pub const fn new(
        text: &'static str,
        number: &'static str,
        index: &'static str,
        short: &'static str,
    ) -> Self {
        Self {
            text,
            number,
            index,
            short,
            tagged: false,
        }
    }

    /// The same where accounts share the FTS5 table, and the first value of the scope is the account: no account's search looks
    /// through the rows of all.
    #[must_use]
    pub const fn by_account(self) -> Self {
        Self { tagged: true, ..self }
    }
}

/// A column to sort by. Its expression is never NULL: write `coalesce`.
#[derive(Debug)]
pub struct Sort {
    /// As it stands in `ListQuery::sort`.
    pub key: &'static str,
    pub(crate) column: &'static str,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Text,
    Int,
}

impl Sort {
    /// By a text column.
    pub const fn text(key: &'static str, column: &'static str) -> Self {
        Self {
            key,
            column,
            kind: Kind::Text,
        }
    }

    /// By a number or a time.
    pub const fn int(key: &'static str, column: &'static str) -> Self {
        Self {
            key,
            column,
            kind: Kind::Int,
        }
    }
}

#[doc(hidden)]
pub struct RegisteredList(pub &'static List);

inventory::collect!(RegisteredList);

/// Every text that a registered list can make, for the tests of statements and plans.
pub fn statements() -> Vec<Statement> {
    let lists = inventory::iter::<RegisteredList>
        .into_iter()
        .map(|registered| registered.0);
    // Once per process, in tests only.
    let statement = |list: &'static List, sqlite: String, postgres: String| {
        Statement::new(sqlite.leak(), postgres.leak(), list.module, list.file, list.line)
    };
    lists
        .flat_map(|list| {
            text::all(list)
                .into_iter()
                .map(move |(sqlite, postgres)| statement(list, sqlite, postgres))
        })
        .collect()
}

impl Tx {
    /// A page of a list: what `query` looks for, in its order, from its place on. An unknown sort key means the list's own
    /// order; a cursor of another order, or one that nobody made, means the start.
    pub async fn list<R: Row>(
        &mut self,
        list: &'static List,
        query: &ListQuery,
        scope: Args,
    ) -> Result<Page<R>> {
        self.list_filtered(list, query, scope, &[]).await
    }

    /// [`Tx::list`], narrowed by some of the list's filters: `&[("online", store::value(&true))]`.
    pub async fn list_filtered<R: Row>(
        &mut self,
        list: &'static List,
        query: &ListQuery,
        scope: Args,
        filters: &[(&str, Value)],
    ) -> Result<Page<R>> {
        if scope.len() != list.scope_values() {
            return Err(Error::Argument(format!(
                "the list takes {} values, not {}",
                list.scope_values(),
                scope.len()
            )));
        }
        self.list_counted(list, query, scope, filters, None).await
    }

    /// [`Tx::list_filtered`], with a search that takes `few` rows and no more for few, so that a test needs no thousands.
    #[cfg(feature = "test-databases")]
    pub async fn list_with_few<R: Row>(
        &mut self,
        list: &'static List,
        query: &ListQuery,
        scope: Args,
        few: u64,
    ) -> Result<Page<R>> {
        self.list_counted(list, query, scope, &[], Some(few)).await
    }

    async fn list_counted<R: Row>(
        &mut self,
        list: &'static List,
        query: &ListQuery,
        scope: Args,
        filters: &[(&str, Value)],
        few: Option<u64>,
    ) -> Result<Page<R>> {
        let sort = list
            .sorts
            .iter()
            .find(|sort| sort.key == query.sort)
            .or(list.sorts.first());
        let sort = sort.ok_or_else(|| Error::Argument("the list has no order".to_owned()))?;
        let (mut args, mut chosen) = (scope, Vec::with_capacity(filters.len()));
        let typed = typed(&query.search).filter(|_| !list.search.is_empty());
        let searching = typed.is_some();
        if let Some(typed) = typed {
            args.push(Value::Text(Some(search::pattern(&typed))));
            if list.takes_typed() {
                args.push(Value::Text(Some(typed)));
            }
        }
        let mut terms = list.words().map(|words| (words, list.terms(&query.search)));
        let typed = terms.iter().flat_map(|(_, terms)| terms.named());
        let typed: Vec<(&str, Value)> = typed
            .map(|(name, value)| (*name, Value::Text(Some(value.clone()))))
            .collect();
        // Typed into the search, an empty value is one too: `site:""`.
        for (name, value) in filters.iter().chain(&typed) {
            let filter = list.filters.iter().find(|filter| filter.name == *name);
            let filter = filter.ok_or_else(|| Error::Argument(format!("the list has no filter {name}")))?;
            chosen.push((filter.by_code(), Some(value.clone())));
        }
        for (name, value) in &query.filters {
            let filter = list.filters.iter().find(|filter| filter.name == *name);
            let terms = terms.as_mut().map(|(_, terms)| terms);
            chosen.extend(filter::by_person(list, filter, value, terms));
        }
        // Those without an index last, so that the others can be counted alone.
        chosen.sort_by_key(|(chosen, _)| !chosen.indexed);
        for (_, value) in &chosen {
            if let Some(value) = value {
                args.push(value.clone());
            }
        }
        let chosen = chosen.into_iter().map(|(chosen, _)| chosen).collect();
        let shape = Shape {
            engine: self.engine(),
            sort,
            descending: query.descending,
            searching,
            filters: chosen,
            from: None,
            part: Part::Whole,
            way: Way::Plain,
        };
        let place = Place {
            list,
            shape,
            args,
            limit: query.limit(),
        };

        let sought = match &terms {
            Some((words, terms)) if place.is_sought(terms) => {
                let limit = if terms.is_empty() {
                    COUNT_LIMIT
                } else {
                    SEARCH_COUNT_LIMIT
                };
                Some(self.seek(&place, words, terms, few.unwrap_or(limit)).await?)
            }
            _ => None,
        };
        let total = match &sought {
            Some(sought) => sought.total,
            None => self.count(&place).await?,
        };

        let mut cursor = Cursor::read(&query.cursor, sort, query.descending);
        loop {
            let found = if let Some(sought) = &sought {
                self.searched(&place, sought, cursor.as_ref()).await?
            } else {
                let args = place.args.clone();
                self.page(&place, Part::Whole, Way::Plain, args, cursor.as_ref(), None)
                    .await?
            };
            if cursor.is_some() && found.rows.is_empty() {
                // All that followed is gone: the start is better than an empty page.
                cursor = None;
                continue;
            }
            return Ok(Page {
                rows: found.rows,
                total,
                next: found.last.filter(|_| found.after),
                previous: found.first.filter(|_| found.before),
            });
        }
    }

    async fn count(&mut self, place: &Place<'_>) -> Result<Total> {
        let text = AssertSqlSafe(text::count(place.list, &place.shape)).into_sql_str();
        let counted = self
            .fetch(text, place.args.clone())
            .await?
            .decode(|row| row.at(0)?.int())?;
        Ok(up_to(COUNT_LIMIT, counted.first().copied().unwrap_or_default()))
    }

    /// `steps`: the limit inside, where the way has one.
    async fn page<R: Row>(
        &mut self,
        place: &Place<'_>,
        part: Part,
        way: Way,
        mut args: Args,
        cursor: Option<&Cursor>,
        steps: Option<i64>,
    ) -> Result<Found<R>> {
        let mut shape = place.shape.clone();
        (shape.part, shape.way) = (part, way);
        shape.from = cursor.map(|cursor| cursor.direction);
        let limit = usize::from(place.limit);
        if let Some(cursor) = cursor {
            args.push(cursor.key.to_value());
            args.push(Value::Uuid(Some(cursor.id)));
        }
        if steps.is_some() {
            args.push(Value::Int(steps));
        }
        // One more than wanted tells whether there is another page.
        args.push(Value::Int(Some(i64::from(place.limit) + 1)));
        let text = AssertSqlSafe(text::page(place.list, &shape)).into_sql_str();
        let kind = shape.sort.kind;
        let mut rows = self.fetch(text, args).await?.decode(|row| {
            let key = Key::decode(kind, row.named("list_sort")?)?;
            Ok((R::decode(row)?, key, row.named("list_id")?.uuid()?))
        })?;

        let full = rows.len() > limit;
        rows.truncate(limit);
        let backwards = shape.from == Some(Direction::Previous);
        if backwards {
            rows.reverse();
        }
        let cursor_at = |row: Option<&(R, Key, uuid::Uuid)>, direction| {
            row.map(|(_, key, id)| {
                Cursor {
                    direction,
                    key: key.clone(),
                    id: *id,
                }
                .write(shape.sort, shape.descending)
            })
        };
        Ok(Found {
            first: cursor_at(rows.first(), Direction::Previous),
            last: cursor_at(rows.last(), Direction::Next),
            rows: rows.into_iter().map(|(row, ..)| row).collect(),
            full,
            before: if backwards { full } else { cursor.is_some() },
            after: backwards || full,
        })
    }
}

/// A list as it was asked for.
#[derive(Clone)]
struct Place<'a> {
    list: &'static List,
    shape: Shape<'a>,
    /// Values of the conditions: scope, search, filters.
    args: Args,
    limit: u16,
}

impl Place<'_> {
    /// Whether its rows have to be found before they are put in order: not if an index has them in order.
    fn is_sought(&self, terms: &Terms) -> bool {
        let filters = &self.shape.filters;
        !terms.is_empty()
            || filters.iter().any(|filter| !filter.ordered)
            || (!filters.is_empty() && !self.shape.own_order(self.list))
    }

    /// The same by those filters alone that have an index, if there are any.
    fn by_index(&self) -> Option<Self> {
        let mut narrowed = self.clone();
        let without = |filter: &&Chosen| !filter.indexed && filter.takes_value();
        let values = self.shape.filters.iter().filter(without).count();
        narrowed.args.truncate(self.args.len().saturating_sub(values));
        narrowed.shape.filters.retain(|filter| filter.indexed);
        (!narrowed.shape.filters.is_empty()).then_some(narrowed)
    }

    /// What FTS5 is asked for: by account where the rows of several are in one table.
    fn fts(&self, words: &Words, query: &str) -> String {
        match self.args.first() {
            Some(Value::Uuid(Some(account))) if words.tagged => {
                format!("\"{}\" AND ({query})", search::tag(*account))
            }
            _ => query.to_owned(),
        }
    }
}

struct Found<R> {
    rows: Vec<R>,
    /// Whether there are more rows than these, that way.
    full: bool,
    /// Cursors of the pages before its first row and after its last, and whether there are any.
    first: Option<String>,
    last: Option<String>,
    before: bool,
    after: bool,
}

/// The total of what was counted up to a limit and one more.
fn up_to(limit: u64, counted: i64) -> Total {
    match u64::try_from(counted).unwrap_or_default() {
        more if more > limit => Total::AtLeast(limit),
        exact => Total::Exact(exact),
    }
}

/// What a person looks for, or nothing.
fn typed(search: &str) -> Option<String> {
    let search = search.trim();
    // PostgreSQL knows no text with NUL, so nothing could match.
    if search.is_empty() || search.contains('\0') {
        return None;
    }
    let letters = search.chars().take(search::SEARCH_MAX);
    Some(letters.flat_map(char::to_lowercase).collect())
}

/// Writes a [`List`] down and registers it, so that the statements test prepares every text it can make. Fields in the order of
/// the example in [`store::list`](crate::list); `words` and `filters` may
/// be left out.
#[macro_export]
macro_rules! list {
    (
        $(#[$meta:meta])*
        $vis:vis static $name:ident: {
            select: $select:expr,
            from: $from:expr,
            scope: $scope:expr,
            id: $id:expr,
            search: $search:expr,
            $(words: $words:expr,)?
            sorts: [$($sort:expr),+ $(,)?]
            $(, filters: [$($filter:expr),* $(,)?])? $(,)?
        }
    ) => {
        $(#[$meta])*
        $vis static $name: $crate::List = $crate::List {
            select: $select,
            from: $from,
            scope: $scope,
            id: $id,
            search: $search,
            words: &[$($words)?],
            sorts: &[$($sort),+],
            filters: &[$($($filter),*)?],
            module: ::std::module_path!(),
            file: ::std::file!(),
            line: ::std::line!(),
        };
        $crate::inventory::submit! { $crate::list::RegisteredList(&$name) }
    };
}

#[cfg(test)]
mod tests {
    use super::{search, typed};

    #[test]
    fn what_a_person_types_is_taken_by_the_letter() {
        let pattern = |search: &str| typed(search).map(|typed| search::pattern(&typed));
        assert_eq!(pattern("  "), None);
        assert_eq!(pattern(" Müller_50%\\ ").as_deref(), Some("%müller\\_50\\%\\\\%"));
    }

    #[test]
    fn a_search_is_cut_at_two_hundred_letters() {
        assert_eq!(typed(&"x".repeat(200)).map(|typed| typed.len()), Some(200));
        assert_eq!(typed(&"x".repeat(201)).map(|typed| typed.len()), Some(200));
    }
}
