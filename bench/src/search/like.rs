//! The peer and the judge: the same questions to the same file by `LIKE '%x%'`, which looks at every row. It is given the best
//! case: one pass over the table, one column with all that is searched, and no count of the rows, which our answer has.

use std::path::Path;
use std::time::Instant;

use domain::page::{COUNT_LIMIT, ListQuery};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use crate::failure::Outcome;
use crate::sqlite;

/// A connection of its own to the file that the server reads.
pub struct Like(SqliteConnection);

/// What was found, and how long the rows of the page took. They are counted up to where the exact number no longer matters.
pub struct Found {
    pub ids: Vec<Uuid>,
    pub count: u64,
    pub page_ms: f64,
}

impl Like {
    pub async fn open(file: &Path) -> Outcome<Self> {
        let mut connection = sqlite::open(file).await?;
        // As the product has it.
        sqlx::raw_sql("pragma case_sensitive_like = on; pragma query_only = on")
            .execute(&mut connection)
            .await?;
        Ok(Self(connection))
    }

    /// The first page of a query and its number of rows, as the list has to answer. `skip`: rows to leave out, by counting them.
    pub async fn ask(&mut self, query: &ListQuery, skip: i64) -> Outcome<Found> {
        let Asked {
            tests,
            values,
            begins,
        } = Asked::read(&query.search);
        let order = match (query.sort.as_str(), query.descending) {
            ("last_contact", true) => "last_contact_at desc, id desc",
            ("last_contact", false) => "last_contact_at, id",
            // Names that begin with the one word come first.
            _ if begins => "name_key not like ? || '%', name_key, id",
            _ => "name_key, id",
        };
        // One pass over the table in its own order: the planner would rather look up every row by an index, six times slower.
        let table = if values.is_empty() {
            "devices"
        } else {
            "devices not indexed"
        };
        let shown = "id, name, last_ip, mac, product, version, onboarded_by, last_contact_at";
        let page = format!(
            "select {shown} from {table} where revoked_at is null{tests} order by {order} limit {} offset {skip}",
            query.limit()
        );
        let count = format!(
            "select count(*) from (select 1 from {table} where revoked_at is null{tests} limit {})",
            COUNT_LIMIT + 1
        );
        let start = Instant::now();
        let mut asking = sqlx::query(AssertSqlSafe(page));
        for value in &values {
            asking = asking.bind(value);
        }
        if begins {
            asking = asking.bind(query.search.trim().to_lowercase());
        }
        let rows = asking.fetch_all(&mut self.0).await?;
        let page_ms = start.elapsed().as_secs_f64() * 1000.0;
        let mut counting = sqlx::query_scalar(AssertSqlSafe(count));
        for value in &values {
            counting = counting.bind(value);
        }
        let count: i64 = counting.fetch_one(&mut self.0).await?;
        Ok(Found {
            ids: rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?,
            count: count.unsigned_abs(),
            page_ms,
        })
    }
}

/// A search as conditions for each row.
struct Asked {
    tests: String,
    values: Vec<String>,
    /// Whether it is one word, and so may be the beginning of a name.
    begins: bool,
}

impl Asked {
    /// Words, or `site:"…" department:"…"`.
    fn read(search: &str) -> Self {
        let (mut tests, mut values) = (String::new(), Vec::new());
        if search.contains(":\"") {
            for part in search.split_inclusive("\" ") {
                if let Some((column, value)) = part.trim().split_once(":\"") {
                    tests.extend([" and ", column, "_key = ?"]);
                    values.push(value.trim_end_matches('"').to_lowercase());
                }
            }
            return Self {
                tests,
                values,
                begins: false,
            };
        }
        let words: Vec<Vec<String>> = search.split_whitespace().map(spellings).collect();
        for spellings in &words {
            let either: Vec<&str> = spellings.iter().map(|_| "words like ?").collect();
            tests.extend([" and (", &either.join(" or "), ")"]);
            values.extend(spellings.iter().map(|spelling| format!("%{spelling}%")));
        }
        Self {
            tests,
            values,
            begins: words.len() == 1,
        }
    }
}

/// A word as it was typed, and without the separators of addresses and serial numbers where that is something else.
fn spellings(word: &str) -> Vec<String> {
    let typed = word.to_lowercase();
    let bare: String = typed
        .chars()
        .filter(|letter| !matches!(letter, ':' | '-' | '.'))
        .collect();
    if bare == typed {
        vec![typed]
    } else {
        vec![typed, bare]
    }
}
