//! IGEL OS IdP: the OIDC provider at which a company's people sign in when they switch a device on.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::DomainName;
pub use crate::domain_proof::MappedDomain;
use crate::draft::{Checker, name, short_text};
use crate::fault::{Invalid, Reason};
use crate::id::OsIdpId;
use crate::os_idp_change::noon_of;
use crate::saml_idp::CertificateEnd;

/// Longest client ID or secret, in characters.
pub const CREDENTIAL_MAX: u32 = 500;
/// Longest address, in characters.
pub const URL_MAX: u32 = 2000;
/// Most domains of one provider or record.
pub const DOMAINS_MAX: u32 = 500;

/// Whose product the provider is: decides which steps its page names, and nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    Entra,
    Okta,
    Ping,
    #[default]
    Other,
}

impl Preset {
    pub const ALL: [Self; 4] = [Self::Entra, Self::Okta, Self::Ping, Self::Other];

    pub fn key(self) -> &'static str {
        match self {
            Self::Entra => "entra",
            Self::Okta => "okta",
            Self::Ping => "ping",
            Self::Other => "other",
        }
    }

    /// The product's own name; nothing for others.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Entra => Some("Microsoft Entra ID"),
            Self::Okta => Some("Okta"),
            Self::Ping => Some("Ping Identity"),
            Self::Other => None,
        }
    }

    /// Nothing chosen means [`Self::Other`].
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::Other);
        }
        let mut all = Self::ALL.into_iter();
        all.find(|one| one.key() == text).ok_or(Reason::NotAChoice)
    }
}

/// The form "IGEL OS Identity Provider (IdP) Registration", as typed. One domain per line.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct OsIdpDraft {
    /// [`Preset`] by its key.
    #[serde(default)]
    pub preset: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub client_id: String,
    #[serde(default)]
    pub client_secret: String,
    /// The day on which the provider lets the secret end, `YYYY-MM-DD`; may be empty.
    #[serde(default)]
    pub secret_expires: String,
    /// Optional: the issuer or its discovery address; fills the two endpoints and pins the signing keys.
    #[serde(default)]
    pub issuer: String,
    #[serde(default)]
    pub authorization_endpoint: String,
    #[serde(default)]
    pub token_endpoint: String,
    #[serde(default)]
    pub domains: String,
}

impl std::fmt::Debug for OsIdpDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OsIdpDraft")
            .field("name", &self.name)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// A provider that can be registered, as far as can be told without asking anybody.
pub struct NewOsIdp {
    pub preset: Preset,
    pub name: String,
    pub client_id: String,
    pub client_secret: String,
    pub secret_expires_at: Option<OffsetDateTime>,
    pub issuer: Option<String>,
    /// Empty only where an issuer is given, whose discovery document fills them.
    pub authorization_endpoint: Option<String>,
    pub token_endpoint: Option<String>,
    pub domains: Vec<DomainName>,
}

impl OsIdpDraft {
    pub fn check(&self) -> Result<NewOsIdp, Invalid> {
        let mut checker = Checker::default();
        let preset = Preset::parse(&self.preset).map_err(|reason| checker.fault("preset", reason));
        let display = checker.required("name", &self.name, name);
        let client_id = checker.required("client_id", &self.client_id, short_text(CREDENTIAL_MAX));
        let client_secret =
            checker.required("client_secret", &self.client_secret, short_text(CREDENTIAL_MAX));
        let secret_expires_at = checker.optional("secret_expires", &self.secret_expires, noon_of);
        let issuer = checker.optional("issuer", &self.issuer, web_address);
        let endpoint = |checker: &mut Checker, field: &str, text: &str| {
            if text.trim().is_empty() && self.issuer.trim().is_empty() {
                checker.fault(field, Reason::Required);
            }
            checker.optional(field, text, web_address)
        };
        let authorization_endpoint = endpoint(
            &mut checker,
            "authorization_endpoint",
            &self.authorization_endpoint,
        );
        let token_endpoint = endpoint(&mut checker, "token_endpoint", &self.token_endpoint);
        let domains = checker.lines(
            "domains",
            std::slice::from_ref(&self.domains),
            DOMAINS_MAX,
            DomainName::parse,
        );
        checker.finish(|| {
            Some(NewOsIdp {
                preset: preset.ok()?,
                name: display?,
                client_id: client_id?,
                client_secret: client_secret?,
                secret_expires_at,
                issuer,
                authorization_endpoint,
                token_endpoint,
                domains,
            })
        })
    }

    /// The same without the secret: what may be kept to fill the form again.
    #[must_use]
    pub fn without_secret(&self) -> Self {
        Self {
            client_secret: String::new(),
            ..self.clone()
        }
    }
}

/// The shape of an absolute web address. Whether plain HTTP may be used is decided where it is dialled.
pub fn web_address(text: &str) -> Result<String, Reason> {
    let text = short_text(URL_MAX)(text)?;
    let lower = text.to_ascii_lowercase();
    let rest = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"))
        .ok_or(Reason::NotAUrl)?;
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    if host.contains('@') {
        return Err(Reason::UrlHasCredentials);
    }
    if host.is_empty() || host.starts_with(':') || text.contains(['#', ' ', '"', '<', '>', '\\']) {
        return Err(Reason::NotAUrl);
    }
    Ok(text)
}

/// A registered provider, for pages. The secret is never among it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OsIdp {
    pub id: OsIdpId,
    pub preset: Preset,
    pub name: String,
    pub client_id: String,
    pub issuer: Option<String>,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    /// Without an issuer nothing but the provider's TLS proves the identity: the page says "reduced assurance".
    pub reduced_assurance: bool,
    pub domains: Vec<MappedDomain>,
    /// While it is off nobody is led there.
    pub enabled: bool,
    pub secret: SecretState,
    /// The last test sign-in: whether it passed, and when it was.
    pub tested: Option<(bool, OffsetDateTime)>,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
    pub version: i64,
}

/// What may be known of a client secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretState {
    /// The day on which the provider lets it end, where somebody has said so, and how near that is.
    pub expires: Option<(OffsetDateTime, CertificateEnd)>,
    pub old: Option<OldSecret>,
}

/// A client secret that works beside the new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldSecret {
    pub until: OffsetDateTime,
    /// Whether it ends before, with the first success of the new one.
    pub once: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> OsIdpDraft {
        OsIdpDraft {
            preset: "entra".into(),
            secret_expires: "2028-02-29".into(),
            name: "Entra ID".into(),
            client_id: "4f2a".into(),
            client_secret: "s3cret".into(),
            issuer: String::new(),
            authorization_endpoint: "https://login.example/authorize".into(),
            token_endpoint: "https://login.example/token".into(),
            domains: "contoso.example\r\nContoso.Test\n".into(),
        }
    }

    #[test]
    fn a_complete_form_is_accepted_and_hides_its_secret() {
        let new = draft().check().unwrap();
        assert_eq!(new.preset, Preset::Entra);
        assert!(new.secret_expires_at.is_some());
        assert_eq!(
            new.domains.iter().map(DomainName::as_str).collect::<Vec<_>>(),
            ["contoso.example", "contoso.test"]
        );
        assert!(!format!("{:?}", draft()).contains("s3cret"));
    }

    #[test]
    fn endpoints_may_be_empty_only_with_an_issuer() {
        let bare = OsIdpDraft {
            authorization_endpoint: String::new(),
            token_endpoint: String::new(),
            ..draft()
        };
        assert_eq!(bare.check().err().unwrap().fields.len(), 2);
        assert!(
            OsIdpDraft {
                issuer: "https://login.example".into(),
                ..bare
            }
            .check()
            .is_ok()
        );
    }

    #[test]
    fn addresses_are_absolute_and_carry_no_password() {
        assert!(web_address("https://login.example:444/a?b=c").is_ok());
        for (bad, reason) in [
            ("login.example", Reason::NotAUrl),
            ("https://", Reason::NotAUrl),
            ("javascript:alert(1)", Reason::NotAUrl),
            ("https://login.example/#x", Reason::NotAUrl),
            ("https://user:pw@login.example", Reason::UrlHasCredentials),
        ] {
            assert_eq!(web_address(bad), Err(reason), "{bad}");
        }
        assert!(web_address(&format!("https://a/{}", "x".repeat(1990))).is_ok());
        assert_eq!(
            web_address(&format!("https://a/{}", "x".repeat(1991))),
            Err(Reason::TooLong { max: 2000 })
        );
    }
}
