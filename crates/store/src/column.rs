//! Types that can be read from one column.

use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Cell, Cells, Json, Result};

/// A type that is read from a single column, in `scalar`, in tuples and in [`row!`](crate::row).
pub trait Scalar: Sized {
    /// Reads it. Fails as [`Error::Corrupt`](crate::Error::Corrupt) on NULL and on values outside the type.
    fn decode(cell: Cell<'_>) -> Result<Self>;
}

/// A type that may be a field of [`row!`](crate::row): every [`Scalar`] and every id of `domain`, optional or not. `Kind` keeps
/// the implementations apart; it is always inferred.
pub trait Column<Kind>: Sized {
    fn read(cell: Cell<'_>) -> Result<Self>;
}

/// Kinds of [`Column`]: never named by callers.
#[derive(Debug)]
pub struct PlainColumn;
#[derive(Debug)]
pub struct IdColumn;
#[derive(Debug)]
pub struct OptionalIdColumn;

impl<T: Scalar> Column<PlainColumn> for T {
    fn read(cell: Cell<'_>) -> Result<Self> {
        T::decode(cell)
    }
}

impl<T: domain::Id> Column<IdColumn> for T {
    fn read(cell: Cell<'_>) -> Result<Self> {
        cell.uuid().map(T::from)
    }
}

impl<T: domain::Id> Column<OptionalIdColumn> for Option<T> {
    fn read(cell: Cell<'_>) -> Result<Self> {
        if cell.is_null()? {
            Ok(None)
        } else {
            cell.uuid().map(T::from).map(Some)
        }
    }
}

/// Reads the column of that name: what [`row!`](crate::row) writes for each field.
pub fn column<Kind, T: Column<Kind>>(row: Cells<'_>, name: &str) -> Result<T> {
    T::read(row.named(name.strip_prefix("r#").unwrap_or(name))?)
}

/// An id of `domain` in a tuple or as a scalar: `tx.all::<(IdOf<DeviceId>, String)>(…)`. (A field of [`row!`](crate::row) needs
/// no wrapper.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdOf<T>(pub T);

impl<T: domain::Id> Scalar for IdOf<T> {
    fn decode(cell: Cell<'_>) -> Result<Self> {
        cell.uuid().map(T::from).map(IdOf)
    }
}

impl<T: Scalar> Scalar for Option<T> {
    fn decode(cell: Cell<'_>) -> Result<Self> {
        if cell.is_null()? {
            Ok(None)
        } else {
            T::decode(cell).map(Some)
        }
    }
}

macro_rules! read_as {
    ($($type:ty => $read:ident;)*) => {$(
        impl Scalar for $type {
            fn decode(cell: Cell<'_>) -> Result<Self> {
                cell.$read()
            }
        }
    )*};
}

read_as! {
    i64 => int;
    bool => bool;
    String => text;
    Vec<u8> => bytes;
    Uuid => uuid;
}

macro_rules! narrower {
    ($($type:ty)*) => {$(
        impl Scalar for $type {
            fn decode(cell: Cell<'_>) -> Result<Self> {
                Self::try_from(cell.int()?).map_err(|error| cell.corrupt(error))
            }
        }
    )*};
}

narrower! { i32 u16 u32 u64 }

impl<const N: usize> Scalar for [u8; N] {
    fn decode(cell: Cell<'_>) -> Result<Self> {
        let bytes = cell.bytes()?;
        Self::try_from(bytes)
            .map_err(|bytes| cell.corrupt(format!("{} bytes where {N} must be", bytes.len())))
    }
}

impl Scalar for OffsetDateTime {
    fn decode(cell: Cell<'_>) -> Result<Self> {
        let nanoseconds = i128::from(cell.int()?) * 1_000_000;
        Self::from_unix_timestamp_nanos(nanoseconds).map_err(|error| cell.corrupt(error))
    }
}

impl<T: DeserializeOwned> Scalar for Json<T> {
    fn decode(cell: Cell<'_>) -> Result<Self> {
        serde_json::from_str(&cell.text()?)
            .map(Json)
            .map_err(|error| cell.corrupt(error))
    }
}
