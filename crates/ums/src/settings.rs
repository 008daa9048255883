use crate::reconnect::ReconnectRate;

/// The part of `[ums]` in the configuration that use cases need.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The name or address under which devices reach this UMS; without one, the host name.
    pub public_host: Option<String>,
    /// The port under which devices reach it.
    pub public_port: u16,
    /// Further names and addresses for the web certificate.
    pub extra_names: Vec<String>,
    /// Base addresses of the Onboarding Services that may announce devices here (ruling 20).
    pub onboarding_services: Vec<String>,
    /// RSA with 4096 bits instead of P-256 for new web and EST authorities.
    pub rsa: bool,
    /// How fast devices shall come back after a loss.
    pub reconnects_per_second: ReconnectRate,
}

impl Settings {
    /// The listed service that `claimed` names, as it stands in the configuration; a final slash makes no difference.
    pub(crate) fn onboarding_service(&self, claimed: &str) -> Option<&str> {
        let bare = |text: &'_ str| text.trim_end_matches('/').to_ascii_lowercase();
        let found = self
            .onboarding_services
            .iter()
            .find(|listed| bare(listed) == bare(claimed));
        found.map(|listed| listed.trim_end_matches('/'))
    }
}
