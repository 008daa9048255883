//! The endpoints: a file per area, two lines each. What they do stands in the use case they call.

pub mod operator;
pub mod portal;
pub mod ums;

#[cfg(feature = "ssr")]
mod door;
#[cfg(feature = "ssr")]
pub use door::{
    Faults, authorize, back, back_to, browser, greet, hand_out, held, hold, holder, is_plain,
    language_cookie, leave, let_go, once, once_for_visitors, reply, session_cookie, speak, status, take_back,
    then, visitor,
};
