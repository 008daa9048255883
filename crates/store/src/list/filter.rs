//! What a list can be narrowed by, column by column.

use std::borrow::Cow;

use super::List;
use super::search::{self, GRAM, Terms};
use crate::Value;

/// Letters of a filter's value that count; what follows is cut, as in a search.
const VALUE_MAX: usize = search::SEARCH_MAX;

/// A condition that a caller may switch on by its name.
#[derive(Debug)]
pub struct Filter {
    pub name: &'static str,
    pub(crate) test: Test,
    pub(crate) typed: bool,
}

#[derive(Debug)]
pub(crate) enum Test {
    /// A condition over `:value`.
    Value(&'static str),
    /// The column, in lower case, holds the value anywhere.
    Contains(&'static str),
    /// One of these values, each with its condition.
    Choice(&'static [(&'static str, &'static str)]),
}

impl Filter {
    /// A condition over `:value`, for callers in the code: a person cannot set it by [`domain::page::ListQuery::filters`].
    pub const fn new(name: &'static str, condition: &'static str) -> Self {
        Self {
            name,
            test: Test::Value(condition),
            typed: false,
        }
    }

    /// One that a person may set, and that a search by [`Words`](super::Words) may name too, as `site:munich`. Its condition
    /// compares with a text in lower case and has an index together with the list's own order.
    pub const fn typed(name: &'static str, condition: &'static str) -> Self {
        Self {
            name,
            test: Test::Value(condition),
            typed: true,
        }
    }

    /// A column in lower case that holds what a person types. In a list with [`Words`](super::Words) it is a part of the words
    /// and has an index of its own, for what is too short for a trigram: that has to stand at its beginning.
    pub const fn contains(name: &'static str, column: &'static str) -> Self {
        Self {
            name,
            test: Test::Contains(column),
            typed: false,
        }
    }

    /// One of a few values, each with a condition that takes none: `&[("yes", "p.active = 'yes'")]`. In a list with
    /// [`Words`](super::Words) each has an index together with the list's own order.
    pub const fn choice(name: &'static str, choices: &'static [(&'static str, &'static str)]) -> Self {
        Self {
            name,
            test: Test::Choice(choices),
            typed: false,
        }
    }

    /// As the code sets it, with a value of its own.
    pub(super) fn by_code(&self) -> Chosen {
        match self.test {
            Test::Value(condition) => Chosen::indexed(condition),
            Test::Contains(_) | Test::Choice(_) => Chosen::nothing(),
        }
    }

    /// Every condition that it can become in this list.
    pub(super) fn all(&self, list: &List) -> Vec<Chosen> {
        match self.test {
            Test::Value(condition) => vec![Chosen::indexed(condition)],
            Test::Choice(choices) => choices
                .iter()
                .map(|(_, condition)| Chosen::indexed(condition))
                .collect(),
            Test::Contains(column) if list.words().is_some() => {
                vec![Chosen::begins(list, column), Chosen::holds(column)]
            }
            Test::Contains(column) => vec![Chosen::holds(column)],
        }
    }
}

/// A filter that is switched on: a condition over `:value` or over nothing.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub condition: Cow<'static, str>,
    /// Whether an index finds what passes it, so that it can be counted.
    pub indexed: bool,
    /// Whether the index has it in the list's own order too.
    pub ordered: bool,
}

impl Chosen {
    fn indexed(condition: &'static str) -> Self {
        Self {
            condition: condition.into(),
            indexed: true,
            ordered: true,
        }
    }

    fn holds(column: &str) -> Self {
        Self {
            condition: format!("{column} like :value escape '\\'").into(),
            indexed: false,
            ordered: false,
        }
    }

    fn begins(list: &List, column: &str) -> Self {
        Self {
            condition: format!("{column} >= :value and {column} < :value || '\u{10FFFF}'").into(),
            indexed: true,
            ordered: list.sorts.first().is_some_and(|own| own.column == column),
        }
    }

    fn nothing() -> Self {
        Self::indexed("1 = 0")
    }

    pub fn takes_value(&self) -> bool {
        self.condition.contains(":value")
    }
}

/// What a person has set a column to. `terms`: the words of the search, where the list has words. An empty value is no filter; a
/// filter or a choice that is not there finds nothing.
pub(super) fn by_person(
    list: &List,
    filter: Option<&Filter>,
    value: &str,
    terms: Option<&mut Terms>,
) -> Option<(Chosen, Option<Value>)> {
    let value: String = value
        .trim()
        .chars()
        .take(VALUE_MAX)
        .flat_map(char::to_lowercase)
        .collect();
    if value.is_empty() {
        return None;
    }
    let nothing = Some((Chosen::nothing(), None));
    // PostgreSQL knows no text with NUL, so nothing could match.
    let Some(filter) = filter.filter(|_| !value.contains('\0')) else {
        return nothing;
    };
    match filter.test {
        Test::Value(condition) if filter.typed => {
            Some((Chosen::indexed(condition), Some(Value::Text(Some(value)))))
        }
        Test::Value(_) => nothing,
        Test::Choice(choices) => {
            let choice = choices.iter().find(|(name, _)| *name == value);
            choice.map_or(nothing, |(_, condition)| Some((Chosen::indexed(condition), None)))
        }
        Test::Contains(column) => match terms {
            Some(_) if value.chars().count() < GRAM => {
                Some((Chosen::begins(list, column), Some(Value::Text(Some(value)))))
            }
            terms => {
                let pattern = search::pattern(&value);
                if let Some(terms) = terms {
                    terms.push_filter(&value);
                }
                Some((Chosen::holds(column), Some(Value::Text(Some(pattern)))))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sort;

    crate::list! {
        static ITEMS: {
            select: "i.id",
            from: "items i",
            scope: "",
            id: "i.id",
            search: "",
            sorts: [Sort::text("name", "i.name_key")],
        }
    }
    const STATE: Filter = Filter::choice("state", &[("open", "i.open"), ("shut", "not i.open")]);
    const NAME: Filter = Filter::contains("name", "i.name_key");
    const AGE: Filter = Filter::new("age", "i.age > :value");
    const SITE: Filter = Filter::typed("site", "i.site = :value");

    fn set(filter: Option<&Filter>, value: &str) -> Option<(String, Option<Value>)> {
        by_person(&ITEMS, filter, value, None).map(|(chosen, value)| (chosen.condition.into_owned(), value))
    }

    fn text(value: &str) -> Value {
        Value::Text(Some(value.to_owned()))
    }

    #[test]
    fn what_a_list_does_not_have_finds_nothing_and_an_empty_value_is_no_filter() {
        let nothing = Some(("1 = 0".to_owned(), None));
        assert_eq!(set(Some(&STATE), "Open"), Some(("i.open".to_owned(), None)));
        assert_eq!(set(Some(&STATE), "ajar"), nothing);
        assert_eq!(set(None, "open"), nothing);
        assert_eq!(set(Some(&AGE), "7"), nothing);
        assert_eq!(set(Some(&SITE), "a\0b"), nothing);
        assert_eq!(set(Some(&SITE), " "), None);
        assert_eq!(
            set(Some(&SITE), " Munich"),
            Some(("i.site = :value".to_owned(), Some(text("munich"))))
        );
    }

    #[test]
    fn a_value_is_cut_at_two_hundred_letters() {
        for (letters, kept) in [(199, 199), (200, 200), (201, 200)] {
            let (_, value) = set(Some(&SITE), &"x".repeat(letters)).unwrap();
            assert_eq!(value, Some(text(&"x".repeat(kept))));
        }
    }

    #[test]
    fn in_a_large_list_a_column_is_searched_by_its_words_or_by_its_beginning() {
        let of = |value: &str| {
            let mut terms = Terms::default();
            let (chosen, value) = by_person(&ITEMS, Some(&NAME), value, Some(&mut terms)).unwrap();
            (chosen.indexed, chosen.ordered, value, terms.is_empty())
        };
        assert_eq!(of("a_"), (true, true, Some(text("a_")), true));
        assert_eq!(of("a_b"), (false, false, Some(text("%a\\_b%")), false));
    }
}
