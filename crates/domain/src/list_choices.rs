//! What a person has chosen for the lists that they look at: columns, and views, which are states of a list with a name.

use serde::{Deserialize, Serialize};

use crate::draft::{Checker, short_text};
use crate::{Invalid, Reason};

/// Views that a person may keep of one list.
pub const VIEWS_MAX: u32 = 20;
/// Longest name of a view, in characters.
pub const NAME_MAX: u32 = 60;
/// Longest state that a view keeps, in bytes of its address.
pub const STATE_MAX: usize = 1_000;
/// Most columns of a list, and longest key of a column or of a list, in bytes.
pub const COLUMNS_MAX: usize = 40;
const KEY_MAX: usize = 40;

/// What a person has chosen for one list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListChoices {
    /// The list's key.
    pub list: String,
    /// Keys of the columns; none: the usual ones.
    pub columns: Vec<String>,
    /// In the order of their names.
    pub views: Vec<SavedView>,
}

/// A state of a list with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    pub name: String,
    /// The query of its address, without a question mark.
    pub state: String,
}

/// "Save view", as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ViewDraft {
    #[serde(default)]
    pub list: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub state: String,
}

impl ViewDraft {
    /// The list, the name, and the state.
    pub fn check(self) -> Result<(String, SavedView), Invalid> {
        let mut checker = Checker::default();
        let list = checker.required("list", &self.list, list_key);
        let name = checker.required("name", &self.name, short_text(NAME_MAX));
        if self.state.len() > STATE_MAX {
            let max = u32::try_from(STATE_MAX).unwrap_or(u32::MAX);
            checker.fault("state", Reason::TooLong { max });
        }
        let state = self.state;
        checker.finish(|| Some((list?, SavedView { name: name?, state })))
    }
}

/// The key of a list.
pub fn list_key(text: &str) -> Result<String, Reason> {
    if is_key(text) {
        Ok(text.to_owned())
    } else {
        Err(Reason::NotAChoice)
    }
}

/// The keys of columns among these, parted by dots: what is kept. What is no key is passed over.
pub fn columns_text(columns: &[String]) -> String {
    let keys: Vec<&str> = columns
        .iter()
        .map(String::as_str)
        .filter(|key| is_key(key))
        .take(COLUMNS_MAX)
        .collect();
    keys.join(".")
}

fn is_key(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-');
    !text.is_empty() && text.len() <= KEY_MAX && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(list: &str, name: &str, state: &str) -> ViewDraft {
        ViewDraft {
            list: list.to_owned(),
            name: name.to_owned(),
            state: state.to_owned(),
        }
    }

    #[test]
    fn a_view_has_a_name_and_a_state_that_is_not_endless() {
        let (list, view) = draft("people", " Waiting ", "f.active=pending").check().unwrap();
        assert_eq!(
            (list.as_str(), view.name.as_str(), view.state.as_str()),
            ("people", "Waiting", "f.active=pending")
        );
        assert!(
            draft("people", &"n".repeat(60), &"s".repeat(STATE_MAX))
                .check()
                .is_ok()
        );
        for (bad, field, reason) in [
            (draft("People", "n", ""), "list", Reason::NotAChoice),
            (draft("people", " ", ""), "name", Reason::Required),
            (
                draft("people", &"n".repeat(61), ""),
                "name",
                Reason::TooLong { max: 60 },
            ),
            (draft("people", "a\nb", ""), "name", Reason::ControlCharacter),
            (
                draft("people", "n", &"s".repeat(STATE_MAX + 1)),
                "state",
                Reason::TooLong { max: 1_000 },
            ),
        ] {
            assert_eq!(bad.check().unwrap_err().reason(field), Some(&reason));
        }
    }

    #[test]
    fn columns_are_keys_and_forty_at_most() {
        let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            columns_text(&keys(&["email", "a;b", "c\r\n", "", "days_left"])),
            "email.days_left"
        );
        assert_eq!(columns_text(&keys(&["k"; 41])).len(), 40 + 39);
    }
}
