//! The SAML 2.0 service provider behind [`federation::saml`]: the only crate that reads XML.
//!
//! # Verify, then read only what was verified (rule D5)
//!
//! Break-ins through SAML have one pattern: a signature is checked over one part of a document and the person is read from
//! another (SEC-01). Here the verified bytes are a value ([`signature::Verified`]), and the person is read from nothing else:
//!
//! 1. the document is bounded ([`bounds`]) and parsed once, by `uppsala`;
//! 2. its shape must be that of the profile, with one assertion and no signature but the expected ones;
//! 3. `SignedInfo` is canonicalised, and a key of the provider's record must have signed those bytes;
//! 4. the assertion without its signature is canonicalised, and its digest must be the one in those bytes;
//! 5. the canonical assertion is parsed anew, by the same parser, and everything is read from that.
//!
//! # Why not a ready SAML library
//!
//! `saml-rs` 0.6.1 was read and left aside. It verifies on the tree of one parser (`uppsala`) and reads the person from
//! the tree of another (`quick-xml`), by local names without namespaces, from the source text and not from the bytes that
//! were digested: the very pattern. Its strict profile takes RSA only. `samael` links libxml2 and xmlsec and accepts an
//! unsigned response where there is no certificate (SEC-04). What is left when a profile is as narrow as this one is small
//! and stands here in the open: exclusive canonicalisation from `bergshamra-c14n`, the signatures themselves from aws-lc.

mod assertion;
mod bounds;
mod describe;
mod keys;
mod metadata;
mod request;
mod response;
mod signature;
mod times;
mod tree;

use federation::saml::{
    Expected, IdentityProvider, Metadata, SamlError, SamlRequest, SamlVerifier, ServiceProvider, Subject,
};
use pki::Certificate;
use time::OffsetDateTime;
use url::Url;

pub use bounds::{ATTRIBUTES, DEPTH, ENCODED_BYTES, METADATA_BYTES, METADATA_NODES, NODES};

/// The implementation. It holds nothing but one rule.
#[derive(Clone, Copy, Debug, Default)]
pub struct Saml {
    /// Endpoints of providers may be plain `http`: for closed networks and tests, where the configuration allows it for
    /// other calls too. A response is verified by its signature in either case.
    pub plain_http: bool,
}

impl Saml {
    /// The address, where a browser may be sent there.
    fn endpoint(self, text: &str, name: &'static str) -> Result<Url, SamlError> {
        let url = Url::parse(text).map_err(|_| SamlError::BadEndpoint(name))?;
        let scheme = url.scheme();
        if url.has_host() && (scheme == "https" || (scheme == "http" && self.plain_http)) {
            Ok(url)
        } else {
            Err(SamlError::BadEndpoint(name))
        }
    }
}

impl SamlVerifier for Saml {
    fn metadata(&self, ours: &ServiceProvider) -> String {
        describe::metadata(ours)
    }

    fn read_metadata(&self, xml: &[u8], now: OffsetDateTime) -> Result<Metadata, SamlError> {
        metadata::read(*self, xml, now)
    }

    fn certificate(&self, input: &[u8]) -> Result<Certificate, SamlError> {
        let certificate = federation::saml::certificate(input)?;
        keys::check(&certificate)?;
        Ok(certificate)
    }

    fn request(
        &self,
        provider: &IdentityProvider,
        ours: &ServiceProvider,
        now: OffsetDateTime,
        entropy: &mut dyn FnMut(&mut [u8]),
    ) -> Result<SamlRequest, SamlError> {
        let endpoint = self.endpoint(&provider.endpoint, "sign-in endpoint")?;
        Ok(request::begin(endpoint, provider, ours, now, entropy))
    }

    fn response(
        &self,
        provider: &IdentityProvider,
        ours: &ServiceProvider,
        expected: Expected<'_>,
        base64: &str,
    ) -> Result<Subject, SamlError> {
        response::read(provider, ours, expected, base64)
    }
}
