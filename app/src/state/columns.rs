//! Which columns a person wants to see of each list: a cookie like language and colours, so that it is known before script runs.

use leptos::prelude::*;

/// The cookie: `people:email.active|devices:name.mac`.
pub const COOKIE: &str = "columns";
/// Longest value of the cookie, in bytes: what does not fit is forgotten, the oldest first.
const LONGEST: usize = 1_000;
/// Most columns of a list, and longest key, in bytes.
const COLUMNS_MAX: usize = 40;
const KEY_MAX: usize = 40;

/// The cookie's value, in the context of a request.
#[derive(Clone, Default)]
pub struct ColumnsCookie(pub String);

impl ColumnsCookie {
    /// From the `Cookie` header.
    pub fn from_header(cookies: &str) -> Self {
        let pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
        let found = pairs
            .filter(|(name, _)| *name == COOKIE)
            .map(|(_, value)| value)
            .next();
        let plain = |value: &&str| value.len() <= LONGEST && value.bytes().all(is_plain);
        Self(found.filter(plain).unwrap_or_default().to_owned())
    }

    /// Those of the request that is being answered; in the browser they stand in the document.
    fn of_request() -> Self {
        use_context().unwrap_or_else(|| {
            let root = document().document_element();
            Self(
                root.and_then(|root| root.get_attribute("data-columns"))
                    .unwrap_or_default(),
            )
        })
    }

    /// The columns chosen for a list; none where nobody has chosen.
    pub fn of(&self, list: &str) -> Vec<String> {
        let lists = self.0.split('|').filter_map(|one| one.split_once(':'));
        let columns = lists
            .filter(|(name, _)| *name == list)
            .map(|(_, columns)| columns)
            .next();
        let keys = columns
            .unwrap_or_default()
            .split('.')
            .filter(|key| !key.is_empty());
        keys.map(str::to_owned).collect()
    }

    /// The same with other columns for a list, or none. What is no list and no column of anybody's is passed over.
    #[must_use]
    pub fn with(&self, list: &str, columns: &[String]) -> Self {
        let key = |text: &str| {
            !text.is_empty()
                && text.len() <= KEY_MAX
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-'))
        };
        let mut lists = Vec::new();
        let columns: Vec<&str> = columns
            .iter()
            .map(String::as_str)
            .filter(|one| key(one))
            .collect();
        if key(list) && !columns.is_empty() {
            let columns: Vec<&str> = columns.into_iter().take(COLUMNS_MAX).collect();
            lists.push(format!("{list}:{}", columns.join(".")));
        }
        let own = format!("{list}:");
        let others = self
            .0
            .split('|')
            .filter(|one| one.contains(':') && !one.starts_with(&own));
        lists.extend(others.map(str::to_owned));
        let mut value = String::new();
        for one in lists {
            if value.len() + one.len() < LONGEST {
                let part = if value.is_empty() { "" } else { "|" };
                value = format!("{value}{part}{one}");
            }
        }
        Self(value)
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-' | b'.' | b':' | b'|')
}

/// The columns that this person has chosen for a list.
pub fn chosen_columns(list: &str) -> Vec<String> {
    ColumnsCookie::of_request().of(list)
}

/// What the document remembers of them for the browser.
pub fn of_document() -> String {
    use_context::<ColumnsCookie>().unwrap_or_default().0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(keys: &[&str]) -> Vec<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    #[test]
    fn columns_are_kept_by_list() {
        let one = ColumnsCookie::default().with("people", &keys(&["email", "active"]));
        let two = one.with("devices", &keys(&["name"]));
        assert_eq!(two.0, "devices:name|people:email.active");
        assert_eq!(two.of("people"), ["email", "active"]);
        assert_eq!(two.with("people", &[]).0, "devices:name");
        assert!(two.of("routing").is_empty());
        let read = ColumnsCookie::from_header("lang=de; columns=devices:name|people:email.active");
        assert_eq!(read.0, two.0);
    }

    #[test]
    fn nothing_gets_into_the_cookie_that_is_no_key_and_no_more_than_a_thousand_bytes() {
        let hostile = ColumnsCookie::default().with("people", &keys(&["a;b", "c\r\n", "ok"]));
        assert_eq!(hostile.0, "people:ok");
        assert_eq!(ColumnsCookie::default().with("x; Path=/", &keys(&["ok"])).0, "");
        assert_eq!(ColumnsCookie::from_header("columns=people:<script>").0, "");
        let long = |bytes: usize| {
            ColumnsCookie::from_header(&format!("columns={}", "x".repeat(bytes)))
                .0
                .len()
        };
        assert_eq!((long(LONGEST), long(LONGEST + 1)), (LONGEST, 0));
        let mut many = ColumnsCookie::default();
        for list in 'a'..='z' {
            many = many.with(&list.to_string(), &keys(&["column"; 30]));
        }
        assert!(many.0.len() <= LONGEST && many.of("z").len() == 30, "{}", many.0);
    }
}
