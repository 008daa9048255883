//! Pieces that know our domain.

mod chain_view;
mod domains;

pub use chain_view::ChainView;
pub use domains::Domains;
