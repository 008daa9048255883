//! Paths of the device channel (the seed's, so that its firewall and proxy rules fit) and of the Onboarding Service.

/// EST `cacerts` (RFC 7030, 4.1): the EST authority, the web root and intermediates.
pub const EST_CACERTS: &str = "/device-connector/device/.well-known/est/cacerts";
/// EST `csrattrs` (RFC 7030, 4.5).
pub const EST_CSRATTRS: &str = "/device-connector/device/.well-known/est/csrattrs";
/// EST `simpleenroll` (RFC 7030, 4.2): bearer token, or HTTP Basic with `unit id:key`.
pub const EST_SIMPLE_ENROLL: &str = "/device-connector/device/.well-known/est/simpleenroll";
/// EST `simplereenroll` (RFC 7030, 4.2.2): by client certificate.
pub const EST_SIMPLE_REENROLL: &str = "/device-connector/device/.well-known/est/simplereenroll";
/// The device's WebSocket, by client certificate.
pub const WS_CONNECT: &str = "/device-connector/device/ws-connect";
/// The device's tunnels, by client certificate.
pub const PORT_FORWARDING: &str = "/device-connector/device/portforwarding";
/// Onboarding Service to UMS: `GET` gives [`crate::onboarding::UmsIdentityReply`], `POST` takes
/// [`crate::onboarding::AnnounceOnboarding`].
pub const UMS_ONBOARDING: &str = "/device-connector/onboarding";
/// State of a UMS for monitors: `{"status":"init|ok|warn|err"}`.
pub const UMS_CHECK_STATUS: &str = "/ums/check-status";
/// Product page for monitors.
pub const UMS_INFO: &str = "/info";

/// Device to Onboarding Service: `POST` takes [`crate::onboarding::StartOnboarding`].
pub const OBS_ONBOARDINGS: &str = "/api/v1/onboardings";
/// UMS to Onboarding Service: `POST` takes [`crate::onboarding::ValidateToken`].
pub const OBS_VALIDATE_TOKEN: &str = "/api/v1/tokens/validate";
/// UMS to Onboarding Service: `POST` takes [`crate::onboarding::AskRegistration`].
pub const OBS_UMS_REGISTRATION: &str = "/api/v1/ums-registration";

/// Where a device asks how its onboarding stands, with its secret as bearer token.
pub fn obs_onboarding(id: &str) -> String {
    format!("{OBS_ONBOARDINGS}/{id}")
}
