//! Sign-in through a company's SAML 2.0 identity provider: what is asked and what is learned, without any XML.
//!
//! The profile is Web Browser SSO (SAML profiles 2.0, section 4.1), begun by us: the request goes out by redirect, the
//! response comes in by POST, its one assertion is signed by a certificate of the provider's record. The crate `saml`
//! implements [`SamlVerifier`]; nothing else of the product sees XML.
//!
//! # What is left to the caller
//!
//! - Keep [`SamlRequest::id`] and [`SamlRequest::relay_state`] on the server, bound to the browser, for minutes; find them
//!   again by the relay state that comes back, which is a key and never an address (SEC-10). The response is a cross-site
//!   POST: a `SameSite=Lax` cookie does not come with it (T-13).
//! - Take the request away in the transaction that makes the session, and keep [`Subject::assertion_id`] until
//!   [`Subject::replay_until`], unique within the provider: the same assertion opens one session (SEC-06).
//! - Hold [`SamlVerifier::response`] off the executor (`spawn_blocking`): it is a millisecond of computing.
//! - Let a provider speak only for domains that its account has proved, and know a user by [`Subject::key`] within the
//!   provider, not by e-mail (SEC-09, rule D4).

mod certificate;
mod error;
mod provider;
mod subject;
#[cfg(test)]
mod tests;

use time::OffsetDateTime;

pub use certificate::certificate;
pub use error::SamlError;
pub use provider::{Endpoint, IdentityProvider, Metadata, ServiceProvider, SigningCertificates};
pub use subject::{Attribute, EMAIL_ATTRIBUTE, NameId, Subject, name_format};

use pki::Certificate;

/// A sign-in that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamlRequest {
    /// Its id, 128 random bits; the response must name it.
    pub id: String,
    /// The key under which the caller finds the request again, 256 random bits; single use.
    pub relay_state: String,
    /// Where to send the browser.
    pub url: String,
}

/// What a response must agree with.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// [`SamlRequest::id`] of the request that this browser made.
    pub request_id: &'a str,
    /// The present time.
    pub now: OffsetDateTime,
}

/// The SAML messages: written, read and verified. No state, no network, no clock.
pub trait SamlVerifier: Send + Sync {
    /// What an identity provider has to know about us, as XML to be served at our entity id.
    fn metadata(&self, ours: &ServiceProvider) -> String;

    /// Reads what a provider says about itself. Nothing here is trusted by itself: a person checks it, or it came over TLS
    /// from an address that a person chose.
    fn read_metadata(&self, xml: &[u8], now: OffsetDateTime) -> Result<Metadata, SamlError>;

    /// Reads a certificate as [`certificate()`] does, and refuses one whose key no accepted signature can be made with.
    fn certificate(&self, input: &[u8]) -> Result<Certificate, SamlError>;

    /// Begins a sign-in. `entropy` fills a buffer with random bytes.
    fn request(
        &self,
        provider: &IdentityProvider,
        ours: &ServiceProvider,
        now: OffsetDateTime,
        entropy: &mut dyn FnMut(&mut [u8]),
    ) -> Result<SamlRequest, SamlError>;

    /// Verifies what came in the form field `SAMLResponse`, and reads only what is signed.
    fn response(
        &self,
        provider: &IdentityProvider,
        ours: &ServiceProvider,
        expected: Expected<'_>,
        base64: &str,
    ) -> Result<Subject, SamlError>;
}
