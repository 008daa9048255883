//! The account of a company in the Customer Portal.

use serde::{Deserialize, Serialize};

use crate::draft::{Checker, name};
use crate::fault::Invalid;
use crate::id::AccountId;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
}

/// What an operator typed on the command line for a new account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct AccountDraft {
    #[serde(default)]
    pub name: String,
}

impl AccountDraft {
    /// The company's name.
    pub fn check(&self) -> Result<String, Invalid> {
        let mut checker = Checker::default();
        let name = checker.required("name", &self.name, name);
        checker.finish(|| name)
    }
}
