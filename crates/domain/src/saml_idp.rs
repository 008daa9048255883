//! "Bring your IdP": the SAML 2.0 providers at which a company's people sign in to the portal.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain_proof::MappedDomain;
use crate::draft::{Checker, short_text};
use crate::fault::{Invalid, Reason};
use crate::hostname::Hostname;
use crate::id::SamlIdpId;
use crate::os_idp::{URL_MAX, web_address};

/// Most providers of one account.
pub const PROVIDERS_MAX: u32 = 20;
/// Most certificates of one provider: two, while it changes from one to the other.
pub const CERTIFICATES_MAX: u32 = 2;
/// Longest issuer URI, in characters (SAML core 2.0, section 8.3.6).
pub const ISSUER_MAX: u32 = 1024;
/// Longest text with certificates, in characters.
pub const CERTIFICATE_TEXT_MAX: u32 = 32 * 1024;
/// Longest metadata, in bytes.
pub const METADATA_MAX: u32 = 512 * 1024;
/// A certificate that ends within so many days is warned of.
pub const WARNED_DAYS: i64 = 30;

/// The form "Bring your IdP", as typed. Metadata fill what was left empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlIdpDraft {
    /// The provider's description of itself, XML.
    #[serde(default)]
    pub metadata: String,
    #[serde(default)]
    pub metadata_url: String,
    #[serde(default)]
    pub issuer: String,
    #[serde(default)]
    pub endpoint: String,
    #[serde(default)]
    pub host: String,
    /// One per line.
    #[serde(default)]
    pub domains: String,
    /// One or two, as PEM, or one as the bare text of `<ds:X509Certificate>`.
    #[serde(default)]
    pub certificate: String,
    /// Whether who signs in for the first time becomes a user.
    #[serde(default)]
    pub provision: bool,
}

/// A provider that can be registered, as far as can be told without looking into certificates and domains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSamlIdp {
    pub issuer: String,
    pub endpoint: String,
    pub metadata_url: Option<String>,
    pub host: String,
}

impl SamlIdpDraft {
    pub fn check(&self) -> Result<NewSamlIdp, Invalid> {
        let mut checker = Checker::default();
        let metadata_url = checker.optional("metadata_url", &self.metadata_url, web_address);
        let issuer = checker.required("issuer", &self.issuer, issuer);
        let endpoint = checker.required("endpoint", &self.endpoint, endpoint);
        let host = checker.required("host", &self.host, |text| {
            Hostname::parse(text).map(|host| host.to_string())
        });
        if self.domains.trim().is_empty() {
            checker.fault("domains", Reason::Required);
        }
        if self.certificate.trim().is_empty() {
            checker.fault("certificate", Reason::Required);
        } else if self.certificate.chars().count() > CERTIFICATE_TEXT_MAX as usize {
            checker.fault(
                "certificate",
                Reason::TooLong {
                    max: CERTIFICATE_TEXT_MAX,
                },
            );
        }
        checker.finish(|| {
            Some(NewSamlIdp {
                issuer: issuer?,
                endpoint: endpoint?,
                metadata_url,
                host: host?,
            })
        })
    }
}

/// An issuer URI: any text without spaces, since providers use more than web addresses.
pub fn issuer(text: &str) -> Result<String, Reason> {
    let text = short_text(ISSUER_MAX)(text)?;
    if text.contains(char::is_whitespace) || !text.contains(':') {
        Err(Reason::NotAUrl)
    } else {
        Ok(text)
    }
}

/// A place to send a browser.
pub fn endpoint(text: &str) -> Result<String, Reason> {
    if text.chars().count() > URL_MAX as usize {
        return Err(Reason::TooLong { max: URL_MAX });
    }
    web_address(text)
}

/// What can be changed of a provider, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlChangeDraft {
    #[serde(default)]
    pub id: String,
    /// The version that was shown.
    #[serde(default)]
    pub version: String,
    /// One per line.
    #[serde(default)]
    pub domains: String,
    #[serde(default)]
    pub provision: bool,
}

/// Where a provider is and who it says it is, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlPlaceDraft {
    #[serde(default)]
    pub id: String,
    /// The version that was shown.
    #[serde(default)]
    pub version: String,
    #[serde(default)]
    pub issuer: String,
    #[serde(default)]
    pub endpoint: String,
}

impl SamlPlaceDraft {
    /// Issuer and endpoint.
    pub fn check(&self) -> Result<(String, String), Invalid> {
        let mut checker = Checker::default();
        let place = (
            checker.required("issuer", &self.issuer, issuer),
            checker.required("endpoint", &self.endpoint, endpoint),
        );
        checker.finish(|| Some((place.0?, place.1?)))
    }
}

/// A provider, for pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlIdp {
    pub id: SamlIdpId,
    pub issuer: String,
    pub endpoint: String,
    pub metadata_url: Option<String>,
    pub host: String,
    pub domains: Vec<MappedDomain>,
    pub certificates: Vec<SamlCertificate>,
    pub active: bool,
    pub provision: bool,
    /// When a test sign-in passed; without one it cannot be activated.
    pub tested_at: Option<OffsetDateTime>,
    pub created_by: String,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
    pub version: i64,
}

/// A certificate that a provider signs with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlCertificate {
    pub subject: String,
    /// SHA-256.
    pub fingerprint: String,
    pub expires_at: OffsetDateTime,
    pub end: CertificateEnd,
}

/// How far the end of a certificate is. One that has ended is still believed: what a person trusted is its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateEnd {
    Far,
    /// Within [`WARNED_DAYS`].
    Near,
    Over,
}

impl CertificateEnd {
    pub fn of(expires_at: OffsetDateTime, now: OffsetDateTime) -> Self {
        if expires_at <= now {
            Self::Over
        } else if expires_at - now <= time::Duration::days(WARNED_DAYS) {
            Self::Near
        } else {
            Self::Far
        }
    }
}

/// What a provider has to know about us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OurSaml {
    pub acs_url: String,
    /// Also the address of our metadata.
    pub entity_id: String,
}

/// "Bring your IdP": everything of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlIdps {
    pub ours: OurSaml,
    pub idps: Vec<SamlIdp>,
    /// Since when an operator has switched the sign-in at providers off for the account.
    pub off_since: Option<OffsetDateTime>,
}

/// One provider with its last test sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlIdpDetails {
    pub idp: SamlIdp,
    pub test: Option<SamlTest>,
    pub ours: OurSaml,
}

/// What a test sign-in brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlTest {
    /// What was wrong, in the reader's language; `None` where it passed.
    pub problem: Option<String>,
    pub by: String,
    pub at: OffsetDateTime,
    /// What is known of the person, as far as it came.
    pub name_id: Option<NamedAttribute>,
    pub email: Option<String>,
    pub attributes: Vec<NamedAttribute>,
}

/// A name and its values; of a name ID the name is its format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedAttribute {
    pub name: String,
    pub values: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> SamlIdpDraft {
        SamlIdpDraft {
            issuer: "http://www.okta.com/exk1".into(),
            endpoint: "https://contoso.okta.example/app/sso/saml".into(),
            host: "contoso.okta.example".into(),
            domains: "contoso.example".into(),
            certificate: "MIIC".into(),
            ..SamlIdpDraft::default()
        }
    }

    #[test]
    fn a_complete_form_is_accepted_and_an_empty_one_names_every_field() {
        assert!(draft().check().is_ok());
        let faults = SamlIdpDraft::default().check().unwrap_err();
        let fields: Vec<_> = faults.fields.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["issuer", "endpoint", "host", "domains", "certificate"]);
    }

    #[test]
    fn each_field_has_its_limit() {
        let long = |start: &str, length: usize| format!("{start}{}", "x".repeat(length - start.len()));
        assert!(issuer("urn:contoso:idp").is_ok());
        assert_eq!(issuer("contoso"), Err(Reason::NotAUrl));
        assert!(issuer(&long("urn:", 1024)).is_ok());
        assert_eq!(issuer(&long("urn:", 1025)), Err(Reason::TooLong { max: 1024 }));
        assert!(endpoint(&long("https://a/", 2000)).is_ok());
        assert_eq!(
            endpoint(&long("https://a/", 2001)),
            Err(Reason::TooLong { max: 2000 })
        );
        let with = |length| SamlIdpDraft {
            certificate: "x".repeat(length),
            ..draft()
        };
        assert!(with(32 * 1024).check().is_ok());
        let max = CERTIFICATE_TEXT_MAX;
        assert_eq!(
            with(32 * 1024 + 1).check().unwrap_err().reason("certificate"),
            Some(&Reason::TooLong { max })
        );
    }

    #[test]
    fn a_certificate_is_warned_of_thirty_days_before_its_end() {
        let end = OffsetDateTime::UNIX_EPOCH + time::Duration::days(1000);
        let before = |days, seconds| {
            CertificateEnd::of(
                end,
                end - time::Duration::days(days) - time::Duration::seconds(seconds),
            )
        };
        assert_eq!(before(30, 1), CertificateEnd::Far);
        assert_eq!(before(30, 0), CertificateEnd::Near);
        assert_eq!(before(0, 1), CertificateEnd::Near);
        assert_eq!(before(0, 0), CertificateEnd::Over);
    }
}
