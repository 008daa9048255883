//! What a benchmark has found: lines for the person, one JSON object per line for a file, and whether the targets are reached.

use std::fmt::Display;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::failure::{Doing as _, Outcome};
use crate::figures::Ratio;

/// A bound to keep.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    AtMost(f64),
    AtLeast(f64),
    /// For information.
    None,
}

impl Target {
    /// `None` where there is no bound.
    pub fn reached(self, value: f64) -> Option<bool> {
        match self {
            Self::AtMost(bound) => Some(value <= bound),
            Self::AtLeast(bound) => Some(value >= bound),
            Self::None => None,
        }
    }

    fn text(self) -> String {
        match self {
            Self::AtMost(bound) => format!("at most {bound}"),
            Self::AtLeast(bound) => format!("at least {bound}"),
            Self::None => String::new(),
        }
    }
}

/// The findings of one benchmark.
pub struct Report {
    name: &'static str,
    file: Option<PathBuf>,
    missed: usize,
}

impl Report {
    /// `file`: where the findings are appended as JSON lines.
    pub fn new(name: &'static str, file: Option<PathBuf>) -> Self {
        println!("\n## {name}\n");
        Self {
            name,
            file,
            missed: 0,
        }
    }

    /// A sentence about the circumstances.
    pub fn note(&self, text: impl Display) {
        println!("- {text}");
        // What cannot be kept has been shown.
        let _ = self.keep(&json!({ "bench": self.name, "note": text.to_string() }));
    }

    /// A figure with its unit and its target.
    pub fn figure(&mut self, what: impl Display, value: f64, unit: &str, target: Target) -> Outcome {
        let verdict = match target.reached(value) {
            Some(true) => format!("  [reached: {}]", target.text()),
            Some(false) => format!("  [MISSED: {}]", target.text()),
            None => String::new(),
        };
        self.missed += usize::from(target.reached(value) == Some(false));
        println!("- {what}: **{}** {unit}{verdict}", shown(value));
        self.keep(&json!({
            "bench": self.name,
            "what": what.to_string(),
            "value": value,
            "unit": unit,
            "target": target.text(),
            "reached": target.reached(value),
        }))
    }

    /// A ratio with its range.
    pub fn ratio(&mut self, what: impl Display, ratio: Ratio, target: Target) -> Outcome {
        let Ratio {
            median,
            least,
            most,
            pairs,
        } = ratio;
        self.note(format_args!(
            "{what}, by pair ({pairs}): {} to {}",
            shown(least),
            shown(most)
        ));
        self.figure(what, median, "", target)
    }

    fn keep(&self, line: &Value) -> Outcome {
        let Some(path) = &self.file else { return Ok(()) };
        let mut file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .doing(path.display())?;
        Ok(writeln!(file, "{line}")?)
    }

    /// How many targets were missed.
    pub fn missed(&self) -> usize {
        self.missed
    }
}

/// Three digits that matter.
fn shown(value: f64) -> String {
    let digits = match value.abs() {
        v if v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        v if v >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_what_it_allows() {
        assert_eq!(Target::AtMost(0.33).reached(0.33), Some(true));
        assert_eq!(Target::AtMost(0.33).reached(0.331), Some(false));
        assert_eq!(Target::AtLeast(2.0).reached(2.0), Some(true));
        assert_eq!(Target::AtLeast(2.0).reached(1.99), Some(false));
        assert_eq!(
            Target::AtMost(1.0).reached(f64::NAN),
            Some(false),
            "nothing measured is nothing reached"
        );
        assert_eq!(Target::None.reached(1.0), None);
    }
}
