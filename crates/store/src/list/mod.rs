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

mod cursor;
mod text;

use domain::page::{COUNT_LIMIT, ListQuery, Page, Total};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use self::cursor::{Cursor, Direction, Key};
use self::text::Shape;
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
    /// The condition of a search over `:search`, a `like` pattern in lower case with `\` as its escape; empty if there is none.
    pub search: &'static str,
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

/// A condition over `:value` that a caller may switch on by its name.
#[derive(Debug)]
pub struct Filter {
    pub name: &'static str,
    pub(crate) condition: &'static str,
}

impl Filter {
    pub const fn new(name: &'static str, condition: &'static str) -> Self {
        Self { name, condition }
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
    lists
        .flat_map(|list| {
            text::all(list).into_iter().map(|text| {
                // Once per process, in tests only.
                let text: &'static str = text.leak();
                Statement::new(text, text, list.module, list.file, list.line)
            })
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
        let sort = list
            .sorts
            .iter()
            .find(|sort| sort.key == query.sort)
            .or(list.sorts.first());
        let sort = sort.ok_or_else(|| Error::Argument("the list has no order".to_owned()))?;
        let (mut args, mut chosen) = (scope, Vec::with_capacity(filters.len()));
        let pattern = pattern(&query.search).filter(|_| !list.search.is_empty());
        let searching = pattern.is_some();
        if let Some(pattern) = pattern {
            args.push(Value::Text(Some(pattern)));
        }
        for (name, value) in filters {
            let filter = list.filters.iter().find(|filter| filter.name == *name);
            chosen.push(filter.ok_or_else(|| Error::Argument(format!("the list has no filter {name}")))?);
            args.push(value.clone());
        }

        let mut shape = Shape {
            sort,
            descending: query.descending,
            searching,
            filters: chosen,
            from: None,
        };
        let counting = AssertSqlSafe(text::count(list, &shape)).into_sql_str();
        let counted = self
            .fetch(counting, args.clone())
            .await?
            .decode(|row| row.at(0)?.int())?;
        let counted = counted
            .first()
            .and_then(|count| u64::try_from(*count).ok())
            .unwrap_or_default();
        let total = if counted > COUNT_LIMIT {
            Total::AtLeast(COUNT_LIMIT)
        } else {
            Total::Exact(counted)
        };

        let cursor = Cursor::read(&query.cursor, sort, query.descending);
        let mut found = self
            .page::<R>(list, &mut shape, args.clone(), query, cursor.as_ref())
            .await?;
        if cursor.is_some() && found.rows.is_empty() {
            // All that followed is gone: the start is better than an empty page.
            found = self.page(list, &mut shape, args, query, None).await?;
        }
        Ok(Page {
            rows: found.rows,
            total,
            next: found.next,
            previous: found.previous,
        })
    }

    async fn page<R: Row>(
        &mut self,
        list: &'static List,
        shape: &mut Shape<'_>,
        mut args: Args,
        query: &ListQuery,
        cursor: Option<&Cursor>,
    ) -> Result<Found<R>> {
        let limit = usize::from(query.limit());
        shape.from = cursor.map(|cursor| cursor.direction);
        if let Some(cursor) = cursor {
            args.push(cursor.key.to_value());
            args.push(Value::Uuid(Some(cursor.id)));
        }
        // One more than wanted tells whether there is another page.
        args.push(Value::Int(Some(i64::from(query.limit()) + 1)));
        let text = AssertSqlSafe(text::page(list, shape)).into_sql_str();
        let kind = shape.sort.kind;
        let mut rows = self.fetch(text, args).await?.decode(|row| {
            let key = Key::decode(kind, row.named("list_sort")?)?;
            Ok((R::decode(row)?, key, row.named("list_id")?.uuid()?))
        })?;

        let more = rows.len() > limit;
        rows.truncate(limit);
        let backwards = shape.from == Some(Direction::Previous);
        if backwards {
            rows.reverse();
        }
        let (before, after) = if backwards {
            (more, true)
        } else {
            (cursor.is_some(), more)
        };
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
        let previous = cursor_at(rows.first(), Direction::Previous).filter(|_| before);
        let next = cursor_at(rows.last(), Direction::Next).filter(|_| after);
        Ok(Found {
            rows: rows.into_iter().map(|(row, ..)| row).collect(),
            next,
            previous,
        })
    }
}

struct Found<R> {
    rows: Vec<R>,
    next: Option<String>,
    previous: Option<String>,
}

/// Longest search that is looked for; what follows is cut.
const SEARCH_MAX: usize = 200;

/// The `like` pattern for words typed by a person, or nothing to look for.
fn pattern(search: &str) -> Option<String> {
    let search = search.trim();
    // PostgreSQL knows no text with NUL, so nothing could match.
    if search.is_empty() || search.contains('\0') {
        return None;
    }
    let mut pattern = String::from("%");
    for letter in search.chars().take(SEARCH_MAX).flat_map(char::to_lowercase) {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    Some(pattern)
}

/// Writes a [`List`] down and registers it, so that the statements test prepares every text it can make. Fields in the order of
/// the example in [`store::list`](crate::list); `filters` may be left out.
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
    use super::pattern;

    #[test]
    fn what_a_person_types_is_taken_by_the_letter() {
        assert_eq!(pattern("  "), None);
        assert_eq!(pattern(" Müller_50%\\ ").as_deref(), Some("%müller\\_50\\%\\\\%"));
    }

    #[test]
    fn a_search_is_cut_at_two_hundred_letters() {
        assert_eq!(pattern(&"x".repeat(200)).map(|p| p.len()), Some(202));
        assert_eq!(pattern(&"x".repeat(201)).map(|p| p.len()), Some(202));
    }
}
