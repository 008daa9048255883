//! What the address of a list says: all of its state, so that a link brings it back.

use std::collections::BTreeMap;

use domain::page::ListQuery;

/// Filters stand in the address as `f.name=value`.
const FILTER: &str = "f.";
/// Filters that are read from an address; what follows is passed over.
const FILTERS_MAX: usize = 20;

/// The state of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListAddress {
    pub query: ListQuery,
    /// Rows before the first one of this page, as far as is known.
    pub before: u64,
    /// Keys of the columns that are shown; none: those that were chosen last.
    pub columns: Vec<String>,
}

impl ListAddress {
    /// From the pairs of a query; others are passed over.
    pub fn read<K: AsRef<str>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let (mut own, mut filters) = (BTreeMap::new(), BTreeMap::new());
        for (key, value) in pairs {
            let value = value.into();
            match key.as_ref().strip_prefix(FILTER) {
                Some(name) if filters.len() < FILTERS_MAX && !value.trim().is_empty() => {
                    filters.insert(name.to_owned(), value);
                }
                Some(_) => {}
                None => {
                    own.insert(key.as_ref().to_owned(), value);
                }
            }
        }
        let mut get = |key: &str| own.remove(key).unwrap_or_default();
        Self {
            query: ListQuery {
                search: get("q"),
                sort: get("sort"),
                descending: get("dir") == "desc",
                cursor: get("at"),
                filters,
                per: get("per").parse().unwrap_or(0),
            },
            before: get("row").parse().unwrap_or(0),
            columns: columns(&get("cols")),
        }
    }

    /// The pairs of the query that says this; what is empty is left out.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let number = |number: u64| {
            if number == 0 {
                String::new()
            } else {
                number.to_string()
            }
        };
        let query = &self.query;
        let dir = if query.descending { "desc" } else { "" };
        let own = [
            ("q", query.search.clone()),
            ("sort", query.sort.clone()),
            ("dir", dir.to_owned()),
            ("at", query.cursor.clone()),
            ("row", number(self.before)),
            ("per", number(query.per.into())),
            ("cols", self.columns.join(".")),
        ];
        let own = own.into_iter().map(|(key, value)| (key.to_owned(), value));
        let filters = query.filters.iter();
        let filters = filters.map(|(name, value)| (format!("{FILTER}{name}"), value.clone()));
        own.chain(filters)
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// `path` with this state.
    pub fn href(&self, path: &str) -> String {
        href(path, &self.pairs())
    }

    /// The same from its first row on.
    #[must_use]
    pub fn from_start(&self) -> Self {
        Self {
            query: ListQuery {
                cursor: String::new(),
                ..self.query.clone()
            },
            before: 0,
            columns: self.columns.clone(),
        }
    }

    /// The same without the filter of that name.
    #[must_use]
    pub fn without_filter(&self, name: &str) -> Self {
        let mut other = self.from_start();
        other.query.filters.remove(name);
        other
    }

    /// Whether it narrows the list to some of its rows.
    pub fn narrows(&self) -> bool {
        !self.query.search.trim().is_empty() || !self.query.filters.is_empty()
    }
}

/// Keys of columns, parted by dots.
pub fn columns(text: &str) -> Vec<String> {
    let named = text.split('.').filter(|key| !key.is_empty());
    named.map(str::to_owned).collect()
}

/// The name of a filter's field.
pub fn filter_field(name: &str) -> String {
    format!("{FILTER}{name}")
}

/// `path` with these pairs as its query.
pub fn href(path: &str, pairs: &[(String, String)]) -> String {
    if pairs.is_empty() {
        return path.to_owned();
    }
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(key, value)| format!("{}={}", escape(key), escape(value)))
        .collect();
    format!("{path}?{}", pairs.join("&"))
}

/// Percent-encodes a value of the query.
fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_for_an_address() {
        assert_eq!(escape("a b&c=ä"), "a%20b%26c%3D%C3%A4");
    }

    #[test]
    fn what_the_address_says_is_read_back() {
        let text = [
            ("q", "ada"),
            ("sort", "email"),
            ("dir", "desc"),
            ("at", "abc"),
            ("row", "50"),
            ("per", "10"),
            ("cols", "email.role"),
            ("f.role", "obs-admin"),
        ];
        let address = ListAddress::read(text);
        let pairs: Vec<(String, String)> = text
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(address.pairs(), pairs);
        assert!(address.narrows());
        let start = address.without_filter("role");
        assert_eq!(
            start.href("/users"),
            "/users?q=ada&sort=email&dir=desc&per=10&cols=email.role"
        );
        let empty = ListAddress::read([("f.role", " "), ("row", "x"), ("other", "y")]);
        assert_eq!(empty, ListAddress::default());
    }

    #[test]
    fn twenty_filters_are_read_and_not_one_more() {
        for (there, read) in [(20, 20), (21, 20)] {
            let filters = (0..there).map(|number| (format!("f.{number}"), "x"));
            assert_eq!(ListAddress::read(filters).query.filters.len(), read);
        }
    }
}
