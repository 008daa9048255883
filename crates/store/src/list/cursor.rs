//! A place in a list: the sort key and id of the row at its edge, and which way to go from there.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Kind, Sort};
use crate::{Cell, Result, Scalar as _, Value};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Direction {
    Next,
    Previous,
}

/// The value of the sort column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Key {
    Int(i64),
    Text(String),
}

impl Key {
    pub(super) fn decode(kind: Kind, cell: Cell<'_>) -> Result<Self> {
        match kind {
            Kind::Text => String::decode(cell).map(Self::Text),
            Kind::Int => i64::decode(cell).map(Self::Int),
        }
    }

    pub(super) fn to_value(&self) -> Value {
        match self {
            Self::Int(key) => Value::Int(Some(*key)),
            Self::Text(key) => Value::Text(Some(key.clone())),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub direction: Direction,
    pub key: Key,
    pub id: Uuid,
}

/// As it stands in the address: with the order it belongs to, since a place in one order means nothing in another.
#[derive(Serialize, Deserialize)]
struct Written {
    sort: String,
    descending: bool,
    to: Direction,
    key: Key,
    id: Uuid,
}

/// A longer one is not ours: sort keys are names and times.
const LONGEST: usize = 4096;

impl Cursor {
    /// The opaque text for the page's address.
    pub(super) fn write(self, sort: &Sort, descending: bool) -> String {
        let written = Written {
            sort: sort.key.to_owned(),
            descending,
            to: self.direction,
            key: self.key,
            id: self.id,
        };
        // Texts, numbers and a flag always become JSON.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&written).unwrap_or_default())
    }

    /// The cursor, if it is one of this order.
    pub(super) fn read(text: &str, sort: &Sort, descending: bool) -> Option<Self> {
        if text.is_empty() || text.len() > LONGEST {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let written: Written = serde_json::from_slice(&bytes).ok()?;
        let fits = matches!(
            (&written.key, sort.kind),
            (Key::Int(_), Kind::Int) | (Key::Text(_), Kind::Text)
        );
        if !fits || written.sort != sort.key || written.descending != descending {
            return None;
        }
        // PostgreSQL knows no text with NUL and would refuse the statement.
        if matches!(&written.key, Key::Text(key) if key.contains('\0')) {
            return None;
        }
        Some(Self {
            direction: written.to,
            key: written.key,
            id: written.id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_in_its_own_order_only() {
        let (name, contact) = (Sort::text("name", "name_key"), Sort::int("contact", "contact_at"));
        let cursor = Cursor {
            direction: Direction::Next,
            key: Key::Text("müller".to_owned()),
            id: Uuid::from_u128(7),
        };
        let text = cursor.clone().write(&name, false);
        assert_eq!(Cursor::read(&text, &name, false), Some(cursor));
        assert_eq!(Cursor::read(&text, &name, true), None);
        assert_eq!(Cursor::read(&text, &contact, false), None);
        assert_eq!(
            Cursor::read(&Sort::text("contact", "x").key.repeat(3), &name, false),
            None
        );
        assert_eq!(Cursor::read("", &name, false), None);
    }

    #[test]
    fn a_forged_key_cannot_change_its_type() {
        let number = Sort::int("name", "n");
        let text = Cursor {
            direction: Direction::Next,
            key: Key::Int(1),
            id: Uuid::nil(),
        }
        .write(&number, false);
        assert!(Cursor::read(&text, &number, false).is_some());
        assert_eq!(Cursor::read(&text, &Sort::text("name", "n"), false), None);
    }
}
