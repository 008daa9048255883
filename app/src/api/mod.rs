//! The endpoints: a file per area, two lines each. What they do stands in the use case they call.

pub mod portal;
pub mod ums;

#[cfg(feature = "ssr")]
mod door;
#[cfg(feature = "ssr")]
pub use door::{Faults, authorize, back, hand_out, holder, reply, speak, status, take_back, then, visitor};
