//! Rows that become structs or tuples.

use crate::{Cells, Result, Scalar};

/// What a statement's rows are read into: structs made by [`row!`](crate::row), and tuples of up to four [`Scalar`]s.
pub trait Row: Sized + Send {
    fn decode(row: Cells<'_>) -> Result<Self>;
}

macro_rules! tuples {
    ($(($($type:ident $index:literal),*))*) => {$(
        impl<$($type: Scalar + Send),*> Row for ($($type,)*) {
            fn decode(row: Cells<'_>) -> Result<Self> {
                Ok(($($type::decode(row.at($index)?)?,)*))
            }
        }
    )*};
}

tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
}

/// A struct that is read from a row, each field from the column of the same name:
/// `row! { pub struct OsIdpRow { id: OsIdpId, name: String, seen: Option<OffsetDateTime> } }`.
///
/// Fields are as visible as the struct. `Clone` and `Debug` are derived.
#[macro_export]
macro_rules! row {
    ($(
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $( $(#[$field_meta:meta])* $field_vis:vis $field:ident : $type:ty ),* $(,)?
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug)]
        $vis struct $name {
            $( $(#[$field_meta])* $vis $field: $type, )*
        }
        impl $crate::Row for $name {
            fn decode(row: $crate::Cells<'_>) -> $crate::Result<Self> {
                ::std::result::Result::Ok(Self {
                    $( $field: $crate::column(row, ::std::stringify!($field))?, )*
                })
            }
        }
    )*};
}
