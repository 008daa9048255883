//! Pieces that know our domain.

mod app_key;
mod chain_view;
mod code_field;
mod company_facts;
mod company_fields;
mod domains;
mod password_rules;

pub use app_key::AppKey;
pub use chain_view::ChainView;
pub use code_field::CodeField;
pub use company_facts::{CompanyFacts, given};
pub use company_fields::{CompanyFields, CompanyValues};
pub use domains::{Domains, ProofMark};
pub use password_rules::PasswordRules;
