//! What providers mean by their error messages, so that a test sign-in can say where to switch it.

/// A usual cause of a failed sign-in, on the provider's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderTrouble {
    /// The user is not assigned to the application.
    NotAssigned,
    /// A conditional access rule demands a device that the company manages; the device is only about to become one.
    DeviceCondition,
    /// A second factor is demanded or must first be set up.
    SecondFactor,
    /// The client secret is wrong or has expired.
    ClientSecret,
    /// The client ID is unknown at the provider.
    ClientId,
    /// The redirect URI is not registered, letter by letter with its final slash.
    RedirectUri,
    /// An administrator has not yet agreed to the application.
    Consent,
    /// The person or the provider declined.
    Denied,
    /// The code has expired or was used already.
    Code,
}

/// Numbers of Microsoft Entra ID (`AADSTS…` in the description), by trouble.
const ENTRA: &[(ProviderTrouble, &[u32])] = &[
    (ProviderTrouble::NotAssigned, &[50_105]),
    (
        ProviderTrouble::DeviceCondition,
        &[50_097, 53_000, 53_001, 53_002, 53_003],
    ),
    (
        ProviderTrouble::SecondFactor,
        &[50_072, 50_074, 50_076, 50_079, 50_158],
    ),
    (ProviderTrouble::ClientSecret, &[7_000_215, 7_000_222]),
    (ProviderTrouble::ClientId, &[700_016]),
    (ProviderTrouble::RedirectUri, &[50_011, 500_113]),
    (ProviderTrouble::Consent, &[65_001, 90_094]),
    (ProviderTrouble::Code, &[54_005, 70_008, 70_000]),
];

impl ProviderTrouble {
    /// From the text of a provider's own error page, as somebody has copied it: many errors never come back to us.
    pub fn of_message(message: &str) -> Option<Self> {
        if let Some(found) = entra(message) {
            return Some(found);
        }
        let said = message.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
        let found = [
            (Self::NotAssigned, &["not assigned"][..]),
            (
                Self::RedirectUri,
                &["redirect_uri", "redirect uri", "redirect url"],
            ),
            (
                Self::DeviceCondition,
                &["compliant device", "managed device", "device state"],
            ),
            (
                Self::ClientSecret,
                &["invalid_client", "client secret", "client authentication failed"],
            ),
            (
                Self::ClientId,
                &[
                    "unauthorized_client",
                    "unknown client",
                    "client_id",
                    "client is invalid",
                    "client not found",
                ],
            ),
            (Self::Consent, &["consent"]),
            (Self::SecondFactor, &["mfa", "multi-factor", "multifactor"]),
            (Self::Denied, &["access_denied", "access denied"]),
            (Self::Code, &["invalid_grant"]),
        ];
        found
            .into_iter()
            .find(|(_, words)| says(words))
            .map(|(trouble, _)| trouble)
    }

    /// From the two texts that a provider reports.
    pub(crate) fn of(error: &str, description: &str) -> Option<Self> {
        if let Some(found) = entra(description) {
            return Some(found);
        }
        let said = description.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
        match error {
            // Okta reports a missing assignment as a denial and says so in the sentence.
            "access_denied" if says(&["not assigned"]) => Some(Self::NotAssigned),
            "access_denied" => Some(Self::Denied),
            "consent_required" => Some(Self::Consent),
            "interaction_required" if says(&["mfa", "multi-factor"]) => Some(Self::SecondFactor),
            "invalid_client" if says(&["unknown client", "not found"]) => Some(Self::ClientId),
            "invalid_client" => Some(Self::ClientSecret),
            "unauthorized_client" => Some(Self::ClientId),
            "invalid_redirect_uri" => Some(Self::RedirectUri),
            "invalid_grant" | "invalid_request" if says(&["redirect"]) => Some(Self::RedirectUri),
            "invalid_grant" => Some(Self::Code),
            _ => None,
        }
    }
}

fn entra(description: &str) -> Option<ProviderTrouble> {
    let (_, rest) = description.split_once("AADSTS")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).take(9).collect();
    let number: u32 = digits.parse().ok()?;
    ENTRA
        .iter()
        .find(|(_, numbers)| numbers.contains(&number))
        .map(|(trouble, _)| *trouble)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_an_error_page_is_recognised() {
        use ProviderTrouble::{ClientId, NotAssigned, RedirectUri};
        for (message, trouble) in [
            (
                "Sorry, but we're having trouble signing you in. AADSTS50105: Your administrator has configured the application",
                Some(NotAssigned),
            ),
            (
                "The 'redirect_uri' parameter must be a Login redirect URI",
                Some(RedirectUri),
            ),
            ("invalid_request: Unknown client", Some(ClientId)),
            (
                "User is not assigned to the client application.",
                Some(NotAssigned),
            ),
            ("Something else", None),
        ] {
            assert_eq!(ProviderTrouble::of_message(message), trouble, "{message}");
        }
    }

    #[test]
    fn the_usual_troubles_are_recognised_and_others_are_not() {
        use ProviderTrouble::{
            ClientSecret, Code, Denied, DeviceCondition, NotAssigned, RedirectUri, SecondFactor,
        };
        for (error, description, trouble) in [
            (
                "access_denied",
                "AADSTS50105: Your administrator has configured…",
                Some(NotAssigned),
            ),
            (
                "access_denied",
                "User is not assigned to the client application.",
                Some(NotAssigned),
            ),
            ("access_denied", "", Some(Denied)),
            (
                "interaction_required",
                "AADSTS53000: Device is not in required device state",
                Some(DeviceCondition),
            ),
            (
                "interaction_required",
                "AADSTS50076: Due to a configuration change",
                Some(SecondFactor),
            ),
            (
                "invalid_client",
                "AADSTS7000215: Invalid client secret provided.",
                Some(ClientSecret),
            ),
            ("invalid_grant", "redirect_uri mismatch", Some(RedirectUri)),
            ("invalid_grant", "", Some(Code)),
            ("server_error", "AADSTS999999999999: new", None),
            ("server_error", "AADSTS", None),
        ] {
            assert_eq!(
                ProviderTrouble::of(error, description),
                trouble,
                "{error} {description}"
            );
        }
    }
}
