//! The columns of a list: declared once, for the page, for the filters and for the export.

use std::sync::Arc;

use leptos::prelude::*;
use ui::Choice;

/// A column.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a property of its own, set by name"
)]
pub struct Column<T> {
    pub key: &'static str,
    pub label: &'static str,
    pub(super) sort: bool,
    pub(super) main: bool,
    pub(super) figures: bool,
    /// Not shown until it is chosen.
    pub(super) extra: bool,
    pub(super) filter: Option<FilterKind>,
    text: Option<Text<T>>,
    cell: Option<Show<T>>,
}

type Text<T> = fn(&T) -> String;
type Show<T> = Arc<dyn Fn(&T) -> AnyView + Send + Sync>;

/// How a column is narrowed.
#[derive(Clone)]
pub enum FilterKind {
    /// To what holds this text.
    Text,
    /// To one of these.
    Choice(Vec<Choice>),
    /// To the days between two, which are filters of these names.
    Days {
        from: (&'static str, &'static str),
        until: (&'static str, &'static str),
    },
}

impl<T> Column<T> {
    /// A column whose cells are texts. The export has the same.
    pub fn new(key: &'static str, label: &'static str, text: fn(&T) -> String) -> Self {
        Self {
            text: Some(text),
            ..Self::unexported(key, label)
        }
    }

    /// A column that is no data, such as what can be done with a row: not in the export.
    pub fn unexported(key: &'static str, label: &'static str) -> Self {
        Self {
            key,
            label,
            sort: false,
            main: false,
            figures: false,
            extra: false,
            filter: None,
            text: None,
            cell: None,
        }
    }

    /// The list can be sorted by it, under its key.
    #[must_use]
    pub fn sorted(self) -> Self {
        Self { sort: true, ..self }
    }

    /// It names the row, and is always shown.
    #[must_use]
    pub fn main(self) -> Self {
        Self { main: true, ..self }
    }

    /// Figures of equal width.
    #[must_use]
    pub fn figures(self) -> Self {
        Self {
            figures: true,
            ..self
        }
    }

    /// Shown when it is chosen.
    #[must_use]
    pub fn extra(self) -> Self {
        Self { extra: true, ..self }
    }

    /// The list can be narrowed by it, by a filter with its key.
    #[must_use]
    pub fn filter(self, kind: FilterKind) -> Self {
        Self {
            filter: Some(kind),
            ..self
        }
    }

    /// What the page shows, where that is more than the text.
    #[must_use]
    pub fn cell<V: IntoView + 'static>(self, cell: impl Fn(&T) -> V + Send + Sync + 'static) -> Self {
        Self {
            cell: Some(Arc::new(move |row| cell(row).into_any())),
            ..self
        }
    }

    pub(super) fn show(&self, row: &T) -> AnyView {
        match (&self.cell, self.text) {
            (Some(cell), _) => cell(row),
            // Nothing at all where there is no text: a card leaves the line out then.
            (None, Some(text)) => Some(text(row)).filter(|text| !text.is_empty()).into_any(),
            (None, None) => ().into_any(),
        }
    }

    /// What the export writes for a row; nothing for a column that is no data.
    pub fn export(&self, row: &T) -> Option<String> {
        self.text.map(|text| text(row))
    }

    /// Whether the export has it.
    pub fn is_exported(&self) -> bool {
        self.text.is_some()
    }
}
