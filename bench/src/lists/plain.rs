//! The same questions in SQL as everybody writes it at first: `LIKE` on the columns, `OFFSET` for later pages, and a count of all.

use std::path::Path;
use std::time::Instant;

use domain::page::ListQuery;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::cases::List;
use super::seed::ACCOUNT;
use crate::failure::Outcome;
use crate::sqlite;

pub struct Plain(SqliteConnection);

pub struct Found {
    pub ids: Vec<Uuid>,
    pub count: u64,
    /// For the page alone; the count is not in it.
    pub milliseconds: f64,
}

impl Plain {
    pub async fn open(file: &Path) -> Outcome<Self> {
        Ok(Self(sqlite::open(file).await?))
    }

    /// `condition` is written here, not taken from anybody.
    pub async fn ask(&mut self, list: List, query: &ListQuery, condition: &str, skip: i64) -> Outcome<Found> {
        let (table, order) = match (list, query.sort.as_str()) {
            (List::People, "created") => ("people", "created_at desc, id desc"),
            (List::People, _) => ("people", "email_key, id"),
            (List::Events, _) => ("audit_events", "at desc, id desc"),
        };
        let rows = format!(
            "select id from {table} where account_id = ? and {condition} order by {order} limit ? offset ?"
        );
        let count = format!("select count(*) from {table} where account_id = ? and {condition}");
        let start = Instant::now();
        let found = sqlx::query(AssertSqlSafe(rows))
            .bind(ACCOUNT)
            .bind(i64::from(query.limit()))
            .bind(skip)
            .fetch_all(&mut self.0)
            .await?;
        let milliseconds = start.elapsed().as_secs_f64() * 1_000.0;
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(count))
            .bind(ACCOUNT)
            .fetch_one(&mut self.0)
            .await?;
        let ids = found.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        Ok(Found {
            ids,
            count: u64::try_from(count)?,
            milliseconds,
        })
    }
}
