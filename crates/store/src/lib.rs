//! One SQL text for SQLite and PostgreSQL. The only crate that knows the driver.
//!
//! A use case writes plain SQL in the common tongue (`$1`, `returning`, `on conflict`, `cast(… as …)`), once:
//!
//! ```ignore
//! row! { pub struct OsIdpRow { id: OsIdpId, name: String, created_at: OffsetDateTime } }
//!
//! let mut tx = db.begin().await?;
//! let row: OsIdpRow = tx.one(sql!("select id, name, created_at from os_idps where id = $1"), args![id]).await?;
//! tx.commit().await?;
//! ```
//!
//! Ids are `blob`/`uuid`, times and all integers `bigint` (times in UTC milliseconds), booleans `boolean`, JSON `text`
//! (ruling 13). Unique indexes are named `{table}_{column}_{column}_key` on both engines, so that [`Error::is_unique`]
//! finds them. On PostgreSQL a `sum()` over `bigint` is `numeric`: write `cast(sum(…) as bigint)`.

mod cells;
mod column;
#[cfg(feature = "test-databases")]
pub mod databases;
mod db;
mod error;
mod failpoint;
mod glance;
pub mod list;
mod migrate;
mod row;
mod sql;
mod tx;
mod value;
mod writer;

pub use cells::{Cell, Cells};
pub use column::{Column, IdColumn, IdOf, OptionalIdColumn, PlainColumn, Scalar, column};
pub use db::{Db, Options};
pub use error::{Error, Result};
pub use list::{Filter, List, Sort, Words};
pub use migrate::Schema;
pub use row::Row;
pub use sql::{Sql, Statement, statements};
pub use tx::Tx;
pub use value::{Args, Json, ToValue, Value, value};
pub use writer::{Grouping, Written};

#[doc(hidden)]
pub use inventory;
#[doc(hidden)]
pub use sql::Registered;

/// Which of the two databases stands behind a [`Db`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    Sqlite,
    Postgres,
}
