//! A form that was refused without script: what was typed and why, to fill its page again.

use domain::{Fault, Invalid, Reason};
use serde::{Deserialize, Serialize};

/// Its key in the session.
pub const KEPT_FORM: &str = "kept_form";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptForm {
    /// The page of the form.
    pub page: String,
    /// Fields and what was typed, secrets excepted.
    pub fields: Vec<(String, String)>,
    pub fault: Fault,
}

impl KeptForm {
    /// What was typed into a field.
    pub fn value(&self, field: &str) -> String {
        self.fields
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }

    /// Whether nothing was refused: the form came back for a look at what it would say.
    pub fn is_preview(&self) -> bool {
        self.fault == Fault::Invalid(Invalid::default())
    }

    /// Why a field was refused.
    pub fn reason(&self, field: &str) -> Option<Reason> {
        match &self.fault {
            Fault::Invalid(Invalid { fields }) => fields
                .iter()
                .find(|fault| fault.field == field)
                .map(|fault| fault.reason.clone()),
            _ => None,
        }
    }
}
