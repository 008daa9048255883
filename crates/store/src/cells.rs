//! A row of either engine, and one value in it.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};
use uuid::Uuid;

use crate::{Error, Result};

/// A row as it came from the database.
#[derive(Clone, Copy)]
pub enum Cells<'r> {
    #[doc(hidden)]
    Sqlite(&'r SqliteRow),
    #[doc(hidden)]
    Postgres(&'r PgRow),
}

/// One value of a row.
#[derive(Clone, Copy)]
pub struct Cell<'r> {
    row: Cells<'r>,
    index: usize,
}

macro_rules! get {
    ($cell:expr, $type:ty) => {
        match $cell.row {
            Cells::Sqlite(row) => row.try_get::<$type, _>($cell.index),
            Cells::Postgres(row) => row.try_get::<$type, _>($cell.index),
        }
        .map_err(|error| $cell.corrupt(error))
    };
}

impl<'r> Cells<'r> {
    /// The value in the column of that name. Fails as [`Error::Corrupt`] if the statement selects no such column.
    pub fn named(self, name: &str) -> Result<Cell<'r>> {
        let index = match self {
            Self::Sqlite(row) => row.try_column(name).map(sqlx::Column::ordinal),
            Self::Postgres(row) => row.try_column(name).map(sqlx::Column::ordinal),
        };
        let index = index.map_err(|_| Error::Corrupt {
            column: name.to_owned(),
            reason: "the statement does not select it".to_owned(),
        })?;
        Ok(Cell { row: self, index })
    }

    /// The value at that place, counted from 0.
    pub fn at(self, index: usize) -> Result<Cell<'r>> {
        let width = match self {
            Self::Sqlite(row) => row.len(),
            Self::Postgres(row) => row.len(),
        };
        if index < width {
            return Ok(Cell { row: self, index });
        }
        Err(Error::Corrupt {
            column: index.to_string(),
            reason: format!("the statement selects only {width} columns"),
        })
    }
}

impl Cell<'_> {
    /// Whether it is NULL.
    pub fn is_null(&self) -> Result<bool> {
        match self.row {
            Cells::Sqlite(row) => row.try_get_raw(self.index).map(|value| value.is_null()),
            Cells::Postgres(row) => row.try_get_raw(self.index).map(|value| value.is_null()),
        }
        .map_err(Error::Driver)
    }

    /// SQLite's driver reads NULL as 0, an empty text or an empty blob; NULL is for `Option` alone.
    fn not_null(&self) -> Result<()> {
        if self.is_null()? {
            Err(self.corrupt("NULL"))
        } else {
            Ok(())
        }
    }

    /// An integer of any width.
    pub fn int(&self) -> Result<i64> {
        self.not_null()?;
        if let Cells::Postgres(row) = self.row {
            // A literal or an expression may be narrower than our columns, which are all `bigint`.
            let narrow = match row.try_column(self.index).map(|column| column.type_info().name()) {
                Ok("INT4") => Some(row.try_get::<i32, _>(self.index).map(i64::from)),
                Ok("INT2") => Some(row.try_get::<i16, _>(self.index).map(i64::from)),
                _ => None,
            };
            if let Some(narrow) = narrow {
                return narrow.map_err(|error| self.corrupt(error));
            }
        }
        get!(self, i64)
    }

    pub fn bool(&self) -> Result<bool> {
        self.not_null()?;
        get!(self, bool)
    }

    pub fn text(&self) -> Result<String> {
        self.not_null()?;
        get!(self, String)
    }

    pub fn bytes(&self) -> Result<Vec<u8>> {
        self.not_null()?;
        get!(self, Vec<u8>)
    }

    pub fn uuid(&self) -> Result<Uuid> {
        self.not_null()?;
        get!(self, Uuid)
    }

    /// The error for a value that does not fit, with the column's name.
    pub fn corrupt(&self, reason: impl std::fmt::Display) -> Error {
        let column = match self.row {
            Cells::Sqlite(row) => row.try_column(self.index).map(|column| column.name().to_owned()),
            Cells::Postgres(row) => row.try_column(self.index).map(|column| column.name().to_owned()),
        };
        Error::Corrupt {
            column: column.unwrap_or_else(|_| self.index.to_string()),
            reason: reason.to_string(),
        }
    }
}
