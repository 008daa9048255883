//! The pages: a folder per system, a file per page. No page holds server code.

pub mod kit;
mod parts;
pub mod portal;
pub mod ums;

pub use parts::{portal_routes, ums_routes};

use leptos::prelude::AnyView;

/// A page: what it needs, and how it shows it.
pub trait PageView: Send + Sized + 'static {
    /// Starts what the page needs: resources, actions.
    fn data() -> Self;
    /// The page itself.
    fn view(this: Self) -> AnyView;
}

/// A page, shown.
pub fn show<P: PageView>() -> AnyView {
    P::view(P::data())
}
