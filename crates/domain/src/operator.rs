//! Operators: the people who run the Customer Portal. They belong to no company.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::draft::{Checker, name};
use crate::fault::Invalid;
use crate::id::{AccountId, OperatorId};
use crate::registration::CompanyInformation;
use crate::user::UserState;
use crate::{EmailAddress, Language, Role};

/// What is typed on the command line for a new operator.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct OperatorDraft {
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub name: String,
    /// Key of a language; empty for English.
    #[serde(default)]
    pub language: String,
}

/// An operator who can be added.
#[derive(Clone, Debug)]
pub struct NewOperator {
    pub email: EmailAddress,
    pub name: String,
    pub language: Language,
}

impl OperatorDraft {
    pub fn check(&self) -> Result<NewOperator, Invalid> {
        let mut checker = Checker::default();
        let email = checker.required("email", &self.email, EmailAddress::parse);
        let name = checker.optional("name", &self.name, name).unwrap_or_default();
        let language = checker
            .optional("language", &self.language, Language::chosen)
            .unwrap_or_default();
        checker.finish(|| {
            Some(NewOperator {
                email: email?,
                name,
                language,
            })
        })
    }
}

/// The signed-in operator, for the frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorMe {
    pub id: OperatorId,
    pub email: String,
    pub name: String,
    /// Registrations that wait for a decision.
    pub waiting: u64,
    /// Cases that wait for the support.
    pub cases: u64,
}

/// A row of the operators' list of accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRow {
    pub id: AccountId,
    pub name: String,
    pub country: String,
    pub users: u64,
    pub onboarding_active: bool,
    pub created_at: OffsetDateTime,
}

/// What an account uses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountServices {
    /// When IGEL OS Onboarding was activated, and by whom.
    pub onboarding: Option<crate::activation::Activated>,
    pub os_idps: u64,
    pub routings: u64,
    pub ums_instances: u64,
}

/// An account, as operators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDetails {
    pub id: AccountId,
    pub information: CompanyInformation,
    pub phone: String,
    pub created_at: OffsetDateTime,
    pub services: AccountServices,
    /// How many users there are.
    pub users: u64,
}

/// A user of an account, as operators see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountUser {
    pub email: String,
    pub name: String,
    pub roles: Vec<Role>,
    pub state: UserState,
    pub signed_in_at: Option<OffsetDateTime>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reason;

    #[test]
    fn an_operator_needs_an_address_and_nothing_else() {
        let draft = |email: &str, language: &str| OperatorDraft {
            email: email.to_owned(),
            name: String::new(),
            language: language.to_owned(),
        };
        assert_eq!(
            draft("op@contoso.example", "").check().unwrap().language,
            Language::English
        );
        let faults = draft("op", "fr").check().unwrap_err();
        assert_eq!(faults.reason("email"), Some(&Reason::NotAnEmail));
        assert_eq!(faults.reason("language"), Some(&Reason::NotAChoice));
    }
}
