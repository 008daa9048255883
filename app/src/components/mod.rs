//! Pieces that know our domain.

mod chain_view;
mod domains;
mod password_rules;

pub use chain_view::ChainView;
pub use domains::Domains;
pub use password_rules::PasswordRules;
