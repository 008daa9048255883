//! The UMS Web App.

mod device;
mod devices;
mod network;
mod presence;
mod reboot_devices;
mod sign_in;

pub use device::DevicePage;
pub use devices::{DevicesPage, device_columns};
pub use network::NetworkPage;
pub use reboot_devices::RebootDevicesPage;
pub use sign_in::SignInPage;
