use std::net::IpAddr;

use domain::Id;
use serde_json::{Map, Value};

/// An entry of the audit trail: what was done to what. Who, when and from where are added by the transaction.
#[derive(Clone, Debug)]
pub struct Event {
    pub(crate) name: &'static str,
    pub(crate) target: Option<uuid::Uuid>,
    pub(crate) target_kind: &'static str,
    pub(crate) target_name: String,
    pub(crate) details: Map<String, Value>,
    /// Where that is not known by the transaction.
    pub(crate) address: Option<IpAddr>,
}

impl Event {
    /// `name` is `object.verb`; `label` is what a person calls the object.
    pub fn new<T: Id>(name: &'static str, target: T, label: impl Into<String>) -> Self {
        Self {
            name,
            target: Some(target.into()),
            target_kind: T::KIND,
            target_name: label.into(),
            details: Map::new(),
            address: None,
        }
    }

    /// An event about something that has no id.
    pub fn plain(name: &'static str, label: impl Into<String>) -> Self {
        Self {
            name,
            target: None,
            target_kind: "",
            target_name: label.into(),
            details: Map::new(),
            address: None,
        }
    }

    /// Where it was asked from: for a change that does what several have asked for.
    #[must_use]
    pub fn from_address(self, address: Option<IpAddr>) -> Self {
        Self { address, ..self }
    }

    /// Adds a value worth knowing. Never a secret.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.details.insert(key.to_owned(), value.into());
        self
    }

    /// Adds a changed value.
    #[must_use]
    pub fn changed(self, key: &str, old: impl Into<Value>, new: impl Into<Value>) -> Self {
        let change = Map::from_iter([("old".to_owned(), old.into()), ("new".to_owned(), new.into())]);
        self.with(key, change)
    }
}
