//! What passes between a device, the Onboarding Service and a UMS: paths, bodies, the messages of the device's WebSocket, and
//! the error codes that a device shows. Plain data; no sockets, no clock.

pub mod error_code;
pub mod onboarding;
pub mod paths;
pub mod secret;
pub mod unified;

pub use error_code::DeviceError;
pub use secret::Secret;
