//! Pieces that know our domain.

mod app_key;
mod case_parts;
mod certificate_file;
mod chain_view;
mod code_field;
mod company_facts;
mod company_fields;
mod domains;
mod password_rules;

pub use app_key::AppKey;
pub use case_parts::{CaseFacts, Conversation, FilesField, case_state_mark, severity_mark};
pub use certificate_file::certificate_text;
pub use chain_view::ChainView;
pub use code_field::CodeField;
pub use company_facts::{CompanyFacts, given};
pub use company_fields::{CompanyFields, CompanyValues};
pub use domains::{Domains, ProofMark};
pub use password_rules::PasswordRules;
