//! The bodies of an onboarding by e-mail: device, Onboarding Service and UMS (onboarding design, steps 1 to 7).

use domain::{EmailAddress, Hostname, MacAddress, Port, UnitId, id::OnboardingId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::error_code::DeviceError;
use crate::secret::Secret;

/// Largest body of these requests, in bytes. The answer `ready` carries a chain and may have [`MAX_READY_BYTES`].
pub const MAX_BODY_BYTES: usize = 16 * 1024;
/// Largest answer to a device's question, in bytes: the largest chain and its JSON escapes, and the rest.
pub const MAX_READY_BYTES: usize = 512 * 1024;
/// Longest product, version or structure tag, in characters.
pub const MAX_LABEL: usize = 100;
/// How often a waiting device asks, in seconds.
pub const POLL_SECONDS: u32 = 2;

/// Step 1: a device asks to be onboarded for an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartOnboarding {
    /// Whose device it is going to be.
    pub email: EmailAddress,
    /// The device's own identity.
    pub unit_id: UnitId,
    /// Its first network adapter.
    pub mac: MacAddress,
    /// What it is, for the person who confirms it.
    pub product: String,
    /// Its operating system version.
    pub version: String,
    /// Structure tag, used by default directory rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub structure_tag: Option<String>,
}

impl StartOnboarding {
    /// Whether the free texts keep their bounds and hold no control characters.
    pub fn is_bounded(&self) -> bool {
        let tag = self.structure_tag.as_deref().unwrap_or_default();
        let bounded = |text: &str| text.chars().count() <= MAX_LABEL && !text.chars().any(char::is_control);
        bounded(&self.product) && bounded(&self.version) && bounded(tag)
    }
}

/// Answer to step 1, with status 201.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartedOnboarding {
    /// Names the onboarding.
    pub id: OnboardingId,
    /// Lets this device, and nobody else, ask how it stands.
    pub secret: Secret,
    /// What the person opens.
    pub sign_in_url: String,
    /// What the device shows beside it, such as `4F-7K`: the page asks whether it is the same.
    pub code: String,
    /// When the device has to start anew.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// A refusal of step 1. The same for an unknown address, an unproved domain and a missing provider, so that strangers do not
/// learn who is a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Code to show.
    pub code: DeviceError,
    /// What happened and what to do, in English.
    pub message: String,
}

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Name or IP address.
    pub host: Hostname,
    /// TCP port.
    pub port: Port,
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.host.in_url(), self.port)
    }
}

/// Step 6: how an onboarding stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OnboardingState {
    /// The person has not finished, or the UMS has not been told yet.
    Pending,
    /// The device may enrol.
    Ready {
        /// Where to enrol.
        enrolment: Address,
        /// Where to keep the WebSocket; differs behind a proxy with two listeners.
        management: Address,
        /// The only certificates to trust there.
        chain_pem: String,
        /// To be redeemed at `simpleenroll`.
        token: Secret,
    },
    /// It ended without a result.
    Failed {
        /// Code to show.
        code: DeviceError,
        /// What happened and what to do, in English.
        message: String,
    },
}

/// Step 4: the Onboarding Service announces a device to a UMS. The token says nothing by itself (ruling 19).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnounceOnboarding {
    /// To be shown back to the service in step 5.
    pub token: Secret,
    /// Base URL of the service that announces; the UMS calls back only those it lists (ruling 20).
    pub service: String,
}

/// Who a UMS says it is; the TLS connection and the portal's register decide whether that is believed (ruling 20).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UmsIdentityReply {
    /// SHA-256 of the UMS ID certificate, upper-case hex with colons.
    pub ums_id_fingerprint: String,
    /// The UMS ID certificate itself.
    pub certificate_pem: String,
}

/// Step 5: a UMS asks what a token means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidateToken {
    /// The token as it was announced, or as a device brought it.
    pub token: Secret,
    /// Client assertion (RFC 7523) signed with the UMS ID key.
    pub client_assertion: Secret,
    /// Its type, always [`CLIENT_ASSERTION_TYPE`].
    pub client_assertion_type: String,
    /// `None` when the token is announced. At `simpleenroll` the SHA-256 of the public key, in lower-case hex: the token is
    /// then redeemed with this key and with no other (ruling 19).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
}

/// The assertion type of RFC 7523, section 2.2.
pub const CLIENT_ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A UMS asks whether it is registered. Answer: [`UmsRegistration`], or 401 where it is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskRegistration {
    /// Client assertion (RFC 7523) signed with the UMS ID key.
    pub client_assertion: Secret,
    /// Its type, always [`CLIENT_ASSERTION_TYPE`].
    pub client_assertion_type: String,
}

/// What the Customer Portal knows of a UMS that has proved itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UmsRegistration {
    /// "UMS Name".
    pub name: String,
    /// "Enable App Portal": without it no app is imported, and devices download none.
    #[serde(default)]
    pub app_portal: bool,
    /// "Enable Insight Service": without it nothing is collected.
    #[serde(default)]
    pub insight: bool,
}

/// What a token means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenClaims {
    /// Fingerprint of the UMS ID it is meant for, upper-case hex with colons.
    pub audience: String,
    /// The device that may use it.
    pub unit_id: UnitId,
    /// The person who signed in: "Onboarded by".
    pub email: EmailAddress,
    /// As the device gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub structure_tag: Option<String>,
    /// The identity provider that vouched for the person.
    pub issuer: String,
    /// When it ends.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(extra: &str) -> Result<StartOnboarding, serde_json::Error> {
        serde_json::from_str(&format!(
            r#"{{"email":"ada@contoso.example","mac":"00:e0:c5:4a:1b:2c","product":"UD3","version":"12.4.0"{extra}}}"#
        ))
    }

    #[test]
    fn a_request_without_a_unit_id_or_with_a_wrong_one_is_not_read() {
        assert!(start("").is_err());
        assert!(start(r#","unit_id":"CN=x""#).is_err());
        let good = start(r#","unit_id":"00e0c54a1b2c""#).unwrap();
        assert_eq!(
            (good.unit_id.as_str(), good.structure_tag),
            ("00E0C54A1B2C", None)
        );
    }

    #[test]
    fn free_texts_are_bounded() {
        let mut request = start(r#","unit_id":"00E0C54A1B2C","structure_tag":"HQ""#).unwrap();
        request.product = "x".repeat(MAX_LABEL);
        assert!(request.is_bounded());
        request.product.push('x');
        assert!(!request.is_bounded());
        request.product = "UD3\u{1b}[2J".to_owned();
        assert!(!request.is_bounded());
    }

    #[test]
    fn states_look_like_the_design_says() {
        let pending = serde_json::to_string(&OnboardingState::Pending).unwrap();
        assert_eq!(pending, r#"{"state":"pending"}"#);
        let ready = r#"{"state":"ready","enrolment":{"host":"ums.contoso.example","port":8443},
            "management":{"host":"::1","port":443},"chain_pem":"x","token":"abc"}"#;
        let OnboardingState::Ready {
            enrolment,
            management,
            token,
            ..
        } = serde_json::from_str(ready).unwrap()
        else {
            panic!("not ready");
        };
        assert_eq!(
            (enrolment.to_string().as_str(), token.expose()),
            ("ums.contoso.example:8443", "abc")
        );
        assert_eq!(management.to_string(), "[::1]:443");
        let failed: OnboardingState =
            serde_json::from_str(r#"{"state":"failed","code":46,"message":"m"}"#).unwrap();
        let expected = OnboardingState::Failed {
            code: DeviceError::ChainNotVerified,
            message: "m".into(),
        };
        assert_eq!(failed, expected);
        assert!(
            serde_json::from_str::<OnboardingState>(r#"{"state":"failed","code":31,"message":"m"}"#).is_err()
        );
    }
}
