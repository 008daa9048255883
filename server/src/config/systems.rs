use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::Deserialize;

/// An address to listen on; port 0 lets the machine choose. The portal's may be empty: then it is not served here.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Listen(pub String);

impl Listen {
    /// The address as typed, where there is one.
    pub fn served(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|text| !text.is_empty())
    }

    pub fn address(&self) -> Result<SocketAddr, String> {
        self.0
            .parse()
            .map_err(|_| format!("{} is not an address with a port, such as 127.0.0.1:8080", self.0))
    }
}

/// The Customer Portal.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortalConfig {
    pub listen: Listen,
    /// The address in people's browsers. Empty: `http://localhost` and the port.
    pub public_url: String,
    /// Domains that count as proved, each for one account by name.
    pub trusted_domains: BTreeMap<String, String>,
}

/// The Onboarding Service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnboardingConfig {
    pub listen: Listen,
    /// The address of its web origin; with a final slash it is the redirect URI at identity providers.
    pub public_url: String,
}

/// The UMS.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UmsConfig {
    pub listen: Listen,
    /// Name or address by which devices and the Onboarding Service reach it. Empty: the machine's own name.
    pub public_host: String,
    /// Port by which they reach it; 0 for the port it listens on.
    pub public_port: u16,
    /// Further names and addresses for its certificate.
    pub extra_names: Vec<String>,
    /// `p256` or `rsa4096`.
    pub key: String,
    pub onboarding: UmsOnboarding,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UmsOnboarding {
    /// The Onboarding Services that this UMS listens to, by their addresses.
    pub services: Vec<String>,
}
