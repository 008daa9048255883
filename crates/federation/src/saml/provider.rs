//! The two parties, and what one says about itself.

use pki::Certificate;
use time::OffsetDateTime;

use super::error::SamlError;

/// The certificates that a provider signs with: one, or two while it changes from one to the other. There is no provider
/// without a certificate (SEC-04).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningCertificates {
    first: Certificate,
    second: Option<Certificate>,
}

impl SigningCertificates {
    /// From a record or a form. A certificate that stands there twice counts once.
    ///
    /// [`SamlError::NoCertificate`] for none, [`SamlError::TooManyCertificates`] for more than two.
    pub fn new(certificates: impl IntoIterator<Item = Certificate>) -> Result<Self, SamlError> {
        let mut certificates = certificates.into_iter();
        let first = certificates.next().ok_or(SamlError::NoCertificate)?;
        let mut second = None;
        for next in certificates {
            if next == first || second.as_ref() == Some(&next) {
                continue;
            }
            if second.replace(next).is_some() {
                return Err(SamlError::TooManyCertificates);
            }
        }
        Ok(Self { first, second })
    }

    /// The one or two.
    pub fn iter(&self) -> impl Iterator<Item = &Certificate> {
        [Some(&self.first), self.second.as_ref()].into_iter().flatten()
    }
}

/// An identity provider's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityProvider {
    /// Its name for itself ("Issuer URI"): compared letter by letter, never called.
    pub entity_id: String,
    /// Where the browser is sent ("Passive authentication endpoint"), by the redirect binding.
    pub endpoint: String,
    /// Whose signature is believed. Their dates do not matter here: what is trusted is the key that a person entered, and
    /// a provider whose certificate ran out last night still speaks for its company (SAML metadata interoperability
    /// profile 1.0, 2.6.1). The caller warns in time and shows the dates.
    pub certificates: SigningCertificates,
}

/// We, as one provider knows us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceProvider {
    /// Our name, by custom the address of our metadata.
    pub entity_id: String,
    /// Where responses are posted to: the assertion consumer service.
    pub acs_url: String,
}

/// A place that metadata name, and how to speak to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The binding's URI.
    pub binding: String,
    /// The address.
    pub location: String,
}

/// What a provider says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// What we need of it, ready for the form. Of more than two certificates those that are valid longest.
    pub provider: IdentityProvider,
    /// All signing certificates that are named, in their order.
    pub certificates: Vec<Certificate>,
    /// All single sign-on endpoints that are named.
    pub endpoints: Vec<Endpoint>,
    /// The name ID formats that it offers.
    pub name_formats: Vec<String>,
    /// When this description ends.
    pub valid_until: Option<OffsetDateTime>,
    /// It says that it wants signed requests. Ours are not signed, which it must be told if it means it.
    pub wants_signed_requests: bool,
    /// The description is signed, unbroken, and by this certificate. Anybody can sign: it says who, not whether to believe.
    pub signed_by: Option<Certificate>,
}
