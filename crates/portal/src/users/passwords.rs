//! Which passwords are accepted (portal design, "Accounts and sign-in").

use domain::Reason;
use domain::user::new_password;

/// A name shorter than this, in characters, says nothing about a password.
const NAME_MIN: usize = 3;
/// Letters and digits that must be left once the names are taken away.
const REST_MIN: usize = 8;

/// Refuses passwords that are too short or long, common, or made of the company's or user's names.
pub(crate) fn check(password: &str, names: &[&str]) -> Result<(), Reason> {
    new_password(password)?;
    if access::is_common_password(password) || is_made_of(password, names) {
        return Err(Reason::CommonPassword);
    }
    Ok(())
}

fn is_made_of(password: &str, names: &[&str]) -> bool {
    let whole = letters(password);
    let words = names
        .iter()
        .flat_map(|name| name.split(|c: char| !c.is_alphanumeric()));
    let words = words
        .chain(names.iter().copied())
        .map(letters)
        .filter(|word| word.chars().count() >= NAME_MIN);
    let mut words: Vec<String> = words.collect();
    // The longest first, so that a part of a name does not spoil the whole of it.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let rest = words
        .iter()
        .fold(whole.clone(), |rest, word| rest.replace(word.as_str(), ""));
    rest.len() < whole.len() && rest.chars().count() < REST_MIN
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_uncommon_and_more_than_names() {
        let names = ["Contoso Ltd", "Ada", "Berg", "ada.berg@contoso.example"];
        for good in [
            "a sentence of my own",
            "contoso runs on rye bread",
            "123 stairs 456 doors",
        ] {
            assert_eq!(check(good, &names), Ok(()), "{good}");
        }
        assert_eq!(check("fourteen chars", &names), Err(Reason::TooShort { min: 15 }));
        for bad in [
            "passwordpassword",
            "Contoso-Contoso-2026",
            "ada.berg@contoso.example",
            "AdaBergAdaBerg!!!1",
        ] {
            assert_eq!(check(bad, &names), Err(Reason::CommonPassword), "{bad}");
        }
    }
}
