//! What can go wrong in a database, in our words.

use std::sync::Arc;
use std::time::Duration;

/// The result of everything in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failed statement, transaction or migration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The driver or the database refused, for none of the reasons below.
    #[error("the database refused or could not be reached")]
    Driver(#[source] sqlx::Error),
    /// A unique constraint or index already holds these values. Ask with [`Error::is_unique`].
    #[error("a row with the same {table} ({}) exists ({constraint})", columns.join(", "))]
    Unique {
        /// Empty where the engine did not say.
        table: String,
        /// Empty where the engine named only the index.
        columns: Vec<String>,
        /// Name of the constraint or index; empty where the engine named only the columns.
        constraint: String,
        #[source]
        source: sqlx::Error,
    },
    /// A row refers to one that does not exist, or is still referred to.
    #[error("a reference between rows would be broken")]
    ForeignKey(#[source] sqlx::Error),
    /// A `check` or `not null` constraint was broken.
    #[error("a value breaks a rule of its table")]
    Check(#[source] sqlx::Error),
    /// A write touched another number of rows than it must.
    #[error("{touched} rows were touched where {expected} had to be")]
    RowsAffected { expected: u64, touched: u64 },
    /// `one` or `scalar` found no row.
    #[error("no row found where one must be")]
    NotFound,
    /// `one`, `optional` or `scalar` found several rows.
    #[error("{0} rows found where at most one may be")]
    TooManyRows(usize),
    /// A stored value does not fit the type it is read into.
    #[error("column {column} holds what it must not: {reason}")]
    Corrupt { column: String, reason: String },
    /// A value cannot be stored, or a list was given the wrong number of values.
    #[error("a value cannot be given to the database: {0}")]
    Argument(String),
    /// An earlier statement of this transaction failed, so it can only be rolled back.
    #[error("the transaction was given up after a failed statement")]
    Aborted,
    /// SQLite refused the COMMIT that several transactions shared, or gave their transaction up before it. Nothing of any of
    /// them is kept, and SQLite does not say whose fault it was: begin again.
    #[error("nothing was kept: the database refused what several transactions were about to write together")]
    GroupLost(#[source] Arc<sqlx::Error>),
    /// No connection became free. On SQLite one writer exists: another transaction holds it, perhaps one that this very task
    /// has still open.
    #[error(
        "no free connection for {what} within {waited:?}; is another transaction of the same task still open?"
    )]
    Busy { what: &'static str, waited: Duration },
    /// A migration failed, or the database was made by another version.
    #[error("the database could not be brought to this version")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// The database URL cannot be used.
    #[error("the database URL cannot be used: {0}")]
    Url(String),
    /// The database file could not be made.
    #[error("the database file {path} could not be made")]
    File {
        path: String,
        #[source]
        source: std::io::Error,
    },
}

impl Error {
    /// Whether this is the refusal of a second row with the same `columns` in `table`: by the columns that the engine names,
    /// or by the name of the index, which is `{table}_{column}_{column}_key`.
    pub fn is_unique(&self, wanted: &str, wanted_columns: &[&str]) -> bool {
        let Self::Unique {
            table,
            columns,
            constraint,
            ..
        } = self
        else {
            return false;
        };
        if *constraint == index_name(wanted, wanted_columns) {
            return true;
        }
        table == wanted && columns == wanted_columns
    }
}

/// The name a unique index must have. PostgreSQL cuts names at 63 bytes; ours are shorter, held by the migrations test.
fn index_name(table: &str, columns: &[&str]) -> String {
    format!("{table}_{}_key", columns.join("_"))
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::error::ErrorKind;
        let Some(kind) = error.as_database_error().map(sqlx::error::DatabaseError::kind) else {
            return Self::Driver(error);
        };
        match kind {
            ErrorKind::UniqueViolation => unique(error),
            ErrorKind::ForeignKeyViolation => Self::ForeignKey(error),
            ErrorKind::CheckViolation | ErrorKind::NotNullViolation => Self::Check(error),
            _ => Self::Driver(error),
        }
    }
}

fn unique(source: sqlx::Error) -> Error {
    let (table, columns, constraint) = match source.as_database_error() {
        None => (String::new(), Vec::new(), String::new()),
        Some(refusal) => match refusal.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
            Some(refusal) => (
                refusal.table().unwrap_or_default().to_owned(),
                columns_of_detail(refusal.detail().unwrap_or_default()),
                refusal.constraint().unwrap_or_default().to_owned(),
            ),
            None => of_sqlite_message(refusal.message()),
        },
    };
    Error::Unique {
        table,
        columns,
        constraint,
        source,
    }
}

/// `UNIQUE constraint failed: t.a, t.b` or, for an index over expressions, `UNIQUE constraint failed: index 'name'`.
fn of_sqlite_message(message: &str) -> (String, Vec<String>, String) {
    let rest = message.split_once("failed: ").map_or("", |(_, rest)| rest);
    if let Some(name) = rest.strip_prefix("index '") {
        return (String::new(), Vec::new(), name.trim_end_matches('\'').to_owned());
    }
    let pairs: Vec<(&str, &str)> = rest.split(", ").filter_map(|name| name.split_once('.')).collect();
    let table = pairs
        .first()
        .map_or_else(String::new, |(table, _)| (*table).to_owned());
    (
        table,
        pairs.into_iter().map(|(_, column)| column.to_owned()).collect(),
        String::new(),
    )
}

/// `Key (a, b)=(1, 2) already exists.` in any language. The values stay out of our error: they may be personal.
fn columns_of_detail(detail: &str) -> Vec<String> {
    let key = detail
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(")=("));
    key.map_or_else(Vec::new, |(columns, _)| {
        columns.split(", ").map(str::to_owned).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_of_sqlite_names_columns_or_an_index() {
        let (table, columns, index) =
            of_sqlite_message("UNIQUE constraint failed: users.account_id, users.email");
        assert_eq!(
            (table.as_str(), columns, index.as_str()),
            ("users", vec!["account_id".into(), "email".into()], "")
        );
        let (table, columns, index) = of_sqlite_message("UNIQUE constraint failed: index 'users_email_key'");
        assert_eq!(
            (table.as_str(), columns.len(), index.as_str()),
            ("", 0, "users_email_key")
        );
    }

    #[test]
    fn the_detail_of_postgresql_names_columns_and_keeps_values_out() {
        assert_eq!(columns_of_detail("Key (a, b)=(x, y) already exists."), ["a", "b"]);
        assert_eq!(columns_of_detail("Schlüssel »(a)=(x)« existiert bereits."), ["a"]);
        assert!(columns_of_detail("").is_empty());
    }
}
