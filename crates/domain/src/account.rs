//! The account of a company in the Customer Portal.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::Role;
use crate::draft::{Checker, name};
use crate::fault::{Invalid, Reason};
use crate::id::AccountId;
use crate::operator::AccountServices;
use crate::os_idp::MappedDomain;
use crate::registration::{CompanyFields, CompanyInformation, phone};

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

/// The page "Account".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPage {
    pub information: CompanyInformation,
    pub phone: String,
    pub created_at: OffsetDateTime,
    /// Counts saves of the registration data.
    pub version: i64,
    /// The domains that the account has mapped somewhere, or that are trusted for it.
    pub domains: Vec<MappedDomain>,
    /// Active users of each role that somebody has.
    pub users: Vec<(Role, u64)>,
    pub services: AccountServices,
    /// Whether the reader may change the registration data.
    pub may_edit: bool,
}

/// Registration data, as changed by a Super Admin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEditDraft {
    /// The version that was seen.
    #[serde(default)]
    pub version: String,
    #[serde(default)]
    pub company: String,
    #[serde(default)]
    pub address: String,
    #[serde(default)]
    pub address2: String,
    #[serde(default)]
    pub city: String,
    #[serde(default)]
    pub post_code: String,
    #[serde(default)]
    pub country: String,
    #[serde(default)]
    pub state: String,
    #[serde(default)]
    pub industry: String,
    #[serde(default)]
    pub phone: String,
}

impl AccountEditDraft {
    /// The version that was seen, and the new data.
    pub fn check(&self) -> Result<(i64, CompanyInformation, String), Invalid> {
        let mut checker = Checker::default();
        let version = checker.required("version", &self.version, |text| {
            text.parse().map_err(|_| Reason::NotAChoice)
        });
        let fields = CompanyFields {
            company: &self.company,
            address: &self.address,
            address2: &self.address2,
            city: &self.city,
            post_code: &self.post_code,
            country: &self.country,
            state: &self.state,
            industry: &self.industry,
        };
        let information = fields.check(&mut checker);
        let phone = checker.required("phone", &self.phone, phone);
        checker.finish(|| Some((version?, information?, phone?)))
    }
}
