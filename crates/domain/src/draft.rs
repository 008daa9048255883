//! How a draft (what a person typed) becomes values: every field is looked at, and all faults are told at once.

use crate::fault::{FieldFault, Invalid, Reason};

/// Collects the faults of a form while its fields are parsed.
#[derive(Default)]
pub struct Checker {
    faults: Vec<FieldFault>,
}

impl Checker {
    /// Notes a fault of `field`.
    pub fn fault(&mut self, field: impl Into<String>, reason: Reason) {
        self.faults.push(FieldFault {
            field: field.into(),
            reason,
        });
    }

    /// The parsed value of a required field, or a noted fault.
    pub fn required<T>(
        &mut self,
        field: &str,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, Reason>,
    ) -> Option<T> {
        let text = text.trim();
        if text.is_empty() {
            self.fault(field, Reason::Required);
            return None;
        }
        parse(text).map_err(|reason| self.fault(field, reason)).ok()
    }

    /// The parsed value of a field that may be empty. `None` also where a fault was noted.
    pub fn optional<T>(
        &mut self,
        field: &str,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, Reason>,
    ) -> Option<T> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        parse(text).map_err(|reason| self.fault(field, reason)).ok()
    }

    /// The parsed lines of a list. Empty lines are passed over; a fault names its line as `field.N`, N from 1 among the lines
    /// as typed; a value that stands twice is a fault.
    pub fn lines<T: PartialEq>(
        &mut self,
        field: &str,
        lines: &[String],
        max: u32,
        parse: impl Fn(&str) -> Result<T, Reason>,
    ) -> Vec<T> {
        let mut values: Vec<T> = Vec::new();
        for (number, line) in (1..).zip(lines.iter().flat_map(|entry| entry.lines())) {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            match parse(line) {
                Ok(value) if values.contains(&value) => {
                    self.fault(format!("{field}.{number}"), Reason::Repeated);
                }
                Ok(value) => values.push(value),
                Err(reason) => self.fault(format!("{field}.{number}"), reason),
            }
        }
        if values.len() > max as usize {
            self.fault(field, Reason::TooMany { max });
        }
        values
    }

    /// The value that `build` makes, if no fault was noted. `build` answers `None` only where a fault was noted.
    pub fn finish<T>(self, build: impl FnOnce() -> Option<T>) -> Result<T, Invalid> {
        if self.faults.is_empty()
            && let Some(value) = build()
        {
            return Ok(value);
        }
        Err(Invalid { fields: self.faults })
    }
}

/// A short text as typed, trimmed: at most `max` characters, no control characters.
pub fn short_text(max: u32) -> impl Fn(&str) -> Result<String, Reason> {
    move |text| {
        if text.chars().count() > max as usize {
            Err(Reason::TooLong { max })
        } else if text.chars().any(char::is_control) {
            Err(Reason::ControlCharacter)
        } else {
            Ok(text.to_owned())
        }
    }
}

/// Longest display name, in characters.
pub const NAME_MAX: u32 = 100;

/// A display name.
pub fn name(text: &str) -> Result<String, Reason> {
    short_text(NAME_MAX)(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_have_a_hundred_characters_and_no_more() {
        assert_eq!(name(&"ä".repeat(100)), Ok("ä".repeat(100)));
        assert_eq!(name(&"ä".repeat(101)), Err(Reason::TooLong { max: 100 }));
        assert_eq!(name("a\u{7}"), Err(Reason::ControlCharacter));
    }

    #[test]
    fn a_list_names_the_bad_line_and_accepts_the_good_ones() {
        let lines = ["one\n\n two ".to_owned(), "one".to_owned()];
        let mut checker = Checker::default();
        assert_eq!(checker.lines("names", &lines, 5, name), ["one", "two"]);
        let faults = checker.finish(|| Some(())).unwrap_err();
        assert_eq!(faults.reason("names.4"), Some(&Reason::Repeated));

        let mut checker = Checker::default();
        checker.lines("names", &["a".to_owned(), "b".to_owned()], 2, name);
        assert!(checker.finish(|| Some(())).is_ok());
        let mut checker = Checker::default();
        checker.lines("names", &["a".to_owned(), "b".to_owned()], 1, name);
        assert_eq!(
            checker.finish(|| Some(())).unwrap_err().reason("names"),
            Some(&Reason::TooMany { max: 1 })
        );
    }
}
