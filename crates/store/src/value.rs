//! Values on their way into a statement.

use serde::Serialize;
use sqlx::Arguments as _;
use sqlx::error::BoxDynError;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Error, Result};

/// A value as the engines know it. Each has its own `None`, so that a NULL reaches PostgreSQL with its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Int(Option<i64>),
    Bool(Option<bool>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Uuid(Option<Uuid>),
    /// What could not be turned into any of these, with the reason; refused when the statement runs.
    Unfit(String),
}

/// What [`args!`](crate::args) takes. `Kind` keeps the implementations for plain types, ids, references and options apart; it
/// is always inferred.
pub trait ToValue<Kind = Plain> {
    /// The value itself.
    fn to_value(&self) -> Value;
    /// The NULL of its type.
    fn null() -> Value;
}

/// Kinds of [`ToValue`]: never named by callers.
#[derive(Debug)]
pub struct Plain;
#[derive(Debug)]
pub struct OfId;
#[derive(Debug)]
pub struct ByReference<Kind>(std::marker::PhantomData<Kind>);
#[derive(Debug)]
pub struct Optional<Kind>(std::marker::PhantomData<Kind>);

/// Turns anything that may stand in [`args!`](crate::args) into a [`Value`].
pub fn value<Kind, T: ToValue<Kind> + ?Sized>(of: &T) -> Value {
    of.to_value()
}

macro_rules! plain {
    ($($type:ty => $variant:ident, $from:expr;)*) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> Value {
                let from: fn(&$type) -> _ = $from;
                Value::$variant(Some(from(self)))
            }
            fn null() -> Value {
                Value::$variant(None)
            }
        }
    )*};
}

plain! {
    i64 => Int, |v| *v;
    i32 => Int, |v| i64::from(*v);
    u16 => Int, |v| i64::from(*v);
    u32 => Int, |v| i64::from(*v);
    OffsetDateTime => Int, milliseconds;
    bool => Bool, |v| *v;
    str => Text, str::to_owned;
    String => Text, String::clone;
    [u8] => Bytes, <[u8]>::to_vec;
    Vec<u8> => Bytes, Vec::clone;
    Uuid => Uuid, |v| *v;
}

/// UTC milliseconds since 1970, cut, never rounded up: a time read back is never later than the time written.
fn milliseconds(time: &OffsetDateTime) -> i64 {
    // The range of `OffsetDateTime` is far within that of 64 bits.
    i64::try_from(time.unix_timestamp_nanos().div_euclid(1_000_000)).unwrap_or(i64::MAX)
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> Value {
        Value::Bytes(Some(self.to_vec()))
    }
    fn null() -> Value {
        Value::Bytes(None)
    }
}

impl<T: domain::Id> ToValue<OfId> for T {
    fn to_value(&self) -> Value {
        Value::Uuid(Some((*self).into()))
    }
    fn null() -> Value {
        Value::Uuid(None)
    }
}

impl<Kind, T: ToValue<Kind> + ?Sized> ToValue<ByReference<Kind>> for &T {
    fn to_value(&self) -> Value {
        T::to_value(self)
    }
    fn null() -> Value {
        T::null()
    }
}

impl<Kind, T: ToValue<Kind>> ToValue<Optional<Kind>> for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or_else(T::null, T::to_value)
    }
    fn null() -> Value {
        T::null()
    }
}

impl ToValue for Value {
    fn to_value(&self) -> Value {
        self.clone()
    }
    /// A bare NULL without a better type is text.
    fn null() -> Value {
        Value::Text(None)
    }
}

/// JSON in a text column: `args![Json(&settings)]` going in, a field `settings: Json<Settings>` coming out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: Serialize> ToValue for Json<T> {
    fn to_value(&self) -> Value {
        match serde_json::to_string(&self.0) {
            Ok(text) => Value::Text(Some(text)),
            Err(error) => Value::Unfit(error.to_string()),
        }
    }
    fn null() -> Value {
        Value::Text(None)
    }
}

/// The values of a statement in the order of `$1`, `$2`, …; made by [`args!`](crate::args).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Args(Vec<Value>);

impl Args {
    pub fn new(values: Vec<Value>) -> Self {
        Self(values)
    }
    pub fn push(&mut self, value: Value) {
        self.0.push(value);
    }
    pub(crate) fn first(&self) -> Option<&Value> {
        self.0.first()
    }
    pub(crate) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }
    pub fn len(&self) -> usize {
        self.0.len()
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn for_sqlite(self) -> Result<SqliteArguments> {
        let mut arguments = SqliteArguments::default();
        for value in self.0 {
            let added = match value {
                Value::Int(v) => arguments.add(v),
                Value::Bool(v) => arguments.add(v),
                Value::Text(v) => arguments.add(v),
                Value::Bytes(v) => arguments.add(v),
                Value::Uuid(v) => arguments.add(v),
                Value::Unfit(reason) => return Err(Error::Argument(reason)),
            };
            added.map_err(|error| unfit(&error))?;
        }
        Ok(arguments)
    }

    pub(crate) fn for_postgres(self) -> Result<PgArguments> {
        let mut arguments = PgArguments::default();
        for value in self.0 {
            let added = match value {
                Value::Int(v) => arguments.add(v),
                Value::Bool(v) => arguments.add(v),
                Value::Text(v) => arguments.add(v),
                Value::Bytes(v) => arguments.add(v),
                Value::Uuid(v) => arguments.add(v),
                Value::Unfit(reason) => return Err(Error::Argument(reason)),
            };
            added.map_err(|error| unfit(&error))?;
        }
        Ok(arguments)
    }
}

fn unfit(error: &BoxDynError) -> Error {
    Error::Argument(error.to_string())
}

/// The values of a statement: `args![id, name, when]`. Takes integers, booleans, texts, bytes, UUIDs, times, ids of `domain`,
/// [`Json`], references to them and options of them. Nothing is moved.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => {
        $crate::Args::new(::std::vec![$($crate::value(&$value)),*])
    };
}
