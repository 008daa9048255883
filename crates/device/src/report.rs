//! What the program says: sentences for a person, and with `--json` one object per line for a program.

use std::io::Write as _;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::failure::Failure;

/// Says things on standard output, failures on standard error. With `--json` the objects have standard output to themselves
/// and all sentences go to standard error.
#[derive(Clone, Debug)]
pub struct Reporter {
    json: bool,
    /// The device that speaks, in a fleet.
    unit: Option<Arc<str>>,
}

impl Reporter {
    /// Speaks to the terminal.
    pub const fn to_terminal(json: bool) -> Self {
        Self { json, unit: None }
    }

    /// The same for one device of many: its objects bear its Unit ID, and of its sentences only failures are said, in
    /// one line: thousands of devices would drown each other.
    #[must_use]
    pub fn of_unit(&self, unit: &str) -> Self {
        Self {
            unit: Some(unit.into()),
            ..self.clone()
        }
    }

    /// Something happened. `fields` are the object's further fields.
    pub fn event(&self, event: &str, fields: Value, sentence: &str) {
        if self.json {
            let mut object = json!({ "event": event });
            if let (Some(object), Value::Object(fields)) = (object.as_object_mut(), fields) {
                if let Some(unit) = &self.unit {
                    object.insert("unit_id".to_owned(), json!(unit.as_ref()));
                }
                object.extend(fields);
            }
            line_out(&object.to_string());
        }
        self.say(sentence);
    }

    /// A device could not be managed.
    pub fn failure(&self, failure: &Failure) {
        let number = failure.code.number();
        let fields = json!({
            "code": number,
            "message": failure.message(),
            "next": failure.code.next_step(),
            "cause": failure.cause,
        });
        self.event("error", fields, "");
        if let Some(unit) = &self.unit {
            return line_err(&format!("{unit}: ({number}) {}", failure.cause));
        }
        line_err(&format!(
            "Could not manage your device because of an internal error ({number})"
        ));
        let mut lines = vec![failure.message().to_owned()];
        // The service's own words say what to do, too.
        if failure.said.is_none() {
            lines.push(failure.code.next_step().to_owned());
            lines.push(format!("Cause: {}", failure.cause));
        }
        for line in lines {
            line_err(&format!("  {line}"));
        }
    }

    /// A sentence for the person alone; nothing for one device of many.
    pub fn say(&self, sentence: &str) {
        if sentence.is_empty() || self.unit.is_some() {
            return;
        }
        if self.json {
            line_err(sentence);
        } else {
            line_out(sentence);
        }
    }
}

fn line_out(line: &str) {
    // A reader that has gone away is no reason for a device to stop.
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn line_err(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
