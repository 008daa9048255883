//! What surrounds every request.

pub mod apart;
pub mod assets;
pub mod body;
pub mod client;
pub mod forms;
pub mod gate;
pub mod headers;
pub mod same_origin;
pub mod session;
pub mod trace;
